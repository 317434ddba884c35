#include "queue/scheduleparts.h"

/* whose turn it is in a lane */
static uint32_t
lane_first(const struct schedule *s, uint32_t l, uint32_t site)
{
	const struct schedule_lane *x = &s->lane[l];
	const struct schedule_line *one = &x->again, *other = &x->fresh;

	if (s->site[site].probes > 0) {
		one = &x->fresh;
		other = &x->again;
	}
	return one->head != SCHEDULE_NONE ? one->head : other->head;
}

/* it goes by the key of its lane; without memory it is not counted there */
static void
count_key(struct schedule *s, uint32_t r, uint32_t k)
{
	if (k == SCHEDULE_NONE)
		return;
	if (rcpt_key(s, r) != k) {
		if (rcpt_key_set(s, r, k) == -1)
			return;
		nametable_ref(&s->sites, k);
	}
	s->site[k].out++;
}

/* the first of the lane and what follows of the same message */
static unsigned
take_run(struct schedule *s, uint32_t l, uint32_t site, uint32_t *out,
    unsigned max)
{
	uint32_t r = lane_first(s, l, site), m = s->rcpt[r].message, next;
	uint32_t k = lane_key(s, l);
	unsigned n = 0;

	lane_turn(s, l);
	do {
		next = s->rcpt[r].a;
		count_key(s, r, k);
		lane_remove(s, l, r);
		s->rcpt[r].where = SCHEDULE_OUT;
		s->rcpt[r].a = site;
		nametable_ref(&s->sites, site);
		out[n++] = r;
		r = next;
	} while (n < max && r != SCHEDULE_NONE && s->rcpt[r].message == m);
	s->site[site].out += n;
	s->message[m].n_out += n;
	s->out += n;
	return n;
}

/* its key limits nothing any more: the lane forgets it */
static void
forget_open(struct schedule *s, uint32_t l, int64_t now)
{
	uint32_t k = s->lane[l].whole;

	if (k == SCHEDULE_NONE || s->site[k].until_ms > 0 ||
	    s->site[k].probes > 0)
		return;
	key_whole_put(s, l);
	if (s->site[k].n_parked > 0)
		key_send(s, k, now);
}

/* a lane that may not go now takes no turns until it may */
static void
step_back(struct schedule *s, uint32_t l, int to_key, int first)
{
	lane_leave(s, l);
	key_unsend(s, l);
	/* without memory it is looked at again and again */
	if (!to_key || key_park(s, l, first) == -1)
		site_park(s, l, 0);
}

/* how many of a lane may go; 0: none, and it takes no turns any more */
static uint32_t
lane_allowance(struct schedule *s, uint32_t l, uint32_t site, int64_t now)
{
	uint32_t k, may = site_allowance(s, site, now), of_key;
	int first;

	forget_open(s, l, now);
	k = lane_key(s, l);
	if (k == SCHEDULE_NONE) {
		if (may == 0)
			step_back(s, l, 0, 0);
		return may;
	}
	first = s->lane[l].kept || s->lane[l].sent == k;
	of_key = s->lane[l].sent == k ? site_allowance(s, k, now) : 0;
	if (of_key < may)
		may = of_key;
	if (may > 0)
		return may;
	step_back(s, l, of_key == 0, first);
	key_send(s, k, now);
	return 0;
}

/* the turn of a lane that its key has sent is over: the next one's */
static void
send_next(struct schedule *s, uint32_t k, uint32_t l, int64_t now)
{
	if (k == SCHEDULE_NONE)
		return;
	if (s->site[k].sent == l)
		step_back(s, l, 1, 0);
	key_send(s, k, now);
}

unsigned
schedule_pick(struct schedule *s, int64_t now, uint32_t *out, unsigned max)
{
	uint32_t f, l, site, may, k;
	int prio;

	if (max > s->window - s->out)
		max = s->window - s->out;
	if (max == 0)
		return 0;
	while ((prio = round_next(&s->round)) != -1) {
		f = s->round.turn[prio];
		l = s->owner[f].turn;
		site = s->domain_site[s->lane[l].domain];
		may = lane_allowance(s, l, site, now);
		if (may == 0)
			continue;
		s->round.turn[prio] = s->owner[f].next;
		s->owner[f].turn = s->lane[l].next;
		k = lane_key(s, l);
		max = take_run(s, l, site, out, may < max ? may : max);
		round_served(&s->round, prio);
		send_next(s, k, l, now);
		return max;
	}
	return 0;
}

/* the place that it had at its site and in the window is free */
static void
leave_window(struct schedule *s, uint32_t r)
{
	uint32_t k = rcpt_key(s, r);

	s->out--;
	site_left(s, s->rcpt[r].a);
	if (k != SCHEDULE_NONE) {
		s->site[k].out--;
		site_look_later(s, k);
	}
}

void
schedule_back(struct schedule *s, uint32_t r)
{
	if (s->rcpt[r].where == SCHEDULE_LATE)
		s->late--;
	else
		leave_window(s, r);
	s->message[s->rcpt[r].message].n_out--;
	s->rcpt[r].where = SCHEDULE_IDLE;
}

void
schedule_late(struct schedule *s, uint32_t r)
{
	leave_window(s, r);
	s->rcpt[r].where = SCHEDULE_LATE;
	s->late++;
}
