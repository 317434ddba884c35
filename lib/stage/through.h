#ifndef STAGE_THROUGH_H
#define STAGE_THROUGH_H

#include "base/child.h"
#include "base/errlog.h"
#include "base/spool.h"
#include "mime/unixtext.h"
#include <stdint.h>

/*
 * Send a message through a program from within an event loop: the message
 * is a file on its descriptor 0, what it writes to 1 is kept, what it writes
 * to 2 is logged line by line, and the beginning of that kept.  It runs in a process group of its own,
 * of which nothing is left when it has ended, and ends with us.
 */
enum {
	THROUGH_MEMORY = 262144, /* bytes of output in memory, then a file */
	THROUGH_SAID_MAX = 1000, /* bytes kept of descriptor 2 */
	THROUGH_OUTPUT_MAX = 256 << 20 /* bytes of output; more: it is ended */
};

enum through_end {
	THROUGH_EXIT,     /* code is its exit status */
	THROUGH_SIGNAL,   /* code is the signal */
	THROUGH_TIMEOUT,  /* the same, because it took too long */
	THROUGH_TOO_LONG, /* because it wrote too much */
	THROUGH_FAILED    /* because there was no room for its output */
};

struct through {
	/* its output: LF line ends, no CR and no NUL in it (unixtext.h) */
	struct spool output;
	char said[THROUGH_SAID_MAX];
	size_t said_len;
	/* comes once after through_start(), from the event loop; nothing
	 * looks at the structure behind it */
	void (*done)(struct through *, enum through_end, int code);
	void *arg;
	/* the rest is of through.c */
	struct child child;
	int out_fd, err_fd;
	struct loop_io out, err;
	struct loop_timer timer;
	struct unixtext unixtext;
	struct buf text;
	struct errlog log;
	uint64_t output_max;
	const char *dir;
	enum through_end why; /* not THROUGH_EXIT: we have ended it */
};

struct through_run {
	char *const *argv;
	const char *name;            /* in the log */
	const struct spawn_env *env; /* beside what we have ourselves */
	size_t n_env;
	int in;              /* a descriptor for its 0; stays the caller's */
	uint64_t output_max; /* at most THROUGH_OUTPUT_MAX */
	unsigned head : 1;   /* only the first output_max bytes are wanted:
			      * it may write more, which is dropped */
	const char *dir;     /* for a file with its output */
	int64_t timeout_ms;
};

/*
 * t is all zero but for done and arg.  0, or -1 with errno and nothing
 * started: then through_free() is not needed either.
 */
int through_start(struct through *t, const struct through_run *);
/* end it and all of its group now; done() does not come */
void through_kill(struct through *);
/* the output; after done() */
void through_free(struct through *);

#endif
