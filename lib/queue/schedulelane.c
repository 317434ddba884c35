#include "queue/scheduleparts.h"
#include <string.h>

enum { BACK_LOOK = 64 }; /* of those that came back, for its place */

static uint32_t
hash(uint32_t domain, uint32_t owner, uint32_t campaign, uint32_t key)
{
	return hashindex_pair(hashindex_pair(domain, owner) ^ campaign, key);
}

static uint32_t
hash_of(const void *schedule, uint32_t l)
{
	const struct schedule_lane *x =
	    &((const struct schedule *)schedule)->lane[l];

	return hash(x->domain, x->owner, x->campaign, x->key);
}

static struct hashindex_array
lanes(const struct schedule *s)
{
	return (struct hashindex_array){ &s->lane->hash_next, sizeof *s->lane,
		hash_of, s };
}

/* the key of its own of the lane in which a recipient belongs */
static uint32_t
own_key(const struct schedule *s, uint32_t r)
{
	uint32_t k = rcpt_key(s, r);

	return k != SCHEDULE_NONE && k & KEY_WHOLE ? SCHEDULE_NONE : k;
}

uint32_t
lane_find(const struct schedule *s, uint32_t r)
{
	const struct schedule_message *m = &s->message[s->rcpt[r].message];
	uint32_t domain = s->rcpt[r].domain, k = own_key(s, r);
	uint32_t l =
	    hashindex_first(&s->lanes, hash(domain, m->owner, m->campaign, k));

	while (l != SCHEDULE_NONE &&
	    (s->lane[l].domain != domain || s->lane[l].owner != m->owner ||
		s->lane[l].campaign != m->campaign || s->lane[l].key != k))
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
lane_make(struct schedule *s, uint32_t r)
{
	const struct schedule_message *m = &s->message[s->rcpt[r].message];
	uint32_t domain = s->rcpt[r].domain;
	struct schedule_lane *x;
	struct hashindex_array a;
	uint32_t l;

	if (site_of_domain(s, domain) == SCHEDULE_NONE)
		return SCHEDULE_NONE;
	l = lane_number(s);
	if (l == SCHEDULE_NONE)
		return SCHEDULE_NONE;
	x = &s->lane[l];
	memset(x, 0, sizeof *x);
	x->domain = domain;
	x->owner = m->owner;
	x->campaign = m->campaign;
	x->key = own_key(s, r);
	x->whole = x->sent = SCHEDULE_NONE;
	x->fresh.head = x->fresh.tail = x->fresh.back = SCHEDULE_NONE;
	x->again = x->fresh;
	x->turn = x->turn_was = s->turns++;
	a = lanes(s);
	hashindex_add(&s->lanes, &a, l); /* there are some chains */
	lane_enter(s, l);
	return l;
}

static void
lane_drop(struct schedule *s, uint32_t l)
{
	struct schedule_lane *x = &s->lane[l];
	struct hashindex_array a = lanes(s);

	if (x->parked == SCHEDULE_AT_SITE)
		site_unpark(s, s->domain_site[x->domain], l);
	else if (x->parked == SCHEDULE_AT_KEY)
		key_unpark(s, l);
	else
		lane_leave(s, l);
	key_unsend(s, l);
	if (x->whole != SCHEDULE_NONE)
		site_put(s, x->whole);
	hashindex_remove(&s->lanes, &a, l);
	x->next = s->free_lane;
	s->free_lane = l;
}

/*
 * Behind whom one goes that came back: who waits longest is first, or many would
 * pass by some each time.  They come back in order, or the last first, so one
 * end or the other is near.
 */
static uint32_t
line_place(const struct schedule *s, const struct schedule_line *x, uint32_t r)
{
	uint32_t at = x->back, n;

	if (at == SCHEDULE_NONE || due_before(s, r, x->head))
		return SCHEDULE_NONE;
	for (n = 0; n < BACK_LOOK && due_before(s, r, at); n++)
		at = s->rcpt[at].b; /* the head is before it */
	return at;
}

static void
line_put(struct schedule *s, struct schedule_line *x, uint32_t r, int front)
{
	struct schedule_rcpt *p = &s->rcpt[r];

	p->b = front ? line_place(s, x, r) : x->tail;
	p->a = p->b == SCHEDULE_NONE ? x->head : s->rcpt[p->b].a;
	if (p->b == SCHEDULE_NONE)
		x->head = r;
	else
		s->rcpt[p->b].a = r;
	if (p->a == SCHEDULE_NONE)
		x->tail = r;
	else
		s->rcpt[p->a].b = r;
	if (front && p->b == x->back)
		x->back = r;
}

static void
line_take(struct schedule *s, struct schedule_line *x, uint32_t r)
{
	uint32_t next = s->rcpt[r].a, prev = s->rcpt[r].b;

	if (x->back == r)
		x->back = prev;
	if (prev == SCHEDULE_NONE)
		x->head = next;
	else
		s->rcpt[prev].a = next;
	if (next == SCHEDULE_NONE)
		x->tail = prev;
	else
		s->rcpt[next].b = prev;
}

void
lane_turn(struct schedule *s, uint32_t l)
{
	struct schedule_lane *x = &s->lane[l];

	x->kept = 0;
	x->turn_was = x->turn;
	x->turn = s->turns++;
}

/* its turn was of no use: it has it still */
static void
lane_keep(struct schedule *s, uint32_t l)
{
	struct schedule_lane *x = &s->lane[l];

	if (!x->kept)
		x->turn = x->turn_was;
	x->kept = 1;
	if (x->parked == SCHEDULE_AT_SITE) {
		site_unpark(s, s->domain_site[x->domain], l);
		site_park(s, l, 0);
	} else if (x->parked == SCHEDULE_AT_KEY) {
		round_first(s, s->site[lane_key(s, l)].round, l);
	}
}

int
lane_add(struct schedule *s, uint32_t r, int front)
{
	struct schedule_rcpt *p = &s->rcpt[r];
	uint32_t l = lane_find(s, r), k = rcpt_key(s, r);
	struct schedule_lane *x;

	if (l == SCHEDULE_NONE && (l = lane_make(s, r)) == SCHEDULE_NONE)
		return -1;
	if (k != SCHEDULE_NONE && k & KEY_WHOLE) {
		key_whole(s, l, k & ~KEY_WHOLE);
		s->key[r] = SCHEDULE_NONE;
	}
	x = &s->lane[l];
	line_put(s, p->tries > 0 ? &x->again : &x->fresh, r, front);
	if (front)
		lane_keep(s, l);
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

uint32_t
schedule_key_of(const struct schedule *s, uint32_t r)
{
	uint32_t l;

	if (s->rcpt[r].where != SCHEDULE_LANE &&
	    s->rcpt[r].where != SCHEDULE_AGAIN)
		return SCHEDULE_NONE;
	l = lane_find(s, r);
	return l == SCHEDULE_NONE ? SCHEDULE_NONE : lane_key(s, l);
}
