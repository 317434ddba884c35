#include "throttle/limitdecide.h"
#include "throttle/limitagain.h"
#include "throttle/limitbook.h"
#include "throttle/limitcaps.h"
#include "throttle/limitkeys.h"
#include "throttle/limitlearn.h"
#include "throttle/limitsharecaps.h"

static void
decide(struct limiter *l, struct limiter_item *i, enum limiter_verdict v)
{
	i->verdict = v;
	i->flow = NULL;
	i->next = NULL;
	i->prev = l->out_last;
	if (l->out_last == NULL)
		l->out = i;
	else
		l->out_last->next = i;
	l->out_last = i;
}

void
limitdecide_notice(struct limiter *l, struct limiter_key *k,
    struct bucket_cost cost, int64_t now_us)
{
	struct limiter_notice n;
	char limit[LIMITER_WHY_LEN];

	if (l->notice == NULL || now_us - k->notice_us < LIMITER_AGAIN_US)
		return;
	limitagain_why(k, cost, now_us, limit);
	n.key = k->name;
	n.limit = limit;
	n.held = k->parked;
	n.later = k->later;
	n.in_flight = k->in_flight;
	n.closed_us =
	    limitkey_closed(k, now_us) ? k->backoff.until_us - now_us : 0;
	k->notice_us = now_us;
	k->later = 0;
	l->notice(l->arg, &n);
}

/* what closed a key of it, or made it smaller */
static const struct limiter_said *
last_trouble(const struct limiter_set *s)
{
	unsigned i;

	for (i = 0; i < s->n; i++)
		if (s->key[i]->said != NULL && s->key[i]->backoff.limit > 0)
			return s->key[i]->said;
	return NULL;
}

/* is it one source or pool that has no more to give? */
static void
note_spill(struct limiter_item *i, const struct limiter_key *k, int64_t now_us)
{
	const struct throttle_rule *r = k->rule;
	int64_t at = limitkey_counts(k, limiter_cost(i), now_us);

	if (at <= now_us || limitkey_closed(k, now_us) ||
	    (r->match[THROTTLE_SRC] == THROTTLE_ANY &&
		r->match[THROTTLE_VIA] == THROTTLE_ANY))
		return;
	i->spill_us = at;
	i->spill_key = r->key;
	i->spill_len = r->key_len;
}

void
limitdecide_refuse(struct limiter *l, struct limiter_item *i,
    struct limiter_key *k, int64_t now_us)
{
	i->key = k == NULL ? NULL : k->name;
	i->spill_us = 0;
	i->room = i->provider_room = -1;
	i->line_by = NULL;
	i->next_us = now_us + LIMITER_AGAIN_US;
	i->said = last_trouble(i->set);
	if (k != NULL) {
		limitshare_want(l, k, limiter_cost(i), now_us);
		limitagain_why(k, limiter_cost(i), now_us, i->limit);
		limitagain_say(l, i, k, now_us);
		note_spill(i, k, now_us);
		if (i->next_us > l->promised_us)
			l->promised_us = i->next_us;
		i->closed = limitkey_closed(k, now_us);
		k->later += i->jobs;
	}
	decide(l, i, LIMITER_LATER);
	if (k != NULL)
		limitdecide_notice(l, k, limiter_cost(i), now_us);
}

/* what goes is in the book before it goes; without memory it goes */
static void
book(struct limiter *l, struct limiter_key *k, unsigned i)
{
	const struct throttle_rate *r = &k->rule->rate[i];
	struct limiter_rate *x = &k->rate[i];

	if (l->book == NULL || x->now.at_us < x->booked_us ||
	    !limitbook_keeps(r))
		return;
	x->booked_us = x->now.at_us + 1 + limitbook_ahead_us(r);
	limitbook_rate(l->book, k, i);
}

/* exactly; of all that goes before the book is written, one line */
static void
owe(struct limiter *l, struct limiter_key *k)
{
	if (l->book == NULL || k->owed || limitkey_caps(k) == 0)
		return;
	k->owed = 1;
	k->next_owed = l->owed;
	l->owed = k;
}

static void
take_caps(struct limiter *l, struct limiter_key *k, struct bucket_cost cost,
    int64_t now_us)
{
	unsigned i;

	for (i = 0; i < limitkey_caps(k); i++)
		limitcaps_count(k, i, cost);
	owe(l, k);
	limitsharecaps_took(l, k, now_us);
}

static void
take_rates(struct limiter *l, struct limiter_key *k, struct bucket_cost cost,
    int64_t now_us)
{
	unsigned i;

	for (i = 0; i < limitkey_rates(k); i++) {
		bucket_take(&k->rate[i].now, &k->rule->rate[i].limit,
		    cost.of[k->rule->rate[i].what], now_us);
		book(l, k, i);
	}
	limitshare_take(k, cost, now_us);
	limitlearn_take(k, cost, now_us);
}

void
limitdecide_take(struct limiter *l, struct limiter_key *k,
    struct bucket_cost cost, int64_t now_us)
{
	take_rates(l, k, cost, now_us);
	take_caps(l, k, cost, now_us);
}

void
limitdecide_grant(struct limiter *l, struct limiter_item *i, int64_t now_us)
{
	struct limiter_key *k;
	unsigned n;

	for (n = 0; n < i->set->n; n++) {
		k = i->set->key[n];
		k->in_flight++;
		k->jobs += i->jobs;
		limitdecide_take(l, k, limiter_cost(i), now_us);
	}
	i->started_us = now_us;
	decide(l, i, LIMITER_GO);
	if (l->granted != NULL)
		l->granted(l->arg, i, now_us);
}
