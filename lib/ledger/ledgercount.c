#include "ledger/ledgercount.h"
#include <stdlib.h>

/* the most that was seen, in a window of the kind that the report shows */
static void
seen(struct ledger_limit *l, uint64_t windows, uint64_t most)
{
	l->seen.windows += windows;
	if (most > l->seen.most)
		l->seen.most = most;
}

/* room for one more at the end: what is over goes first */
static int
room(struct ledger_count *c)
{
	size_t n = c->went_to - c->went_from, cap;
	struct ledger_went *to;

	if (c->went_to < c->went_cap)
		return 0;
	cap = n < 4 ? 8 : 2 * n;
	to = malloc(cap * sizeof *to);
	if (to == NULL)
		return -1;
	if (n > 0)
		memcpy(to, c->went + c->went_from, n * sizeof *to);
	free(c->went);
	c->went = to;
	c->went_from = 0;
	c->went_to = n;
	c->went_cap = cap;
	return 0;
}

/* what went in a period that ends now, both ends with it; 0, or -1 */
static int
last_period(struct ledger_count *c, const struct ledger_limit *l, uint64_t cost,
    int64_t at_us)
{
	while (c->went_from < c->went_to &&
	    c->went[c->went_from].at_us < at_us - l->period_us)
		c->went_sum -= c->went[c->went_from++].cost;
	if (room(c) == -1)
		return -1;
	c->went[c->went_to++] = (struct ledger_went){ at_us, cost };
	c->went_sum += cost;
	return 0;
}

int
ledgercount_rate(struct ledger_count *c, struct ledger_limit *l, uint64_t cost,
    int64_t at_us, struct ledger_excess *e)
{
	__int128 burst = (__int128)l->burst * l->period_us;
	int idle, bad;

	if (cost == 0)
		return 0;
	if (c->grants > 0)
		c->above -= (__int128)(at_us - c->last_us) * l->n;
	idle = c->grants == 0 || c->above <= 0;
	if (idle) {
		c->above = 0;
		c->window_us = at_us;
		c->in_window = 0;
	}
	c->above += (__int128)cost * l->period_us;
	c->in_window += cost;
	c->last_us = at_us;
	c->grants++;
	if (last_period(c, l, cost, at_us) == -1)
		return -1;
	/* with each that went before, and with itself alone */
	seen(l, c->grants, c->went_sum);
	/* one message above the burst goes when nothing is owed */
	bad = c->above > burst &&
	    !(idle && l->unit == LEDGER_BYTES && cost > l->burst);
	if (!bad)
		return 0;
	l->seen.bad++;
	e->window_us = at_us - c->window_us;
	e->count = c->in_window;
	e->allowed =
	    (uint64_t)(l->burst + (__int128)e->window_us * l->n / l->period_us);
	return 1;
}

int
ledgercount_cap(struct ledger_count *c, struct ledger_limit *l, uint64_t cost,
    int64_t at_s, ledger_turn *turn, struct ledger_excess *e)
{
	if (at_s < l->begin_s || at_s >= l->end_s)
		turn(l->zone, l->span, at_s, &l->begin_s, &l->end_s);
	/* where the clock was set back it is still the later one */
	if (c->grants++ == 0 || l->begin_s > c->begin_s) {
		c->begin_s = l->begin_s;
		c->used = 0;
		l->seen.windows++;
	}
	c->used += cost;
	/* the fullest, where they are not all alike */
	if (l->seen.allowed == 0 ||
	    c->used * l->seen.allowed >= l->seen.most * l->n) {
		l->seen.most = c->used;
		l->seen.allowed = l->n;
	}
	if (c->used <= l->n)
		return 0;
	l->seen.bad++;
	*e = (struct ledger_excess){ 0, c->used, l->n };
	return 1;
}

int
ledgercount_conn(struct ledger_count *c, struct ledger_limit *l,
    struct ledger_excess *e)
{
	c->used++;
	seen(l, 1, c->used);
	if (c->used <= l->n)
		return 0;
	l->seen.bad++;
	*e = (struct ledger_excess){ 0, c->used, l->n };
	return 1;
}

void
ledgercount_free(struct ledger_count *c)
{
	free(c->went);
	c->went = NULL;
}
