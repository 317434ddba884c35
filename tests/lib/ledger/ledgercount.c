/* one limit, counted again: what is allowed just so, and one more, or a little
 * too early */
#include "ledger/ledgercount.h"
#include "tap.h"

#define S INT64_C(1000000)

static struct ledger_count c;
static struct ledger_excess e;

static void
begin(void)
{
	ledgercount_free(&c);
	memset(&c, 0, sizeof c);
}

static struct ledger_limit
rate(enum ledger_unit unit, uint64_t n, int64_t period_us, uint64_t burst)
{
	struct ledger_limit l = { .kind = LEDGER_RATE,
		.unit = unit,
		.n = n,
		.period_us = period_us,
		.burst = burst };

	return l;
}

static void
turn(const char *zone, enum zone_span span, int64_t at_s, int64_t *begin_s,
    int64_t *end_s)
{
	int64_t n = span == ZONE_DAY ? 86400 : 3600;

	(void)zone;
	*begin_s = at_s - at_s % n;
	*end_s = *begin_s + n;
}

static void
rates(void)
{
	struct ledger_limit l = rate(LEDGER_TXNS, 4, S, 1);
	int i, bad = 0;

	for (i = 0; i < 1000; i++)
		bad |= ledgercount_rate(&c, &l, 1, i * S / 4, &e);
	is_num(bad, 0, "just as fast as it may");
	is_num(l.seen.most, 5, "in a second, both ends with it");
	is_num(l.seen.windows, 500500, "all windows were looked at");
	is_num(ledgercount_rate(&c, &l, 1, 250 * S - 1, &e), 1,
	    "a microsecond too early");
	is_num(e.window_us, 249999, "from the one before");
	is_num(e.count, 2, "two went");
	is_num(e.allowed, 1, "of one");
	/* a third of a second is no whole number of microseconds */
	begin();
	l = rate(LEDGER_TXNS, 3, S, 2);
	for (i = 0, bad = 0; i < 1000; i++)
		bad |= ledgercount_rate(&c, &l, 1, i * S / 3, &e);
	is_num(bad, 0, "rounded down, with a burst");
	is_num(ledgercount_rate(&c, &l, 1, 333 * S, &e), 0, "which is there");
	is_num(ledgercount_rate(&c, &l, 1, 333 * S + 1, &e), 1, "once");
	is_num(e.window_us, 1, "in the shortest of the fullest windows");
	is_num(e.count, 3, "so many went");
	is_num(e.allowed, 2, "of these");
	begin();
	l = rate(LEDGER_TXNS, 1, S, 5);
	for (i = 0, bad = 0; i < 5; i++)
		bad |= ledgercount_rate(&c, &l, 1, 0, &e);
	is_num(bad, 0, "a burst");
	is_num(ledgercount_rate(&c, &l, 1, S - 1000, &e), 1, "1 ms too early");
	begin();
	for (i = 0, bad = 0; i < 5; i++)
		bad |= ledgercount_rate(&c, &l, 1, 0, &e);
	is_num(bad | ledgercount_rate(&c, &l, 1, S, &e), 0, "in time");
	is_num(ledgercount_rate(&c, &l, 1, S, &e), 1, "and one more");
	is_num(l.seen.bad, 2, "both were counted");
}

static void
sizes(void)
{
	struct ledger_limit l = rate(LEDGER_BYTES, 1000, S, 1000);

	begin();
	is_num(ledgercount_rate(&c, &l, 5000, 0, &e), 0, "one above the burst");
	is_num(ledgercount_rate(&c, &l, 1, 4 * S, &e), 1, "then it is owed");
	begin();
	ledgercount_rate(&c, &l, 5000, 0, &e);
	is_num(ledgercount_rate(&c, &l, 1000, 5 * S, &e), 0,
	    "until it is paid");
	is_num(ledgercount_rate(&c, &l, 5000, 6 * S - 1, &e), 1,
	    "another one while something is owed");
	is_num(ledgercount_rate(&c, &l, 0, 6 * S - 1, &e), 0, "nothing");
	begin();
	l = rate(LEDGER_RCPTS, 10, S, 10);
	is_num(ledgercount_rate(&c, &l, 11, 0, &e), 1,
	    "of recipients never above the burst");
}

static void
caps(void)
{
	struct ledger_limit l = { .kind = LEDGER_CAP, .n = 3 };

	begin();
	is_num(ledgercount_cap(&c, &l, 2, 3599, turn, &e), 0, "two of three");
	is_num(ledgercount_cap(&c, &l, 3, 3600, turn, &e), 0, "it turns");
	is_num(ledgercount_cap(&c, &l, 1, 7199, turn, &e), 1, "one more");
	is_num(e.count, 4, "four");
	is_num(e.allowed, 3, "of three");
	is_num(ledgercount_cap(&c, &l, 1, 3599, turn, &e), 1,
	    "set back: the same count");
	is_num(l.seen.windows, 2, "two hours");
}

static void
conns(void)
{
	struct ledger_limit l = { .kind = LEDGER_CONN, .n = 2 };

	begin();
	is_num(ledgercount_conn(&c, &l, &e), 0, "one");
	is_num(ledgercount_conn(&c, &l, &e), 0, "two");
	c.used--;
	is_num(ledgercount_conn(&c, &l, &e), 0, "one has ended");
	is_num(ledgercount_conn(&c, &l, &e), 1, "three");
	is_num(e.count, 3, "of two");
}

int
main(void)
{
	rates();
	sizes();
	caps();
	conns();
	ledgercount_free(&c);
	return done();
}
