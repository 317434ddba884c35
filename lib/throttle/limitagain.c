#include "throttle/limitagain.h"
#include "throttle/limitadapt.h"
#include "throttle/limitcaps.h"
#include "throttle/limitkeys.h"
#include "throttle/limitsharecaps.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum {
	AGAIN_SLOW_US = 5000000,
	SPEED_FAST = 25 /* in a quarter of a second */
};

static struct bucket_cost
most(struct bucket_cost a, struct bucket_cost b)
{
	unsigned u;

	for (u = 0; u < BUCKET_UNITS; u++)
		if (b.of[u] > a.of[u])
			a.of[u] = b.of[u];
	return a;
}

void
limitagain_why(const struct limiter_key *k, struct bucket_cost cost,
    int64_t now_us, char *out)
{
	const struct throttle_rate *r = NULL, *x;
	const struct throttle_cap *c;
	int64_t latest = now_us, t, until_us;
	char text[THROTTLE_RATE_TEXT];
	unsigned i;

	/* or what waits in front, where that is more */
	if (k->first != NULL)
		cost = most(cost, limiter_cost(k->first->first));
	if (limitkey_rates(k) > 0 && limitkey_conn(k) == 0 &&
	    k->backoff.limit == 0)
		r = &k->rule->rate[0];
	for (i = 0; i < limitkey_rates(k); i++) {
		x = &k->rule->rate[i];
		t = limitkey_rate_ready(k, i, cost.of[x->what], now_us);
		if (t > latest) {
			latest = t;
			r = x;
		}
	}
	c = limitcaps_binding(k, cost);
	if (c == NULL)
		c = limitsharecaps_binding(k, cost, now_us, &until_us);
	if (c != NULL && c->calendar->end_us >= latest &&
	    c->calendar->end_us >= k->backoff.until_us)
		throttle_cap_text(c, out);
	else if (k->backoff.until_us > latest)
		snprintf(out, LIMITER_WHY_LEN, "backoff=%u..%u",
		    k->rule->backoff.least_s, k->rule->backoff.most_s);
	else if (r != NULL) {
		throttle_rate_text(r, text);
		snprintf(out, LIMITER_WHY_LEN, "%s", text);
	} else if (k->in_flight >= k->backoff.limit && k->backoff.limit > 0)
		snprintf(out, LIMITER_WHY_LEN, "backoff conn=%u",
		    k->backoff.limit);
	else {
		throttle_conn_text(k->rule, text);
		snprintf(out, LIMITER_WHY_LEN, "%s", text);
	}
}

/* does its rule speak of this label alone? */
static int
is_rule_of(const struct limiter_key *k, unsigned label)
{
	unsigned l;

	for (l = 0; l < THROTTLE_LABELS; l++)
		if (l != label && k->rule->match[l] != THROTTLE_ANY)
			return 0;
	return k->rule->match[label] != THROTTLE_ANY;
}

static int
is_site_rule(const struct limiter_key *k)
{
	return is_rule_of(k, THROTTLE_SITE);
}

/* does what holds here hold for all that goes to the site? */
static int
is_site_key(const struct limiter_key *k)
{
	return is_site_rule(k) && !k->back;
}

/* when the first pool may go there again; now: one may, or that is not known */
static int64_t
closed_until(const struct limiter_key *k, unsigned label, int64_t now_us)
{
	int64_t until = k->backoff.until_us;
	const struct limiter_key *o;

	if (!is_rule_of(k, label) || (k->back && k->peer == NULL))
		return now_us;
	if (k->back)
		for (o = k->peer->peer; o != NULL; o = o->next_back)
			if (o->backoff.until_us < until)
				until = o->backoff.until_us;
	return until > now_us ? until : now_us;
}

/* when to ask again for a connection, as things go */
static int64_t
conn_turn(struct limiter_key *k, int64_t now_us)
{
	unsigned speed = limitkey_speed(k, now_us);
	unsigned conn =
	    limitkey_conn(k) > 0 ? limitkey_conn(k) : k->backoff.limit;

	if (k->promise_us < now_us + LIMITER_AGAIN_US / 2)
		k->promise_us = now_us + LIMITER_AGAIN_US / 2;
	if (conn > 0)
		k->promise_us += speed > 0 ? 2 * LIMITER_SPEED_US / speed
					   : LIMITER_AGAIN_US / conn;
	if (k->promise_us > now_us + LIMITER_AGAIN_MAX_US)
		k->promise_us = now_us + LIMITER_AGAIN_MAX_US;
	return k->promise_us;
}

/* when all rates of a key let one more come, behind so many in line */
static int64_t
key_turn(struct limiter_key *k, const struct limiter_item *item, unsigned line,
    int64_t at_us, int64_t now_us)
{
	const struct throttle_rate *r;
	struct bucket_limit adapted;
	struct lease_whole whole;
	struct limitplan_rate x;
	unsigned i;

	for (i = 0; i < limitkey_rates(k) && at_us != LIMITPLAN_NEVER; i++) {
		r = &k->rule->rate[i];
		x.now = k->rate[i].now;
		x.limit = &r->limit;
		if (r->least > 0) {
			/* the lesser of both, for all but what is left */
			x.now = k->adapt[i].now;
			adapted = limitadapt_limit(k->adapt, k->rule, i);
			x.limit = &adapted;
		}
		if (k->share != NULL && k->share[i].is.has > 0) {
			/* what is ours is never more than the whole */
			whole = limitshare_whole(k->rule, i);
			x.now = k->share[i].is.now;
			adapted = lease_limit(&k->share[i].is, &whole);
			x.limit = &adapted;
		}
		x.unit = r->what;
		x.ahead = r->what == BUCKET_RCPTS
		    ? line
		    : line / limitkey_transaction_size(k);
		if (r->what == BUCKET_BYTES)
			x.ahead *= item->bytes;
		at_us = limitplan_turn(k->plan, &x, limiter_cost(item), at_us,
		    now_us);
	}
	return at_us;
}

/* somebody comes then; without memory that is not known */
static void
key_plan(struct limiter_key *k, struct bucket_cost cost, int64_t at_us,
    int64_t now_us)
{
	if (limitkey_rates(k) == 0)
		return;
	if (k->plan == NULL)
		k->plan = calloc(1, sizeof *k->plan);
	if (k->plan != NULL)
		limitplan_take(k->plan, cost, at_us, now_us);
}

/*
 * The first time, not before at_us, at which the rates of all keys of an item
 * let it come, behind those in line and all who were given a time.  One time
 * for all keys: one that he cannot use would keep others out for nothing.
 */
static int64_t
rates_turn(const struct limiter_item *i, const struct limiter_key *k,
    unsigned line, int64_t at_us, int64_t now_us, int tell)
{
	const struct limiter_set *s = i->set;
	struct limiter_key *o;
	unsigned n, agree = 0, ahead;
	int64_t t;

	for (n = 0; agree < s->n; n = (n + 1) % s->n) {
		o = s->key[n];
		ahead = o == k && line < o->parked ? line : o->parked;
		t = key_turn(o, i, ahead, at_us, now_us);
		agree = t > at_us ? 1 : agree + 1;
		at_us = t;
		/* asked again before: then it is given another time */
		if (at_us > now_us + LIMITER_AGAIN_MAX_US)
			return now_us + LIMITER_AGAIN_MAX_US;
	}
	for (n = 0; tell && n < s->n; n++)
		key_plan(s->key[n], limiter_cost(i), at_us, now_us);
	return at_us;
}

/*
 * What the provider's jobs at the site may be told, beside the time of this
 * one: of a provider with a million jobs each would ask to be told its own.
 * Rates and caps want exactly that, so that nothing of them is lost.
 */
static int
provider_room(struct limiter_key *k, struct bucket_cost cost, int64_t now_us)
{
	if (limitkey_closed(k, now_us))
		return closed_until(k, THROTTLE_PROVIDER, now_us) > now_us ? 0
									   : -1;
	if (!is_rule_of(k, THROTTLE_PROVIDER) || k->back ||
	    limitkey_counts(k, cost, now_us) > now_us)
		return -1;
	return k->jobs + limitkey_allowed(k, now_us);
}

/* how long what is said of all that waits for a key may hold */
static int64_t
look_us(struct limiter_key *k, uint32_t bytes, unsigned line, int64_t now_us)
{
	if (line > 0 && k->backoff.limit == 0 &&
	    limitkey_speed(k, now_us) < SPEED_FAST &&
	    now_us - k->blocked_us >= LIMITER_AGAIN_US)
		return now_us + AGAIN_SLOW_US;
	return now_us +
	    (limitkey_far(k, bytes, now_us) ? LIMITER_AGAIN_MAX_US
					    : LIMITER_AGAIN_US);
}

/*
 * What all may be told that wait for a key of more than a site: so nobody is
 * asked in vain while it has no room, and the head chooses who is next.  A key
 * that is kept for one pool of several says nothing of the others.
 */
static void
say_line(struct limiter_item *i, struct limiter_key *k, int64_t now_us)
{
	struct bucket_cost cost = limiter_cost(i);
	unsigned line = limitkey_allowed(k, now_us);
	int64_t at, most_us = now_us + LIMITER_AGAIN_MAX_US;

	if (is_site_key(k) || k->back)
		return;
	i->line_by = k->rule->key;
	i->line_by_len = k->rule->key_len;
	at = limitkey_closed(k, now_us) ? k->backoff.until_us
					: limitkey_counts(k, cost, now_us);
	i->line_room = k->jobs + line;
	i->line_until_us = look_us(k, i->bytes, line, now_us);
	if (limitkey_far(k, i->bytes, now_us) || limitcaps_binding(k, cost)) {
		i->line_room = 0;
		i->line_until_us = at > now_us && at < most_us ? at : most_us;
	}
}

/*
 * When to ask again; tell: he will come then.  For a site the answer holds for all its jobs until
 * then.  Other keys are none of the queue's business: there each job gets
 * a time of its own, at the pace of the key, so that they come back as
 * they can go.
 */
static void
say(const struct limiter *l, struct limiter_item *i, struct limiter_key *k,
    int64_t now_us, int tell)
{
	const struct throttle_cap *c = limitcaps_binding(k, limiter_cost(i));
	unsigned line = limitkey_allowed(k, now_us);
	int64_t at, until_us;

	i->provider_room = provider_room(k, limiter_cost(i), now_us);
	say_line(i, k, now_us);
	if (limitkey_closed(k, now_us)) {
		at = closed_until(k, THROTTLE_SITE, now_us);
		i->next_us = at > now_us ? at : k->backoff.until_us;
		i->room = at > now_us ? 0 : -1;
		return;
	}
	if (c != NULL && c->calendar->end_us > now_us) {
		i->room = is_site_key(k) ? 0 : -1;
		i->next_us = is_site_key(k)
		    ? c->calendar->end_us
		    : limitcaps_turn(l, k, c, limiter_cost(i).of[c->what],
			  now_us, tell);
		return;
	}
	if (limitsharecaps_binding(k, limiter_cost(i), now_us, &until_us) !=
		NULL &&
	    until_us > now_us) {
		i->room = is_site_key(k) ? 0 : -1;
		i->next_us = until_us;
		return;
	}
	if (is_site_key(k)) {
		i->room = k->jobs + line;
		i->next_us = look_us(k, i->bytes, line, now_us);
		return;
	}
	i->room = -1;
	i->next_us = rates_turn(i, k, line, conn_turn(k, now_us), now_us, tell);
}

void
limitagain_say(const struct limiter *l, struct limiter_item *i,
    struct limiter_key *k, int64_t now_us)
{
	say(l, i, k, now_us, 1);
}

void
limitagain_ask(const struct limiter *l, struct limiter_item *i,
    struct limiter_key *k, int64_t now_us)
{
	int64_t promise_us = k->promise_us;

	say(l, i, k, now_us, 0);
	k->promise_us = promise_us;
}

int64_t
limitagain_behind(const struct limiter_item *i, const struct limiter_key *k,
    int64_t now_us)
{
	return rates_turn(i, k, k->parked, now_us, now_us, 0);
}
