/* Turns that were given: what is between them is free, and no one in time is
 * pushed back. */
#include "throttle/limitplan.h"
#include "tap.h"
#include <stdlib.h>

#define S INT64_C(1000000)

static uint64_t state = 88172645463325252u;

static uint64_t
draw(uint64_t below)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state % below;
}

static const struct bucket_cost one = { { 1, 1, 1024 } };
static const struct bucket_limit second = { S, 1, 1 };
static const struct bucket_limit quota = { 3600 * S, 60, 30 };

static int64_t
turn(struct limitplan *p, const struct bucket_limit *l, int64_t at, int64_t now)
{
	struct limitplan_rate r = { .limit = l };

	return limitplan_turn(p, &r, one, at, now);
}

static void
alone(void)
{
	struct limitplan p = { .begin = 0 };
	struct limitplan_rate r = { .limit = &second };
	int64_t t;
	int i, bad = 0;

	is_num(turn(NULL, &second, 5 * S, 5 * S), 5 * S, "nobody: now");
	is_num(turn(NULL, &second, 9 * S, 5 * S), 9 * S, "or when one can");
	r.ahead = 3;
	is_num(limitplan_turn(NULL, &r, one, 5 * S, 5 * S), 8 * S,
	    "behind three who wait");
	r.ahead = 0;
	bucket_take(&r.now, &second, 1, 5 * S);
	is_num(limitplan_turn(NULL, &r, one, 5 * S, 5 * S), 6 * S,
	    "and when one has just gone");
	for (i = 0; i < 300; i++) {
		t = limitplan_turn(&p, &r, one, 5 * S, 5 * S);
		bad += t != (6 + i) * S;
		limitplan_take(&p, one, t, 5 * S);
	}
	is_num(bad, 0, "one a second: in turn");
	is_num(turn(&p, &second, 400 * S, 5 * S), LIMITPLAN_NEVER,
	    "behind the last slot");
}

static void
between(void)
{
	struct limitplan p = { .begin = 0 };
	struct limitplan_rate r = { .limit = &second };
	int64_t t;
	int i, bad = 0;

	/* they come so late for another key's sake */
	for (i = 100; i < 300; i += 2)
		limitplan_take(&p, one, i * S, S);
	is_num(turn(&p, &second, S, S), S, "who comes later keeps nobody");
	bucket_take(&r.now, &second, 1, S);
	for (i = 2; i < 100; i++) {
		t = limitplan_turn(&p, &r, one, S, S);
		bad += t != i * S;
		limitplan_take(&p, one, t, S);
	}
	is_num(bad, 0, "what is before them is free");
	t = limitplan_turn(&p, &r, one, S, S);
	ok(t > 100 * S && t < 110 * S, "and what is between them");
	is_num(turn(&p, &second, 297 * S, 297 * S), 298 * S,
	    "a turn that was not used is free again");
	is_num(turn(&p, &second, 1000 * S, 1000 * S), 1000 * S,
	    "and in the end all are");
	memset(&p, 0, sizeof p);
	for (i = 0; i < 34; i++)
		limitplan_take(&p, one, 250 * S, S);
	is_num(turn(&p, &quota, S, S), 301 * S,
	    "a burst that is promised is not given again");
}

/* whatever was given: so many have room at the end of each slot */
static int
kept(const struct bucket_limit *l)
{
	struct limitplan p = { .begin = 0 };
	struct bucket rest = { 0 };
	int64_t t, came[400];
	int n = 0, i, j, bad = 0;
	uint64_t sum;

	while (n < 400) {
		t = S + (1 + draw(250)) * S;
		t = turn(&p, l, t, S);
		if (t == LIMITPLAN_NEVER)
			break;
		limitplan_take(&p, one, t, S);
		came[n++] = t;
	}
	for (i = 1; i < 32; i++) {
		for (sum = 0, j = 0; j < n; j++)
			sum += came[j] < i * 10 * S;
		bad += !bucket_fits(&rest, l, sum, S, i * 10 * S - 1 - S);
	}
	return bad;
}

/* bytes, counted by 1024 */
static void
bytes(void)
{
	static const struct bucket_limit l = { S, 1048576, 1048576 };
	static const struct bucket_cost cost = { { 1, 1, 1048576 } };
	struct limitplan p = { .begin = 0 };
	struct limitplan_rate r = { .limit = &l, .unit = BUCKET_BYTES };
	int64_t t;
	int i, bad = 0;

	bucket_take(&r.now, &l, 1048576, 5 * S);
	for (i = 0; i < 300; i++) {
		t = limitplan_turn(&p, &r, cost, 5 * S, 5 * S);
		bad += t != (6 + i) * S;
		limitplan_take(&p, cost, t, 5 * S);
	}
	is_num(bad, 0, "a megabyte a second");
	is_num(p.told[BUCKET_BYTES], 300 * 1024, "in KiB");
}

int
main(void)
{
	int i, bad = 0;

	alone();
	between();
	bytes();
	for (i = 0; i < 200; i++) {
		struct bucket_limit l = { (1 + draw(3600)) * S, 1 + draw(500),
			1 + draw(60) };

		bad += kept(&l);
	}
	is_num(bad, 0, "200 rates: nobody who has a time is pushed back");
	return done();
}
