#ifndef LEDGER_LEDGERTOOK_H
#define LEDGER_LEDGERTOOK_H

#include <stdint.h>

/* What a field `took' of a ledger says beside what rules have: the backoff that
 * is last among its limits. */
struct ledger_taken {
	char *text;  /* "conn=3,rate=1/s,burst=1 site:x" */
	int learns;  /* there is one, */
	int limited; /* with a number */
	uint64_t n;
};

/* its backoff is cut out of the text; 0, or -1: it is no such field */
int ledgertook_cut(struct ledger_taken *);
/* two lists of the same texts, which get an order; what is in one alone, or
 * NULL */
const char *ledgertook_difference(const char **a, unsigned n, const char **b,
    unsigned m);

#endif
