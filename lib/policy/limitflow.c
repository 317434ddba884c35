#include "policy/limitflow.h"
#include <stdlib.h>
#include <string.h>

enum { EVICT_TRIES = 8 };

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
limitflow_heap_remove(struct limiter *l, struct limiter_key *k)
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
void
limitflow_due(struct limiter *l, struct limiter_key *k, int64_t due_us)
{
	limitflow_heap_remove(l, k);
	k->due_us = due_us;
	if (due_us != LIMITKEY_NEVER)
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

#define KEY_OF(link)                                                           \
	((struct limiter_key *)((char *)(link)-offsetof(                       \
	    struct limiter_key, idle)))

/* keys */

void
limitflow_key_free(struct limiter *l, struct limiter_key *k)
{
	limitflow_heap_remove(l, k);
	hash_remove(&l->keys, &k->node);
	limitflow_ring_cut(&k->idle);
	free(k->rate);
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
		if (limitkey_clear(k, now_us)) {
			limitflow_key_free(l, k);
		} else {
			limitflow_ring_cut(&k->idle);
			limitflow_ring_add(&l->idle_keys, &k->idle);
			flow_evict(l);
		}
	}
	return heap_room(l);
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
	limitflow_ring_open(&k->idle);
	if (r->n_rates > 0)
		k->rate = calloc(r->n_rates, sizeof *k->rate);
	if ((r->n_rates > 0 && k->rate == NULL) ||
	    hash_add(&l->keys, &k->node) == -1) {
		free(k->rate);
		free(k);
		return NULL;
	}
	return k;
}

static struct limiter_key *
key_get(struct limiter *l, const struct throttle_rule *r,
    const struct throttle_who *who, int64_t now_us)
{
	char name[LIMITKEY_NAME_MAX];
	size_t n = limitkey_name(name, r, who);
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

/* sets */

void
limitflow_set_drop(struct limiter *l, struct limiter_set *s)
{
	unsigned i;

	if (s == NULL || --s->refs > 0)
		return;
	for (i = 0; i < s->n; i++)
		if (--s->key[i]->sets == 0) {
			if (s->key[i]->rule == &limitkey_no_rule)
				limitflow_key_free(l, s->key[i]);
			else
				limitflow_ring_add(
				    &l->idle_keys, &s->key[i]->idle);
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
	limitflow_ring_cut(&k->idle);
	gather_limits(g, r);
	return 0;
}

static int
set_make(struct limiter *l, struct limiter_flow *f,
    const struct throttle_who *who, int64_t now_us)
{
	struct gather g = { .l = l,
		.who = who,
		.now_us = now_us,
		.cap = 2,
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

void
limitflow_free(struct limiter *l, struct limiter_flow *f)
{
	hash_remove(&l->flows, &f->node);
	limitflow_ring_cut(&f->line);
	limitflow_set_drop(l, f->set);
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
		f = LIMITFLOW_OF(l->flow_line.next);
		if (f->first == NULL) {
			limitflow_free(l, f);
			return 0;
		}
		limitflow_ring_cut(&f->line);
		limitflow_ring_add(&l->flow_line, &f->line);
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
	limitflow_ring_open(&f->line);
	if (set_make(l, f, who, now_us) == -1 ||
	    hash_add(&l->flows, &f->node) == -1) {
		limitflow_set_drop(l, f->set);
		free(f);
		return NULL;
	}
	limitflow_ring_add(&l->flow_line, &f->line);
	return f;
}

struct limiter_flow *
limiter_flow(struct limiter *l, const struct throttle_who *job, int64_t now_us)
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
			who.len[i] = job->len[i] > THROTTLE_VALUE_MAX ?
			    THROTTLE_VALUE_MAX :
			    job->len[i];
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
			limitflow_ring_cut(&f->line);
			limitflow_ring_add(&l->flow_line, &f->line);
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
