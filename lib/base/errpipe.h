#ifndef BASE_ERRPIPE_H
#define BASE_ERRPIPE_H

#include "base/errlog.h"
#include "base/loop.h"

/* The pipe on which a program that we run writes for people, base/errlog.h, in
 * the event loop. */
struct errpipe {
	struct errlog log; /* kept: valid until errpipe_start() */
	struct loop_io io;
	int fd; /* -1: it is closed; set so where errpipe_start() may not come */
};

/* fd: our end, not blocking, which is taken over; name and pid as in
 * errlog_begin() */
void errpipe_start(struct errpipe *, int fd, const char *name, long pid);
/* the program has ended: what it wrote is in the pipe, and read; others that
 * hold the pipe are not waited for */
void errpipe_drain(struct errpipe *);
/* nothing more is read; a last line without its LF is logged, too.  Nothing
 * where it is closed */
void errpipe_close(struct errpipe *);

#endif
