#ifndef THROTTLE_TXNTEXT_H
#define THROTTLE_TXNTEXT_H

#include "chain/wire.h"
#include "throttle/txn.h"

/* What throttle writes of a transaction: job(5), event(5). */

enum {
	/* of a closed key that is no site's, who was tried comes back so much
	 * later for each time */
	TXNTEXT_TRY_US = 100000,
	TXNTEXT_TRIES_MAX = 50
};

/* its jobs, with the label msgs-per-conn where that applies */
void txntext_jobs(struct wire *, const struct txn *);
/*
 * a result `later' for each of its jobs, to be asked again at this time
 * (microseconds since 1970); ending: the reason when no key binds is the
 * end of the program, else that there is no room.  0, or -1 with ENOMEM.
 */
int txntext_later(struct buf *, const struct txn *, int64_t next_us,
    int ending);
/* the events: it may go; a key binds (a notice() of the limiter) */
void txntext_granted(const struct txn *);
void txntext_throttled(void *arg, const struct limiter_notice *);

#endif
