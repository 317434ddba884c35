#include "queue/scheduleparts.h"
#include <stdlib.h>
#include <string.h>

static uint32_t
lane_hash(uint32_t domain, uint32_t owner)
{
	uint32_t h = domain * 2654435761u ^ owner * 2246822519u;

	return h ^ h >> 15;
}

static int
more_lane_buckets(struct schedule *s)
{
	uint32_t size = (s->lane_mask + 1) * 2, *b = schedule_buckets(size), i,
		 *at;

	if (b == NULL)
		return -1;
	for (i = 0; i < s->n_lane; i++) {
		if (!s->lane[i].used)
			continue;
		at = &b[lane_hash(s->lane[i].domain, s->lane[i].owner) &
		    (size - 1)];
		s->lane[i].hash_next = *at;
		*at = i;
	}
	free(s->lane_bucket);
	s->lane_bucket = b;
	s->lane_mask = size - 1;
	return 0;
}

static void
owner_enter(struct schedule *s, uint32_t f)
{
	uint32_t *turn = &s->prio_turn[owner_prio(s, f)], t = *turn;

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
owner_leave(struct schedule *s, uint32_t f)
{
	uint32_t *turn = &s->prio_turn[owner_prio(s, f)];
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
lane_enter(struct schedule *s, uint32_t l)
{
	struct schedule_lane *x = &s->lane[l];
	uint32_t *turn = &s->owner[x->owner].turn, t = *turn;

	x->parked = 0;
	if (t == SCHEDULE_NONE) {
		*turn = x->next = x->prev = l;
		owner_enter(s, x->owner);
		return;
	}
	x->next = t;
	x->prev = s->lane[t].prev;
	s->lane[s->lane[t].prev].next = l;
	s->lane[t].prev = l;
}

void
lane_leave(struct schedule *s, uint32_t l)
{
	struct schedule_lane *x = &s->lane[l];
	uint32_t *turn = &s->owner[x->owner].turn;

	if (x->next == l) {
		*turn = SCHEDULE_NONE;
		owner_leave(s, x->owner);
		return;
	}
	s->lane[x->prev].next = x->next;
	s->lane[x->next].prev = x->prev;
	if (*turn == l)
		*turn = x->next;
}

uint32_t
lane_find(const struct schedule *s, uint32_t domain, uint32_t owner)
{
	uint32_t l = s->lane_bucket[lane_hash(domain, owner) & s->lane_mask];

	while (l != SCHEDULE_NONE &&
	    (s->lane[l].domain != domain || s->lane[l].owner != owner))
		l = s->lane[l].hash_next;
	return l;
}

/* the number of a structure not in use; SCHEDULE_NONE without memory */
static uint32_t
lane_number(struct schedule *s)
{
	uint32_t l = s->free_lane;

	if (l != SCHEDULE_NONE) {
		s->free_lane = s->lane[l].next;
		return l;
	}
	if (schedule_grow(&s->lane, s->n_lane, &s->cap_lane, sizeof *s->lane) ==
	    -1)
		return SCHEDULE_NONE;
	return s->n_lane++;
}

static uint32_t
lane_make(struct schedule *s, uint32_t domain, uint32_t owner)
{
	struct schedule_lane *x;
	uint32_t l, *at;

	if (site_of_domain(s, domain) == SCHEDULE_NONE)
		return SCHEDULE_NONE;
	if (s->used_lane > s->lane_mask)
		more_lane_buckets(s); /* else it gets slower, no more */
	l = lane_number(s);
	if (l == SCHEDULE_NONE)
		return SCHEDULE_NONE;
	x = &s->lane[l];
	memset(x, 0, sizeof *x);
	x->used = 1;
	x->domain = domain;
	x->owner = owner;
	x->fresh.head = x->fresh.tail = SCHEDULE_NONE;
	x->again = x->fresh;
	at = &s->lane_bucket[lane_hash(domain, owner) & s->lane_mask];
	x->hash_next = *at;
	*at = l;
	s->used_lane++;
	lane_enter(s, l);
	return l;
}

static void
lane_drop(struct schedule *s, uint32_t l)
{
	struct schedule_lane *x = &s->lane[l];
	uint32_t *at =
	    &s->lane_bucket[lane_hash(x->domain, x->owner) & s->lane_mask];

	if (x->parked)
		site_unpark(s, s->domain_site[x->domain], l);
	else
		lane_leave(s, l);
	while (*at != l)
		at = &s->lane[*at].hash_next;
	*at = x->hash_next;
	x->used = 0;
	x->next = s->free_lane;
	s->free_lane = l;
	s->used_lane--;
}

static void
line_put(struct schedule *s, struct schedule_line *x, uint32_t r, int front)
{
	struct schedule_rcpt *p = &s->rcpt[r];

	p->a = p->b = SCHEDULE_NONE;
	if (x->head == SCHEDULE_NONE) {
		x->head = x->tail = r;
	} else if (front) {
		p->a = x->head;
		s->rcpt[x->head].b = r;
		x->head = r;
	} else {
		p->b = x->tail;
		s->rcpt[x->tail].a = r;
		x->tail = r;
	}
}

static void
line_take(struct schedule *s, struct schedule_line *x, uint32_t r)
{
	uint32_t next = s->rcpt[r].a, prev = s->rcpt[r].b;

	if (prev == SCHEDULE_NONE)
		x->head = next;
	else
		s->rcpt[prev].a = next;
	if (next == SCHEDULE_NONE)
		x->tail = prev;
	else
		s->rcpt[next].b = prev;
}

int
lane_add(struct schedule *s, uint32_t r, int front)
{
	struct schedule_rcpt *p = &s->rcpt[r];
	uint32_t owner = s->message[p->message].owner;
	uint32_t l = lane_find(s, p->domain, owner);
	struct schedule_lane *x;

	if (l == SCHEDULE_NONE &&
	    (l = lane_make(s, p->domain, owner)) == SCHEDULE_NONE)
		return -1;
	x = &s->lane[l];
	line_put(s, p->tries > 0 ? &x->again : &x->fresh, r, front);
	x->n++;
	s->message[p->message].n_lane++;
	p->where = p->tries > 0 ? SCHEDULE_AGAIN : SCHEDULE_LANE;
	return 0;
}

/* the lane goes when its last recipient does */
void
lane_remove(struct schedule *s, uint32_t l, uint32_t r)
{
	struct schedule_rcpt *p = &s->rcpt[r];
	struct schedule_lane *x = &s->lane[l];

	line_take(s, p->where == SCHEDULE_AGAIN ? &x->again : &x->fresh, r);
	p->where = SCHEDULE_IDLE;
	s->message[p->message].n_lane--;
	if (--x->n == 0)
		lane_drop(s, l);
}
