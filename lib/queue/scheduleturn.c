#include "queue/scheduleparts.h"

/* shares of the chain when all priorities have something to send */
const unsigned schedule_weight[SCHEDULE_PRIOS] = { 64, 40, 25, 16, 10, 6, 4, 3,
	2, 1 };

/* smooth weighted round robin over the priorities that have something */
static int
prio_next(const struct schedule *s)
{
	int best = -1, credit, top = 0, i;

	for (i = 0; i < SCHEDULE_PRIOS; i++) {
		if (s->prio_turn[i] == SCHEDULE_NONE)
			continue;
		credit = s->prio_credit[i] + (int)schedule_weight[i];
		if (best == -1 || credit > top) {
			best = i;
			top = credit;
		}
	}
	return best;
}

static void
prio_served(struct schedule *s, int prio)
{
	int total = 0, i;

	for (i = 0; i < SCHEDULE_PRIOS; i++) {
		if (s->prio_turn[i] == SCHEDULE_NONE && i != prio) {
			s->prio_credit[i] = 0;
			continue;
		}
		total += schedule_weight[i];
		s->prio_credit[i] += schedule_weight[i];
	}
	s->prio_credit[prio] -= total;
}

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

/* the first of the lane and what follows of the same message */
static unsigned
take_run(struct schedule *s, uint32_t l, uint32_t site, uint32_t *out,
    unsigned max)
{
	uint32_t r = lane_first(s, l, site), m = s->rcpt[r].message, next;
	unsigned n = 0;

	lane_turn(s, l);
	do {
		next = s->rcpt[r].a;
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

unsigned
schedule_pick(struct schedule *s, int64_t now, uint32_t *out, unsigned max)
{
	uint32_t f, l, site, may;
	int prio;

	if (max > s->window - s->out)
		max = s->window - s->out;
	if (max == 0)
		return 0;
	while ((prio = prio_next(s)) != -1) {
		f = s->prio_turn[prio];
		l = s->owner[f].turn;
		site = s->domain_site[s->lane[l].domain];
		may = site_allowance(s, site, now);
		if (may == 0) {
			lane_leave(s, l);
			site_park(s, l, 0);
			continue;
		}
		s->prio_turn[prio] = s->owner[f].next;
		s->owner[f].turn = s->lane[l].next;
		max = take_run(s, l, site, out, may < max ? may : max);
		prio_served(s, prio);
		return max;
	}
	return 0;
}

/* the place that it had at its site and in the window is free */
static void
leave_window(struct schedule *s, uint32_t r)
{
	s->out--;
	site_left(s, s->rcpt[r].a);
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
