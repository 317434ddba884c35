#ifndef QUEUE_RELATED_H
#define QUEUE_RELATED_H

#include "base/buf.h"

/*
 * Messages that belong together, by what a log says: a report and the message
 * it is about, and what one was made of.  All zero: none is followed.
 */
struct related {
	struct buf
	    ids; /* those that are followed, NAME_LEN bytes each, sorted */
	struct buf pairs; /* internal: others that belong together */
};

/* this one, NAME_LEN bytes; 0, or -1 with ENOMEM */
int related_follow(struct related *, const char *id);
/* remember which two messages a line of the log joins, if any; 0, or -1 with
 * ENOMEM */
int related_line(struct related *, const char *p, size_t n);
/* all lines have been seen: whoever belongs to one that is followed, over any
 * number of others, is followed.  0, or -1 with ENOMEM */
int related_close(struct related *);
/* is a line about one that is followed?  1, 0, or -1 with ENOMEM; those that it
 * joins are followed from here on */
int related_about(struct related *, const char *p, size_t n);
/* is this one followed? */
int related_has(const struct related *, const char *id);
void related_free(struct related *);

#endif
