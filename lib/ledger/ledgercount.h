#ifndef LEDGER_LEDGERCOUNT_H
#define LEDGER_LEDGERCOUNT_H

#include "ledger/ledgerconf.h"

/*
 * One limit under one key, counted again.  Times are microseconds of one clock
 * that never goes back, but for those of caps, which are seconds since 1970.
 *
 * A rate holds when in each window, from any grant to any later one, at most
 * as many went as fall due in it, and the burst.  That is so for all of them
 * when it is so for the fullest that ends with each grant, and the fullest is
 * found by what is above the pace: it grows with each grant, falls with time,
 * and where it comes to nothing a new window begins.
 */
struct ledger_count {
	__int128 above;     /* the pace, in units times period_us */
	int64_t last_us;    /* the last grant */
	int64_t window_us;  /* where the fullest window begins, */
	uint64_t in_window; /* and what went in it */
	uint64_t grants;
	/* what went in the last period, oldest first */
	struct ledger_went {
		int64_t at_us;
		uint64_t cost;
	} * went;
	size_t went_from, went_to, went_cap;
	uint64_t went_sum;
	int64_t begin_s; /* of the hour or day of a cap */
	uint64_t used;   /* in it; of conn: open now */
};

/* what is wrong: so much in that window, and what was allowed in it */
struct ledger_excess {
	int64_t window_us; /* its length; of a cap and of conn 0 */
	uint64_t count, allowed;
};

/* so much goes at that time; 1: more than there may, as *e says; 0: it is
 * good; -1 with ENOMEM */
int ledgercount_rate(struct ledger_count *, struct ledger_limit *,
    uint64_t cost, int64_t at_us, struct ledger_excess *e);
/* the same; turn as zone_period() */
int ledgercount_cap(struct ledger_count *, struct ledger_limit *, uint64_t cost,
    int64_t at_s, ledger_turn *turn, struct ledger_excess *e);
/* one more is open */
int ledgercount_conn(struct ledger_count *, struct ledger_limit *,
    struct ledger_excess *e);
void ledgercount_free(struct ledger_count *);

#endif
