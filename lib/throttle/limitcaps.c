#include "throttle/limitcaps.h"
#include "throttle/limitwarm.h"
#include <stdlib.h>

#define S INT64_C(1000000)

/* who comes so shortly before a turn was told to come then, and a clock was
 * set */
enum { EARLY_US = 10000000 };

void
limitcaps_count(struct limiter_key *k, unsigned cap, struct bucket_cost cost)
{
	const struct throttle_cap *c = &k->rule->cap[cap];
	struct limiter_count *x = &k->count[cap];

	if (x->begin_s < c->calendar->begin_s) {
		x->begin_s = c->calendar->begin_s;
		x->used = 0;
	}
	x->used += cost.of[c->what];
}

const struct throttle_cap *
limitcaps_binding(const struct limiter_key *k, struct bucket_cost cost)
{
	const struct throttle_cap *c, *found = NULL;
	unsigned i;

	for (i = 0; i < limitkey_caps(k); i++) {
		c = &k->rule->cap[i];
		if (limitcaps_used(k, i) + cost.of[c->what] > c->n &&
		    (found == NULL ||
			found->calendar->end_us < c->calendar->end_us))
			found = c;
	}
	return found;
}

uint64_t
limitcaps_left(const struct limiter_key *k, unsigned i)
{
	uint32_t used = limitcaps_used(k, i), n = k->rule->cap[i].n;

	return used < n ? n - used : 0;
}

/* what may go in the turn that begins then */
static void
turn_begins(const struct limiter *l, const struct limiter_key *k,
    const struct throttle_cap *c, struct limiter_count *x, int64_t turn_s)
{
	x->turn_s = turn_s;
	x->room = limitwarm_amount(l, &k->rule->warm, c, turn_s);
}

/* how many turns are before that one; a day may be an hour longer or shorter */
static int64_t
turns_before(const struct throttle_cap *c, int64_t turn_s)
{
	int64_t len_s = c->span == ZONE_DAY ? 86400 : 3600;

	return (turn_s - c->calendar->end_s + len_s / 2) / len_s;
}

int64_t
limitcaps_turn(const struct limiter *l, struct limiter_key *k,
    const struct throttle_cap *c, unsigned cost, int64_t now_us, int tell)
{
	const struct calendar *now = c->calendar;
	struct limiter_count *kept = &k->count[c - k->rule->cap], x = *kept;
	int64_t begin_s, end_s;

	if (now->end_us - now_us <= EARLY_US)
		return now->end_us;
	/* none yet, or it is over; or the clock was set back by far */
	if (x.turn_s < now->end_s ||
	    turns_before(c, x.turn_s) >= LIMITER_TURNS_MAX)
		turn_begins(l, k, c, &x, now->end_s);
	/* each is passed once, however many are told */
	while (x.room == 0 &&
	    turns_before(c, x.turn_s) < LIMITER_TURNS_MAX - 1) {
		l->turn(c->zone, c->span, x.turn_s, &begin_s, &end_s);
		turn_begins(l, k, c, &x, end_s);
	}
	/* the last of a turn may need more than is left: others may need less,
	 * and it is not to stay unused */
	x.room = x.room > cost ? x.room - cost : 0;
	if (tell)
		*kept = x;
	return now->end_us + (x.turn_s - now->end_s) * S;
}

int
limitcaps_move(struct limiter_key *k, const struct throttle_rule *to)
{
	unsigned n = k->back ? 0 : to->n_caps, i, j;
	struct limiter_count *c = NULL;

	if (n > 0) {
		c = calloc(n, sizeof *c);
		if (c == NULL)
			return -1;
	}
	for (i = 0; i < n; i++)
		for (j = 0; j < limitkey_caps(k); j++)
			if (throttle_cap_same(&to->cap[i], &k->rule->cap[j]))
				c[i] = k->count[j];
	for (i = 0; i < n; i++)
		c[i].turn_s = 0;
	free(k->count);
	k->count = c;
	return 0;
}
