#ifndef THROTTLE_GATE_H
#define THROTTLE_GATE_H

#include "chain/wire.h"
#include "throttle/closing.h"
#include "throttle/ledgerout.h"
#include "throttle/limitfile.h"
#include "throttle/transaction.h"

/*
 * Jobs on their way through throttle: gathered into transactions, offered to
 * the limiter, and handed down when it lets them go, after the book and the
 * ledger have them, each in one write for all of a round; or answered "later".
 * Without memory the program ends.
 */
enum { GATE_HELD_BYTES = 32 << 20 /* of jobs that wait; more: later */ };

struct gate {
	struct limiter limiter;
	struct limitfile book;
	struct ledgerout ledger;
	struct closing closing;
	struct transaction_way way;
	/* the one being gathered, and where it belongs; NULL: no room */
	struct transaction_group group;
	struct limiter_flow *flow;
	size_t held_bytes;
	struct wire *up, *down;
	int events;   /* one for each that goes */
	int shutting; /* all comes back: the program ends */
};

/* one job, its line in p[0..n), num its number */
void gate_job(struct gate *, const char *p, size_t n, const struct ltsv *,
    uint64_t num, int64_t now_us);
/* what was gathered so far is a transaction */
void gate_offer(struct gate *, int64_t now_us);
/* what the limiter has decided is put down, or up */
void gate_drain(struct gate *, int64_t now_us);
/* the book and the ledger have it: at the end of each callback of a wire, for
 * what was put in there is written after it */
void gate_book(struct gate *, int64_t now_us);

#endif
