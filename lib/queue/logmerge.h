#ifndef QUEUE_LOGMERGE_H
#define QUEUE_LOGMERGE_H

#include "base/buf.h"
#include <stdint.h>

/*
 * Lines of several logs in the order of their times.  A line without a time
 * stands behind the one before it in its log.  All zero but for latest is an
 * empty one; memory grows with what is kept and not yet written.
 */
enum { LOGMERGE_OUT_MAX = 1 << 20 }; /* bytes gathered before a write */

struct logmerge {
	int64_t latest;    /* no line is later, microseconds since 1970 */
	int64_t carry;     /* the time of the line before; 0 as a log begins */
	uint64_t order;    /* of the next line, among those of one time */
	struct buf text;   /* internal: the lines, */
	struct buf list;   /* where each stands, */
	struct buf out;    /* what is written, */
	struct buf behind; /* and what stays */
};

/* one line without its LF, made harmless for a terminal; the logger's time
 * goes from an event.  0, or -1 with ENOMEM */
int logmerge_keep(struct logmerge *, const char *p, size_t n);
/* how many lines are kept */
size_t logmerge_lines(const struct logmerge *);
/*
 * logmerge_write - those up to a time, in order; later ones stay
 *
 * until  microseconds since 1970
 * most   lines of them, the last ones; the others are dropped
 * write  takes what is in the buffer, whole lines, and leaves it empty
 *
 * 0, or -1 with ENOMEM.
 */
int logmerge_write(struct logmerge *, int64_t until, size_t most,
    void (*write)(struct buf *));
void logmerge_free(struct logmerge *);

#endif
