#ifndef THROTTLE_TRANSACTIONLEDGER_H
#define THROTTLE_TRANSACTIONLEDGER_H

#include "throttle/transaction.h"

/*
 * The ledger, throttle-ledger(5): a line for each grant and for each end of
 * one, so that somebody else can count again.  Lines gather in a buffer, which
 * the caller writes before what was granted goes.
 *
 * All times are microseconds: by the clock of the wall, since 1970, and by the
 * monotonic one, which is the limiter's.
 *
 * All return 0, or -1 with ENOMEM.
 */
struct transactionledger {
	struct buf lines;
	uint64_t seq;    /* of the next line */
	uint64_t grants; /* so far */
};

struct transactionledger_now {
	int64_t wall_us, mono_us;
};

/* the program begins: in this boot, empty when that is not known; books: rates
 * and caps go on from where they were; these rules are in force */
int transactionledger_start(struct transactionledger *,
    struct transactionledger_now, const char *boot, int books,
    const struct throttle_rules *);
/* a table is in force from now on */
int transactionledger_rules(struct transactionledger *,
    struct transactionledger_now, const struct throttle_rules *);
/* a transaction may go, whose lines are still there; it gets its number */
int transactionledger_grant(struct transactionledger *,
    struct transactionledger_now, struct transaction *);
/* it is over */
int transactionledger_end(struct transactionledger *,
    struct transactionledger_now, const struct transaction *);

#endif
