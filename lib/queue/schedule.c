#include "queue/scheduleparts.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
	INDEX_MAX = 0x7fffffff,
	SKIP_MAX = 4,
	URGENT = 5,
	TICK_MAX = 4096, /* moved in one call */
	PROBE_LOOK = 64  /* lanes looked at for a probe */
};

/* shares of the chain when all priorities have something to send */
const unsigned schedule_weight[SCHEDULE_PRIOS] = { 64, 40, 25, 16, 10, 6, 4, 3,
	2, 1 };

/* arrays */

int
schedule_grow(void *array, uint32_t n, uint32_t *cap, size_t size)
{
	uint32_t more;
	void *p;

	if (n < *cap)
		return 0;
	more = *cap < 64 ? 64 : *cap + *cap / 2;
	while (more <= n)
		more += more / 2;
	if (more > INDEX_MAX) {
		errno = ENOMEM;
		return -1;
	}
	memcpy(&p, array, sizeof p);
	p = realloc(p, more * size);
	if (p == NULL)
		return -1;
	memcpy(array, &p, sizeof p);
	*cap = more;
	return 0;
}

static uint32_t
id_hash(const char *id)
{
	return nametable_hash(id, NAME_LEN);
}

uint32_t *
schedule_buckets(uint32_t size)
{
	uint32_t *b = malloc(size * sizeof *b);

	if (b != NULL)
		memset(b, 0xff, size * sizeof *b);
	return b;
}

static int
more_message_buckets(struct schedule *s)
{
	uint32_t size = (s->message_mask + 1) * 2, *b = schedule_buckets(size),
		 i, *at;

	if (b == NULL)
		return -1;
	for (i = 0; i < s->n_message; i++) {
		if (!s->message[i].used)
			continue;
		at = &b[id_hash(s->message[i].id) & (size - 1)];
		s->message[i].hash_next = *at;
		*at = i;
	}
	free(s->message_bucket);
	s->message_bucket = b;
	s->message_mask = size - 1;
	return 0;
}

int
schedule_init(struct schedule *s, unsigned window)
{
	int i;

	memset(s, 0, sizeof *s);
	s->window = window;
	s->free_message = s->free_rcpt = s->free_lane = SCHEDULE_NONE;
	s->watch = SCHEDULE_NONE;
	s->watch_first = SCHEDULE_WATCH_NONE;
	for (i = 0; i < SCHEDULE_PRIOS; i++)
		s->prio_turn[i] = SCHEDULE_NONE;
	s->message_mask = s->lane_mask = 255;
	s->message_bucket = schedule_buckets(256);
	s->lane_bucket = schedule_buckets(256);
	return s->message_bucket == NULL || s->lane_bucket == NULL ? -1 : 0;
}

void
schedule_free(struct schedule *s)
{
	free(s->message);
	free(s->rcpt);
	free(s->lane);
	free(s->owner);
	free(s->site);
	free(s->domain_site);
	free(s->message_bucket);
	free(s->lane_bucket);
	free(s->heap);
	nametable_free(&s->domains);
	nametable_free(&s->owners);
	nametable_free(&s->sites);
	memset(s, 0, sizeof *s);
}

/* sites */

static void
watch(struct schedule *s, uint32_t i)
{
	struct schedule_site *t = &s->site[i];

	if (t->watched)
		return;
	t->watched = 1;
	t->watch_prev = SCHEDULE_NONE;
	t->watch_next = s->watch;
	if (s->watch != SCHEDULE_NONE)
		s->site[s->watch].watch_prev = i;
	s->watch = i;
}

static void
unwatch(struct schedule *s, uint32_t i)
{
	struct schedule_site *t = &s->site[i];

	if (!t->watched)
		return;
	t->watched = 0;
	if (t->watch_prev != SCHEDULE_NONE)
		s->site[t->watch_prev].watch_next = t->watch_next;
	else
		s->watch = t->watch_next;
	if (t->watch_next != SCHEDULE_NONE)
		s->site[t->watch_next].watch_prev = t->watch_prev;
}

static uint32_t
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
	s->site[i].place = SCHEDULE_NONE;
	s->site[i].room = SCHEDULE_ROOM_NONE;
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

static void
site_put(struct schedule *s, uint32_t i)
{
	if (s->sites.name[i].refs == 1) {
		if (s->site[i].place != SCHEDULE_NONE)
			due_remove(s, s->site[i].place);
		unwatch(s, i);
	}
	nametable_put(&s->sites, i);
}

/* how many more may go there */
static uint32_t
allowance(const struct schedule *s, uint32_t i, int64_t now)
{
	const struct schedule_site *t = &s->site[i];
	uint32_t max =
	    s->window > s->out ? SCHEDULE_SHARE * (s->window - s->out) : 0;

	if (now < t->until_ms && t->room < max)
		max = t->room;
	if (t->probes > 0 && t->probes < max)
		max = t->probes;
	return max > t->out ? max - t->out : 0;
}

/* urgent lanes come first among the parked, four times out of five */
void
site_park(struct schedule *s, uint32_t l, int last)
{
	struct schedule_lane *x = &s->lane[l];
	uint32_t i = s->domain_site[x->domain];
	struct schedule_site *t = &s->site[i];

	x->parked = 1;
	t->n_parked++;
	if (!last && owner_prio(s, x->owner) < URGENT &&
	    t->parked_head != SCHEDULE_NONE && t->skipped++ < SKIP_MAX) {
		x->prev = SCHEDULE_NONE;
		x->next = t->parked_head;
		s->lane[x->next].prev = l;
		t->parked_head = l;
	} else {
		t->skipped = 0;
		x->next = SCHEDULE_NONE;
		x->prev = t->parked_tail;
		if (x->prev == SCHEDULE_NONE)
			t->parked_head = l;
		else
			s->lane[x->prev].next = l;
		t->parked_tail = l;
	}
	watch(s, i);
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
	x->parked = 0;
}

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
wake(struct schedule *s, uint32_t i, uint32_t n)
{
	struct schedule_site *t = &s->site[i];
	uint32_t l;

	while (n-- > 0 && t->parked_head != SCHEDULE_NONE) {
		if (t->probes > 0)
			prefer_fresh(s, i);
		l = t->parked_head;
		site_unpark(s, i, l);
		lane_enter(s, l);
	}
}

void
schedule_look(struct schedule *s, int64_t now)
{
	uint32_t i, next;

	for (i = s->watch; i != SCHEDULE_NONE; i = next) {
		next = s->site[i].watch_next;
		wake(s, i, allowance(s, i, now));
		/* a site that is shut waits for its time, not for us */
		if (s->site[i].n_parked == 0 ||
		    (now < s->site[i].until_ms && s->site[i].room == 0))
			unwatch(s, i);
	}
}

/* messages and recipients */

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
	uint32_t m = s->message_bucket[id_hash(id) & s->message_mask];

	while (m != SCHEDULE_NONE &&
	    memcmp(s->message[m].id, id, NAME_LEN) != 0)
		m = s->message[m].hash_next;
	return m;
}

uint32_t
schedule_message(struct schedule *s, const char *id, const char *owner,
    size_t n, unsigned prio, uint32_t sender)
{
	struct schedule_message *x;
	uint32_t m, *at, f;

	if (s->used_message > s->message_mask)
		more_message_buckets(s);
	if (s->free_message == SCHEDULE_NONE &&
	    schedule_grow(&s->message, s->n_message, &s->cap_message,
		sizeof *s->message) == -1)
		return SCHEDULE_NONE;
	f = owner_get(s, owner, n, prio);
	if (f == SCHEDULE_NONE)
		return SCHEDULE_NONE;
	if (s->free_message != SCHEDULE_NONE) {
		m = s->free_message;
		s->free_message = s->message[m].hash_next;
	} else {
		m = s->n_message++;
	}
	x = &s->message[m];
	memset(x, 0, sizeof *x);
	memcpy(x->id, id, NAME_LEN);
	x->used = 1;
	x->owner = f;
	x->sender = sender;
	x->first = x->last = SCHEDULE_NONE;
	at = &s->message_bucket[id_hash(id) & s->message_mask];
	x->hash_next = *at;
	*at = m;
	s->used_message++;
	return m;
}

void
schedule_forget(struct schedule *s, uint32_t m)
{
	struct schedule_message *x = &s->message[m];
	uint32_t *at = &s->message_bucket[id_hash(x->id) & s->message_mask];

	while (x->first != SCHEDULE_NONE)
		schedule_drop(s, x->first);
	nametable_put(&s->owners, x->owner);
	while (*at != m)
		at = &s->message[*at].hash_next;
	*at = x->hash_next;
	x->used = 0;
	x->hash_next = s->free_message;
	s->free_message = m;
	s->used_message--;
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
		sizeof *s->domain_site) == -1) {
		nametable_put(&s->domains, d);
		return NAMETABLE_NONE;
	}
	s->domain_site[d] = SCHEDULE_NONE;
	return d;
}

uint32_t
schedule_rcpt(struct schedule *s, uint32_t m, unsigned n, const char *domain,
    size_t len)
{
	struct schedule_message *x = &s->message[m];
	struct schedule_rcpt *p;
	uint32_t r, d;

	if (s->free_rcpt == SCHEDULE_NONE &&
	    schedule_grow(&s->rcpt, s->n_rcpt, &s->cap_rcpt, sizeof *s->rcpt) ==
		-1)
		return SCHEDULE_NONE;
	d = domain_get(s, domain, len);
	if (d == SCHEDULE_NONE)
		return SCHEDULE_NONE;
	if (s->free_rcpt != SCHEDULE_NONE) {
		r = s->free_rcpt;
		s->free_rcpt = s->rcpt[r].later;
	} else {
		r = s->n_rcpt++;
	}
	p = &s->rcpt[r];
	memset(p, 0, sizeof *p);
	p->message = m;
	p->n = n;
	p->domain = d;
	p->where = SCHEDULE_IDLE;
	p->watch_s = SCHEDULE_WATCH_NONE;
	p->later = SCHEDULE_NONE;
	p->earlier = x->last;
	if (x->last == SCHEDULE_NONE)
		x->first = r;
	else
		s->rcpt[x->last].later = r;
	x->last = r;
	x->n_live++;
	s->used_rcpt++;
	return r;
}

void
schedule_drop(struct schedule *s, uint32_t r)
{
	struct schedule_rcpt *p = &s->rcpt[r];
	struct schedule_message *x = &s->message[p->message];
	uint32_t d = p->domain, site = s->domain_site[d];

	schedule_idle(s, r);
	if (p->earlier == SCHEDULE_NONE)
		x->first = p->later;
	else
		s->rcpt[p->earlier].later = p->later;
	if (p->later == SCHEDULE_NONE)
		x->last = p->earlier;
	else
		s->rcpt[p->later].earlier = p->earlier;
	x->n_live--;
	p->where = SCHEDULE_FREE;
	p->later = s->free_rcpt;
	s->free_rcpt = r;
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
		lane_remove(s,
		    lane_find(s, p->domain, s->message[p->message].owner), r);
	else if (schedule_is_down(p))
		schedule_back(s, r);
	p->where = SCHEDULE_IDLE;
}

int
schedule_wait(struct schedule *s, uint32_t r, int64_t due, int64_t now,
    int front)
{
	schedule_idle(s, r);
	s->rcpt[r].due_ms = due;
	if (due <= now)
		return lane_add(s, r, front);
	s->rcpt[r].where = SCHEDULE_TIMER;
	if (due_add(s, r) == 0)
		return 0;
	s->rcpt[r].where = SCHEDULE_IDLE;
	return -1;
}

/* a closed site's time is over: one more than what still hangs there; and
 * more when that hangs, too */
static void
probe(struct schedule *s, uint32_t i, int first, int64_t now)
{
	struct schedule_site *t = &s->site[i];

	t->probes = first ? t->out + 1 : 2 * t->probes;
	if (t->probes > s->window) {
		t->probes = 0;
		return;
	}
	t->until_ms = now + SCHEDULE_PROBE_MS;
	due_add(s, i | DUE_SITE); /* has room: one was removed */
}

void
schedule_tick(struct schedule *s, int64_t now)
{
	uint32_t e, n, left = TICK_MAX;
	int shut;

	while (s->heap_n > 0 && left-- > 0 &&
	    due_of(s, e = s->heap[0]) <= now) {
		due_remove(s, 0);
		if (!(e & DUE_SITE)) {
			s->rcpt[e].where = SCHEDULE_IDLE;
			if (lane_add(s, e, 0) == 0)
				continue;
			/* no memory: once more in a second */
			s->rcpt[e].due_ms = now + 1000;
			s->rcpt[e].where = SCHEDULE_TIMER;
			due_add(s, e); /* has room: one was removed */
			continue;
		}
		e &= ~DUE_SITE;
		shut = s->site[e].room == 0;
		s->site[e].place = SCHEDULE_NONE;
		s->site[e].until_ms = 0;
		s->site[e].room = SCHEDULE_ROOM_NONE;
		if (s->site[e].probes > 0)
			probe(s, e, shut, now);
		n = allowance(s, e, now);
		wake(s, e, n > 0 ? n : 1);
		if (s->site[e].n_parked > 0)
			watch(s, e);
	}
}

/* turns */

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
		may = allowance(s, site, now);
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
	uint32_t site = s->rcpt[r].a, learned;

	if (s->site[site].n_moved > 0) {
		s->site[site].n_moved--;
		learned = s->site[site].moved;
		site_put(s, site);
		site = learned;
	}
	s->site[site].out--;
	s->out--;
	if (s->site[site].n_parked > 0)
		watch(s, site);
	site_put(s, site);
}

int
schedule_claim(struct schedule *s, uint32_t r)
{
	struct schedule_rcpt *p = &s->rcpt[r];
	uint32_t d = p->domain;

	if (s->out == s->window || site_of_domain(s, d) == SCHEDULE_NONE)
		return -1;
	schedule_idle(s, r);
	p->where = SCHEDULE_OUT;
	p->a = s->domain_site[d];
	nametable_ref(&s->sites, p->a);
	s->site[p->a].out++;
	s->message[p->message].n_out++;
	s->out++;
	return 0;
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

/* learning */

int
schedule_learn(struct schedule *s, uint32_t d, const char *name, size_t n)
{
	uint32_t old = s->domain_site[d], site, l, next;

	if (old != SCHEDULE_NONE && s->sites.name[old].len == n &&
	    memcmp(s->sites.name[old].s, name, n) == 0)
		return 0;
	site = site_get(s, name, n);
	if (site == SCHEDULE_NONE)
		return -1;
	s->domain_site[d] = site;
	if (old == SCHEDULE_NONE)
		return 0;
	/* what is in the chain already is there, too: else the site would be
	 * given its room a second time */
	if (s->sites.name[old].len > 7 &&
	    memcmp(s->sites.name[old].s, "domain:", 7) == 0 &&
	    s->site[old].n_moved == 0) {
		s->site[old].moved = site;
		while (s->site[old].out > 0) {
			s->site[old].out--;
			s->site[old].n_moved++;
			s->site[site].out++;
			nametable_ref(&s->sites, site);
		}
	}
	for (l = s->site[old].parked_head; l != SCHEDULE_NONE; l = next) {
		next = s->lane[l].next;
		if (s->lane[l].domain != d)
			continue;
		site_unpark(s, old, l);
		lane_enter(s, l);
	}
	site_put(s, old);
	return 0;
}

void
schedule_hold(struct schedule *s, uint32_t d, uint32_t room, int64_t until)
{
	struct schedule_site *t;
	uint32_t i;

	if (site_of_domain(s, d) == SCHEDULE_NONE)
		return;
	i = s->domain_site[d];
	t = &s->site[i];
	if (t->place != SCHEDULE_NONE)
		due_remove(s, t->place);
	t->place = SCHEDULE_NONE;
	t->room = room;
	t->until_ms = until;
	t->probes = room == 0 ? 1 : t->probes;
	if (due_add(s, i | DUE_SITE) == -1) {
		t->until_ms = 0;
		t->room = SCHEDULE_ROOM_NONE;
	}
	if (t->n_parked > 0)
		watch(s, i);
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
		if (t->place != SCHEDULE_NONE)
			due_remove(s, t->place);
		t->place = SCHEDULE_NONE;
		t->until_ms = 0;
		t->room = SCHEDULE_ROOM_NONE;
		t->probes = 0;
		if (t->n_parked > 0)
			watch(s, i);
	}
}

void
schedule_heard(struct schedule *s, uint32_t d, int good)
{
	uint32_t i = s->domain_site[d];
	struct schedule_site *t;

	if (i == SCHEDULE_NONE || s->site[i].probes == 0)
		return;
	t = &s->site[i];
	t->probes = good || t->probes > s->window ? 0 : 2 * t->probes;
	if (t->n_parked > 0)
		watch(s, i);
}

const char *
schedule_site_name(const struct schedule *s, uint32_t i, size_t *n)
{
	*n = s->sites.name[i].len;
	return s->sites.name[i].s;
}

unsigned
schedule_prio(const struct schedule *s, uint32_t m)
{
	return owner_prio(s, s->message[m].owner);
}
