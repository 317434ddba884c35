#include "throttle/limitline.h"
#include "throttle/limitdue.h"
#include "throttle/limitshare.h"
#include <stddef.h>

enum { LINE_LOOK = 8 /* flows looked at for the heaviest */ };

void
limitline_look(struct limiter *l, struct limiter_key *k, int64_t now_us)
{
	int64_t due = LIMITKEY_NEVER;

	if (k->first != NULL) {
		limitshare_want(l, k, limiter_cost(k->first->first), now_us);
		due = limitkey_ready(k, limiter_cost(k->first->first), now_us);
		/* one may stay, however large */
		if (k->parked > LIMITER_BACKLOG_MIN &&
		    k->parked > k->last->last->jobs && k->shed_us < due)
			due = k->shed_us;
		if (due == LIMITKEY_NEVER)
			due = k->stand_us;
	}
	if (due != k->due_us || (due != LIMITKEY_NEVER && k->heap_at == 0))
		limitdue_set(l, k, due);
}

void
limitline_park(struct limiter *l, struct limiter_flow *f, struct limiter_key *k,
    int64_t now_us)
{
	if (k->first == NULL) {
		k->blocked_us = now_us;
		k->shed_us = now_us + LIMITER_TRUST_US;
		/* seldom, so that the heap seldom changes */
		k->moved = k->stand_us > now_us;
		if (!k->moved)
			k->stand_us = now_us + LIMITER_STAND_US;
	}
	f->parked = k;
	f->next = NULL;
	f->prev = k->last;
	if (k->last == NULL)
		k->first = f;
	else
		k->last->next = f;
	k->last = f;
	k->parked += f->jobs;
	limitline_look(l, k, now_us);
}

void
limitline_unpark(struct limiter_flow *f)
{
	struct limiter_key *k = f->parked;

	*(f->prev == NULL ? &k->first : &f->prev->next) = f->next;
	*(f->next == NULL ? &k->last : &f->next->prev) = f->prev;
	k->parked -= f->jobs;
	f->parked = NULL;
	f->prev = f->next = NULL;
}

void
limitline_put(struct limiter *l, struct limiter_flow *f, struct limiter_item *i)
{
	i->flow = f;
	i->next = NULL;
	i->prev = f->last;
	*(f->last == NULL ? &f->first : &f->last->next) = i;
	f->last = i;
	f->jobs += i->jobs;
	l->held += i->jobs;
	if (f->parked != NULL)
		f->parked->parked += i->jobs;
}

void
limitline_take(struct limiter *l, struct limiter_flow *f,
    struct limiter_item *i)
{
	*(i->prev == NULL ? &f->first : &i->prev->next) = i->next;
	*(i->next == NULL ? &f->last : &i->next->prev) = i->prev;
	f->jobs -= i->jobs;
	l->held -= i->jobs;
	if (f->parked != NULL)
		f->parked->parked -= i->jobs;
}

struct limiter_key *
limitline_binding(const struct limiter_set *s, struct bucket_cost cost,
    const struct limiter_key *called, int64_t now_us)
{
	struct limiter_key *k, *full = NULL, *late = NULL;
	int64_t at, latest = now_us;
	unsigned i;

	for (i = 0; i < s->n; i++) {
		k = s->key[i];
		at = limitkey_ready(k, cost, now_us);
		if (at != LIMITKEY_NEVER && at > latest) {
			latest = at;
			late = k;
		} else if (at == LIMITKEY_NEVER ||
		    (k != called && k->first != NULL)) {
			if (full == NULL)
				full = k;
		}
	}
	return late != NULL ? late : full;
}

struct limiter_flow *
limitline_heaviest(const struct limiter_key *k)
{
	struct limiter_flow *f, *most = k->last;
	int i;

	for (i = 0, f = k->last; f != NULL && i < LINE_LOOK; i++, f = f->prev)
		if (f->jobs > most->jobs)
			most = f;
	return most;
}
