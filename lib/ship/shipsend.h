#ifndef SHIP_SHIPSEND_H
#define SHIP_SHIPSEND_H

#include "base/restart.h"
#include "ship/linkproc.h"
#include "ship/sending.h"
#include "ship/shipgather.h"

/*
 * One batch on its way to a link, until nothing of it is left: what was not taken
 * goes again, later each time, and what is refused for good goes to its caller.
 */
enum { SHIPSEND_WHY_MAX = 150 /* bytes of a reason that are said */ };

struct shipsend {
	/* its caller's: the command of the link, how long the shortest pause and
	 * the longest are, and how long a batch may take */
	struct linkproc link;
	struct restart pause;
	int64_t timeout_ms;
	/* an event, with its LF, is refused for good.  0, or -1: it could not be
	 * kept, and waits */
	int (*dead)(void *arg, const char *event, size_t n, const char *why,
	    size_t why_len);
	/* nothing is left of the batch; the next may begin in there */
	void (*done)(void *arg);
	void *arg;
	/* to read: what is on its way, n 0: nothing; why it was not taken, last */
	struct shipgather flight;
	char last_why[SHIPSEND_WHY_MAX + 1];
	/* events that are gone, and batches that were not taken; its caller sets
	 * them to 0 */
	uint64_t sent, retries;
	/* told to end: where something is to go again the loop stops instead */
	unsigned stopping : 1;
	/* the rest is of shipsend.c */
	struct sending sending;
	struct buf part;
};

/* all zero, and the defaults */
void shipsend_init(struct shipsend *);
/* nothing is on its way: this batch is, and there is an empty one in its place */
void shipsend_begin(struct shipsend *, struct shipgather *);
/* the link sees the end of its input, and is waited for */
void shipsend_end(struct shipsend *);

#endif
