#include "queue/scheduleparts.h"
#include <string.h>

/*
 * Which of a key's lanes goes next is decided in a round like that of all lanes.
 * An owner has a place in each such round where a lane of his stands: an owner
 * more, whose name is none that a message's can have.
 */

/* the place of a lane's owner there; SCHEDULE_NONE without memory */
static uint32_t
place_get(struct schedule *s, uint32_t k, uint32_t owner)
{
	char name[2 + sizeof k + sizeof owner];
	uint32_t f;
	int fresh;

	name[0] = s->owners.name[owner].s[0];
	name[1] = '\0';
	memcpy(name + 2, &k, sizeof k);
	memcpy(name + 2 + sizeof k, &owner, sizeof owner);
	f = nametable_get(&s->owners, name, sizeof name, &fresh);
	if (f == NAMETABLE_NONE || !fresh)
		return f;
	if (schedule_grow(&s->owner, f, &s->cap_owner, sizeof *s->owner) ==
	    -1) {
		nametable_put(&s->owners, f);
		return SCHEDULE_NONE;
	}
	s->owner[f].turn = SCHEDULE_NONE;
	return f;
}

int
key_park(struct schedule *s, uint32_t l, int first)
{
	struct schedule_lane *x = &s->lane[l];
	uint32_t k = lane_key(s, l), f = place_get(s, k, x->owner);

	if (f == SCHEDULE_NONE)
		return -1;
	x->place = f;
	x->parked = SCHEDULE_AT_KEY;
	round_add(s, s->site[k].round, l, first);
	s->site[k].n_parked++;
	site_look_later(s, k);
	return 0;
}

void
key_unpark(struct schedule *s, uint32_t l)
{
	struct schedule_lane *x = &s->lane[l];
	uint32_t k = lane_key(s, l);

	round_cut(s, s->site[k].round, l);
	nametable_put(&s->owners, x->place);
	x->place = x->owner;
	x->parked = SCHEDULE_TURNS;
	s->site[k].n_parked--;
}

void
key_unsend(struct schedule *s, uint32_t l)
{
	uint32_t k = s->lane[l].sent;

	if (k == SCHEDULE_NONE)
		return;
	s->lane[l].sent = SCHEDULE_NONE;
	s->site[k].sent = SCHEDULE_NONE;
	site_look_later(s, k);
}

void
key_send(struct schedule *s, uint32_t k, int64_t now)
{
	struct schedule_site *t = &s->site[k];
	uint32_t f, l;
	int prio;

	if (t->sent != SCHEDULE_NONE || site_allowance(s, k, now) == 0 ||
	    (prio = round_next(t->round)) == -1)
		return;
	f = t->round->turn[prio];
	l = s->owner[f].turn;
	t->round->turn[prio] = s->owner[f].next;
	s->owner[f].turn = s->lane[l].next;
	round_served(t->round, prio);
	key_unpark(s, l);
	lane_enter(s, l);
	s->lane[l].sent = k;
	t->sent = l;
}

void
key_whole_put(struct schedule *s, uint32_t l)
{
	uint32_t k = s->lane[l].whole;

	if (k == SCHEDULE_NONE)
		return;
	if (s->lane[l].parked == SCHEDULE_AT_KEY) {
		key_unpark(s, l);
		lane_enter(s, l);
	}
	key_unsend(s, l);
	s->lane[l].whole = SCHEDULE_NONE;
	site_put(s, k);
}

void
key_whole(struct schedule *s, uint32_t l, uint32_t k)
{
	if (s->lane[l].whole == k) {
		site_put(s, k);
		return;
	}
	key_whole_put(s, l);
	s->lane[l].whole = k;
}

void
key_put(struct schedule *s, uint32_t r)
{
	uint32_t k = rcpt_key(s, r);

	if (k == SCHEDULE_NONE)
		return;
	site_put(s, k & ~KEY_WHOLE);
	s->key[r] = SCHEDULE_NONE;
}

int
rcpt_key_set(struct schedule *s, uint32_t r, uint32_t k)
{
	uint32_t cap = s->cap_key;

	if (schedule_grow(&s->key, r, &s->cap_key, sizeof *s->key) == -1)
		return -1;
	for (; cap < s->cap_key; cap++)
		s->key[cap] = SCHEDULE_NONE;
	s->key[r] = k;
	return 0;
}
