#include "policy/limiter.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	NAME_MAX_LEN = THROTTLE_LABELS * (THROTTLE_VALUE_MAX + 8),
	EVICT_TRIES = 8,
	AGAIN_SLOW_US = 5000000,
	SLOW_US = 30000000,
	SPEED_FAST = 25, /* in a quarter of a second */
	LINE_CONN = 50, /* jobs in line for connections, when it is slow */
	LINE_LOOK = 8   /* flows looked at for the heaviest */
};
#define NEVER INT64_MAX

struct limiter_key {
	struct hash_node node;
	struct limiter_link idle;
	const struct throttle_rule *rule;
	struct limiter_flow *first, *last; /* parked here, in line */
	struct bucket *bucket;             /* one for each rate of the rule */
	struct backoff backoff;
	size_t heap_at; /* 0: not in the heap */
	int64_t due_us;
	int64_t blocked_us; /* the line is not empty since */
	int64_t slow_us;    /* known to be slow until then */
	int64_t shed_us;    /* when to look whether it is too long */
	int64_t promise_us; /* the last time given to ask again */
	int64_t notice_us;
	int64_t slot_us; /* speed: jobs done in this slot and before */
	unsigned slot, slot_before;
	unsigned sets;      /* that hold it */
	unsigned in_flight; /* transactions */
	unsigned jobs;      /* in them */
	unsigned parked;    /* jobs */
	unsigned later;     /* since the last notice */
	char name[];        /* the rule's key with the values of this one */
};

struct limiter_set {
	unsigned refs, n;
	struct limiter_key *key[];
};

struct limiter_flow {
	struct hash_node node;
	struct limiter_link line;
	struct limiter_set *set;
	struct limiter_flow *prev, *next; /* parked */
	struct limiter_key *parked;
	struct limiter_item *first, *last;
	unsigned jobs; /* that wait */
	unsigned jobs_max, msgs_per_conn;
	unsigned len;
	char who[]; /* the values, a NUL behind each */
};

/* for keys whose rule is gone */
static const struct throttle_rule no_rule = { .key = "", .builtin = 255 };

/* rings of links */

static void
ring_open(struct limiter_link *r)
{
	r->prev = r->next = r;
}

static void
ring_cut(struct limiter_link *e)
{
	e->prev->next = e->next;
	e->next->prev = e->prev;
	e->prev = e->next = e;
}

static void
ring_add(struct limiter_link *r, struct limiter_link *e)
{
	e->prev = r->prev;
	e->next = r;
	r->prev->next = e;
	r->prev = e;
}

#define KEY_OF(link) \
	((struct limiter_key *)((char *)(link) - \
	    offsetof(struct limiter_key, idle)))
#define FLOW_OF(link) \
	((struct limiter_flow *)((char *)(link) - \
	    offsetof(struct limiter_flow, line)))

/* the heap of keys by due time; heap[0] is not used */

static void
heap_put(struct limiter *l, size_t at, struct limiter_key *k)
{
	l->heap[at] = k;
	k->heap_at = at;
}

static void
heap_up(struct limiter *l, size_t at, struct limiter_key *k)
{
	for (; at > 1 && l->heap[at / 2]->due_us > k->due_us; at /= 2)
		heap_put(l, at, l->heap[at / 2]);
	heap_put(l, at, k);
}

static void
heap_down(struct limiter *l, size_t at, struct limiter_key *k)
{
	size_t child;

	for (; (child = 2 * at) <= l->heap_n; at = child) {
		if (child < l->heap_n &&
		    l->heap[child + 1]->due_us < l->heap[child]->due_us)
			child++;
		if (l->heap[child]->due_us >= k->due_us)
			break;
		heap_put(l, at, l->heap[child]);
	}
	heap_put(l, at, k);
}

static void
heap_remove(struct limiter *l, struct limiter_key *k)
{
	size_t at = k->heap_at;
	struct limiter_key *end;

	if (at == 0)
		return;
	k->heap_at = 0;
	end = l->heap[l->heap_n--];
	if (end == k)
		return;
	heap_down(l, at, end);
	heap_up(l, end->heap_at, end);
}

/* room for all keys is made when a key is made: this cannot fail */
static void
heap_set(struct limiter *l, struct limiter_key *k, int64_t due_us)
{
	heap_remove(l, k);
	k->due_us = due_us;
	if (due_us != NEVER)
		heap_up(l, ++l->heap_n, k);
}

static int
heap_room(struct limiter *l)
{
	size_t cap = l->heap_cap == 0 ? 64 : l->heap_cap * 2;
	struct limiter_key **p;

	if (l->keys.n + 2 < l->heap_cap)
		return 0;
	p = realloc(l->heap, cap * sizeof *p);
	if (p == NULL)
		return -1;
	l->heap = p;
	l->heap_cap = cap;
	return 0;
}

/* keys */

static int
key_clear(const struct limiter_key *k, int64_t now_us)
{
	unsigned i;

	for (i = 0; i < k->rule->n_rates; i++)
		if (!bucket_full(&k->bucket[i], now_us))
			return 0;
	return k->backoff.limit == 0 ||
	    now_us - k->backoff.failed_us > BACKOFF_FORGET_US;
}

static void
key_free(struct limiter *l, struct limiter_key *k)
{
	heap_remove(l, k);
	hash_remove(&l->keys, &k->node);
	ring_cut(&k->idle);
	free(k->bucket);
	free(k);
}

static int flow_evict(struct limiter *);

/* is there room for one more key?  Idle ones that remember nothing go */
static int
key_room(struct limiter *l, int64_t now_us)
{
	struct limiter_key *k;
	int tries;

	for (tries = 0; l->keys.n >= LIMITER_KEYS_MAX; tries++) {
		if (tries == EVICT_TRIES)
			return -1;
		if (l->idle_keys.next == &l->idle_keys) {
			if (flow_evict(l) == -1)
				return -1;
			continue;
		}
		k = KEY_OF(l->idle_keys.next);
		if (key_clear(k, now_us)) {
			key_free(l, k);
		} else {
			ring_cut(&k->idle);
			ring_add(&l->idle_keys, &k->idle);
			flow_evict(l);
		}
	}
	return heap_room(l);
}

/* "site:mx.example.net+via:pool1": "*" replaced by the job's value */
static size_t
key_name(char *out, const struct throttle_rule *r,
    const struct throttle_who *who)
{
	const char *p = r->key, *end = r->key + r->key_len;
	size_t n = 0, i, len;
	int label;

	for (label = 0; label < THROTTLE_LABELS; label++) {
		if (r->match[label] != THROTTLE_EACH)
			continue;
		/* up to and with this label's colon, then the value */
		while (p < end && *p != '*')
			out[n++] = *p++;
		p++;
		len = who->len[label];
		if (len > THROTTLE_VALUE_MAX)
			len = THROTTLE_VALUE_MAX;
		for (i = 0; i < len; i++)
			out[n++] = who->value[label][i];
	}
	while (p < end)
		out[n++] = *p++;
	out[n] = '\0';
	return n;
}

static struct limiter_key *
key_make(struct limiter *l, const struct throttle_rule *r, const char *name,
    size_t n, uint64_t hash, int64_t now_us)
{
	struct limiter_key *k;

	if (key_room(l, now_us) == -1)
		return NULL;
	k = calloc(1, sizeof *k + n + 1);
	if (k == NULL)
		return NULL;
	k->rule = r;
	k->notice_us = now_us - LIMITER_AGAIN_US;
	memcpy(k->name, name, n + 1);
	k->node.hash = hash;
	ring_open(&k->idle);
	if (r->n_rates > 0)
		k->bucket = calloc(r->n_rates, sizeof *k->bucket);
	if ((r->n_rates > 0 && k->bucket == NULL) ||
	    hash_add(&l->keys, &k->node) == -1) {
		free(k->bucket);
		free(k);
		return NULL;
	}
	return k;
}

static struct limiter_key *
key_get(struct limiter *l, const struct throttle_rule *r,
    const struct throttle_who *who, int64_t now_us)
{
	char name[NAME_MAX_LEN];
	size_t n = key_name(name, r, who);
	uint64_t h = hash_bytes(l->seed + r->builtin, r->key, r->key_len);
	struct hash_node *at;
	struct limiter_key *k;

	h = hash_bytes(h, name, n);
	for (at = hash_first(&l->keys, h); at != NULL; at = hash_again(at)) {
		k = (struct limiter_key *)at;
		if (k->rule == r && strcmp(k->name, name) == 0)
			return k;
	}
	return key_make(l, r, name, n, h, now_us);
}

/* how far may this key's line be, and how far is it */

static unsigned
speed(struct limiter_key *k, int64_t now_us)
{
	int64_t past = now_us - k->slot_us;

	if (past >= 2 * LIMITER_SPEED_US) {
		k->slot_before = k->slot = 0;
		k->slot_us = now_us;
	} else if (past >= LIMITER_SPEED_US) {
		k->slot_before = k->slot;
		k->slot = 0;
		k->slot_us += LIMITER_SPEED_US;
	}
	return k->slot_before + k->slot;
}

static int
closed(const struct limiter_key *k, int64_t now_us)
{
	return now_us < k->backoff.until_us;
}

static unsigned
allowed(struct limiter_key *k, int64_t now_us)
{
	uint64_t most = LIMITER_BACKLOG_MAX, a;
	const struct bucket_limit *b;
	unsigned i;

	if (closed(k, now_us))
		return 0;
	for (i = 0; i < k->rule->n_rates; i++) {
		b = &k->rule->rate[i].limit;
		a = (uint64_t)b->n * 1000000 / b->period_us;
		if (a < most)
			most = a;
	}
	if ((k->rule->conn > 0 || k->backoff.limit > 0) &&
	    (k->backoff.limit > 0 || now_us < k->slow_us ||
		now_us - k->blocked_us >= LIMITER_TRUST_US)) {
		/* half as many again as may be on the way keep them busy
		 * while the next ones are fetched */
		a = k->in_flight / 2;
		if (a > LINE_CONN)
			a = LINE_CONN;
		if (a < speed(k, now_us))
			a = speed(k, now_us);
		if (a < most)
			most = a;
	}
	return most < LIMITER_BACKLOG_MIN ? LIMITER_BACKLOG_MIN : most;
}

/* when the key itself lets so many recipients go: now, later, or NEVER:
 * not before something ends */
static int64_t
ready(const struct limiter_key *k, unsigned jobs, int64_t now_us)
{
	const struct throttle_rate *r;
	int64_t at = now_us, t;
	unsigned i;

	for (i = 0; i < k->rule->n_rates; i++) {
		r = &k->rule->rate[i];
		t = bucket_ready(&k->bucket[i], &r->limit,
		    r->rcpts ? jobs : 1, now_us);
		if (t > at)
			at = t;
	}
	if (k->backoff.until_us > at)
		at = k->backoff.until_us;
	if (at > now_us)
		return at;
	if ((k->rule->conn > 0 && k->in_flight >= k->rule->conn) ||
	    k->in_flight >= backoff_allows(&k->backoff, now_us))
		return NEVER;
	return now_us;
}

/* sets */

static void
set_drop(struct limiter *l, struct limiter_set *s)
{
	unsigned i;

	if (s == NULL || --s->refs > 0)
		return;
	for (i = 0; i < s->n; i++)
		if (--s->key[i]->sets == 0) {
			if (s->key[i]->rule == &no_rule)
				key_free(l, s->key[i]);
			else
				ring_add(&l->idle_keys, &s->key[i]->idle);
		}
	free(s);
}

struct gather {
	struct limiter *l;
	const struct throttle_who *who;
	int64_t now_us;
	struct limiter_set *set;
	unsigned cap, jobs_max, msgs_per_conn;
};

static void
gather_limits(struct gather *g, const struct throttle_rule *r)
{
	unsigned i;

	if (r->msgs_per_conn > 0 &&
	    (g->msgs_per_conn == 0 || r->msgs_per_conn < g->msgs_per_conn))
		g->msgs_per_conn = r->msgs_per_conn;
	for (i = 0; i < r->n_rates; i++)
		if (r->rate[i].rcpts && r->rate[i].limit.burst < g->jobs_max)
			g->jobs_max = r->rate[i].limit.burst;
}

static int
gather_rule(void *arg, const struct throttle_rule *r)
{
	struct gather *g = arg;
	struct limiter_set *s = g->set;
	struct limiter_key *k = key_get(g->l, r, g->who, g->now_us);
	unsigned i;

	if (k == NULL)
		return -1;
	for (i = 0; i < s->n; i++)
		if (s->key[i] == k)
			return 0;
	if (s->n == g->cap) {
		s = realloc(s, sizeof *s + 2 * g->cap * sizeof s->key[0]);
		if (s == NULL)
			return -1;
		g->set = s;
		g->cap *= 2;
	}
	s->key[s->n++] = k;
	k->sets++;
	ring_cut(&k->idle);
	gather_limits(g, r);
	return 0;
}

static int
set_make(struct limiter *l, struct limiter_flow *f,
    const struct throttle_who *who, int64_t now_us)
{
	struct gather g = { .l = l, .who = who, .now_us = now_us, .cap = 2,
		.jobs_max = UINT32_MAX };
	int bad;

	g.set = malloc(sizeof *g.set + g.cap * sizeof g.set->key[0]);
	if (g.set == NULL)
		return -1;
	g.set->refs = 1;
	g.set->n = 0;
	bad = throttle_match(&l->rules, who, gather_rule, &g);
	f->set = g.set;
	f->jobs_max = g.jobs_max;
	f->msgs_per_conn = g.msgs_per_conn;
	return bad;
}

/* flows */

static void
flow_free(struct limiter *l, struct limiter_flow *f)
{
	hash_remove(&l->flows, &f->node);
	ring_cut(&f->line);
	set_drop(l, f->set);
	free(f);
}

/* one that has nothing waiting and was not used for long */
static int
flow_evict(struct limiter *l)
{
	struct limiter_flow *f;
	int tries;

	for (tries = 0; tries < EVICT_TRIES; tries++) {
		if (l->flow_line.next == &l->flow_line)
			return -1;
		f = FLOW_OF(l->flow_line.next);
		if (f->first == NULL) {
			flow_free(l, f);
			return 0;
		}
		ring_cut(&f->line);
		ring_add(&l->flow_line, &f->line);
	}
	return -1;
}

static struct limiter_flow *
flow_make(struct limiter *l, const char *who_text, unsigned n, uint64_t hash,
    const struct throttle_who *who, int64_t now_us)
{
	struct limiter_flow *f;

	if (l->flows.n >= LIMITER_FLOWS_MAX && flow_evict(l) == -1)
		return NULL;
	f = calloc(1, sizeof *f + n);
	if (f == NULL)
		return NULL;
	f->node.hash = hash;
	f->len = n;
	memcpy(f->who, who_text, n);
	ring_open(&f->line);
	if (set_make(l, f, who, now_us) == -1 ||
	    hash_add(&l->flows, &f->node) == -1) {
		set_drop(l, f->set);
		free(f);
		return NULL;
	}
	ring_add(&l->flow_line, &f->line);
	return f;
}

struct limiter_flow *
limiter_flow(struct limiter *l, const struct throttle_who *job,
    int64_t now_us)
{
	char text[THROTTLE_LABELS * (THROTTLE_VALUE_MAX + 1)];
	struct throttle_who who = { { NULL }, { 0 } };
	struct hash_node *at;
	struct limiter_flow *f;
	uint64_t h;
	unsigned n = 0, i, j;

	for (i = 0; i < THROTTLE_LABELS; i++) {
		if ((l->labels >> i & 1) && job->value[i] != NULL) {
			who.value[i] = text + n;
			who.len[i] = job->len[i] > THROTTLE_VALUE_MAX
			    ? THROTTLE_VALUE_MAX : job->len[i];
			for (j = 0; j < who.len[i]; j++, n++) {
				char c = job->value[i][j];

				text[n] = c >= 'A' && c <= 'Z' ? c + 32 : c;
			}
		}
		text[n++] = '\0';
	}
	h = hash_bytes(l->seed, text, n);
	for (at = hash_first(&l->flows, h); at != NULL; at = hash_again(at)) {
		f = (struct limiter_flow *)at;
		if (f->len == n && memcmp(f->who, text, n) == 0) {
			ring_cut(&f->line);
			ring_add(&l->flow_line, &f->line);
			return f;
		}
	}
	return flow_make(l, text, n, h, &who, now_us);
}

unsigned
limiter_jobs_max(const struct limiter_flow *f)
{
	return f->jobs_max;
}

/* what is decided */

static void
decide(struct limiter *l, struct limiter_item *i, enum limiter_verdict v)
{
	i->verdict = v;
	i->flow = NULL;
	i->next = NULL;
	i->prev = l->out_last;
	if (l->out_last == NULL)
		l->out = i;
	else
		l->out_last->next = i;
	l->out_last = i;
}

/* the limit of a key that binds now */
static void
why_limit(const struct limiter_key *k, int64_t now_us, char *out)
{
	const struct throttle_rate *r;
	int64_t latest = now_us, t;
	unsigned i, at = 0;

	for (i = 0; i < k->rule->n_rates; i++) {
		t = bucket_ready(&k->bucket[i], &k->rule->rate[i].limit, 1,
		    now_us);
		if (t > latest) {
			latest = t;
			at = i + 1;
		}
	}
	if (k->backoff.until_us > latest)
		snprintf(out, LIMITER_WHY_LEN, "backoff=%u..%u",
		    k->rule->backoff.least_s, k->rule->backoff.most_s);
	else if (at > 0 && (r = &k->rule->rate[at - 1]) != NULL)
		snprintf(out, LIMITER_WHY_LEN, "%s=%u/%s",
		    r->rcpts ? "rcpt-rate" : "rate", r->limit.n, r->unit);
	else if (k->in_flight >= k->backoff.limit && k->backoff.limit > 0)
		snprintf(out, LIMITER_WHY_LEN, "backoff conn=%u", k->backoff.limit);
	else
		snprintf(out, LIMITER_WHY_LEN, "conn=%u", k->rule->conn);
}

static void
notice(struct limiter *l, struct limiter_key *k, int64_t now_us)
{
	struct limiter_notice n;
	char limit[LIMITER_WHY_LEN];

	if (l->notice == NULL || now_us - k->notice_us < LIMITER_AGAIN_US)
		return;
	why_limit(k, now_us, limit);
	n.key = k->name;
	n.limit = limit;
	n.held = k->parked;
	n.later = k->later;
	n.in_flight = k->in_flight;
	n.closed_us = closed(k, now_us) ? k->backoff.until_us - now_us : 0;
	k->notice_us = now_us;
	k->later = 0;
	l->notice(l->arg, &n);
}

static int
is_site_key(const struct limiter_key *k)
{
	return k->rule->match[THROTTLE_SITE] != THROTTLE_ANY &&
	    k->rule->match[THROTTLE_DOMAIN] == THROTTLE_ANY &&
	    k->rule->match[THROTTLE_VIA] == THROTTLE_ANY &&
	    k->rule->match[THROTTLE_TENANT] == THROTTLE_ANY;
}

/* microseconds for one more transaction, as things go */
static int64_t
pace(struct limiter_key *k, unsigned jobs, int64_t now_us)
{
	const struct throttle_rate *r;
	int64_t most = 0, t;
	unsigned i, s;

	for (i = 0; i < k->rule->n_rates; i++) {
		r = &k->rule->rate[i];
		t = r->limit.period_us * (r->rcpts ? jobs : 1) / r->limit.n;
		if (t > most)
			most = t;
	}
	if (k->rule->conn > 0) {
		s = speed(k, now_us);
		t = s > 0 ? 2 * LIMITER_SPEED_US / s
			  : LIMITER_AGAIN_US / k->rule->conn;
		if (t > most)
			most = t;
	}
	return most;
}

/*
 * When to ask again.  For a site the answer holds for all its jobs until
 * then.  Other keys are none of the queue's business: there each job gets
 * a time of its own, at the pace of the key, so that they come back as
 * they can go.
 */
static void
give_time(struct limiter_item *i, struct limiter_key *k, int64_t now_us)
{
	unsigned line = allowed(k, now_us);

	if (closed(k, now_us)) {
		i->next_us = k->backoff.until_us;
		i->room = is_site_key(k) ? 0 : -1;
		return;
	}
	if (is_site_key(k)) {
		i->room = k->jobs + line;
		i->next_us = now_us + LIMITER_AGAIN_US;
		if (k->backoff.limit == 0 && speed(k, now_us) < SPEED_FAST &&
		    now_us - k->blocked_us >= LIMITER_AGAIN_US)
			i->next_us = now_us + AGAIN_SLOW_US;
		return;
	}
	i->room = -1;
	if (k->promise_us < now_us + LIMITER_AGAIN_US / 2)
		k->promise_us = now_us + LIMITER_AGAIN_US / 2;
	k->promise_us += pace(k, i->jobs, now_us);
	if (k->promise_us > now_us + LIMITER_AGAIN_MAX_US)
		k->promise_us = now_us + LIMITER_AGAIN_MAX_US;
	i->next_us = k->promise_us;
}

static void
refuse(struct limiter *l, struct limiter_item *i, struct limiter_key *k,
    int64_t now_us)
{
	i->key = k == NULL ? NULL : k->name;
	i->room = -1;
	i->next_us = now_us + LIMITER_AGAIN_US;
	if (k != NULL) {
		why_limit(k, now_us, i->limit);
		give_time(i, k, now_us);
		k->later += i->jobs;
	}
	decide(l, i, LIMITER_LATER);
	if (k != NULL)
		notice(l, k, now_us);
}

static void
grant(struct limiter *l, struct limiter_item *i, int64_t now_us)
{
	struct limiter_key *k;
	unsigned n, r;

	for (n = 0; n < i->set->n; n++) {
		k = i->set->key[n];
		k->in_flight++;
		k->jobs += i->jobs;
		for (r = 0; r < k->rule->n_rates; r++)
			bucket_take(&k->bucket[r], &k->rule->rate[r].limit,
			    k->rule->rate[r].rcpts ? i->jobs : 1, now_us);
	}
	i->started_us = now_us;
	decide(l, i, LIMITER_GO);
}

/* lines */

/* when this key is to be looked at again */
static void
schedule(struct limiter *l, struct limiter_key *k, int64_t now_us)
{
	int64_t due = NEVER;

	if (k->first != NULL) {
		due = ready(k, k->first->first->jobs, now_us);
		/* one may stay, however large */
		if (k->parked > LIMITER_BACKLOG_MIN &&
		    k->parked > k->last->last->jobs && k->shed_us < due)
			due = k->shed_us;
	}
	if (due != k->due_us || (due != NEVER && k->heap_at == 0))
		heap_set(l, k, due);
}

static void
park(struct limiter *l, struct limiter_flow *f, struct limiter_key *k,
    int64_t now_us)
{
	if (k->first == NULL) {
		k->blocked_us = now_us;
		k->shed_us = now_us + LIMITER_TRUST_US;
	}
	f->parked = k;
	f->next = NULL;
	f->prev = k->last;
	if (k->last == NULL)
		k->first = f;
	else
		k->last->next = f;
	k->last = f;
	k->parked += f->jobs;
	schedule(l, k, now_us);
}

static void
unpark(struct limiter_flow *f)
{
	struct limiter_key *k = f->parked;

	*(f->prev == NULL ? &k->first : &f->prev->next) = f->next;
	*(f->next == NULL ? &k->last : &f->next->prev) = f->prev;
	k->parked -= f->jobs;
	f->parked = NULL;
	f->prev = f->next = NULL;
}

static void
flow_put(struct limiter *l, struct limiter_flow *f, struct limiter_item *i)
{
	i->flow = f;
	i->next = NULL;
	i->prev = f->last;
	*(f->last == NULL ? &f->first : &f->last->next) = i;
	f->last = i;
	f->jobs += i->jobs;
	l->held += i->jobs;
	if (f->parked != NULL)
		f->parked->parked += i->jobs;
}

static void
flow_take(struct limiter *l, struct limiter_flow *f, struct limiter_item *i)
{
	*(i->prev == NULL ? &f->first : &i->prev->next) = i->next;
	*(i->next == NULL ? &f->last : &i->next->prev) = i->prev;
	f->jobs -= i->jobs;
	l->held -= i->jobs;
	if (f->parked != NULL)
		f->parked->parked -= i->jobs;
}

/*
 * the key that keeps so many recipients of this set from going, NULL: none.
 * Who waits under a key goes first, unless it was just called up.
 */
static struct limiter_key *
binding(const struct limiter_set *s, unsigned jobs,
    const struct limiter_key *called, int64_t now_us)
{
	struct limiter_key *k, *full = NULL, *late = NULL;
	int64_t at, latest = now_us;
	unsigned i;

	for (i = 0; i < s->n; i++) {
		k = s->key[i];
		at = ready(k, jobs, now_us);
		if (at != NEVER && at > latest) {
			latest = at;
			late = k;
		} else if (at == NEVER || (k != called && k->first != NULL)) {
			if (full == NULL)
				full = k;
		}
	}
	return late != NULL ? late : full;
}

/* of those that came last into this line, the flow with the most to wait */
static struct limiter_flow *
heaviest(const struct limiter_key *k)
{
	struct limiter_flow *f, *most = k->last;
	int i;

	for (i = 0, f = k->last; f != NULL && i < LINE_LOOK; i++, f = f->prev)
		if (f->jobs > most->jobs)
			most = f;
	return most;
}

/* the last item of a waiting flow */
static void
give_back_last(struct limiter *l, struct limiter_flow *f, int64_t now_us)
{
	struct limiter_key *k = f->parked;
	struct limiter_item *i = f->last;

	flow_take(l, f, i);
	if (f->first == NULL)
		unpark(f);
	refuse(l, i, k, now_us);
}

/* give back what is too much; but one may stay */
static void
shed(struct limiter *l, struct limiter_key *k, int64_t now_us)
{
	unsigned may = allowed(k, now_us);
	struct limiter_flow *f;

	while (k->parked > may) {
		f = heaviest(k);
		if (may > 0 && k->parked == f->last->jobs)
			break;
		k->slow_us = now_us + SLOW_US;
		give_back_last(l, f, now_us);
	}
	k->shed_us = now_us + LIMITER_TRUST_US;
}

/* call up who waits here, as long as there is room */
static void
call_up(struct limiter *l, struct limiter_key *k, int64_t now_us)
{
	struct limiter_flow *f;
	struct limiter_item *i;
	struct limiter_key *other;

	while ((f = k->first) != NULL) {
		i = f->first;
		if (ready(k, i->jobs, now_us) > now_us)
			break;
		unpark(f);
		other = binding(f->set, i->jobs, k, now_us);
		if (other != NULL) {
			park(l, f, other, now_us);
			continue;
		}
		flow_take(l, f, i);
		grant(l, i, now_us);
		if (f->first != NULL)
			park(l, f, k, now_us);
	}
	if (k->first != NULL &&
	    (now_us >= k->shed_us || closed(k, now_us)))
		shed(l, k, now_us);
	schedule(l, k, now_us);
}

/* from outside */

void
limiter_open(struct limiter *l, uint64_t seed)
{
	ring_open(&l->flow_line);
	ring_open(&l->idle_keys);
	l->seed = seed;
	l->labels = throttle_labels_used(&l->rules);
}

/*
 * A full line is shared: who has less in it takes the place of who has
 * more.  So one sender's backlog does not keep others out of a shared key.
 */
static int
displace(struct limiter *l, const struct limiter_flow *f,
    const struct limiter_item *i, struct limiter_key *k, int64_t now_us)
{
	struct limiter_flow *most = heaviest(k);

	if (most == f || most->jobs <= f->jobs + i->jobs)
		return 0;
	give_back_last(l, most, now_us);
	return 1;
}

void
limiter_offer(struct limiter *l, struct limiter_item *i,
    struct limiter_flow *f, int64_t now_us)
{
	struct limiter_key *k;

	i->set = f->set;
	i->set->refs++;
	i->msgs_per_conn = f->msgs_per_conn;
	if (l->shut) {
		refuse(l, i, NULL, now_us);
		i->next_us = now_us;
		return;
	}
	k = f->parked != NULL ? f->parked
			      : binding(f->set, i->jobs, NULL, now_us);
	if (k == NULL) {
		grant(l, i, now_us);
		return;
	}
	if (closed(k, now_us) || l->held + i->jobs > LIMITER_HELD_MAX ||
	    (k->parked > 0 && k->parked + i->jobs > allowed(k, now_us) &&
		!displace(l, f, i, k, now_us))) {
		refuse(l, i, k, now_us);
		return;
	}
	flow_put(l, f, i);
	if (f->parked == NULL)
		park(l, f, k, now_us);
	else
		schedule(l, k, now_us);
}

struct limiter_item *
limiter_pop(struct limiter *l)
{
	struct limiter_item *i = l->out;

	if (i == NULL)
		return NULL;
	l->out = i->next;
	if (l->out == NULL)
		l->out_last = NULL;
	else
		l->out->prev = NULL;
	i->next = i->prev = NULL;
	return i;
}

static void
key_done(struct limiter *l, struct limiter_key *k,
    const struct limiter_item *i, enum backoff_sign sign, int64_t now_us)
{
	struct backoff_range range = k->rule->backoff;

	k->in_flight--;
	k->jobs -= i->jobs;
	speed(k, now_us);
	k->slot += i->jobs;
	if (range.least_s == 0)
		return;
	if (backoff_learn(&k->backoff, &range, sign, k->in_flight,
		i->started_us, now_us) && closed(k, now_us))
		notice(l, k, now_us);
}

void
limiter_done(struct limiter *l, struct limiter_item *i,
    enum backoff_sign sign, int64_t now_us)
{
	unsigned n;

	if (i->verdict == LIMITER_GO) {
		for (n = 0; n < i->set->n; n++)
			key_done(l, i->set->key[n], i, sign, now_us);
		for (n = 0; n < i->set->n; n++)
			if (i->set->key[n]->first != NULL)
				call_up(l, i->set->key[n], now_us);
	}
	set_drop(l, i->set);
	i->set = NULL;
}

int64_t
limiter_due(const struct limiter *l)
{
	return l->heap_n == 0 ? NEVER : l->heap[1]->due_us;
}

void
limiter_run(struct limiter *l, int64_t now_us)
{
	struct limiter_key *k;

	while (l->heap_n > 0 && (k = l->heap[1])->due_us <= now_us) {
		heap_set(l, k, NEVER);
		call_up(l, k, now_us);
	}
}

/* all that waits */
static void
give_back(struct limiter *l, int64_t now_us)
{
	struct limiter_link *at;
	struct limiter_flow *f;
	struct limiter_item *i;

	for (at = l->flow_line.next; at != &l->flow_line; at = at->next) {
		f = FLOW_OF(at);
		if (f->parked != NULL) {
			heap_set(l, f->parked, NEVER);
			unpark(f);
		}
		while ((i = f->first) != NULL) {
			flow_take(l, f, i);
			refuse(l, i, NULL, now_us);
			i->next_us = now_us;
		}
	}
}

void
limiter_shut(struct limiter *l, int64_t now_us)
{
	l->shut = 1;
	give_back(l, now_us);
}

static int
same_rate(const struct throttle_rate *a, const struct throttle_rate *b)
{
	return a->limit.n == b->limit.n && a->rcpts == b->rcpts &&
	    a->limit.period_us == b->limit.period_us &&
	    a->limit.burst == b->limit.burst;
}

static int
key_move(struct limiter_key *k, const struct throttle_rule *to)
{
	struct bucket *b = NULL;
	unsigned i, j;

	if (to->n_rates > 0) {
		b = calloc(to->n_rates, sizeof *b);
		if (b == NULL)
			return -1;
	}
	for (i = 0; i < to->n_rates; i++)
		for (j = 0; j < k->rule->n_rates; j++)
			if (same_rate(&to->rate[i], &k->rule->rate[j]))
				b[i] = k->bucket[j];
	free(k->bucket);
	k->bucket = b;
	k->rule = to;
	if (to->backoff.least_s == 0)
		memset(&k->backoff, 0, sizeof k->backoff);
	return 0;
}

int
limiter_load(struct limiter *l, struct throttle_rules *rules, int64_t now_us)
{
	const struct throttle_rule *to;
	struct hash_node *at, *next;
	struct limiter_key *k;
	size_t s;

	give_back(l, now_us);
	while (l->flow_line.next != &l->flow_line)
		flow_free(l, FLOW_OF(l->flow_line.next));
	for (s = 0; s < l->keys.slots; s++)
		for (at = l->keys.slot[s]; at != NULL; at = next) {
			next = at->next;
			k = (struct limiter_key *)at;
			if (k->rule->builtin != 0)
				continue;
			to = throttle_find(rules, k->rule->key,
			    k->rule->key_len);
			if (key_move(k, to == NULL ? &no_rule : to) == -1)
				return -1;
			if (to == NULL && k->sets == 0)
				key_free(l, k);
		}
	throttle_free(&l->rules);
	l->rules = *rules;
	memset(rules, 0, sizeof *rules);
	l->labels = throttle_labels_used(&l->rules);
	return 0;
}

void
limiter_close(struct limiter *l)
{
	struct hash_node *at, *next;
	struct limiter_key *k;
	size_t s;

	while (l->flow_line.next != &l->flow_line)
		flow_free(l, FLOW_OF(l->flow_line.next));
	for (s = 0; s < l->keys.slots; s++)
		for (at = l->keys.slot[s]; at != NULL; at = next) {
			next = at->next;
			k = (struct limiter_key *)at;
			free(k->bucket);
			free(k);
		}
	hash_free(&l->keys);
	hash_free(&l->flows);
	free(l->heap);
	throttle_free(&l->rules);
	memset(l, 0, sizeof *l);
}
