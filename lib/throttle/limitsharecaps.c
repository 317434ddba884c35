#include "throttle/limitsharecaps.h"
#include "throttle/limitcaps.h"
#include "throttle/limitkeys.h"
#include <stdio.h>

#define S INT64_C(1000000)

enum { TEXT = 48 + ZONE_NAME_MAX };
enum { TOLD = 0, TO_TELL, ASKED };

static const char *const spans[] = { [ZONE_HOUR] = "hour", [ZONE_DAY] = "day" };

/* of the turn that is now; where the clock was set back, of the later one */
static struct capshare *
share_of(const struct limiter_key *k, unsigned cap)
{
	struct capshare *s = &k->share[k->rule->n_rates + 1 + cap].cap;
	int64_t begin_s = k->rule->cap[cap].calendar->begin_s;

	if (s->turn_s < begin_s)
		capshare_begin(s, begin_s, limitcaps_used(k, cap));
	return s;
}

static int
is(const struct limiter_key *k, unsigned cap)
{
	return k->share != NULL && k->rule->cap[cap].n != THROTTLEWARM_OVER;
}

/* the limit itself is used up: no share of it helps */
static int
full(const struct limiter_key *k, unsigned cap, uint32_t cost)
{
	return (uint64_t)limitcaps_used(k, cap) + cost > k->rule->cap[cap].n;
}

int64_t
limitsharecaps_ready(const struct limiter_key *k, unsigned cap, uint32_t cost,
    int64_t now_us)
{
	const struct capshare *s;

	if (!is(k, cap))
		return now_us;
	s = share_of(k, cap);
	if (capshare_goes(s, limitcaps_used(k, cap), cost))
		return now_us;
	return now_us +
	    (s->full_us > now_us ? LIMITER_AGAIN_MAX_US + 1 : LEASE_LOOK_US);
}

uint64_t
limitsharecaps_left(const struct limiter_key *k, unsigned cap, int64_t now_us)
{
	const struct capshare *s;

	if (!is(k, cap))
		return limitcaps_left(k, cap);
	s = share_of(k, cap);
	if (capshare_heard(s, now_us))
		return limitcaps_left(k, cap);
	return capshare_goes(s, limitcaps_used(k, cap), 1)
	    ? s->got - limitcaps_used(k, cap)
	    : 0;
}

uint32_t
limitsharecaps_got(const struct limiter_key *k, unsigned cap)
{
	return share_of(k, cap)->got;
}

const struct throttle_cap *
limitsharecaps_binding(const struct limiter_key *k, struct bucket_cost cost,
    int64_t now_us, int64_t *until_us)
{
	const struct throttle_cap *c, *found = NULL;
	int64_t full_us;
	unsigned i;

	*until_us = now_us;
	for (i = 0; i < limitkey_caps(k); i++) {
		c = &k->rule->cap[i];
		if (limitsharecaps_ready(k, i, cost.of[c->what], now_us) <=
		    now_us)
			continue;
		full_us = share_of(k, i)->full_us;
		if (full_us > c->calendar->end_us)
			full_us = c->calendar->end_us;
		if (found == NULL || full_us > *until_us)
			found = c;
		if (full_us > *until_us)
			*until_us = full_us;
	}
	return found;
}

static void
must(struct limiter *l, struct capshare *s, int before)
{
	l->share_untold += s->must;
	l->share_untold -= (unsigned)before;
}

int
limitsharecaps_want(struct limiter_key *k, unsigned cap, uint32_t cost,
    int64_t now_us)
{
	if (full(k, cap, cost) ||
	    limitsharecaps_ready(k, cap, cost, now_us) <= now_us)
		return 0;
	capshare_want(share_of(k, cap), cost, now_us);
	return 1;
}

static void
due(struct limiter *l, struct limiter_key *k, const struct capshare *s)
{
	if (s->ask_us == LIMITKEY_NEVER)
		return;
	if (s->ask_us < l->share_due_us)
		l->share_due_us = s->ask_us;
	if (k->sharing.next == &k->sharing)
		limitkeys_ring_add(&l->sharing, &k->sharing);
}

void
limitsharecaps_took(struct limiter *l, struct limiter_key *k, int64_t now_us)
{
	unsigned i;

	for (i = 0; i < limitkey_caps(k); i++) {
		if (!is(k, i))
			continue;
		capshare_took(share_of(k, i), limitcaps_used(k, i), now_us);
		due(l, k, share_of(k, i));
	}
}

static void
ask(struct limiter *l, struct limiter_key *k, unsigned cap,
    const struct lease_question *is)
{
	const struct throttle_cap *c = &k->rule->cap[cap];
	char text[TEXT];
	struct limitshare_question q = {
		k->share[k->rule->n_rates + 1 + cap].node.id, k->name, text,
		{ .parts = c->n }, *is, LIMITSHARE_CAP,
		share_of(k, cap)->turn_s, l->share_born_s
	};

	snprintf(text, sizeof text, "%s/%s %s",
	    c->warm                       ? "warm"
		: c->what == BUCKET_RCPTS ? "rcpt-cap"
					  : "cap",
	    spans[c->span], c->zone);
	l->ask(l->arg, &q);
}

int64_t
limitsharecaps_look(struct limiter *l, struct limiter_key *k, unsigned cap,
    int64_t now_us)
{
	struct capshare *s = share_of(k, cap);
	struct lease_question q;

	if (capshare_ask(s, limitcaps_used(k, cap), &l->share_seq, now_us, &q))
		ask(l, k, cap, &q);
	return s->ask_us;
}

static void
each(struct limiter *l, int leave, int64_t now_us)
{
	struct limiter_key *k;
	struct hash_node *at;
	struct capshare *s;
	int before;
	size_t slot;
	unsigned i;

	for (slot = 0; slot < l->keys.slots; slot++)
		for (at = l->keys.slot[slot]; at != NULL; at = at->next) {
			k = (struct limiter_key *)at;
			for (i = 0; k->share != NULL && i < limitkey_caps(k);
			     i++) {
				s = share_of(k, i);
				before = s->must;
				if (leave)
					capshare_leave(s, limitcaps_used(k, i),
					    now_us);
				else
					capshare_tell(s, now_us);
				must(l, s, before);
				due(l, k, s);
			}
		}
}

void
limitsharecaps_tell(struct limiter *l, int64_t now_us)
{
	each(l, 0, now_us);
	l->share_tell = TO_TELL;
	l->share_tell_us = l->share_due_us = now_us;
}

void
limitsharecaps_leave(struct limiter *l, int64_t now_us)
{
	each(l, 1, now_us);
}

/* of what came before, or was lost, nothing is known here */
static int64_t
since_s(const struct limiter *l)
{
	if (l->book == NULL)
		return l->share_born_s;
	return l->lost_us == 0 ? 0 : (l->lost_us + l->wall_us) / S + 1;
}

int64_t
limitsharecaps_told(struct limiter *l, int64_t now_us)
{
	struct limitshare_question q = { LIMITSHARE_TOLD_ID, "all", "caps",
		{ .parts = 1 }, { 0 }, LIMITSHARE_TOLD, since_s(l),
		l->share_born_s };

	if (l->share_tell == TOLD || l->share_untold > 0)
		return LIMITKEY_NEVER;
	if (l->share_tell_us > now_us)
		return l->share_tell_us;
	l->share_told_seq = q.is.seq = ++l->share_seq;
	l->share_tell = ASKED;
	l->share_tell_us = now_us + LEASE_LOST_US;
	l->ask(l->arg, &q);
	return l->share_tell_us;
}

void
limitsharecaps_told_answered(struct limiter *l, const struct lease_answer *a,
    int64_t now_us)
{
	if (l->share_tell != ASKED || a->seq != l->share_told_seq)
		return;
	l->share_tell = a->of > 0 ? TOLD : TO_TELL;
	l->share_tell_us = now_us + CAPSHARE_AGAIN_US;
	if (a->of == 0 && l->share_tell_us < l->share_due_us)
		l->share_due_us = l->share_tell_us;
}

int
limitsharecaps_answered(struct limiter *l, struct limitshare *x,
    const struct lease_answer *a, int64_t now_us)
{
	struct limiter_key *k = x->key;
	unsigned cap = x->i - k->rule->n_rates - 1;
	struct capshare *s = share_of(k, cap);
	int before = s->must;

	if (!capshare_answered(s, limitcaps_used(k, cap), a, now_us))
		return 0;
	must(l, s, before);
	due(l, k, s);
	if (l->share_untold == 0 && l->share_tell == TO_TELL)
		l->share_due_us = now_us;
	return 1;
}

void
limitsharecaps_free(struct limiter *l, struct limitshare *x)
{
	l->share_untold -= x->cap.must;
}
