#include "queue/scheduleparts.h"
#include <stdlib.h>
#include <string.h>

enum { PROBE_LOOK = 64 }; /* lanes looked at for a probe */

/* a lane with somebody who was never tried becomes the first parked one; what
 * was looked at in vain is behind the others next time */
static void
prefer_fresh(struct schedule *s, uint32_t i)
{
	struct schedule_site *t = &s->site[i];
	uint32_t l, n;

	for (n = 0; n < PROBE_LOOK && n < t->n_parked; n++) {
		l = t->parked_head;
		if (s->lane[l].fresh.head != SCHEDULE_NONE)
			return;
		site_unpark(s, i, l);
		site_park(s, l, 1);
	}
}

/* let the first n parked lanes take turns again */
static void
wake(struct schedule *s, uint32_t i, uint32_t n, int64_t now)
{
	struct schedule_site *t = &s->site[i];
	uint32_t l;

	if (t->round != NULL) {
		key_send(s, i, now);
		return;
	}
	while (n-- > 0 && t->parked_head != SCHEDULE_NONE) {
		if (t->probes > 0)
			prefer_fresh(s, i);
		l = t->parked_head;
		site_unpark(s, i, l);
		lane_enter(s, l);
		s->lane[l].kept = 1;
	}
}

/* it waits for its time, or for one of its own to come back, and is listed again
 * then: not for the window */
static int
is_full(const struct schedule_site *t, int64_t now)
{
	return t->n_parked == 0 || (now < t->until_ms && t->room <= t->out);
}

void
schedule_look(struct schedule *s, int64_t now)
{
	uint32_t i, next;

	for (i = s->look; i != SCHEDULE_NONE; i = next) {
		next = s->site[i].look_next;
		wake(s, i, site_allowance(s, i, now), now);
		if (is_full(&s->site[i], now))
			site_unlist(s, i);
	}
}

/* nothing limits it */
static void
open_up(struct schedule_site *t)
{
	t->place = SCHEDULE_NONE;
	t->until_ms = 0;
	t->room = SCHEDULE_ROOM_NONE;
}

/* a closed site's time is over: one more than what still hangs there; and
 * more when that hangs, too */
static void
probe(struct schedule *s, uint32_t i, int first, int64_t now)
{
	struct schedule_site *t = &s->site[i];

	t->probes = first ? t->out + 1 : 2 * t->probes;
	if (t->probes > s->window) {
		t->probes = t->shares = 0;
		return;
	}
	t->until_ms = now + SCHEDULE_PROBE_MS;
	due_add(s, i | DUE_SITE); /* has room: one was removed */
}

/* a time with room is over: twice as much, or of a key a quarter more, until
 * nobody objects to it */
static void
ease(struct schedule *s, uint32_t i, uint32_t room, int64_t now)
{
	struct schedule_site *t = &s->site[i];

	if (room >= s->window / 2)
		return;
	t->room = t->round != NULL ? room + room / 4 + 1 : 2 * room;
	t->until_ms = now + SCHEDULE_EASE_MS;
	due_add(s, i | DUE_SITE); /* has room: one was removed */
}

void
site_due(struct schedule *s, uint32_t i, int64_t now)
{
	struct schedule_site *t = &s->site[i];
	int shut = t->room == 0 || t->shares;
	uint32_t room = t->room, n;

	open_up(t);
	if (t->probes > 0)
		probe(s, i, shut, now);
	else
		ease(s, i, room, now);
	n = site_allowance(s, i, now);
	wake(s, i, n > 0 ? n : 1, now);
	site_look_later(s, i);
}

static int
is_of_its_own(const struct nametable_name *site)
{
	return site->len > 7 && memcmp(site->s, "domain:", 7) == 0;
}

/* what is in the chain already is there, too: else the site would be given
 * its room a second time */
static void
count_moved(struct schedule *s, uint32_t old, uint32_t site)
{
	struct schedule_site *t = &s->site[old];

	if (!is_of_its_own(&s->sites.name[old]) || t->n_moved > 0)
		return;
	t->moved = site;
	while (t->out > 0) {
		t->out--;
		t->n_moved++;
		s->site[site].out++;
		nametable_ref(&s->sites, site);
	}
}

/* its lanes that wait at a site take turns */
static void
unpark_domain(struct schedule *s, uint32_t site, uint32_t d)
{
	uint32_t l, next;

	for (l = s->site[site].parked_head; l != SCHEDULE_NONE; l = next) {
		next = s->lane[l].next;
		if (s->lane[l].domain != d)
			continue;
		site_unpark(s, site, l);
		lane_enter(s, l);
	}
}

/* whose a site is, as one of its domains says */
static void
learn_whose(struct schedule *s, uint32_t d)
{
	struct schedule_site *t = &s->site[s->domain_site[d]];
	uint32_t provider = s->domain_provider[d];

	if (t->provider == SCHEDULE_NONE)
		t->provider = provider;
	if (t->provider != provider || provider == SCHEDULE_NONE)
		t->mixed = 1;
}

int
schedule_learn(struct schedule *s, uint32_t d, const char *name, size_t n)
{
	uint32_t old = s->domain_site[d], site;

	if (old != SCHEDULE_NONE && s->sites.name[old].len == n &&
	    memcmp(s->sites.name[old].s, name, n) == 0) {
		learn_whose(s, d);
		return 0;
	}
	site = site_get(s, name, n);
	if (site == SCHEDULE_NONE)
		return -1;
	s->domain_site[d] = site;
	learn_whose(s, d);
	if (old == SCHEDULE_NONE)
		return 0;
	count_moved(s, old, site);
	unpark_domain(s, old, d);
	site_put(s, old);
	return 0;
}

void
schedule_learn_provider(struct schedule *s, uint32_t d, const char *name,
    size_t n)
{
	uint32_t i = nametable_find(&s->providers, name, n);
	int fresh;

	if (i == NAMETABLE_NONE && n <= SCHEDULE_PROVIDER_LEN &&
	    s->providers.index.n < SCHEDULE_PROVIDERS_MAX)
		i = nametable_get(&s->providers, name, n, &fresh);
	s->domain_provider[d] = i;
}

const char *
schedule_provider(const struct schedule *s, uint32_t d, size_t *n)
{
	uint32_t i = s->domain_provider[d];

	if (i == SCHEDULE_NONE)
		return NULL;
	*n = s->providers.name[i].len;
	return s->providers.name[i].s;
}

/* a site or a key */
static void
hold(struct schedule *s, uint32_t i, uint32_t room, int64_t until)
{
	struct schedule_site *t = &s->site[i];

	site_forget_time(s, t);
	t->room = room;
	t->until_ms = until;
	t->probes = room == 0 ? 1 : t->probes;
	t->shares = 0;
	if (due_add(s, i | DUE_SITE) == -1)
		open_up(t);
	site_look_later(s, i);
}

void
schedule_hold(struct schedule *s, uint32_t d, uint32_t room, int64_t until)
{
	uint32_t i = site_of_domain(s, d);

	if (i != SCHEDULE_NONE)
		hold(s, i, room, until);
}

/* with one more that refers to it; SCHEDULE_NONE: it cannot be kept */
static uint32_t
key_get(struct schedule *s, const char *p, size_t n)
{
	char name[4 + SCHEDULE_KEY_LEN];
	uint32_t i;

	if (n > SCHEDULE_KEY_LEN)
		return SCHEDULE_NONE;
	memcpy(name, "key:", 4);
	memcpy(name + 4, p, n);
	i = nametable_find(&s->sites, name, 4 + n);
	if (i == SCHEDULE_NONE && s->n_keys == SCHEDULE_KEYS_MAX)
		return SCHEDULE_NONE;
	i = site_get(s, name, 4 + n);
	if (i == SCHEDULE_NONE || s->site[i].round != NULL)
		return i;
	s->site[i].round = malloc(sizeof *s->site[i].round);
	if (s->site[i].round == NULL) {
		site_put(s, i);
		return SCHEDULE_NONE;
	}
	round_open(s->site[i].round);
	s->n_keys++;
	return i;
}

int
schedule_hold_key(struct schedule *s, uint32_t r, const struct schedule_key *k,
    int64_t now)
{
	uint32_t i = key_get(s, k->name, k->n), room = k->room;
	int64_t until = k->until_ms;

	key_put(s, r);
	if (i == SCHEDULE_NONE)
		return 0;
	if (rcpt_key_set(s, r, k->whole ? i | KEY_WHOLE : i) == -1) {
		site_put(s, i);
		return 0;
	}
	if (room > s->site[i].out) {
		room = s->site[i].out;
		if (room == 0 && until > now + SCHEDULE_KEY_MS)
			until = now + SCHEDULE_KEY_MS;
	}
	hold(s, i, room, until);
	s->site[i].shares = room == 0;
	return 1;
}

int
schedule_hold_provider(struct schedule *s, uint32_t d, uint32_t room,
    int64_t until, int64_t now)
{
	uint32_t i = s->domain_site[d];
	struct schedule_site *t;
	int closed = room == 0;

	if (i == SCHEDULE_NONE || s->site[i].provider == SCHEDULE_NONE ||
	    s->site[i].mixed)
		return 0;
	t = &s->site[i];
	if (room > t->out)
		room = t->out;
	if (!closed && until > now + SCHEDULE_PROVIDER_MS)
		until = now + SCHEDULE_PROVIDER_MS;
	schedule_hold(s, d, room, until);
	t->probes = room > 0 ? room : 1;
	t->shares = 1;
	return 1;
}

void
schedule_free_sites(struct schedule *s)
{
	struct schedule_site *t;
	uint32_t i;

	for (i = 0; i < s->sites.n; i++) {
		t = &s->site[i];
		if (s->sites.name[i].s == NULL)
			continue;
		site_forget_time(s, t);
		open_up(t);
		t->probes = t->shares = 0;
		site_look_later(s, i);
	}
}

static void
heard(struct schedule *s, uint32_t i, int good)
{
	struct schedule_site *t = &s->site[i];

	if (t->probes == 0)
		return;
	if ((good && !t->shares) || t->probes > s->window)
		t->probes = t->shares = 0;
	else
		t->probes *= 2;
	site_look_later(s, i);
}

void
schedule_heard(struct schedule *s, uint32_t d, int good)
{
	if (s->domain_site[d] != SCHEDULE_NONE)
		heard(s, s->domain_site[d], good);
}

void
schedule_heard_key(struct schedule *s, uint32_t r)
{
	uint32_t k = rcpt_key(s, r);

	if (k != SCHEDULE_NONE)
		heard(s, k & ~KEY_WHOLE, 0);
}
