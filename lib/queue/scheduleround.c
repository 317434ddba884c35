#include "queue/scheduleparts.h"

/* shares of the chain when all priorities have something to send */
const unsigned schedule_weight[SCHEDULE_PRIOS] = { 64, 40, 25, 16, 10, 6, 4, 3,
	2, 1 };

void
round_open(struct schedule_round *o)
{
	int i;

	for (i = 0; i < SCHEDULE_PRIOS; i++) {
		o->turn[i] = SCHEDULE_NONE;
		o->credit[i] = 0;
	}
}

/* smooth weighted round robin over the priorities that have something */
int
round_next(const struct schedule_round *o)
{
	int best = -1, credit, top = 0, i;

	for (i = 0; i < SCHEDULE_PRIOS; i++) {
		if (o->turn[i] == SCHEDULE_NONE)
			continue;
		credit = o->credit[i] + (int)schedule_weight[i];
		if (best == -1 || credit > top) {
			best = i;
			top = credit;
		}
	}
	return best;
}

void
round_served(struct schedule_round *o, int prio)
{
	int total = 0, i;

	for (i = 0; i < SCHEDULE_PRIOS; i++) {
		if (o->turn[i] == SCHEDULE_NONE && i != prio) {
			o->credit[i] = 0;
			continue;
		}
		total += schedule_weight[i];
		o->credit[i] += schedule_weight[i];
	}
	o->credit[prio] -= total;
}

static void
owner_enter(struct schedule *s, struct schedule_round *o, uint32_t f)
{
	uint32_t *turn = &o->turn[owner_prio(s, f)], t = *turn;

	if (t == SCHEDULE_NONE) {
		*turn = s->owner[f].next = s->owner[f].prev = f;
		return;
	}
	/* the last in the round */
	s->owner[f].next = t;
	s->owner[f].prev = s->owner[t].prev;
	s->owner[s->owner[t].prev].next = f;
	s->owner[t].prev = f;
}

static void
owner_leave(struct schedule *s, struct schedule_round *o, uint32_t f)
{
	uint32_t *turn = &o->turn[owner_prio(s, f)];
	uint32_t next = s->owner[f].next, prev = s->owner[f].prev;

	if (next == f) {
		*turn = SCHEDULE_NONE;
		return;
	}
	s->owner[prev].next = next;
	s->owner[next].prev = prev;
	if (*turn == f)
		*turn = next;
}

void
round_first(struct schedule *s, struct schedule_round *o, uint32_t l)
{
	uint32_t f = s->lane[l].place;

	s->owner[f].turn = l;
	o->turn[owner_prio(s, f)] = f;
}

void
round_add(struct schedule *s, struct schedule_round *o, uint32_t l, int first)
{
	struct schedule_lane *x = &s->lane[l];
	uint32_t *turn = &s->owner[x->place].turn, t = *turn;

	if (t == SCHEDULE_NONE) {
		*turn = x->next = x->prev = l;
		owner_enter(s, o, x->place);
	} else {
		x->next = t;
		x->prev = s->lane[t].prev;
		s->lane[s->lane[t].prev].next = l;
		s->lane[t].prev = l;
	}
	if (first)
		round_first(s, o, l);
}

void
round_cut(struct schedule *s, struct schedule_round *o, uint32_t l)
{
	struct schedule_lane *x = &s->lane[l];
	uint32_t *turn = &s->owner[x->place].turn;

	if (x->next == l) {
		*turn = SCHEDULE_NONE;
		owner_leave(s, o, x->place);
		return;
	}
	s->lane[x->prev].next = x->next;
	s->lane[x->next].prev = x->prev;
	if (*turn == l)
		*turn = x->next;
}

void
lane_enter(struct schedule *s, uint32_t l)
{
	s->lane[l].parked = SCHEDULE_TURNS;
	s->lane[l].place = s->lane[l].owner;
	round_add(s, &s->round, l, 0);
}

void
lane_leave(struct schedule *s, uint32_t l)
{
	round_cut(s, &s->round, l);
}
