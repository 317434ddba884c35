#include "throttle/bucket.h"
#include "tap.h"
#include "timed.h"
#include <inttypes.h>
#include <stdlib.h>

/*
 * The property, checked by brute force: whatever asks, and whenever, no
 * window of w microseconds has more than w * n / period + burst.
 */
enum { GRANTS = 400 };

static int
windows_bad(const int64_t *at, const uint32_t *cost, int n,
    const struct bucket_limit *l)
{
	int i, j, bad = 0;
	uint64_t sum;

	for (i = 0; i < n; i++)
		for (sum = 0, j = i; j < n; j++) {
			sum += cost[j];
			/* (sum - burst) * period <= w * n, exactly */
			if (sum > l->burst &&
			    (__int128)(sum - l->burst) * l->period_us >
				(__int128)(at[j] - at[i]) * l->n)
				bad++;
		}
	return bad;
}

static int
random_load(void)
{
	static int64_t at[GRANTS];
	static uint32_t cost[GRANTS];
	struct bucket_limit l;
	struct bucket b = { 0, 0 };
	int64_t now = draw(1000000000), t;
	uint32_t c;
	int n = 0, bad = 0;

	l.period_us = 1 + draw(draw(2) ? 86400000000 : 1000000);
	l.n = 1 + draw(draw(2) ? 1000000 : 20);
	l.burst = 1 + draw(draw(2) ? 200 : 3);
	/* bytes */
	if (draw(3) == 0) {
		l.n = 1000 + draw(UINT32_MAX - 1000);
		l.burst = 1 + draw(UINT32_MAX / 2);
	}
	while (n < GRANTS) {
		c = 1 + draw(draw(2) ? l.burst : 1);
		t = bucket_ready(&b, &l, c, now);
		bad += t < now;
		/* one before it is not ready, and it is, at it */
		if (t > now)
			bad += bucket_ready(&b, &l, c, t - 1) <= t - 1;
		bad += bucket_ready(&b, &l, c, t) != t;
		now = t;
		if (draw(4) == 0)
			now += draw(l.period_us / l.n * 2 + 2);
		bucket_take(&b, &l, c, now);
		at[n] = now;
		cost[n++] = c;
	}
	return bad + windows_bad(at, cost, n, &l);
}

static void
pacing(uint32_t n, int64_t period_us, uint32_t burst, const char *name)
{
	struct bucket_limit l = { period_us, n, burst };
	struct bucket b = { 0, 0 };
	int64_t now = 12345, start = now, want, late;
	char what[80];
	int i;

	for (i = 0; i < 10000; i++) {
		now = bucket_ready(&b, &l, 1, now);
		bucket_take(&b, &l, 1, now);
	}
	/* 10,000 less the burst have been paced, each late by less than the
	 * microsecond that time is counted in */
	want = (int64_t)(10000 - burst) * period_us / n;
	late = now - start - want;
	snprintf(what, sizeof what, "%s: %d us late in all", name, (int)late);
	ok(late >= 0 && late <= 10000, what);
}

int
main(void)
{
	struct bucket_limit l = { 1000000, 3, 2 };
	struct bucket b = { 0, 0 };
	int i, bad = 0;

	is_num(bucket_ready(&b, &l, 1, 5), 5, "a rested bucket lets go");
	bucket_take(&b, &l, 1, 5);
	is_num(bucket_ready(&b, &l, 1, 5), 5, "a second within the burst");
	bucket_take(&b, &l, 1, 5);
	is_num(bucket_ready(&b, &l, 1, 5), 333339, "the third after a third");
	is_num(bucket_ready(&b, &l, 2, 5), 666672, "two cost two");
	is_num(bucket_ready(&b, &l, 9, 5), 666672,
	    "more than the burst: when it is full");
	ok(!bucket_full(&b, 666671) && bucket_full(&b, 666672),
	    "full again in time");
	is_num(bucket_memory_us(&l), 666666, "a burst is remembered so long");
	ok(bucket_fits(&b, &l, 0, 5, 0) && !bucket_fits(&b, &l, 1, 5, 0),
	    "nothing fits now");
	ok(!bucket_fits(&b, &l, 1, 5, 333333) &&
		bucket_fits(&b, &l, 1, 5, 333334),
	    "one in a third");
	ok(!bucket_fits(&b, &l, 30, 5, 9999999) &&
		bucket_fits(&b, &l, 30, 5, 10000000),
	    "30 in ten seconds");
	for (i = 0; i < 300; i++)
		bad += random_load();
	is_num(bad, 0, "300 random limits and loads: no window is exceeded");
	pacing(1, 1000000, 1, "1/s");
	pacing(7, 1000000, 1, "7/s");
	pacing(1000, 60000000, 3, "1000/m burst 3");
	pacing(BUCKET_N_MAX, BUCKET_PERIOD_MAX_US, 1, "1000000/7d");
	pacing(999983, BUCKET_PERIOD_MAX_US, 100, "999983/7d burst 100");
	pacing(BUCKET_N_MAX, 1000000, 1, "1000000/s");
	l = (struct bucket_limit){ BUCKET_PERIOD_MAX_US, 1, BUCKET_N_MAX };
	b = (struct bucket){ 0, 0 };
	bucket_take(&b, &l, BUCKET_N_MAX, 0);
	ok(bucket_ready(&b, &l, 1, 0) == BUCKET_PERIOD_MAX_US,
	    "the greatest burst and period do not overflow");
	is_num(bucket_memory_us(&l), BUCKET_N_MAX * BUCKET_PERIOD_MAX_US,
	    "nor how long they are remembered");
	ok(!bucket_fits(&b, &l, 2 * BUCKET_N_MAX, 0, 600000000),
	    "nor with ten minutes");
	return done();
}
