#ifndef THROTTLE_TRANSACTIONTEXT_H
#define THROTTLE_TRANSACTIONTEXT_H

#include "chain/wire.h"
#include "throttle/transaction.h"

/* What throttle writes of a transaction: job(5), event(5). */

enum {
	/* of a closed key that is no site's, who was tried comes back so much
	 * later for each time */
	TRANSACTIONTEXT_TRY_US = 100000,
	TRANSACTIONTEXT_TRIES_MAX = 50
};

/* its jobs, with the label msgs-per-conn where that applies */
void transactiontext_jobs(struct wire *, const struct transaction *);
/*
 * a result `later' for each of its jobs, to be asked again at this time
 * (microseconds since 1970); ending: the reason when no key binds is the
 * end of the program, else that there is no room.  0, or -1 with ENOMEM.
 */
int transactiontext_later(struct buf *, const struct transaction *,
    int64_t next_us, int ending);
/* the events: it may go; a key binds (a notice() of the limiter) */
void transactiontext_granted(const struct transaction *);
void transactiontext_throttled(void *arg, const struct limiter_notice *);
/* a limit with a range has changed, an adapted() of the limiter */
void transactiontext_adapted(void *arg, const struct limiter_adapted *);

/* the event of what a reply has closed, or opened; now_us: the time */
void transactiontext_closed(const struct closure *, int64_t now_us);

#endif
