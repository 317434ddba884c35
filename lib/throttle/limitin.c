#include "throttle/limitin.h"
#include "throttle/limitcaps.h"
#include "throttle/limitdecide.h"
#include "throttle/limitkeys.h"
#include "throttle/limitwhy.h"
#include <inttypes.h>
#include <string.h>

int
limitin_open(struct limiter *l, struct limitin *x,
    const struct throttle_who *who, int64_t now_us)
{
	struct limiter_flow *f;

	if (x->set != NULL)
		return 0;
	f = limiter_flow(l, who, now_us);
	if (f == NULL)
		return -1;
	x->set = f->set;
	x->set->refs++;
	return 0;
}

/* with what others have in hand */
static uint32_t
sum(const struct limiter_key *k, unsigned what, uint32_t cost)
{
	uint64_t n = (uint64_t)k->reserved.of[what] + cost;

	return n > UINT32_MAX ? UINT32_MAX : (uint32_t)n;
}

static int64_t
rate_at(const struct limiter_key *k, unsigned i, uint32_t cost, int64_t now_us)
{
	const struct throttle_rate *r = &k->rule->rate[i];
	uint32_t all = sum(k, r->what, cost);
	int64_t at = limitkey_rate_ready(k, i, all, now_us);

	/* what is above the burst passes a full bucket: for one alone */
	if (at <= now_us && all > cost && all > r->limit.burst)
		return now_us + LIMITER_AGAIN_US;
	return at;
}

static int64_t
cap_at(const struct limiter_key *k, unsigned i, uint32_t cost, int64_t now_us)
{
	const struct throttle_cap *c = &k->rule->cap[i];
	uint64_t all = (uint64_t)limitcaps_used(k, i) + k->reserved.of[c->what];

	if (all + cost <= c->n)
		return now_us;
	if (cost > c->n)
		return INT64_MAX;
	/* the clock may be about to turn */
	return c->calendar->end_us > now_us ? c->calendar->end_us
					    : now_us + LIMITER_AGAIN_US;
}

/* the limit of a key that has room last; 1: it has none now */
static int
binding(const struct limiter_key *k, struct bucket_cost cost, int64_t now_us,
    struct limitin_refusal *r)
{
	const struct throttle_rule *rule = k->rule;
	unsigned i, what;
	int64_t at;

	r->at_us = now_us;
	for (i = 0; i < limitkey_rates(k); i++) {
		what = rule->rate[i].what;
		at = cost.of[what] == 0 ? now_us
					: rate_at(k, i, cost.of[what], now_us);
		if (at <= r->at_us)
			continue;
		r->at_us = at;
		r->what = (uint8_t)what;
		throttle_rate_text(&rule->rate[i], r->limit);
	}
	for (i = 0; i < limitkey_caps(k); i++) {
		what = rule->cap[i].what;
		at = cost.of[what] == 0 ? now_us
					: cap_at(k, i, cost.of[what], now_us);
		if (at <= r->at_us)
			continue;
		r->at_us = at;
		r->what = (uint8_t)what;
		throttle_cap_text(&rule->cap[i], r->limit);
	}
	return r->at_us > now_us;
}

unsigned
limitin_ask(struct limiter *l, const struct limitin *x, struct bucket_cost cost,
    int64_t now_us, void (*refused)(void *, const struct limitin_refusal *),
    void *arg)
{
	struct limitin_refusal r;
	unsigned i, n = 0;

	(void)l;
	for (i = 0; i < x->set->n; i++) {
		if (!binding(x->set->key[i], cost, now_us, &r))
			continue;
		r.rule = x->set->key[i]->rule;
		r.key = x->set->key[i]->name;
		refused(arg, &r);
		n++;
	}
	return n;
}

void
limitin_reserve(struct limitin *x, struct bucket_cost cost)
{
	uint32_t *mine, *all, room;
	unsigned i, u;

	for (u = 0; u < BUCKET_UNITS; u++) {
		mine = &x->reserved.of[u];
		room = UINT32_MAX - *mine;
		if (cost.of[u] > room)
			cost.of[u] = room;
		*mine += cost.of[u];
		for (i = 0; i < x->set->n; i++) {
			all = &x->set->key[i]->reserved.of[u];
			*all = sum(x->set->key[i], u, cost.of[u]);
		}
	}
}

void
limitin_notice(struct limiter *l, const struct limitin *x,
    struct bucket_cost cost, int64_t now_us)
{
	struct limitin_refusal r;
	struct limiter_notice n = { .held = 0 };
	struct limiter_key *k;
	unsigned i;

	for (i = 0; l->notice != NULL && i < x->set->n; i++) {
		k = x->set->key[i];
		if (!binding(k, cost, now_us, &r))
			continue;
		k->later += cost.of[BUCKET_RCPTS];
		if (now_us - k->notice_us < LIMITER_AGAIN_US)
			continue;
		n.key = k->name;
		n.limit = r.limit;
		n.later = k->later;
		k->notice_us = now_us;
		k->later = 0;
		l->notice(l->arg, &n);
	}
}

void
limitin_take(struct limiter *l, const struct limitin *x,
    struct bucket_cost cost, int64_t now_us)
{
	unsigned i;

	for (i = 0; i < x->set->n; i++)
		limitdecide_take(l, x->set->key[i], cost, now_us);
}

void
limitin_close(struct limiter *l, struct limitin *x)
{
	uint32_t *all;
	unsigned i, u;

	for (i = 0; x->set != NULL && i < x->set->n; i++)
		for (u = 0; u < BUCKET_UNITS; u++) {
			all = &x->set->key[i]->reserved.of[u];
			/* it was cut where all was too much */
			*all -=
			    *all < x->reserved.of[u] ? *all : x->reserved.of[u];
		}
	limitkeys_set_drop(l, x->set);
	memset(x, 0, sizeof *x);
}

void
limitin_keys(const struct limitin *x,
    void (*each)(void *, const struct throttle_rule *, const char *), void *arg)
{
	unsigned i;

	for (i = 0; i < x->set->n; i++)
		each(arg, x->set->key[i]->rule, x->set->key[i]->name);
}

int
limitin_show(struct buf *b, const struct limitin *x, struct bucket_cost cost,
    int64_t now_us)
{
	const struct limiter_key *k;
	unsigned i;
	int r = 0;

	for (i = 0; i < x->set->n; i++) {
		k = x->set->key[i];
		r |= limitwhy_key(b, k, cost, now_us);
		if (k->reserved.of[BUCKET_TXNS] > 0)
			r |= buf_printf(b,
			    "%s: for %" PRIu32 " messages that are coming in "
			    "%" PRIu32 " recipients are reserved\n",
			    k->name, k->reserved.of[BUCKET_TXNS],
			    k->reserved.of[BUCKET_RCPTS]);
	}
	return r == 0 ? 0 : -1;
}
