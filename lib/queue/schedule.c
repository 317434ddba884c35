#include "queue/scheduleparts.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
	INDEX_MAX = 0x7fffffff,
	TICK_MAX = 4096 /* moved in one call */
};

/* shares of the chain when all priorities have something to send */
const unsigned schedule_weight[SCHEDULE_PRIOS] = { 64, 40, 25, 16, 10, 6, 4, 3,
	2, 1 };

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

	while (s->heap_n > 0 && left-- > 0 &&
	    due_of(s, e = s->heap[0]) <= now) {
		due_remove(s, 0);
		if (e & DUE_SITE)
			site_due(s, e & ~DUE_SITE, now);
		else
			rcpt_due(s, e, now);
	}
}

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

unsigned
schedule_prio(const struct schedule *s, uint32_t m)
{
	return owner_prio(s, s->message[m].owner);
}
