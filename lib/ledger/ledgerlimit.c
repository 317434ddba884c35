#include "ledger/ledgerlimit.h"
#include "base/num.h"
#include "ledger/ledgerwarm.h"
#include <inttypes.h>
#include <stdio.h>

#define SECOND INT64_C(1000000)

enum { DAY = 86400, WEEK = 7 * DAY, MILLION = 1000000 };

static struct ledger_limit *
more(struct ledger_rule *r, enum ledger_kind kind, enum ledger_unit unit,
    unsigned line)
{
	struct ledger_limit *l = &r->limit[r->n_limits];

	if (r->n_limits == LEDGERCONF_LIMITS_MAX)
		return NULL;
	memset(l, 0, sizeof *l);
	l->kind = kind;
	l->unit = unit;
	l->line = line;
	r->n_limits++;
	return l;
}

/* a number; of bytes with k, M or G */
static int
amount(struct slice v, enum ledger_unit unit, uint64_t *out)
{
	uint64_t most = MILLION;
	unsigned shift = 0;

	if (unit == LEDGER_BYTES) {
		most = UINT64_C(1) << 40;
		if (v.n > 0)
			shift = v.p[v.n - 1] == 'k' ? 10
			    : v.p[v.n - 1] == 'M'   ? 20
			    : v.p[v.n - 1] == 'G'   ? 30
						    : 0;
		if (shift > 0)
			v.n--;
	}
	if (num_scan(v.p, v.n, 1, most >> shift, out) == -1)
		return -1;
	*out <<= shift;
	return 0;
}

/* LEAST.., before N: cut off; 0: it is not there, or good; of bytes there is
 * none */
static int
cut_least(struct slice *v, enum ledger_unit unit, uint64_t *least)
{
	const char *dots = v->n == 0 ? NULL : memmem(v->p, v->n, "..", 2);

	*least = 0;
	if (dots == NULL)
		return 0;
	if (unit == LEDGER_BYTES ||
	    num_scan(v->p, (size_t)(dots - v->p), 1, MILLION, least) == -1)
		return -1;
	v->n -= (size_t)(dots + 2 - v->p);
	v->p = dots + 2;
	return 0;
}

/* s m h d, or a number with one of them */
static int
period(struct slice v, int64_t *us)
{
	static const char units[] = "smhd";
	static const int seconds[] = { 1, 60, 3600, DAY };
	const char *u = v.n == 0 ? NULL : memchr(units, v.p[v.n - 1], 4);
	uint64_t n = 1;

	if (u == NULL || (v.n > 1 && num_scan(v.p, v.n - 1, 1, WEEK, &n) == -1))
		return -1;
	*us = (int64_t)n * seconds[u - units] * SECOND;
	return *us <= WEEK * SECOND ? 0 : -1;
}

/* conf-throttle(5), burst */
static uint64_t
burst_of(const struct ledger_limit *l)
{
	__int128 a_second = (__int128)l->n * SECOND / l->period_us;
	__int128 most = l->unit == LEDGER_RCPTS ? 100 : UINT32_MAX;

	if (l->unit == LEDGER_TXNS || l->unit == LEDGER_CONNS)
		/* one a second or slower */
		return l->period_us / (int64_t)l->n >= SECOND
		    ? 1
		    : 2 + (__int128)l->n * 20000 / l->period_us;
	return a_second < 1 ? 1 : a_second > most ? most : a_second;
}

static const char *
rate(struct ledger_rule *r, enum ledger_unit unit, struct slice v,
    unsigned line)
{
	struct ledger_limit *l = more(r, LEDGER_RATE, unit, line);
	const char *slash = v.n == 0 ? NULL : memchr(v.p, '/', v.n);
	struct slice n = { v.p, 0 }, p;

	if (l == NULL)
		return "more than 16 limits under one key";
	if (slash == NULL)
		return "a rate without a period";
	n.n = (size_t)(slash - v.p);
	p = (struct slice){ slash + 1, v.n - n.n - 1 };
	if (cut_least(&n, unit, &l->least) == -1 ||
	    amount(n, unit, &l->n) == -1 || period(p, &l->period_us) == -1)
		return "not a rate";
	l->burst = burst_of(l);
	/* the period as it is written, until there is a text */
	snprintf(l->text, sizeof l->text, "%.*s", (int)p.n, p.p);
	return NULL;
}

static const char *
burst(struct ledger_rule *r, struct slice v)
{
	struct ledger_limit *l = r->limit + r->n_limits;

	do {
		if (l == r->limit)
			return "burst= is not behind a rate";
	} while ((--l)->kind != LEDGER_RATE);
	return amount(v, l->unit, &l->burst) == -1 ? "not a burst" : NULL;
}

static const char *
conn(struct ledger_rule *r, struct slice v, unsigned line)
{
	struct ledger_limit *l, *end = r->limit + r->n_limits;
	uint64_t n, least;

	r->says_conn = 1;
	if (word_is(v, "none"))
		return NULL;
	if (cut_least(&v, LEDGER_TXNS, &least) == -1 ||
	    num_scan(v.p, v.n, 1, MILLION, &n) == -1)
		return "not a number of connections";
	for (l = r->limit; l < end && l->kind != LEDGER_CONN;)
		l++;
	if (l == end && (l = more(r, LEDGER_CONN, LEDGER_TXNS, line)) == NULL)
		return "more than 16 limits under one key";
	if (l->n == 0 || n < l->n) {
		l->n = n;
		l->least = least;
		l->line = line;
	}
	return NULL;
}

/* N/hour or N/day, and @ZONE */
static int
scan_cap(struct ledger_limit *l, struct slice v)
{
	const char *slash = v.n == 0 ? NULL : memchr(v.p, '/', v.n), *at;
	struct slice span;

	if (slash == NULL ||
	    num_scan(v.p, (size_t)(slash - v.p), 1, MILLION, &l->n) == -1)
		return -1;
	span.p = slash + 1;
	span.n = v.n - (size_t)(span.p - v.p);
	at = span.n == 0 ? NULL : memchr(span.p, '@', span.n);
	if (at != NULL) {
		if (span.p + span.n - at - 1 > ZONE_NAME_MAX)
			return -1;
		memcpy(l->zone, at + 1, (size_t)(span.p + span.n - at - 1));
		span.n = (size_t)(at - span.p);
	}
	l->span = word_is(span, "day") ? ZONE_DAY : ZONE_HOUR;
	return l->span == ZONE_DAY || word_is(span, "hour") ? 0 : -1;
}

static const char *
cap(struct ledger_rule *r, enum ledger_unit unit, struct slice v, unsigned line)
{
	struct ledger_limit *l, *to = more(r, LEDGER_CAP, unit, line);

	if (to == NULL)
		return "more than 16 limits under one key";
	if (scan_cap(to, v) == -1)
		return "not a cap";
	for (l = r->limit; l < to; l++)
		if (l->kind == LEDGER_CAP && l->unit == unit &&
		    l->warm.n == 0 && l->span == to->span &&
		    strcmp(l->zone, to->zone) == 0)
			break;
	if (l < to) {
		/* the least of those that count the same */
		if (to->n < l->n) {
			l->n = to->n;
			l->line = line;
		}
		r->n_limits--;
	}
	return NULL;
}

static const char *
warm(struct ledger_rule *r, struct slice v, unsigned line)
{
	struct ledger_limit *l = more(r, LEDGER_CAP, LEDGER_TXNS, line);
	const char *at = v.n == 0 ? NULL : memchr(v.p, '@', v.n);
	size_t n = at == NULL ? 0 : (size_t)(v.p + v.n - at - 1);

	if (l == NULL)
		return "more than 16 limits under one key";
	if (n > ZONE_NAME_MAX)
		return "not a warm-up";
	if (at != NULL)
		memcpy(l->zone, at + 1, n);
	l->span = ZONE_DAY;
	v.n = at == NULL ? v.n : (size_t)(at - v.p);
	return ledgerwarm_parse(&l->warm, v) == -1 ? "not a warm-up" : NULL;
}

const char *
ledgerlimit_word(struct ledger_rule *r, struct slice w, unsigned line)
{
	const char *eq = memchr(w.p, '=', w.n);
	struct slice name = { w.p, eq == NULL ? w.n : (size_t)(eq - w.p) };
	struct slice v = { eq == NULL ? w.p + w.n : eq + 1, 0 };

	v.n = (size_t)(w.p + w.n - v.p);
	if (word_is(name, "conn"))
		return conn(r, v, line);
	if (word_is(name, "rate"))
		return rate(r, LEDGER_TXNS, v, line);
	if (word_is(name, "rcpt-rate"))
		return rate(r, LEDGER_RCPTS, v, line);
	if (word_is(name, "byte-rate"))
		return rate(r, LEDGER_BYTES, v, line);
	if (word_is(name, "conn-rate"))
		return rate(r, LEDGER_CONNS, v, line);
	if (word_is(name, "burst"))
		return burst(r, v);
	if (word_is(name, "cap"))
		return cap(r, LEDGER_TXNS, v, line);
	if (word_is(name, "rcpt-cap"))
		return cap(r, LEDGER_RCPTS, v, line);
	if (word_is(name, "warm"))
		return warm(r, v, line);
	/* these are no counts */
	if (word_is(name, "msgs-per-conn") || word_is(name, "backoff") ||
	    word_is(w, "shared"))
		return NULL;
	return "a limit that is not known here";
}

static void
text(struct ledger_limit *l)
{
	static const char *const rates[] = { "rate", "rcpt-rate", "byte-rate",
		"conn-rate" };
	char of[LEDGERCONF_TEXT], least[24] = "";

	if (l->least > 0)
		snprintf(least, sizeof least, "%" PRIu64 "..", l->least);
	if (l->kind == LEDGER_CONN) {
		snprintf(l->text, sizeof l->text, "conn=%s%" PRIu64, least,
		    l->n);
	} else if (l->kind == LEDGER_RATE) {
		memcpy(of, l->text, sizeof of);
		snprintf(l->text, sizeof l->text,
		    "%s=%s%" PRIu64 "/%.15s,burst=%" PRIu64, rates[l->unit],
		    least, l->n, of, l->burst);
	} else {
		snprintf(l->text, sizeof l->text, "%s=%" PRIu64 "/%s%s%s",
		    l->warm.n > 0                 ? "warm"
			: l->unit == LEDGER_RCPTS ? "rcpt-cap"
						  : "cap",
		    l->n, l->span == ZONE_DAY ? "day" : "hour",
		    l->zone[0] == '\0' ? "" : "@", l->zone);
	}
}

void
ledgerlimit_texts(struct ledger_rule *r)
{
	struct ledger_limit *l;

	for (l = r->limit; l < r->limit + r->n_limits; l++)
		if (l->kind != LEDGER_RATE || strchr(l->text, '=') == NULL)
			text(l);
}

void
ledgerlimit_day(struct ledger_rule *r, int64_t at_s, ledger_turn *turn,
    ledger_date *date)
{
	struct ledger_limit *l;

	for (l = r->limit; l < r->limit + r->n_limits; l++) {
		if (l->warm.n == 0 || (at_s >= l->begin_s && at_s < l->end_s))
			continue;
		turn(l->zone, l->span, at_s, &l->begin_s, &l->end_s);
		l->n = ledgerwarm_amount(&l->warm, date(l->zone, at_s));
		text(l);
	}
}
