#include "throttle/throttle.h"
#include "base/ascii.h"
#include "base/num.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const throttle_labels[THROTTLE_LABELS] = { "site", "domain", "via",
	"tenant" };

enum {
	PERIOD_MAX_S = 7 * 86400,
	SLACK_US = 20000, /* a wake-up may be late by so much */
	RCPT_BURST_MAX = 100
};

static int
next_word(struct slice *rest, struct slice *out)
{
	size_t i = 0;

	while (i < rest->n && (rest->p[i] == ' ' || rest->p[i] == '\t'))
		i++;
	out->p = rest->p + i;
	while (i < rest->n && rest->p[i] != ' ' && rest->p[i] != '\t')
		i++;
	out->n = rest->p + i - out->p;
	rest->p += i;
	rest->n -= i;
	return out->n > 0;
}

static int
begins(const struct slice *w, const char *s)
{
	size_t n = strlen(s);

	return w->n >= n && memcmp(w->p, s, n) == 0;
}

/* KEY */

static int
label_of(const struct slice *w)
{
	int i;
	size_t n;

	for (i = 0; i < THROTTLE_LABELS; i++) {
		n = strlen(throttle_labels[i]);
		if (begins(w, throttle_labels[i]) && w->n > n && w->p[n] == ':')
			return i;
	}
	return -1;
}

static const char *
bad_value(const struct slice *v)
{
	size_t i;

	if (v->n == 0)
		return "a value is missing in the key";
	if (v->n > THROTTLE_VALUE_MAX)
		return "a value in the key is too long";
	if (v->p[0] == '.' && v->n == 1)
		return "a domain is missing behind the dot";
	for (i = 0; i < v->n; i++)
		if ((unsigned char)v->p[i] <= ' ' || v->p[i] == '\\' ||
		    v->p[i] == 0x7f || (v->p[i] == '*' && v->n > 1))
			return "a value in the key has a forbidden byte";
	return NULL;
}

/* split at "+"; values[] point into the line */
static const char *
parse_key(const struct slice *key, struct slice *values)
{
	struct slice part = { key->p, 0 }, v;
	const char *end = key->p + key->n, *plus, *bad;
	int l;

	if (key->n == 1 && key->p[0] == '*')
		return NULL;
	for (; part.p <= end; part.p = plus + 1) {
		plus = memchr(part.p, '+', end - part.p);
		if (plus == NULL)
			plus = end;
		part.n = plus - part.p;
		l = label_of(&part);
		if (l == -1)
			return "the key is not *, nor made of site: domain: "
			       "via: tenant:";
		if (values[l].p != NULL)
			return "a label stands twice in the key";
		v.p = part.p + strlen(throttle_labels[l]) + 1;
		v.n = plus - v.p;
		bad = bad_value(&v);
		if (bad != NULL)
			return bad;
		values[l] = v;
	}
	return NULL;
}

static enum throttle_match
match_of(const struct slice *v)
{
	if (v->p == NULL)
		return THROTTLE_ANY;
	if (v->n == 1 && v->p[0] == '*')
		return THROTTLE_EACH;
	return v->p[0] == '.' ? THROTTLE_BELOW : THROTTLE_EXACT;
}

size_t
throttle_key(char *out, const struct slice values[THROTTLE_LABELS])
{
	size_t n = 0, i, len;
	int l;

	for (l = 0; l < THROTTLE_LABELS; l++) {
		if (values[l].p == NULL)
			continue;
		if (n > 0)
			out[n++] = '+';
		len = strlen(throttle_labels[l]);
		memcpy(out + n, throttle_labels[l], len);
		n += len;
		out[n++] = ':';
		for (i = 0; i < values[l].n; i++)
			out[n++] = ascii_lower(values[l].p[i]);
	}
	if (n == 0)
		out[n++] = '*';
	return n;
}

/* LIMIT */

/* N/PERIOD; PERIOD: s m h d, or a number of them */
static int
parse_rate(const struct slice *v, struct throttle_rate *r)
{
	const char *slash = memchr(v->p, '/', v->n);
	struct slice unit;
	uint64_t n, s = 1;

	if (slash == NULL || num_scan(v->p, slash - v->p, 1, BUCKET_N_MAX, &n))
		return -1;
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
	r->limit.n = n;
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

	if (r->rcpts) {
		burst = (int64_t)r->limit.n * 1000000 / r->limit.period_us;
		if (burst > RCPT_BURST_MAX)
			burst = RCPT_BURST_MAX;
		return burst < 1 ? 1 : burst;
	}
	if (each >= 1000000)
		return 1;
	burst = (int64_t)r->limit.n * SLACK_US / r->limit.period_us;
	return 2 + burst;
}

static const char *
add_rate(struct throttle_rule *r, const struct slice *v, int rcpts)
{
	struct throttle_rate *rate = &r->rate[r->n_rates];

	if (r->n_rates == THROTTLE_RATES_MAX)
		return "too many rates";
	if (parse_rate(v, rate) == -1)
		return "a rate is not N/PERIOD: 1 to 1000000, s m h d or a "
		       "number of these up to 7d";
	rate->rcpts = rcpts;
	rate->limit.burst = burst_of(rate);
	r->n_rates++;
	return NULL;
}

static const char *
add_burst(struct throttle_rule *r, const struct slice *v)
{
	uint64_t u;

	if (r->n_rates == 0)
		return "burst= must stand behind the rate it belongs to";
	if (num_scan(v->p, v->n, 1, BUCKET_N_MAX, &u) == -1)
		return "burst is not a number from 1 to 1000000";
	r->rate[r->n_rates - 1].limit.burst = u;
	return NULL;
}

static const char *
add_backoff(struct throttle_rule *r, const struct slice *v)
{
	struct slice least = *v;
	uint64_t a, b;
	size_t i;

	for (i = 0; i + 1 < v->n; i++)
		if (v->p[i] == '.' && v->p[i + 1] == '.')
			break;
	if (i + 1 < v->n)
		least.n = i;
	if (num_scan_duration(least.p, least.n, THROTTLE_BACKOFF_MAX_S, &a) ==
		-1 ||
	    a == 0)
		goto bad;
	b = a;
	if (least.n < v->n &&
	    num_scan_duration(v->p + i + 2, v->n - i - 2,
		THROTTLE_BACKOFF_MAX_S, &b) == -1)
		goto bad;
	if (b < a)
		goto bad;
	r->backoff.least_s = a;
	r->backoff.most_s = b;
	return NULL;
bad:
	return "backoff is not SECONDS or SECONDS..MAX, 1 to 86400";
}

static const char *
add_limit(struct throttle_rule *r, const struct slice *w)
{
	const char *eq = memchr(w->p, '=', w->n);
	struct slice v;
	uint64_t u;

	if (eq == NULL)
		return "a limit is not NAME=VALUE";
	v.p = eq + 1;
	v.n = w->p + w->n - v.p;
	if (begins(w, "conn=")) {
		if (num_scan(v.p, v.n, 1, THROTTLE_CONN_MAX, &u) == -1)
			return "conn is not a number from 1 to 100000";
		r->conn = u;
		return NULL;
	}
	if (begins(w, "msgs-per-conn=")) {
		if (num_scan(v.p, v.n, 1, BUCKET_N_MAX, &u) == -1)
			return "msgs-per-conn is not a number from 1 to "
			       "1000000";
		r->msgs_per_conn = u;
		return NULL;
	}
	if (begins(w, "rate="))
		return add_rate(r, &v, 0);
	if (begins(w, "rcpt-rate="))
		return add_rate(r, &v, 1);
	if (begins(w, "burst="))
		return add_burst(r, &v);
	if (begins(w, "backoff="))
		return add_backoff(r, &v);
	return "not a limit: conn rate rcpt-rate burst msgs-per-conn backoff";
}

static struct throttle_rule *
new_rule(const struct slice *values)
{
	char key[THROTTLE_KEY_MAX];
	size_t n = throttle_key(key, values);
	struct throttle_rule *r = calloc(1, sizeof *r + n + 1);
	int l;

	if (r == NULL)
		return NULL;
	r->key = memcpy(r + 1, key, n);
	r->key_len = n;
	for (l = 0; l < THROTTLE_LABELS; l++)
		r->match[l] = match_of(&values[l]);
	return r;
}

struct throttle_rule *
throttle_parse(const char *line, size_t n, const char **reason)
{
	struct slice rest = { line, n }, key, w,
		     values[THROTTLE_LABELS] = { { NULL, 0 } };
	struct throttle_rule *r;

	*reason = NULL;
	if (!next_word(&rest, &key)) {
		*reason = "no key";
		return NULL;
	}
	*reason = parse_key(&key, values);
	if (*reason != NULL || (r = new_rule(values)) == NULL)
		return NULL;
	while (*reason == NULL && next_word(&rest, &w))
		*reason = add_limit(r, &w);
	if (*reason == NULL && r->conn == 0 && r->msgs_per_conn == 0 &&
	    r->n_rates == 0 && r->backoff.least_s == 0)
		*reason = "no limit behind the key";
	if (*reason != NULL) {
		free(r);
		return NULL;
	}
	r->backoff.full = r->conn;
	return r;
}

int
throttle_print(struct buf *b, const struct throttle_rule *r)
{
	const struct throttle_rate *rate;
	unsigned i;
	int bad = buf_put(b, r->key, r->key_len);

	if (r->conn > 0)
		bad |= buf_printf(b, " conn=%u", r->conn);
	for (i = 0; i < r->n_rates; i++) {
		rate = &r->rate[i];
		bad |= buf_printf(b, " %s=%u/%s burst=%u",
		    rate->rcpts ? "rcpt-rate" : "rate", rate->limit.n,
		    rate->unit, rate->limit.burst);
	}
	if (r->msgs_per_conn > 0)
		bad |= buf_printf(b, " msgs-per-conn=%u", r->msgs_per_conn);
	if (r->backoff.least_s > 0)
		bad |= buf_printf(b, " backoff=%u..%u", r->backoff.least_s,
		    r->backoff.most_s);
	return bad == 0 ? 0 : -1;
}
