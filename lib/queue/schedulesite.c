#include "queue/scheduleparts.h"
#include <stdlib.h>
#include <string.h>

enum {
	KEPT_LOOK = 64, /* of those that keep their turns, for a place */
	SKIP_MAX = 4,   /* urgent lanes that may go before another, parked */
	URGENT = 5      /* below: an urgent priority */
};

static void
list(struct schedule *s, uint32_t i)
{
	struct schedule_site *t = &s->site[i];

	if (t->listed)
		return;
	t->listed = 1;
	t->look_prev = SCHEDULE_NONE;
	t->look_next = s->look;
	if (s->look != SCHEDULE_NONE)
		s->site[s->look].look_prev = i;
	s->look = i;
}

void
site_unlist(struct schedule *s, uint32_t i)
{
	struct schedule_site *t = &s->site[i];

	if (!t->listed)
		return;
	t->listed = 0;
	if (t->look_prev != SCHEDULE_NONE)
		s->site[t->look_prev].look_next = t->look_next;
	else
		s->look = t->look_next;
	if (t->look_next != SCHEDULE_NONE)
		s->site[t->look_next].look_prev = t->look_prev;
}

void
site_look_later(struct schedule *s, uint32_t i)
{
	if (s->site[i].n_parked > 0)
		list(s, i);
}

uint32_t
site_get(struct schedule *s, const char *name, size_t n)
{
	uint32_t i;
	int fresh;

	i = nametable_get(&s->sites, name, n, &fresh);
	if (i == NAMETABLE_NONE || !fresh)
		return i;
	if (schedule_grow(&s->site, i, &s->cap_site, sizeof *s->site) == -1) {
		nametable_put(&s->sites, i);
		return NAMETABLE_NONE;
	}
	memset(&s->site[i], 0, sizeof s->site[i]);
	s->site[i].parked_head = s->site[i].parked_tail = SCHEDULE_NONE;
	s->site[i].place = s->site[i].sent = SCHEDULE_NONE;
	s->site[i].room = SCHEDULE_ROOM_NONE;
	s->site[i].provider = SCHEDULE_NONE;
	return i;
}

/* the name goes in there so that it and a site of that name are two */
static uint32_t
site_of_its_own(struct schedule *s, uint32_t d)
{
	char name[8 + 256];
	size_t n = s->domains.name[d].len;

	if (n > sizeof name - 7)
		n = sizeof name - 7;
	memcpy(name, "domain:", 7);
	memcpy(name + 7, s->domains.name[d].s, n);
	return site_get(s, name, n + 7);
}

uint32_t
site_of_domain(struct schedule *s, uint32_t d)
{
	if (s->domain_site[d] == SCHEDULE_NONE)
		s->domain_site[d] = site_of_its_own(s, d);
	return s->domain_site[d];
}

void
site_forget_time(struct schedule *s, struct schedule_site *t)
{
	if (t->place != SCHEDULE_NONE)
		due_remove(s, t->place);
	t->place = SCHEDULE_NONE;
}

void
site_put(struct schedule *s, uint32_t i)
{
	if (s->sites.name[i].refs == 1) {
		if (s->site[i].round != NULL)
			s->n_keys--;
		free(s->site[i].round);
		s->site[i].round = NULL;
		site_forget_time(s, &s->site[i]);
		site_unlist(s, i);
	}
	nametable_put(&s->sites, i);
}

/* in the order of their turns before all that had theirs since then */
static uint32_t
kept_place(const struct schedule *s, const struct schedule_site *t,
    const struct schedule_lane *x)
{
	uint32_t at = SCHEDULE_NONE, next = t->parked_head, n;

	for (n = 0; n < KEPT_LOOK && next != SCHEDULE_NONE &&
	     s->lane[next].kept && (int32_t)(s->lane[next].turn - x->turn) < 0;
	     n++) {
		at = next;
		next = s->lane[at].next;
	}
	return at;
}

/* behind whom a lane parks.  Who was put off keeps his turn: lanes that are
 * tried in vain would lose theirs, and with bad luck always the same ones.
 * Urgent lanes come first, too, four times out of five */
static uint32_t
park_place(const struct schedule *s, struct schedule_site *t, uint32_t l)
{
	const struct schedule_lane *x = &s->lane[l];

	if (x->kept)
		return kept_place(s, t, x);
	if (owner_prio(s, x->owner) < URGENT &&
	    t->parked_head != SCHEDULE_NONE && t->skipped++ < SKIP_MAX)
		return SCHEDULE_NONE;
	t->skipped = 0;
	return t->parked_tail;
}

void
site_park(struct schedule *s, uint32_t l, int last)
{
	struct schedule_lane *x = &s->lane[l];
	uint32_t i = s->domain_site[x->domain];
	struct schedule_site *t = &s->site[i];

	x->parked = SCHEDULE_AT_SITE;
	t->n_parked++;
	x->prev = last ? t->parked_tail : park_place(s, t, l);
	x->next =
	    x->prev == SCHEDULE_NONE ? t->parked_head : s->lane[x->prev].next;
	if (x->prev == SCHEDULE_NONE)
		t->parked_head = l;
	else
		s->lane[x->prev].next = l;
	if (x->next == SCHEDULE_NONE)
		t->parked_tail = l;
	else
		s->lane[x->next].prev = l;
	list(s, i);
}

void
site_unpark(struct schedule *s, uint32_t i, uint32_t l)
{
	struct schedule_site *t = &s->site[i];
	struct schedule_lane *x = &s->lane[l];

	if (x->prev == SCHEDULE_NONE)
		t->parked_head = x->next;
	else
		s->lane[x->prev].next = x->next;
	if (x->next == SCHEDULE_NONE)
		t->parked_tail = x->prev;
	else
		s->lane[x->next].prev = x->prev;
	t->n_parked--;
	x->parked = SCHEDULE_TURNS;
}

void
site_left(struct schedule *s, uint32_t i)
{
	struct schedule_site *t = &s->site[i];
	uint32_t learned;

	if (t->n_moved > 0) {
		t->n_moved--;
		learned = t->moved;
		site_put(s, i);
		i = learned;
	}
	s->site[i].out--;
	site_look_later(s, i);
	site_put(s, i);
}

const char *
schedule_site_name(const struct schedule *s, uint32_t i, size_t *n)
{
	*n = s->sites.name[i].len;
	return s->sites.name[i].s;
}
