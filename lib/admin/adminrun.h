#ifndef ADMIN_ADMINRUN_H
#define ADMIN_ADMINRUN_H

#include "base/buf.h"
#include <stdint.h>

/*
 * A program that stands beside ours, run to its end, with what it says bounded
 * and a moment by which it must have ended.
 */
enum {
	ADMINRUN_WORDS_MAX = 8192,     /* bytes of complaints that are kept */
	ADMINRUN_LINE_MAX = 1 << 20,   /* of a line */
	ADMINRUN_BYTES_MAX = 32 << 20, /* of what is no lines */
	ADMINRUN_MS = 30000            /* that it may take */
};

enum adminrun_end {
	ADMINRUN_ENDED,  /* by itself; status */
	ADMINRUN_ENOUGH, /* its lines were enough: it was ended */
	ADMINRUN_LATE,   /* it took too long, the same */
	ADMINRUN_LARGE,  /* it said too much, the same */
	ADMINRUN_FAILED  /* it could not be run; errno */
};

/* all zero but what is public */
struct adminrun {
	/* public: for each line, without its LF: 1, 0: enough, -1: no memory.
	 * NULL: all of it goes to out */
	int (*line)(void *arg, const char *, size_t n);
	void *arg;
	int64_t wait_ms; /* public; 0: ADMINRUN_MS */
	int status;      /* of exit(3); -1: a signal */
	struct buf out;
	struct buf err; /* what it has complained of */
	unsigned enough : 1, large : 1;
};

/* argv[0] is looked for beside us; descriptor 0 is /dev/null */
enum adminrun_end adminrun(struct adminrun *, char *const argv[]);
void adminrun_free(struct adminrun *);

#endif
