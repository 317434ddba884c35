#ifndef SHIP_SHIPLINK_H
#define SHIP_SHIPLINK_H

#include "ship/batch.h"

/*
 * The driver of a link that takes one batch after the other, ship-batch(5):
 * batches are read from descriptor 0, receipts written to 1.  For programs
 * whose library wants to block; nothing of libowfat is in it.
 */
struct shiplink_ops {
	/*
	 * a batch: n events, valid during the call, into the content of its
	 * receipt, which is empty before.  0, or -1: no memory
	 */
	int (*take)(void *arg, const struct ship_event *ev, size_t n,
	    struct buf *receipt);
	/* called each time nothing came for idle_ms, to let go of what need not
	 * be held; may be NULL */
	void (*idle)(void *arg);
	int idle_ms;
};

/*
 * shiplink_run - up to the end of input
 *
 * Returns the status to exit with: 0; EXIT_PERM, what came is no batch;
 * EXIT_TEMP.  What went wrong has been said.
 */
int shiplink_run(const struct shiplink_ops *, void *arg);

#endif
