#include "recv/waits.h"
#include "tap.h"

enum { SHORT, LONG, OTHER };

static struct waits waits = { .most_s = { 0, 100, 0 } };
static struct waiter w[4];
static unsigned told;

static void
on_expired(struct waiter *x)
{
	unsigned i = (unsigned)(x - w);

	told = told * 10 + i + 1;
	waits_end(&waits, x);
	if (i == 0)
		waits_set(&waits, x, LONG);
	if (i == 1)
		loop_stop();
}

static void
lines(void)
{
	int64_t now = waits_now_s();

	ok(!waits_is(&w[0], SHORT), "all zero does not wait");
	waits_end(&waits, &w[0]);
	waits_set(&waits, &w[0], LONG);
	waits_set(&waits, &w[1], LONG);
	waits_set(&waits, &w[2], LONG);
	waits_set(&waits, &w[3], OTHER);
	ok(waits_first(&waits, LONG) == &w[0], "the first");
	ok(waits_next(&w[0]) == &w[1], "the next");
	ok(waits_next(&w[2]) == NULL, "the last");
	ok(waits_first(&waits, SHORT) == NULL, "nobody");
	ok(waits_since_s(&waits, &w[1], now) <= 0, "since now");
	is_num(waits_since_s(&waits, &w[1], w[1].until_s), 101, "to the end");
	waits_end(&waits, &w[1]);
	ok(waits_next(&w[0]) == &w[2], "out of the middle");
	waits_end(&waits, &w[1]);
	waits_set(&waits, &w[0], OTHER);
	ok(waits_is(&w[0], OTHER) && !waits_is(&w[0], LONG), "another kind");
	ok(waits_first(&waits, LONG) == &w[2], "and gone from the first");
	waits_end(&waits, &w[0]);
	waits_end(&waits, &w[2]);
	waits_end(&waits, &w[3]);
	ok(waits_first(&waits, LONG) == NULL, "all are gone");
}

/* each is told once, in order; a wait that ends before is not */
static void
sweep(void)
{
	int64_t before = waits_now_s();

	waits.expired = on_expired;
	waits_set(&waits, &w[3], SHORT);
	waits_set(&waits, &w[0], SHORT);
	waits_set(&waits, &w[2], LONG);
	waits_set(&waits, &w[1], OTHER);
	waits_end(&waits, &w[3]);
	loop_run();
	is_num(told, 12, "those whose time was over");
	ok(waits_now_s() > before, "and no earlier");
	ok(waits_is(&w[0], LONG), "one waits for something else since");
	ok(waits_is(&w[2], LONG), "who has time waits on");
}

int
main(void)
{
	lines();
	sweep();
	return done();
}
