#include "queue/scheduleparts.h"
#include <stdlib.h>
#include <string.h>

enum { TICK_MAX = 4096 }; /* moved in one call */

static uint32_t
id_hash(const char *id)
{
	return nametable_hash(id, NAME_LEN);
}

static uint32_t
hash_of(const void *schedule, uint32_t m)
{
	return id_hash(((const struct schedule *)schedule)->message[m].id);
}

static struct hashindex_array
messages(const struct schedule *s)
{
	return (struct hashindex_array){ &s->message->hash_next,
		sizeof *s->message, hash_of, s };
}

int
schedule_init(struct schedule *s, unsigned window)
{
	memset(s, 0, sizeof *s);
	s->window = window;
	s->free_message = s->free_rcpt = s->free_lane = SCHEDULE_NONE;
	s->look = SCHEDULE_NONE;
	s->watch_first = SCHEDULE_WATCH_NONE;
	round_open(&s->round);
	return hashindex_reserve(&s->messages, 256) == -1 ||
		hashindex_reserve(&s->lanes, 256) == -1
	    ? -1
	    : 0;
}

void
schedule_seed(struct schedule *s, uint64_t seed)
{
	s->domains.seed = s->owners.seed = s->sites.seed = s->providers.seed =
	    seed;
}

void
schedule_free(struct schedule *s)
{
	uint32_t i;

	for (i = 0; i < s->sites.n; i++)
		if (s->sites.name[i].s != NULL)
			free(s->site[i].round);
	free(s->message);
	free(s->rcpt);
	free(s->key);
	free(s->address);
	free(s->order);
	free(s->source);
	free(s->lane);
	free(s->owner);
	free(s->site);
	free(s->domain_site);
	free(s->domain_provider);
	hashindex_free(&s->messages);
	hashindex_free(&s->lanes);
	heap_free(&s->due);
	nametable_free(&s->domains);
	nametable_free(&s->owners);
	nametable_free(&s->sites);
	nametable_free(&s->providers);
	memset(s, 0, sizeof *s);
}

static uint32_t
owner_get(struct schedule *s, const char *owner, size_t n, unsigned prio)
{
	char name[1 + 256];
	uint32_t f;
	int fresh;

	if (n > sizeof name - 1)
		n = sizeof name - 1;
	name[0] = '0' + (prio < SCHEDULE_PRIOS ? prio : SCHEDULE_PRIOS - 1);
	memcpy(name + 1, owner, n);
	f = nametable_get(&s->owners, name, n + 1, &fresh);
	if (f == NAMETABLE_NONE || !fresh)
		return f;
	if (schedule_grow(&s->owner, f, &s->cap_owner, sizeof *s->owner) ==
	    -1) {
		nametable_put(&s->owners, f);
		return NAMETABLE_NONE;
	}
	s->owner[f].turn = SCHEDULE_NONE;
	return f;
}

uint32_t
schedule_find(const struct schedule *s, const char *id)
{
	uint32_t m = hashindex_first(&s->messages, id_hash(id));

	while (m != SCHEDULE_NONE &&
	    memcmp(s->message[m].id, id, NAME_LEN) != 0)
		m = s->message[m].hash_next;
	return m;
}

/* the number of a structure not in use; SCHEDULE_NONE without memory */
static uint32_t
message_number(struct schedule *s)
{
	uint32_t m = s->free_message;

	if (m != SCHEDULE_NONE) {
		s->free_message = s->message[m].hash_next;
		return m;
	}
	if (schedule_grow(&s->message, s->n_message, &s->cap_message,
		sizeof *s->message) == -1)
		return SCHEDULE_NONE;
	return s->n_message++;
}

static void
message_free(struct schedule *s, uint32_t m)
{
	s->message[m].used = 0;
	s->message[m].hash_next = s->free_message;
	s->free_message = m;
}

uint32_t
schedule_message(struct schedule *s, const char *id, const char *owner,
    size_t n, unsigned prio, uint32_t sender)
{
	struct schedule_message *x;
	struct hashindex_array a;
	uint32_t m = message_number(s);

	if (m == SCHEDULE_NONE)
		return SCHEDULE_NONE;
	x = &s->message[m];
	memset(x, 0, sizeof *x);
	x->owner = owner_get(s, owner, n, prio);
	if (x->owner == SCHEDULE_NONE) {
		message_free(s, m);
		return SCHEDULE_NONE;
	}
	memcpy(x->id, id, NAME_LEN);
	x->used = 1;
	x->sender = sender;
	x->first = x->last = SCHEDULE_NONE;
	a = messages(s);
	hashindex_add(&s->messages, &a, m); /* there are some chains */
	return m;
}

void
schedule_campaign(struct schedule *s, uint32_t m, const char *name, size_t n)
{
	s->message[m].campaign = nametable_hash(name, n) | 1;
}

void
schedule_forget(struct schedule *s, uint32_t m)
{
	struct schedule_message *x = &s->message[m];
	struct hashindex_array a = messages(s);

	while (x->first != SCHEDULE_NONE)
		schedule_drop(s, x->first);
	nametable_put(&s->owners, x->owner);
	hashindex_remove(&s->messages, &a, m);
	message_free(s, m);
}

static uint32_t
domain_get(struct schedule *s, const char *domain, size_t len)
{
	uint32_t d;
	int fresh;

	d = nametable_get(&s->domains, domain, len, &fresh);
	if (d == NAMETABLE_NONE || !fresh)
		return d;
	if (schedule_grow(&s->domain_site, d, &s->cap_domain,
		sizeof *s->domain_site) == -1 ||
	    schedule_grow(&s->domain_provider, d, &s->cap_provider,
		sizeof *s->domain_provider) == -1) {
		nametable_put(&s->domains, d);
		return NAMETABLE_NONE;
	}
	s->domain_site[d] = s->domain_provider[d] = SCHEDULE_NONE;
	return d;
}

/* as message_number() */
static uint32_t
rcpt_number(struct schedule *s)
{
	uint32_t r = s->free_rcpt;

	if (r != SCHEDULE_NONE) {
		s->free_rcpt = s->rcpt[r].later;
		s->address[r] = 0;
		s->order[r] = s->source[r] = 0;
		return r;
	}
	if (schedule_grow(&s->rcpt, s->n_rcpt, &s->cap_rcpt, sizeof *s->rcpt) ==
		-1 ||
	    schedule_grow(&s->address, s->n_rcpt, &s->cap_address,
		sizeof *s->address) == -1 ||
	    schedule_grow(&s->order, s->n_rcpt, &s->cap_order,
		sizeof *s->order) == -1 ||
	    schedule_grow(&s->source, s->n_rcpt, &s->cap_source,
		sizeof *s->source) == -1)
		return SCHEDULE_NONE;
	s->address[s->n_rcpt] = 0;
	s->order[s->n_rcpt] = s->source[s->n_rcpt] = 0;
	return s->n_rcpt++;
}

static void
rcpt_free(struct schedule *s, uint32_t r)
{
	s->rcpt[r].where = SCHEDULE_FREE;
	s->rcpt[r].later = s->free_rcpt;
	s->free_rcpt = r;
}

/* the last of its message */
static void
rcpt_link(struct schedule *s, uint32_t r)
{
	struct schedule_message *x = &s->message[s->rcpt[r].message];

	s->rcpt[r].later = SCHEDULE_NONE;
	s->rcpt[r].earlier = x->last;
	if (x->last == SCHEDULE_NONE)
		x->first = r;
	else
		s->rcpt[x->last].later = r;
	x->last = r;
	x->n_live++;
}

static void
rcpt_unlink(struct schedule *s, uint32_t r)
{
	struct schedule_rcpt *p = &s->rcpt[r];
	struct schedule_message *x = &s->message[p->message];

	if (p->earlier == SCHEDULE_NONE)
		x->first = p->later;
	else
		s->rcpt[p->earlier].later = p->later;
	if (p->later == SCHEDULE_NONE)
		x->last = p->earlier;
	else
		s->rcpt[p->later].earlier = p->earlier;
	x->n_live--;
}

uint32_t
schedule_rcpt(struct schedule *s, uint32_t m, unsigned n, const char *domain,
    size_t len)
{
	uint32_t r = rcpt_number(s), d;
	struct schedule_rcpt *p;

	if (r == SCHEDULE_NONE)
		return SCHEDULE_NONE;
	d = domain_get(s, domain, len);
	if (d == SCHEDULE_NONE) {
		rcpt_free(s, r);
		return SCHEDULE_NONE;
	}
	p = &s->rcpt[r];
	memset(p, 0, sizeof *p);
	p->message = m;
	p->n = n;
	p->domain = d;
	p->where = SCHEDULE_IDLE;
	p->watch_s = SCHEDULE_WATCH_NONE;
	rcpt_link(s, r);
	s->used_rcpt++;
	return r;
}

void
schedule_drop(struct schedule *s, uint32_t r)
{
	uint32_t d = s->rcpt[r].domain, site = s->domain_site[d];

	schedule_idle(s, r);
	key_put(s, r);
	rcpt_unlink(s, r);
	rcpt_free(s, r);
	s->used_rcpt--;
	if (nametable_put(&s->domains, d) && site != SCHEDULE_NONE)
		site_put(s, site);
}

void
schedule_idle(struct schedule *s, uint32_t r)
{
	struct schedule_rcpt *p = &s->rcpt[r];

	if (p->where == SCHEDULE_TIMER)
		due_remove(s, p->a);
	else if (p->where == SCHEDULE_LANE || p->where == SCHEDULE_AGAIN)
		lane_remove(s, lane_find(s, r), r);
	else if (schedule_is_down(p))
		schedule_back(s, r);
	p->where = SCHEDULE_IDLE;
}

int
schedule_claim(struct schedule *s, uint32_t r)
{
	struct schedule_rcpt *p = &s->rcpt[r];
	uint32_t d = p->domain;

	if (s->out == s->window || site_of_domain(s, d) == SCHEDULE_NONE)
		return -1;
	schedule_idle(s, r);
	key_put(s, r);
	p->where = SCHEDULE_OUT;
	p->a = s->domain_site[d];
	nametable_ref(&s->sites, p->a);
	s->site[p->a].out++;
	s->message[p->message].n_out++;
	s->out++;
	return 0;
}

int
schedule_wait(struct schedule *s, uint32_t r, int64_t due, int64_t now,
    int front)
{
	schedule_idle(s, r);
	/* who comes back has been waiting since then */
	if (!front || due > now || s->rcpt[r].due_ms > due)
		s->rcpt[r].due_ms = due;
	if (due <= now)
		return lane_add(s, r, front);
	s->rcpt[r].where = SCHEDULE_TIMER;
	if (due_add(s, r) == 0)
		return 0;
	s->rcpt[r].where = SCHEDULE_IDLE;
	return -1;
}

int
schedule_leave_key(struct schedule *s, uint32_t r)
{
	const struct schedule_rcpt *p = &s->rcpt[r];

	if (rcpt_key(s, r) == SCHEDULE_NONE || schedule_is_down(p))
		return 0;
	if (p->where != SCHEDULE_LANE && p->where != SCHEDULE_AGAIN) {
		key_put(s, r);
		return 0;
	}
	schedule_idle(s, r);
	key_put(s, r);
	return lane_add(s, r, 0);
}

static void
rcpt_due(struct schedule *s, uint32_t r, int64_t now)
{
	struct schedule_rcpt *p = &s->rcpt[r];

	p->where = SCHEDULE_IDLE;
	if (lane_add(s, r, 0) == 0)
		return;
	/* no memory: once more in a second */
	p->due_ms = now + 1000;
	p->where = SCHEDULE_TIMER;
	due_add(s, r); /* has room: one was removed */
}

void
schedule_tick(struct schedule *s, int64_t now)
{
	uint32_t e, left = TICK_MAX;

	while (s->due.n > 0 && left-- > 0 &&
	    due_of(s, e = due_at(s, 0)) <= now) {
		due_remove(s, 0);
		if (e & DUE_SITE)
			site_due(s, e & ~DUE_SITE, now);
		else
			rcpt_due(s, e, now);
	}
}

unsigned
schedule_prio(const struct schedule *s, uint32_t m)
{
	return owner_prio(s, s->message[m].owner);
}
