#include "throttle/limiter.h"
#include "throttle/limitbook.h"
#include "throttle/limitdecide.h"
#include "throttle/limitdue.h"
#include "throttle/limitflow.h"
#include "throttle/limitkey.h"
#include "throttle/limitkeys.h"
#include "throttle/limitlearn.h"
#include "throttle/limitline.h"
#include "throttle/limitsharecaps.h"
#include "throttle/limitwarm.h"
#include <stdlib.h>
#include <string.h>

enum { SLOW_US = 30000000 };

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
	limitdecide_refuse(l, i, k, now_us);
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
	    limitkey_ready(k, limiter_cost(k->first->first), now_us) ==
		LIMITKEY_NEVER)
		give_back_last(l, k->last, now_us);
	k->moved = 0;
	k->stand_us = now_us + LIMITER_STAND_US;
}

/* of a line for a shared rate: what was gathered when more was ours, and would
 * wait for ever, is divided anew */
static int
too_large(struct limiter *l, struct limiter_key *k, int64_t now_us)
{
	struct limiter_flow *f = k->first;
	struct limiter_item *i = f->first;

	if (i->jobs <= limitshare_jobs_max(k))
		return 0;
	limitline_take(l, f, i);
	if (f->first == NULL)
		limitline_unpark(f);
	limitdecide_refuse(l, i, k, now_us);
	return 1;
}

/* call up who waits here, as long as there is room */
static void
call_up(struct limiter *l, struct limiter_key *k, int64_t now_us)
{
	struct limiter_flow *f;
	struct limiter_item *i;
	struct limiter_key *other;

	while ((f = k->first) != NULL) {
		if (too_large(l, k, now_us))
			continue;
		i = f->first;
		if (limitkey_ready(k, limiter_cost(i), now_us) > now_us)
			break;
		limitline_unpark(f);
		other = limitline_binding(f->set, limiter_cost(i), k, now_us);
		if (other != NULL) {
			limitline_park(l, f, other, now_us);
			continue;
		}
		limitline_take(l, f, i);
		limitdecide_grant(l, i, now_us);
		k->moved = 1;
		if (f->first != NULL)
			limitline_park(l, f, k, now_us);
	}
	if (k->first != NULL &&
	    (now_us >= k->shed_us ||
		limitkey_far(k, k->first->first->bytes, now_us)))
		shed(l, k, now_us);
	if (k->first != NULL && now_us >= k->stand_us)
		clear(l, k, now_us);
	limitline_look(l, k, now_us);
}

/* from outside */

void
limiter_open(struct limiter *l, uint64_t seed)
{
	limitkeys_ring_open(&l->flow_line);
	limitkeys_ring_open(&l->idle_keys);
	limitkeys_ring_open(&l->sharing);
	l->share_due_us = LIMITKEY_NEVER;
	l->seed = seed;
	l->labels = throttle_labels_used(&l->rules);
}

/*
 * A full line is shared: who has less in it takes the place of who has
 * more.  So one sender's backlog does not keep others out of a shared key.
 */
static struct limiter_flow *
displaced(const struct limiter_flow *f, const struct limiter_item *i,
    const struct limiter_key *k)
{
	struct limiter_flow *most = limitline_heaviest(k);

	return most == f || most->jobs <= f->jobs + i->jobs ? NULL : most;
}

void
limiter_judge(const struct limiter *l, const struct limiter_item *i,
    const struct limiter_flow *f, int64_t now_us, struct limiter_judgement *j)
{
	struct limiter_key *k;

	j->verdict = LIMITER_LATER;
	j->key = NULL;
	j->instead = NULL;
	if (l->shut)
		return;
	k = j->key = f->parked != NULL
	    ? f->parked
	    : limitline_binding(f->set, limiter_cost(i), NULL, now_us);
	if (k == NULL) {
		j->verdict = LIMITER_GO;
		return;
	}
	if (limitkey_far(k, i->bytes, now_us) ||
	    i->jobs > limitshare_jobs_max(k) ||
	    l->held + i->jobs > LIMITER_HELD_MAX)
		return;
	if (k->parked > 0 &&
	    k->parked + i->jobs > limitkey_allowed(k, now_us)) {
		j->instead = displaced(f, i, k);
		if (j->instead == NULL)
			return;
	}
	j->verdict = LIMITER_HELD;
}

void
limiter_offer(struct limiter *l, struct limiter_item *i, struct limiter_flow *f,
    int64_t now_us)
{
	struct limiter_judgement j;

	i->set = f->set;
	i->set->refs++;
	i->msgs_per_conn = f->msgs_per_conn;
	i->started_us = now_us;
	limiter_judge(l, i, f, now_us, &j);
	if (j.verdict == LIMITER_LATER) {
		limitdecide_refuse(l, i, j.key, now_us);
		if (l->shut)
			i->next_us = now_us;
		return;
	}
	if (j.verdict == LIMITER_GO) {
		limitdecide_grant(l, i, now_us);
		return;
	}
	if (j.instead != NULL)
		give_back_last(l, j.instead, now_us);
	limitline_put(l, f, i);
	if (f->parked == NULL)
		limitline_park(l, f, j.key, now_us);
	else
		limitline_look(l, j.key, now_us);
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
    enum backoff_sign sign, int yields, int64_t now_us)
{
	struct backoff_range range = k->rule->backoff;

	limitlearn_done(l, k, i, sign, now_us);
	k->in_flight--;
	k->jobs -= i->jobs;
	limitkey_speed(k, now_us);
	k->slot += i->jobs;
	if (!limitkey_learns(k))
		return;
	/* it asks for less, and gets less */
	if (sign == BACKOFF_BUSY && yields)
		return;
	if (backoff_learn(&k->backoff, &range, sign, i->message, k->in_flight,
		i->started_us, now_us) &&
	    limitkey_closed(k, now_us))
		limitdecide_notice(l, k, limiter_cost(i), now_us);
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
		if (limitkey_learns(i->set->key[n]) ||
		    i->set->key[n]->adapt != NULL)
			limitkey_say(i->set->key[n], said);
}

void
limiter_slow(struct limiter_item *i, const struct limiter_said *said)
{
	unsigned n;

	i->slow = 1;
	for (n = 0; n < i->set->n; n++)
		if (i->set->key[n]->adapt != NULL)
			limitkey_say(i->set->key[n], said);
}

void
limiter_done(struct limiter *l, struct limiter_item *i, enum backoff_sign sign,
    int64_t now_us)
{
	unsigned n;
	int yields = 0;

	if (i->verdict == LIMITER_GO) {
		for (n = 0; n < i->set->n; n++)
			yields |= limitlearn_yields(i->set->key[n]);
		for (n = 0; n < i->set->n; n++)
			key_done(l, i->set->key[n], i, sign, yields, now_us);
		for (n = 0; n < i->set->n; n++)
			if (i->set->key[n]->first != NULL)
				call_up(l, i->set->key[n], now_us);
	}
	limitkeys_set_drop(l, i->set);
	i->set = NULL;
}

void
limiter_answered(struct limiter *l, uint32_t id, const struct lease_answer *a,
    int64_t now_us)
{
	struct limiter_key *k = limitshare_answered(l, id, a, now_us);

	if (k != NULL && k->first != NULL)
		call_up(l, k, now_us);
}

int64_t
limiter_due(const struct limiter *l)
{
	const struct limiter_key *k = limitdue_next(l);
	int64_t due = limitshare_due(l);

	return k == NULL || due < k->due_us ? due : k->due_us;
}

void
limiter_run(struct limiter *l, int64_t now_us)
{
	struct limiter_key *k;

	limitshare_run(l, now_us);
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
		f = LIMITKEYS_FLOW(at);
		if (f->parked != NULL) {
			limitdue_set(l, f->parked, LIMITKEY_NEVER);
			limitline_unpark(f);
		}
		while ((i = f->first) != NULL) {
			limitline_take(l, f, i);
			limitdecide_refuse(l, i, NULL, now_us);
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

void
limiter_clock(struct limiter *l, int64_t wall_us, int64_t now_us)
{
	l->wall_us = wall_us - now_us;
	calendar_set(l->rules.calendars, l->turn, wall_us, now_us);
	limitwarm_set(l, &l->rules);
}

int
limiter_load(struct limiter *l, struct throttle_rules *rules, int64_t now_us)
{
	const struct throttle_rule *to;
	struct hash_node *at, *next;
	struct limiter_key *k;
	size_t s;

	limitbook_owed(l);
	calendar_set(rules->calendars, l->turn, now_us + l->wall_us, now_us);
	limitwarm_set(l, rules);
	give_back(l, now_us);
	while (l->flow_line.next != &l->flow_line)
		limitkeys_flow_free(l, LIMITKEYS_FLOW(l->flow_line.next));
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
				now_us) == -1 ||
			    limitshare_make(l, k) == -1)
				return -1;
			if (to == NULL && k->sets == 0)
				limitkeys_free(l, k);
		}
	throttle_free(&l->rules);
	l->rules = *rules;
	memset(rules, 0, sizeof *rules);
	l->labels = throttle_labels_used(&l->rules);
	/* what counted here alone may be shared now */
	if (l->ask != NULL)
		limitsharecaps_tell(l, now_us);
	return 0;
}

void
limiter_close(struct limiter *l)
{
	struct hash_node *at, *next;
	struct limiter_key *k;
	size_t s;

	while (l->flow_line.next != &l->flow_line)
		limitkeys_flow_free(l, LIMITKEYS_FLOW(l->flow_line.next));
	for (s = 0; s < l->keys.slots; s++)
		for (at = l->keys.slot[s]; at != NULL; at = next) {
			next = at->next;
			k = (struct limiter_key *)at;
			limitshare_free(l, k);
			free(k->rate);
			free(k->count);
			free(k->plan);
			free(k->adapt);
			free(k->said);
			free(k);
		}
	byid_free(&l->shares);
	hash_free(&l->keys);
	hash_free(&l->flows);
	limitflow_vias_free(l);
	limitdue_free(l);
	throttle_free(&l->rules);
	memset(l, 0, sizeof *l);
}
