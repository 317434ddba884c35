/* a value between two bounds, step by step */
#include "throttle/adapt.h"
#include "tap.h"

#define S INT64_C(1000000)

static const struct adapt_range rate = { 20000, 80000, 0 };
static const struct adapt_range conn = { 5000, 50000, 1 };
static struct adapt a;
static int64_t now;

static void
fresh(uint32_t value, uint32_t ceiling)
{
	a = (struct adapt){ .value = value, .ceiling = ceiling };
	now = 100 * S;
}

/* so many results in ten seconds, the last at their end */
static void
step(const struct adapt_range *r, unsigned good, unsigned bad, int used)
{
	unsigned i, n = good + bad;
	int64_t from = now;

	for (i = 1; i <= n; i++) {
		now = from + ADAPT_STEP_US * i / n;
		adapt_learn(&a, r, i <= bad, used, now, now);
	}
}

static void
up(void)
{
	fresh(0, 0);
	is_num(adapt_value(&a, &rate), 20000, "it begins at the least");
	ok(!adapt_yields(&a, &rate), "which cannot become less");
	adapt_learn(&a, &rate, 0, 1, now, now);
	step(&rate, 100, 0, 1);
	is_num(a.value, 25000, "a quarter more");
	step(&rate, 100, 0, 0);
	is_num(a.value, 25000, "not when it is not used");
	step(&rate, ADAPT_RESULTS - 1, 0, 1);
	is_num(a.value, 25000, "nor after nine results");
	step(&rate, 1, 0, 1);
	is_num(a.value, 31250, "but after ten");
	a.good = 0;
	step(&rate, 97, 2, 1);
	is_num(a.value, 31250, "nor with two of 99 in trouble");
	fresh(79000, 0);
	adapt_learn(&a, &rate, 0, 1, now, now);
	step(&rate, 100, 0, 1);
	is_num(a.value, 80000, "up to the most");
}

static void
down(void)
{
	int64_t before;

	fresh(50000, 0);
	adapt_learn(&a, &rate, 0, 1, now, now);
	step(&rate, 150, 2, 1);
	is_num(a.value, 50000, "two are not trouble");
	fresh(50000, 0);
	adapt_learn(&a, &rate, 0, 1, now, now);
	step(&rate, 10, 3, 1);
	is_num(a.value, 45000, "three of three: a tenth less");
	is_num(a.ceiling, 50000, "and there it failed");
	fresh(50000, 0);
	step(&rate, 200, 0, 0);
	before = now;
	now += 5 * S;
	is_num(adapt_learn(&a, &rate, 1, 0, now, now), ADAPT_STAYED, "one");
	adapt_learn(&a, &rate, 1, 0, now, now);
	is_num(adapt_learn(&a, &rate, 1, 0, now, now), ADAPT_CHANGED,
	    "three of 203");
	is_num(a.value, 45000, "a tenth less");
	adapt_learn(&a, &rate, 1, 1, before, now + 2 * S);
	is_num(a.bad, 0, "what began before says nothing of it");
	now += ADAPT_HOLD_US - 1;
	for (int i = 0; i < 5; i++)
		adapt_learn(&a, &rate, 1, 1, now, now);
	is_num(a.value, 45000, "nor again within a second");
	adapt_learn(&a, &rate, 1, 1, now, now + 1);
	ok(a.value < 45000, "but then");
	fresh(20500, 0);
	step(&rate, 0, 3, 1);
	is_num(a.value, 20000, "down to the least");
	step(&rate, 0, 30, 1);
	is_num(a.value, 20000, "and no less");
	fresh(6900, 0);
	step(&conn, 0, 3, 1);
	is_num(a.value / ADAPT_ONE, 5, "a connection less, at least");
}

static void
back(void)
{
	int i;

	fresh(45000, 50000);
	adapt_learn(&a, &rate, 0, 1, now, now);
	step(&rate, 100, 0, 1);
	ok(a.value > 47000 && a.value < 48500, "half of the way");
	for (i = 0; i < 5; i++)
		step(&rate, 100, 0, 1);
	is_num(a.value, 50000 - 50000 / 33, "to 3 % below");
	for (i = 0; i < 6; i++)
		step(&rate, 100, 0, 1);
	ok(a.value > 49000 && a.value < 50000, "2 % more after a minute");
	for (i = 0; i < 18; i++)
		step(&rate, 100, 0, 1);
	ok(a.value > 51000 && a.value < 54000, "and again");
	for (i = 0; i < 18; i++)
		step(&rate, 100, 0, 1);
	ok(a.value > 60000, "above it the faster the higher");
	a.value = 90000;
	adapt_fit(&a, &rate);
	is_num(a.value, 80000, "another range: within it");
	a.value = 1;
	adapt_fit(&a, &rate);
	is_num(a.value, 20000, "from below, too");
	fresh(0, 0);
	adapt_fit(&a, &rate);
	is_num(a.value, 0, "nothing known stays so");
}

int
main(void)
{
	up();
	down();
	back();
	return done();
}
