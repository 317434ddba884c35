#ifndef STAGE_FILTERPROGRAM_H
#define STAGE_FILTERPROGRAM_H

#include "base/child.h"
#include "base/errpipe.h"
#include "base/spool.h"
#include "mime/unixtext.h"
#include <stdint.h>

/*
 * Send a message through a program from within an event loop: the message
 * is a file on its descriptor 0, what it writes to 1 is kept, what it writes
 * to 2 is logged line by line, and the beginning of that kept.  It runs in a
 * process group of its own, of which nothing is left when it has ended, and
 * ends with us.
 */
enum {
	FILTERPROGRAM_MEMORY =
	    262144, /* bytes of output in memory, then a file */
	FILTERPROGRAM_OUTPUT_MAX = 256
	    << 20 /* bytes of output; more: it is ended */
};

enum filterprogram_end {
	FILTERPROGRAM_EXIT,     /* code is its exit status */
	FILTERPROGRAM_SIGNAL,   /* code is the signal */
	FILTERPROGRAM_TIMEOUT,  /* the same, because it took too long */
	FILTERPROGRAM_TOO_LONG, /* because it wrote too much */
	FILTERPROGRAM_FAILED    /* because there was no room for its output */
};

struct filterprogram {
	/* its output: LF line ends, no CR and no NUL in it (unixtext.h) */
	struct spool output;
	struct errpipe err; /* what it writes to 2 */
	/* comes once after filterprogram_start(), from the event loop; nothing
	 * looks at the structure behind it */
	void (*done)(struct filterprogram *, enum filterprogram_end, int code);
	void *arg;
	/* the rest is of filterprogram.c */
	struct child child;
	int out_fd;
	struct loop_io out;
	struct loop_timer timer;
	struct unixtext unixtext;
	struct buf text;
	uint64_t output_max;
	const char *dir;
	enum filterprogram_end
	    why; /* not FILTERPROGRAM_EXIT: we have ended it */
};

struct filterprogram_run {
	char *const *argv;
	const char *name;            /* in the log */
	const struct spawn_env *env; /* beside what we have ourselves */
	size_t n_env;
	int in;              /* a descriptor for its 0; stays the caller's */
	uint64_t output_max; /* at most FILTERPROGRAM_OUTPUT_MAX */
	unsigned head : 1;   /* only the first output_max bytes are wanted:
			      * it may write more, which is dropped */
	const char *dir;     /* for a file with its output */
	int64_t timeout_ms;
};

/*
 * t is all zero but for done and arg.  0, or -1 with errno and nothing
 * started: then filterprogram_free() is not needed either.
 */
int filterprogram_start(struct filterprogram *t,
    const struct filterprogram_run *);
/* end it and all of its group now; done() does not come */
void filterprogram_kill(struct filterprogram *);
/* the output; after done() */
void filterprogram_free(struct filterprogram *);

#endif
