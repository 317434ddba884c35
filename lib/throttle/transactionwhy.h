#ifndef THROTTLE_TRANSACTIONWHY_H
#define THROTTLE_TRANSACTIONWHY_H

#include "throttle/transaction.h"

/* what a question about a job, job(5), is answered from */
struct transactionwhy {
	struct limiter *limiter;
	const struct transaction_way *way;
	struct closures *closed;
	int64_t wall_us; /* the clock of the wall is ahead of now_us by this */
	int64_t now_us;
};

/*
 * transactionwhy - the question, with what the limits say of its job
 *
 * p, n   its line with the LF, parsed in the next argument
 * asked  what job_explains() found
 * out    receives the line for the next link
 *
 * Nothing is counted, and it waits for nobody.  0, or -1 with ENOMEM.
 */
int transactionwhy(const struct transactionwhy *, const char *p, size_t n,
    const struct ltsv *, const struct ltsv_field *asked, struct buf *out);

#endif
