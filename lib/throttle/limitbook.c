#include "throttle/limitbook.h"
#include "base/ascii.h"
#include "base/num.h"
#include "throttle/limitadapt.h"
#include "throttle/limitcaps.h"
#include "throttle/limitkeys.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { WORDS_MAX = 8, SUM_LEN = 8 };

int64_t
limitbook_ahead_us(const struct throttle_rate *r)
{
	return (__int128)(r->limit.burst / LIMITBOOK_PARTS) *
	    r->limit.period_us / r->limit.n;
}

/* writing */

static uint32_t
sum(const char *p, size_t n)
{
	return (uint32_t)hash_bytes(0, p, n);
}

/* what was put since `from' gets its checksum and LF */
static int
end_line(struct buf *b, size_t from)
{
	const char *p = buf_data(b) + from;

	return buf_printf(b, "\t%08" PRIx32 "\n", sum(p, buf_len(b) - from));
}

int
limitbook_clock(struct buf *b, const struct limitbook_clock *c)
{
	size_t from = buf_len(b);

	if (buf_printf(b, "clock\t%s\t%" PRId64 "\t%" PRId64, c->boot,
		c->mono_us, c->wall_us) == -1)
		return -1;
	return end_line(b, from);
}

static int
put_rate(struct buf *b, const struct limiter_key *k, unsigned i, int64_t full)
{
	const struct throttle_rate *r = &k->rule->rate[i];
	size_t from = buf_len(b);

	if (buf_printf(b, "rate\t%" PRId64 "\t%s\t%s\t%" PRIu64 "\t%s\t%s\t%u",
		full, k->rule->key, k->name, r->n, r->unit,
		throttle_rates[r->what], r->limit.burst) == -1)
		return -1;
	return end_line(b, from);
}

int
limitbook_rate(struct buf *b, const struct limiter_key *k, unsigned i)
{
	return put_rate(b, k, i, k->rate[i].booked_us);
}

static const char *const spans[] = { [ZONE_HOUR] = "hour", [ZONE_DAY] = "day" };

int
limitbook_cap(struct buf *b, const struct limiter_key *k, unsigned i)
{
	const struct throttle_cap *c = &k->rule->cap[i];
	size_t from = buf_len(b);

	if (buf_printf(b, "cap\t%" PRId64 "\t%u\t%s\t%s\t%s\t%s\t%s",
		k->count[i].begin_s, k->count[i].used, k->rule->key, k->name,
		throttle_cap_name(c), spans[c->span], c->zone) == -1)
		return -1;
	return end_line(b, from);
}

void
limitbook_owed(struct limiter *l)
{
	struct limiter_key *k;
	unsigned i;

	while ((k = l->owed) != NULL) {
		l->owed = k->next_owed;
		k->owed = 0;
		/* without memory it goes */
		for (i = 0; l->book != NULL && i < limitkey_caps(k); i++)
			limitbook_cap(l->book, k, i);
	}
}

static int
put_caps(struct buf *b, const struct limiter_key *k)
{
	unsigned i;

	for (i = 0; i < limitkey_caps(k); i++)
		if (limitcaps_used(k, i) > 0 && limitbook_cap(b, k, i) == -1)
			return -1;
	return 0;
}

int
limitbook_adapt(struct buf *b, const struct limiter_key *k, unsigned i)
{
	const struct throttle_rate *r = &k->rule->rate[i];
	int conn = i == k->rule->n_rates;
	size_t from = buf_len(b);

	if (buf_printf(b, "adapt\t%" PRIu32 "\t%" PRIu32 "\t%s\t%s\t%s\t%s",
		k->adapt[i].is.value, k->adapt[i].is.ceiling, k->rule->key,
		k->name, conn ? "conn" : throttle_rates[r->what],
		conn ? "" : r->unit) == -1)
		return -1;
	return end_line(b, from);
}

static int
put_adapted(struct buf *b, const struct limiter_key *k)
{
	unsigned i;

	for (i = 0; k->adapt != NULL && i <= k->rule->n_rates; i++)
		if (k->adapt[i].is.value > 0 && limitbook_adapt(b, k, i) == -1)
			return -1;
	return 0;
}

/* who we are to those that share caps */
static int
put_name(struct buf *b, const struct limiter *l)
{
	size_t from = buf_len(b);

	if (l->share_name == 0)
		return 0;
	if (buf_printf(b, "name\t%016" PRIx64 "\t%" PRId64, l->share_name,
		l->share_born_s) == -1)
		return -1;
	return end_line(b, from);
}

static int
put_lost(struct buf *b, const struct limiter *l)
{
	size_t from = buf_len(b);

	if (l->lost_us == 0)
		return 0;
	if (buf_printf(b, "lost\t%" PRId64, l->lost_us) == -1)
		return -1;
	return end_line(b, from);
}

int
limitbook_all(struct buf *b, const struct limiter *l, int exact, int64_t now_us)
{
	const struct limiter_key *k;
	const struct hash_node *at;
	int64_t full;
	size_t s;
	unsigned i;

	if (put_name(b, l) == -1 || put_lost(b, l) == -1)
		return -1;
	for (s = 0; s < l->keys.slots; s++)
		for (at = l->keys.slot[s]; at != NULL; at = at->next) {
			k = (const struct limiter_key *)at;
			if (put_caps(b, k) == -1 || put_adapted(b, k) == -1)
				return -1;
			for (i = 0; i < limitkey_rates(k); i++) {
				full = k->rate[i].now.at_us + 1;
				if (!exact && k->rate[i].booked_us > full)
					full = k->rate[i].booked_us;
				if (full > now_us &&
				    limitbook_keeps(&k->rule->rate[i]) &&
				    put_rate(b, k, i, full) == -1)
					return -1;
			}
		}
	return 0;
}

/* reading */

static int
split(const char *p, size_t n, struct slice w[WORDS_MAX])
{
	const char *end = p + n, *tab;
	int i = 0;

	for (; i < WORDS_MAX; p = tab + 1) {
		tab = memchr(p, '\t', end - p);
		w[i].p = p;
		w[i++].n = (tab == NULL ? end : tab) - p;
		if (tab == NULL)
			return i;
	}
	return -1;
}

static int
is(struct slice w, const char *s)
{
	return w.n == strlen(s) && memcmp(w.p, s, w.n) == 0;
}

static int
number(struct slice w, int64_t *out)
{
	uint64_t u;

	if (num_scan(w.p, w.n, 0, INT64_MAX / 4, &u) == -1)
		return -1;
	*out = u;
	return 0;
}

static int
take_clock(struct limitbook_read *r, const struct slice w[WORDS_MAX])
{
	struct limitbook_clock c;

	if (w[1].n >= sizeof c.boot || number(w[2], &c.mono_us) == -1 ||
	    number(w[3], &c.wall_us) == -1)
		return -1;
	memcpy(c.boot, w[1].p, w[1].n);
	c.boot[w[1].n] = '\0';
	r->was = c;
	return 0;
}

/* a time of then, by the clock of now */
static int64_t
translate(const struct limitbook_clock *was, int64_t full_us,
    const struct limitbook_clock *now)
{
	int64_t past = now->wall_us - was->wall_us;

	if (was->boot[0] != '\0' && strcmp(was->boot, now->boot) == 0)
		return full_us;
	if (past < 0)
		past = 0;
	return now->mono_us + (full_us - was->mono_us) - past;
}

static int
take_lost(struct limitbook_read *r, struct limiter *l,
    const struct slice w[WORDS_MAX], const struct limitbook_clock *now)
{
	int64_t lost;

	if (number(w[1], &lost) == -1 || r->was.wall_us == 0)
		return -1;
	lost = translate(&r->was, lost, now);
	/* before this boot: later is the safe side */
	l->lost_us = lost > 0 ? lost : 1;
	return 0;
}

/* later than who wrote it, whatever the clock says */
static int
take_name(struct limiter *l, const struct slice w[WORDS_MAX])
{
	uint64_t name = 0;
	int64_t born_s;
	size_t i;

	if (w[1].n != 16 || number(w[2], &born_s) == -1)
		return -1;
	for (i = 0; i < w[1].n; i++) {
		if (ascii_hex_value(w[1].p[i]) == -1)
			return -1;
		name = name << 4 | (uint64_t)ascii_hex_value(w[1].p[i]);
	}
	l->share_name = name;
	if (l->share_born_s <= born_s)
		l->share_born_s = born_s + 1;
	return 0;
}

static const struct throttle_rate *
same(const struct throttle_rule *r, const struct slice w[WORDS_MAX],
    unsigned *i)
{
	const struct throttle_rate *x;
	char n[24], burst[16];

	for (*i = 0; *i < r->n_rates; ++*i) {
		x = &r->rate[*i];
		snprintf(n, sizeof n, "%" PRIu64, x->n);
		snprintf(burst, sizeof burst, "%u", x->limit.burst);
		if (is(w[4], n) && is(w[5], x->unit) && is(w[7], burst) &&
		    is(w[6], throttle_rates[x->what]))
			return x;
	}
	return NULL;
}

static int
take_rate(struct limitbook_read *r, struct limiter *l,
    const struct slice w[WORDS_MAX], const struct limitbook_clock *now)
{
	const struct throttle_rule *rule;
	const struct throttle_rate *x;
	struct limiter_key *k;
	int64_t full, most;
	unsigned i;

	if (number(w[1], &full) == -1 || r->was.wall_us == 0)
		return -1;
	rule = throttle_find(&l->rules, w[2].p, w[2].n);
	if (rule == NULL || (x = same(rule, w, &i)) == NULL)
		return 0;
	full = translate(&r->was, full, now);
	most = now->mono_us + bucket_memory_us(&x->limit);
	if (full > most)
		full = most;
	if (full <= now->mono_us)
		return 0;
	k = limitkeys_named(l, rule, w[3].p, w[3].n, now->mono_us);
	if (k == NULL)
		return 0;
	k->rate[i].now.at_us = k->rate[i].booked_us = full;
	k->rate[i].now.at_frac = 0;
	return 0;
}

static int
take_cap(struct limiter *l, const struct slice w[WORDS_MAX],
    const struct limitbook_clock *now)
{
	const struct throttle_rule *rule;
	const struct throttle_cap *c;
	struct limiter_key *k;
	int64_t begin, used;
	unsigned i;

	if (number(w[1], &begin) == -1 || number(w[2], &used) == -1)
		return -1;
	rule = throttle_find(&l->rules, w[3].p, w[3].n);
	for (i = 0; rule != NULL && i < rule->n_caps; i++) {
		c = &rule->cap[i];
		if (!is(w[5], throttle_cap_name(c)) ||
		    !is(w[6], spans[c->span]) || !is(w[7], c->zone) ||
		    begin < c->calendar->begin_s)
			continue;
		k = limitkeys_named(l, rule, w[4].p, w[4].n, now->mono_us);
		if (k == NULL)
			return 0;
		k->count[i].begin_s = begin;
		k->count[i].used =
		    used > UINT32_MAX / 2 ? UINT32_MAX / 2 : used;
	}
	return 0;
}

static int
take_adapted(struct limiter *l, const struct slice w[WORDS_MAX],
    const struct limitbook_clock *now)
{
	const struct throttle_rule *rule =
	    throttle_find(&l->rules, w[3].p, w[3].n);
	struct limiter_key *k;
	int64_t value, ceiling;
	unsigned i;

	if (number(w[1], &value) == -1 || number(w[2], &ceiling) == -1 ||
	    value == 0 || value > UINT32_MAX / 2 || ceiling > UINT32_MAX / 2)
		return -1;
	for (i = 0; rule != NULL && i <= rule->n_rates; i++) {
		if (!limitadapt_is(rule, i) ||
		    (i == rule->n_rates
			    ? !is(w[5], "conn")
			    : !is(w[5], throttle_rates[rule->rate[i].what]) ||
				!is(w[6], rule->rate[i].unit)))
			continue;
		k = limitkeys_named(l, rule, w[4].p, w[4].n, now->mono_us);
		if (k != NULL)
			limitadapt_begin(k->adapt, rule, i, (uint32_t)value,
			    (uint32_t)ceiling);
		return 0;
	}
	return 0;
}

void
limitbook_take(struct limitbook_read *r, struct limiter *l, const char *p,
    size_t n, const struct limitbook_clock *now)
{
	struct slice w[WORDS_MAX];
	char want[SUM_LEN + 2];
	int words, bad = 1;

	r->n++;
	if (n > SUM_LEN + 1 && n <= LIMITBOOK_LINE_MAX) {
		n -= SUM_LEN + 1;
		snprintf(want, sizeof want, "\t%08" PRIx32, sum(p, n));
		bad = memcmp(p + n, want, SUM_LEN + 1) != 0;
	}
	if (!bad) {
		words = split(p, n, w);
		if (words == 4 && is(w[0], "clock"))
			bad = take_clock(r, w);
		else if (words == 2 && is(w[0], "lost"))
			bad = take_lost(r, l, w, now);
		else if (words == 3 && is(w[0], "name"))
			bad = take_name(l, w);
		else if (words == 8 && is(w[0], "rate"))
			bad = take_rate(r, l, w, now);
		else if (words == 8 && is(w[0], "cap"))
			bad = take_cap(l, w, now);
		else if (words == 7 && is(w[0], "adapt"))
			bad = take_adapted(l, w, now);
		else
			bad = 1;
	}
	r->bad += bad != 0;
}

void
limitbook_lost(struct limiter *l)
{
	struct limiter_key *k;
	struct hash_node *at;
	size_t s;

	l->lost_us = l->begun_us;
	for (s = 0; s < l->keys.slots; s++)
		for (at = l->keys.slot[s]; at != NULL; at = at->next) {
			k = (struct limiter_key *)at;
			limitkeys_begin_rates(l, k, l->begun_us);
			limitkeys_begin_caps(l, k);
		}
}
