#include "throttle/limiter.h"
#include "throttle/limitbook.h"
#include "throttle/limitdue.h"
#include "throttle/limitflow.h"
#include "throttle/limitkey.h"
#include "throttle/limitline.h"
#include <stdlib.h>
#include <string.h>

enum { SLOW_US = 30000000 };

/* what is decided */

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

static void
notice(struct limiter *l, struct limiter_key *k, unsigned jobs, int64_t now_us)
{
	struct limiter_notice n;
	char limit[LIMITER_WHY_LEN];

	if (l->notice == NULL || now_us - k->notice_us < LIMITER_AGAIN_US)
		return;
	limitkey_why(k, jobs, now_us, limit);
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

static void
refuse(struct limiter *l, struct limiter_item *i, struct limiter_key *k,
    int64_t now_us)
{
	i->key = k == NULL ? NULL : k->name;
	i->room = -1;
	i->next_us = now_us + LIMITER_AGAIN_US;
	i->said = last_trouble(i->set);
	if (k != NULL) {
		limitkey_why(k, i->jobs, now_us, i->limit);
		limitkey_ask_again(i, k, now_us);
		if (i->next_us > l->promised_us)
			l->promised_us = i->next_us;
		i->closed = limitkey_closed(k, now_us);
		k->later += i->jobs;
	}
	decide(l, i, LIMITER_LATER);
	if (k != NULL)
		notice(l, k, i->jobs, now_us);
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

static void
take_rates(struct limiter *l, struct limiter_key *k, unsigned jobs,
    int64_t now_us)
{
	unsigned i;

	for (i = 0; i < limitkey_rates(k); i++) {
		bucket_take(&k->rate[i].now, &k->rule->rate[i].limit,
		    k->rule->rate[i].rcpts ? jobs : 1, now_us);
		book(l, k, i);
	}
}

static void
grant(struct limiter *l, struct limiter_item *i, int64_t now_us)
{
	struct limiter_key *k;
	unsigned n;

	for (n = 0; n < i->set->n; n++) {
		k = i->set->key[n];
		k->in_flight++;
		k->jobs += i->jobs;
		take_rates(l, k, i->jobs, now_us);
	}
	i->started_us = now_us;
	decide(l, i, LIMITER_GO);
}

/* lines */

/* the last item of a waiting flow */
static void
give_back_last(struct limiter *l, struct limiter_flow *f, int64_t now_us)
{
	struct limiter_key *k = f->parked;
	struct limiter_item *i = f->last;

	limitline_take(l, f, i);
	if (f->first == NULL)
		limitline_unpark(f);
	refuse(l, i, k, now_us);
}

/* give back what is too much; but one may stay */
static void
shed(struct limiter *l, struct limiter_key *k, int64_t now_us)
{
	unsigned may = limitkey_allowed(k, now_us);
	struct limiter_flow *f;

	while (k->parked > may) {
		f = limitline_heaviest(k);
		if (may > 0 && k->parked == f->last->jobs)
			break;
		k->slow_us = now_us + SLOW_US;
		give_back_last(l, f, now_us);
	}
	k->shed_us = now_us + LIMITER_TRUST_US;
}

/* give all back where nobody has gone for long, and nobody knows when */
static void
clear(struct limiter *l, struct limiter_key *k, int64_t now_us)
{
	while (!k->moved && k->first != NULL &&
	    limitkey_ready(k, k->first->first->jobs, now_us) == LIMITKEY_NEVER)
		give_back_last(l, k->last, now_us);
	k->moved = 0;
	k->stand_us = now_us + LIMITER_STAND_US;
}

/* call up who waits here, as long as there is room */
static void
call_up(struct limiter *l, struct limiter_key *k, int64_t now_us)
{
	struct limiter_flow *f;
	struct limiter_item *i;
	struct limiter_key *other;

	while ((f = k->first) != NULL) {
		i = f->first;
		if (limitkey_ready(k, i->jobs, now_us) > now_us)
			break;
		limitline_unpark(f);
		other = limitline_binding(f->set, i->jobs, k, now_us);
		if (other != NULL) {
			limitline_park(l, f, other, now_us);
			continue;
		}
		limitline_take(l, f, i);
		grant(l, i, now_us);
		k->moved = 1;
		if (f->first != NULL)
			limitline_park(l, f, k, now_us);
	}
	if (k->first != NULL &&
	    (now_us >= k->shed_us || limitkey_far(k, now_us)))
		shed(l, k, now_us);
	if (k->first != NULL && now_us >= k->stand_us)
		clear(l, k, now_us);
	limitline_look(l, k, now_us);
}

/* from outside */

void
limiter_open(struct limiter *l, uint64_t seed)
{
	limitflow_ring_open(&l->flow_line);
	limitflow_ring_open(&l->idle_keys);
	l->seed = seed;
	l->labels = throttle_labels_used(&l->rules);
}

/*
 * A full line is shared: who has less in it takes the place of who has
 * more.  So one sender's backlog does not keep others out of a shared key.
 */
static int
displace(struct limiter *l, const struct limiter_flow *f,
    const struct limiter_item *i, struct limiter_key *k, int64_t now_us)
{
	struct limiter_flow *most = limitline_heaviest(k);

	if (most == f || most->jobs <= f->jobs + i->jobs)
		return 0;
	give_back_last(l, most, now_us);
	return 1;
}

void
limiter_offer(struct limiter *l, struct limiter_item *i, struct limiter_flow *f,
    int64_t now_us)
{
	struct limiter_key *k;

	i->set = f->set;
	i->set->refs++;
	i->msgs_per_conn = f->msgs_per_conn;
	if (l->shut) {
		refuse(l, i, NULL, now_us);
		i->next_us = now_us;
		return;
	}
	k = f->parked != NULL
	    ? f->parked
	    : limitline_binding(f->set, i->jobs, NULL, now_us);
	if (k == NULL) {
		grant(l, i, now_us);
		return;
	}
	if (limitkey_far(k, now_us) || l->held + i->jobs > LIMITER_HELD_MAX ||
	    (k->parked > 0 &&
		k->parked + i->jobs > limitkey_allowed(k, now_us) &&
		!displace(l, f, i, k, now_us))) {
		refuse(l, i, k, now_us);
		return;
	}
	limitline_put(l, f, i);
	if (f->parked == NULL)
		limitline_park(l, f, k, now_us);
	else
		limitline_look(l, k, now_us);
}

struct limiter_item *
limiter_pop(struct limiter *l)
{
	struct limiter_item *i = l->out;

	if (i == NULL)
		return NULL;
	l->out = i->next;
	if (l->out == NULL)
		l->out_last = NULL;
	else
		l->out->prev = NULL;
	i->next = i->prev = NULL;
	return i;
}

static void
key_done(struct limiter *l, struct limiter_key *k, const struct limiter_item *i,
    enum backoff_sign sign, int64_t now_us)
{
	struct backoff_range range = k->rule->backoff;

	k->in_flight--;
	k->jobs -= i->jobs;
	limitkey_speed(k, now_us);
	k->slot += i->jobs;
	if (!limitkey_learns(k))
		return;
	if (backoff_learn(&k->backoff, &range, sign, i->message, k->in_flight,
		i->started_us, now_us) &&
	    limitkey_closed(k, now_us))
		notice(l, k, i->jobs, now_us);
	if (sign == BACKOFF_GOOD && k->backoff.limit == 0) {
		free(k->said);
		k->said = NULL;
	}
}

void
limiter_said(struct limiter_item *i, enum backoff_sign sign,
    const struct limiter_said *said)
{
	unsigned n;

	if (sign == BACKOFF_NONE || sign == BACKOFF_GOOD)
		return;
	for (n = 0; n < i->set->n; n++)
		if (limitkey_learns(i->set->key[n]))
			limitkey_say(i->set->key[n], said);
}

void
limiter_done(struct limiter *l, struct limiter_item *i, enum backoff_sign sign,
    int64_t now_us)
{
	unsigned n;

	if (i->verdict == LIMITER_GO) {
		for (n = 0; n < i->set->n; n++)
			key_done(l, i->set->key[n], i, sign, now_us);
		for (n = 0; n < i->set->n; n++)
			if (i->set->key[n]->first != NULL)
				call_up(l, i->set->key[n], now_us);
	}
	limitflow_set_drop(l, i->set);
	i->set = NULL;
}

int64_t
limiter_due(const struct limiter *l)
{
	const struct limiter_key *k = limitdue_next(l);

	return k == NULL ? LIMITKEY_NEVER : k->due_us;
}

void
limiter_run(struct limiter *l, int64_t now_us)
{
	struct limiter_key *k;

	while ((k = limitdue_next(l)) != NULL && k->due_us <= now_us) {
		limitdue_set(l, k, LIMITKEY_NEVER);
		call_up(l, k, now_us);
	}
}

/* all that waits */
static void
give_back(struct limiter *l, int64_t now_us)
{
	struct limiter_link *at;
	struct limiter_flow *f;
	struct limiter_item *i;

	for (at = l->flow_line.next; at != &l->flow_line; at = at->next) {
		f = LIMITFLOW_OF(at);
		if (f->parked != NULL) {
			limitdue_set(l, f->parked, LIMITKEY_NEVER);
			limitline_unpark(f);
		}
		while ((i = f->first) != NULL) {
			limitline_take(l, f, i);
			refuse(l, i, NULL, now_us);
			i->next_us = now_us;
		}
	}
}

void
limiter_shut(struct limiter *l, int64_t now_us)
{
	l->shut = 1;
	give_back(l, now_us);
}

int
limiter_load(struct limiter *l, struct throttle_rules *rules, int64_t now_us)
{
	const struct throttle_rule *to;
	struct hash_node *at, *next;
	struct limiter_key *k;
	size_t s;

	give_back(l, now_us);
	while (l->flow_line.next != &l->flow_line)
		limitflow_free(l, LIMITFLOW_OF(l->flow_line.next));
	for (s = 0; s < l->keys.slots; s++)
		for (at = l->keys.slot[s]; at != NULL; at = next) {
			next = at->next;
			k = (struct limiter_key *)at;
			if (k->rule->builtin != 0)
				continue;
			to = throttle_find(rules, k->rule->key,
			    k->rule->key_len);
			if (limitkey_move(k,
				to == NULL ? &limitkey_no_rule : to,
				now_us) == -1)
				return -1;
			if (to == NULL && k->sets == 0)
				limitflow_key_free(l, k);
		}
	throttle_free(&l->rules);
	l->rules = *rules;
	memset(rules, 0, sizeof *rules);
	l->labels = throttle_labels_used(&l->rules);
	return 0;
}

void
limiter_close(struct limiter *l)
{
	struct hash_node *at, *next;
	struct limiter_key *k;
	size_t s;

	while (l->flow_line.next != &l->flow_line)
		limitflow_free(l, LIMITFLOW_OF(l->flow_line.next));
	for (s = 0; s < l->keys.slots; s++)
		for (at = l->keys.slot[s]; at != NULL; at = next) {
			next = at->next;
			k = (struct limiter_key *)at;
			free(k->rate);
			free(k->plan);
			free(k->said);
			free(k);
		}
	hash_free(&l->keys);
	hash_free(&l->flows);
	limitflow_vias_free(l);
	limitdue_free(l);
	throttle_free(&l->rules);
	memset(l, 0, sizeof *l);
}
