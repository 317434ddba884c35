#include "throttle/throttlerate.h"
#include "base/num.h"
#include <string.h>

enum {
	PERIOD_MAX_S = 7 * 86400,
	SLACK_US = 20000, /* a wake-up may be late by so much */
	RCPT_BURST_MAX = 100
};

const char *const throttle_rates[BUCKET_UNITS] = { "rate", "rcpt-rate",
	"byte-rate", "conn-rate" };

/* a number of transactions or recipients; of bytes with k M or G behind it,
 * 1024 of what is before */
static int
parse_number(struct slice v, enum bucket_unit what, uint64_t *n)
{
	static const char steps[] = "kMG";
	uint64_t one = 1, most = (uint64_t)THROTTLE_BYTES_MAX_G << 30;
	const char *step;

	if (what != BUCKET_BYTES)
		return num_scan(v.p, v.n, 1, BUCKET_N_MAX, n);
	step = v.n == 0 ? NULL : memchr(steps, v.p[v.n - 1], 3);
	if (step != NULL) {
		one <<= 10 * (step - steps + 1);
		v.n--;
	}
	if (num_scan(v.p, v.n, 1, most / one, n) == -1)
		return -1;
	*n *= one;
	return 0;
}

int
throttlerate_range(struct slice v, uint64_t max, uint64_t *least, uint64_t *n)
{
	const char *dots = v.n == 0 ? NULL : memmem(v.p, v.n, "..", 2);
	struct slice low = { v.p, dots == NULL ? 0 : (size_t)(dots - v.p) };

	*least = 0;
	if (dots == NULL)
		return num_scan(v.p, v.n, 1, max, n);
	v.n -= low.n + 2;
	v.p = dots + 2;
	if (num_scan(low.p, low.n, 1, max, least) == -1 ||
	    num_scan(v.p, v.n, 1, max, n) == -1)
		return -1;
	return *least < *n ? 0 : -1;
}

/* n in that time as the smallest fraction that is the same; -1: there is none
 * that a bucket can have */
static int
set_limit(struct bucket_limit *l, uint64_t n, int64_t period_us)
{
	uint64_t a = n, b = period_us, c;

	while (b != 0) {
		c = a % b;
		a = b;
		b = c;
	}
	if (n / a > UINT32_MAX)
		return -1;
	l->n = n / a;
	l->period_us = period_us / a;
	return 0;
}

/* N/PERIOD; PERIOD: s m h d, or a number of them */
static int
parse_rate(const struct slice *v, struct throttle_rate *r)
{
	const char *slash = memchr(v->p, '/', v->n);
	struct slice unit, number = { v->p, slash == NULL ? 0 : slash - v->p };
	uint64_t s = 1, least = 0;

	if (slash == NULL)
		return -1;
	if (r->what == BUCKET_BYTES
		? parse_number(number, r->what, &r->n) == -1
		: throttlerate_range(number, BUCKET_N_MAX, &least, &r->n) == -1)
		return -1;
	r->least = (uint32_t)least;
	unit.p = slash + 1;
	unit.n = v->p + v->n - unit.p;
	if (unit.n == 0 || unit.n >= sizeof r->unit)
		return -1;
	if (unit.n == 1) {
		if (unit.p[0] == 'm')
			s = 60;
		else if (unit.p[0] == 'h')
			s = 3600;
		else if (unit.p[0] == 'd')
			s = 86400;
		else if (unit.p[0] != 's')
			return -1;
	} else if (unit.p[unit.n - 1] >= '0' && unit.p[unit.n - 1] <= '9') {
		return -1;
	} else if (num_scan_duration(unit.p, unit.n, PERIOD_MAX_S, &s) == -1 ||
	    s == 0) {
		return -1;
	}
	memcpy(r->unit, unit.p, unit.n);
	r->unit[unit.n] = '\0';
	if (r->what == BUCKET_BYTES)
		return set_limit(&r->limit, r->n, s * 1000000);
	r->limit.n = r->n;
	r->limit.period_us = s * 1000000;
	return 0;
}

/*
 * As smooth as can be kept: one, and as many more as fall due while a
 * wake-up is late, else the rate itself would not be reached.  Recipients
 * come in transactions: what goes in a second, within bounds.
 */
static uint32_t
burst_of(const struct throttle_rate *r)
{
	int64_t each = r->limit.period_us / r->limit.n, burst;

	if (r->what == BUCKET_RCPTS || r->what == BUCKET_BYTES) {
		burst = (__int128)r->limit.n * 1000000 / r->limit.period_us;
		if (r->what == BUCKET_RCPTS && burst > RCPT_BURST_MAX)
			burst = RCPT_BURST_MAX;
		return burst < 1 ? 1 : burst > UINT32_MAX ? UINT32_MAX : burst;
	}
	if (each >= 1000000)
		return 1;
	burst = (int64_t)r->limit.n * SLACK_US / r->limit.period_us;
	return 2 + burst;
}

const char *
throttlerate_add(struct throttle_rule *r, struct slice v, enum bucket_unit what)
{
	struct throttle_rate *rate = &r->rate[r->n_rates];

	if (r->n_rates == THROTTLE_RATES_MAX)
		return "too many rates";
	rate->what = what;
	if (parse_rate(&v, rate) == -1)
		return what == BUCKET_BYTES
		    ? "byte-rate is not SIZE/PERIOD: 1 to 1024G, s m h d or a "
		      "number of these up to 7d"
		    : "a rate is not N/PERIOD: 1 to 1000000, or a range "
		      "of these, s m h d or a number of these up to 7d";
	rate->limit.burst = burst_of(rate);
	r->n_rates++;
	return NULL;
}

const char *
throttlerate_burst(struct throttle_rule *r, struct slice v)
{
	struct throttle_rate *rate;
	uint64_t u;

	if (r->n_rates == 0)
		return "burst= must stand behind the rate it belongs to";
	rate = &r->rate[r->n_rates - 1];
	if (rate->what == BUCKET_BYTES) {
		if (parse_number(v, BUCKET_BYTES, &u) == -1 || u > UINT32_MAX ||
		    (__int128)u * rate->limit.period_us / rate->limit.n >
			BUCKET_MEMORY_MAX_US)
			return "burst of bytes is not a size below 4G";
	} else if (parse_number(v, rate->what, &u) == -1) {
		return "burst is not a number from 1 to 1000000";
	}
	rate->limit.burst = u;
	return NULL;
}
