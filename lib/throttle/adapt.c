#include "throttle/adapt.h"

void
adapt_fit(struct adapt *a, const struct adapt_range *r)
{
	if (a->value == 0)
		return;
	if (a->value < r->least)
		a->value = r->least;
	if (a->value > r->most)
		a->value = r->most;
}

static int
too_much(const struct adapt *a)
{
	return (uint64_t)a->bad * ADAPT_SHARE > (uint64_t)a->good + a->bad;
}

/* the results of a few steps, where these have too few for a share */
static void
begin(struct adapt *a, int64_t now_us)
{
	a->begun_us = now_us;
	a->results = 0;
	if (a->good + a->bad >= ADAPT_TROUBLE * ADAPT_SHARE)
		a->good = a->bad = 0;
}

/* percent: what was refused is too much, if that is so for longer than one
 * step, and a little more */
static uint32_t
less(struct adapt *a)
{
	uint32_t share =
	    (uint32_t)((uint64_t)a->bad * 100 / (a->good + a->bad));
	uint32_t before = a->share;

	a->share = adapt_shut(a) ? 0 : (uint8_t)share;
	if (a->share > before)
		share = before;
	share = a->share == 0 || before == 0 ? 0 : share + 5;
	return share < ADAPT_LESS ? ADAPT_LESS : share;
}

static void
step_down(struct adapt *a, const struct adapt_range *r, int64_t now_us)
{
	uint32_t v = a->value;

	a->ceiling = v;
	a->value = v - (uint32_t)((uint64_t)v * less(a) / 100);
	/* one connection less, at least */
	if (r->whole && a->value / ADAPT_ONE == v / ADAPT_ONE)
		a->value = v / ADAPT_ONE * ADAPT_ONE - 1;
	if (a->value < r->least)
		a->value = r->least;
	a->changed_us = a->less_us = now_us;
	a->good = a->bad = 0;
	begin(a, now_us);
}

static void
step_up(struct adapt *a, int64_t now_us)
{
	uint32_t near = a->ceiling - a->ceiling / 33, more;

	if (a->ceiling == 0) {
		a->value += a->value / 4;
	} else if (a->value < near) {
		a->value += (near - a->value) / 2 + a->ceiling / 100;
		if (a->value > near)
			a->value = near;
	} else if (now_us - a->changed_us >= ADAPT_TRY_US) {
		more = a->ceiling / 50 + 1;
		if (a->value > a->ceiling && a->value - a->ceiling > more)
			more = a->value - a->ceiling;
		a->value += more < a->value / 4 ? more : a->value / 4;
	} else {
		return;
	}
	a->changed_us = now_us;
}

enum adapt_step
adapt_learn(struct adapt *a, const struct adapt_range *r, int bad, int used,
    int64_t started_us, int64_t now_us)
{
	uint32_t was;

	if (a->value == 0 || a->begun_us == 0) {
		a->value = adapt_value(a, r);
		begin(a, now_us);
	}
	was = a->value;
	if (started_us < a->less_us)
		return ADAPT_NONE;
	a->results++;
	if (bad)
		a->bad++;
	else
		a->good++;
	if (a->bad >= ADAPT_TROUBLE && too_much(a)) {
		if (now_us - a->less_us < ADAPT_HOLD_US && a->less_us != 0)
			return ADAPT_NONE;
		step_down(a, r, now_us);
		return a->value != was ? ADAPT_CHANGED : ADAPT_STAYED;
	}
	if (now_us - a->begun_us < ADAPT_STEP_US || a->results < ADAPT_RESULTS)
		return ADAPT_NONE;
	a->share = 0;
	if (used && !too_much(a))
		step_up(a, now_us);
	if (a->value > r->most)
		a->value = r->most;
	begin(a, now_us);
	return a->value != was ? ADAPT_CHANGED : ADAPT_STAYED;
}
