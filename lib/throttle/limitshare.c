#include "throttle/limitshare.h"
#include "throttle/limitkeys.h"
#include "throttle/limitsharecaps.h"
#include <stdio.h>
#include <stdlib.h>

#define KEY_OF(link) \
	((struct limiter_key *)((char *)(link)-offsetof(struct limiter_key, \
	    sharing)))

int
limitshare_is(const struct throttle_rule *r, unsigned i)
{
	return r->shared && (i != r->n_rates || throttle_conn(r) > 0);
}

struct lease_whole
limitshare_whole(const struct throttle_rule *r, unsigned i)
{
	return i < r->n_rates ? lease_rate(&r->rate[i].limit)
			      : lease_conn(throttle_conn(r));
}

void
limitshare_free(struct limiter *l, struct limiter_key *k)
{
	unsigned i;

	if (k->share == NULL)
		return;
	limitkeys_ring_cut(&k->sharing);
	for (i = 0; i < k->n_share; i++) {
		limitsharecaps_free(l, &k->share[i]);
		byid_remove(&l->shares, &k->share[i].node);
	}
	free(k->share);
	k->share = NULL;
}

int
limitshare_make(struct limiter *l, struct limiter_key *k)
{
	const struct throttle_rule *r = k->rule;
	unsigned i, n = r->n_rates + 1 + r->n_caps;

	limitshare_free(l, k);
	limitkeys_ring_open(&k->sharing);
	if (l->ask == NULL || !r->shared || k->back)
		return 0;
	k->share = calloc(n, sizeof *k->share);
	if (k->share == NULL)
		return -1;
	for (i = 0, k->n_share = 0; i < n; i++, k->n_share++) {
		k->share[i].key = k;
		k->share[i].i = i;
		if (byid_add(&l->shares, &k->share[i].node) == -1) {
			limitshare_free(l, k);
			return -1;
		}
	}
	return 0;
}

int64_t
limitshare_ready(const struct limiter_key *k, unsigned rate, uint32_t cost,
    int64_t now_us)
{
	const struct throttle_rate *r = &k->rule->rate[rate];
	struct lease_whole w = lease_rate(&r->limit);
	const struct lease *s = &k->share[rate].is;
	struct bucket_limit l;

	if (s->has == 0 || now_us >= s->until_us)
		return now_us + LEASE_LOOK_US;
	l = lease_limit(s, &w);
	/* who is too large for now is divided, and does not owe the rest */
	if (r->what == BUCKET_RCPTS && cost > l.burst)
		return now_us + LEASE_LOOK_US;
	return bucket_ready(&s->now, &l, cost, now_us);
}

int64_t
limitshare_within(const struct limiter_key *k, unsigned rate, int64_t now_us,
    int64_t span_us)
{
	struct lease_whole w = lease_rate(&k->rule->rate[rate].limit);
	const struct lease *s = &k->share[rate].is;
	struct bucket_limit l;

	if (s->has == 0)
		return 0;
	l = lease_limit(s, &w);
	return bucket_within(&s->now, &l, now_us, span_us);
}

uint32_t
limitshare_conn(const struct limiter_key *k)
{
	unsigned i = k->rule->n_rates;

	if (k->share == NULL || !limitshare_is(k->rule, i))
		return UINT32_MAX;
	return lease_busy(&k->share[i].is);
}

uint32_t
limitshare_jobs_max(const struct limiter_key *k)
{
	uint32_t most = UINT32_MAX, n;
	struct lease_whole w;
	unsigned i;

	for (i = 0; k->share != NULL && i < k->rule->n_rates; i++) {
		if (k->rule->rate[i].what != BUCKET_RCPTS)
			continue;
		w = limitshare_whole(k->rule, i);
		n = k->share[i].is.has > 0
		    ? lease_limit(&k->share[i].is, &w).burst
		    : w.limit.burst / w.parts;
		if (n < most)
			most = n;
	}
	return most;
}

void
limitshare_take(struct limiter_key *k, struct bucket_cost cost, int64_t now_us)
{
	struct lease_whole w;
	struct bucket_limit l;
	struct lease *s;
	unsigned i;
	uint32_t c;

	if (k->share == NULL)
		return;
	for (i = 0; i < k->rule->n_rates; i++) {
		s = &k->share[i].is;
		c = cost.of[k->rule->rate[i].what];
		s->used += c;
		if (s->has == 0)
			continue;
		w = limitshare_whole(k->rule, i);
		l = lease_limit(s, &w);
		bucket_take(&s->now, &l, c, now_us);
	}
	s = &k->share[k->rule->n_rates].is;
	if (s->used < k->in_flight)
		s->used = k->in_flight;
}

static int
wanted(struct limiter_key *k, unsigned i, struct bucket_cost cost,
    int64_t now_us)
{
	const struct throttle_rule *r = k->rule;
	unsigned cap = i - r->n_rates - 1;

	if (!limitshare_is(r, i))
		return 0;
	if (i > r->n_rates)
		return limitsharecaps_want(k, cap, cost.of[r->cap[cap].what],
		    now_us);
	if (i < r->n_rates ? limitshare_ready(k, i, cost.of[r->rate[i].what],
				 now_us) <= now_us
			   : k->in_flight < limitshare_conn(k))
		return 0;
	lease_want(&k->share[i].is, now_us);
	return 1;
}

void
limitshare_want(struct limiter *l, struct limiter_key *k,
    struct bucket_cost cost, int64_t now_us)
{
	int64_t due;
	unsigned i;

	if (k->share == NULL)
		return;
	for (i = 0; i < k->n_share; i++) {
		if (!wanted(k, i, cost, now_us))
			continue;
		due = i > k->rule->n_rates ? k->share[i].cap.ask_us
					   : lease_due(&k->share[i].is);
		if (due < l->share_due_us)
			l->share_due_us = due;
		if (k->sharing.next == &k->sharing)
			limitkeys_ring_add(&l->sharing, &k->sharing);
	}
}

int
limitshare_busy(const struct limiter_key *k)
{
	return k->share != NULL && k->sharing.next != &k->sharing;
}

int64_t
limitshare_due(const struct limiter *l)
{
	return l->share_due_us;
}

static void
ask(struct limiter *l, struct limiter_key *k, unsigned i, int64_t now_us)
{
	const struct throttle_rate *r = &k->rule->rate[i];
	char text[LIMITSHARE_TEXT];
	struct limitshare_question q = { k->share[i].node.id, k->name, text,
		limitshare_whole(k->rule, i), { 0 },
		i < k->rule->n_rates ? LIMITSHARE_RATE : LIMITSHARE_CONN, 0,
		0 };
	int n;

	if (!lease_ask(&k->share[i].is, &q.whole, k->in_flight, now_us, &q.is))
		return;
	if (i < k->rule->n_rates) {
		n = throttle_rate_text(r, text);
		snprintf(text + n, sizeof text - n, " burst=%u",
		    r->limit.burst);
	} else {
		throttle_conn_text(k->rule, text);
	}
	l->ask(l->arg, &q);
}

/* what is due of one key; when the next is */
static int64_t
look(struct limiter *l, struct limiter_key *k, int64_t now_us)
{
	int64_t due = LIMITKEY_NEVER, t;
	struct lease *s;
	unsigned i;

	for (i = 0; i < k->n_share; i++) {
		if (i > k->rule->n_rates) {
			t = limitsharecaps_look(l, k, i - k->rule->n_rates - 1,
			    now_us);
			due = t < due ? t : due;
			continue;
		}
		s = &k->share[i].is;
		/* nobody has ever waited for it */
		if (s->seq == 0 && s->ask_us == 0)
			continue;
		lease_expire(s, now_us);
		ask(l, k, i, now_us);
		t = lease_due(s);
		if (t < due)
			due = t;
	}
	return due;
}

void
limitshare_run(struct limiter *l, int64_t now_us)
{
	struct limiter_link *at, *next;
	struct limiter_key *k;
	int64_t due;

	if (l->share_due_us > now_us)
		return;
	l->share_due_us = LIMITKEY_NEVER;
	for (at = l->sharing.next; at != &l->sharing; at = next) {
		next = at->next;
		k = KEY_OF(at);
		due = look(l, k, now_us);
		if (due == LIMITKEY_NEVER) {
			limitkeys_ring_cut(at);
			continue;
		}
		if (due < l->share_due_us)
			l->share_due_us = due;
	}
	due = limitsharecaps_told(l, now_us);
	if (due < l->share_due_us)
		l->share_due_us = due;
}

void
limitshare_leave(struct limiter *l, int64_t now_us)
{
	limitsharecaps_leave(l, now_us);
	limitshare_run(l, now_us);
}

void
limitshare_unheard(struct limiter *l, int64_t now_us)
{
	struct limiter_link *at;
	unsigned i;

	for (at = l->sharing.next; at != &l->sharing; at = at->next)
		for (i = 0; i <= KEY_OF(at)->rule->n_rates; i++)
			lease_unheard(&KEY_OF(at)->share[i].is, now_us);
	limitsharecaps_tell(l, now_us);
}

struct limiter_key *
limitshare_answered(struct limiter *l, uint32_t id,
    const struct lease_answer *a, int64_t now_us)
{
	struct limitshare *s = (struct limitshare *)byid_find(&l->shares, id);
	struct lease_whole w;

	if (id == LIMITSHARE_TOLD_ID)
		limitsharecaps_told_answered(l, a, now_us);
	else if (id == 0)
		limitsharecaps_tell(l, now_us);
	if (s == NULL)
		return NULL;
	if (s->i > s->key->rule->n_rates)
		return limitsharecaps_answered(l, s, a, now_us) ? s->key : NULL;
	w = limitshare_whole(s->key->rule, s->i);
	if (!lease_answered(&s->is, &w, a, now_us))
		return NULL;
	if (lease_due(&s->is) < l->share_due_us)
		l->share_due_us = lease_due(&s->is);
	return s->key;
}
