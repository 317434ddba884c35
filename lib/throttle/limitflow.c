#include "throttle/limitflow.h"
#include "base/ascii.h"
#include "throttle/limitbook.h"
#include "throttle/limitdue.h"
#include <stdlib.h>
#include <string.h>

enum { EVICT_TRIES = 8 };

#define KEY_OF(link) \
	((struct limiter_key *)((char *)(link)-offsetof(struct limiter_key, \
	    idle)))

/* keys */

/* of a base or a back that goes, the others know no more */
static void
part(struct limiter_key *k)
{
	struct limiter_key *b, **at;

	if (!k->back) {
		for (b = k->peer; b != NULL; b = b->next_back)
			b->peer = NULL;
		return;
	}
	if (k->peer == NULL)
		return;
	for (at = &k->peer->peer; *at != k; at = &(*at)->next_back)
		;
	*at = k->next_back;
}

void
limitflow_key_free(struct limiter *l, struct limiter_key *k)
{
	part(k);
	limitdue_cut(l, k);
	hash_remove(&l->keys, &k->node);
	limitflow_ring_cut(&k->idle);
	free(k->rate);
	free(k->plan);
	free(k->said);
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
	return limitdue_reserve(l, l->keys.n + 1);
}

void
limitflow_begin_rates(const struct limiter *l, struct limiter_key *k,
    int64_t now_us)
{
	const struct throttle_rate *r;
	int64_t full;
	unsigned i;

	for (i = 0; l->begun_us > 0 && i < limitkey_rates(k); i++) {
		r = &k->rule->rate[i];
		full = limitbook_keeps(r) ? l->lost_us : l->begun_us;
		if (full == 0)
			continue;
		full += bucket_memory_us(&r->limit);
		if (full > now_us && full > k->rate[i].now.at_us)
			k->rate[i].now.at_us = full;
	}
}

static struct limiter_key *
key_make(struct limiter *l, const struct throttle_rule *r, int back,
    const char *name, size_t n, uint64_t hash, int64_t now_us)
{
	struct limiter_key *k;

	if (key_room(l, now_us) == -1)
		return NULL;
	k = calloc(1, sizeof *k + n + 1);
	if (k == NULL)
		return NULL;
	k->rule = r;
	k->back = back;
	k->notice_us = now_us - LIMITER_AGAIN_US;
	memcpy(k->name, name, n + 1);
	k->node.hash = hash;
	limitflow_ring_open(&k->idle);
	if (limitkey_rates(k) > 0)
		k->rate = calloc(limitkey_rates(k), sizeof *k->rate);
	if ((limitkey_rates(k) > 0 && k->rate == NULL) ||
	    hash_add(&l->keys, &k->node) == -1) {
		free(k->rate);
		free(k);
		return NULL;
	}
	limitflow_begin_rates(l, k, now_us);
	return k;
}

/* the key of that rule and name, made if need be */
static struct limiter_key *
key_named(struct limiter *l, const struct throttle_rule *r, int back,
    const char *name, size_t n, int64_t now_us)
{
	uint64_t h = hash_bytes(l->seed + r->builtin, r->key, r->key_len);
	struct hash_node *at;
	struct limiter_key *k;

	h = hash_bytes(h + back, name, n);
	for (at = hash_first(&l->keys, h); at != NULL; at = hash_again(at)) {
		k = (struct limiter_key *)at;
		if (k->rule == r && k->back == back &&
		    strcmp(k->name, name) == 0)
			return k;
	}
	return key_make(l, r, back, name, n, h, now_us);
}

struct limiter_key *
limitflow_key_named(struct limiter *l, const struct throttle_rule *r,
    const char *p, size_t n, int64_t now_us)
{
	char name[LIMITKEY_NAME_MAX];
	struct limiter_key *k;

	if (n >= sizeof name)
		return NULL;
	memcpy(name, p, n);
	name[n] = '\0';
	k = key_named(l, r, 0, name, n, now_us);
	if (k != NULL && k->sets == 0) {
		limitflow_ring_cut(&k->idle);
		limitflow_ring_add(&l->idle_keys, &k->idle);
	}
	return k;
}

/* back: of this pool, NULL: not a back */
static struct limiter_key *
key_get(struct limiter *l, const struct throttle_rule *r, const char *back,
    const struct throttle_who *who, int64_t now_us)
{
	char name[LIMITKEY_NAME_MAX];
	size_t n = limitkey_name(name, r, who);

	if (back != NULL) {
		memcpy(name + n, "+via:", 5);
		memcpy(name + n + 5, back, strlen(back) + 1);
		n += 5 + strlen(back);
	}
	return key_named(l, r, back != NULL, name, n, now_us);
}

/* pools */

void
limitflow_vias_free(struct limiter *l)
{
	while (l->n_via > 0)
		free(l->via[--l->n_via]);
}

/* the number of a job's pool, from 1 on; 0 when memory is out */
static unsigned
via_number(struct limiter *l, const struct throttle_who *who)
{
	unsigned i, len = who->len[THROTTLE_VIA];
	char *name;

	for (i = 0; i < l->n_via; i++)
		if (strlen(l->via[i]) == len &&
		    (len == 0 ||
			memcmp(l->via[i], who->value[THROTTLE_VIA], len) == 0))
			return i + 1;
	if (i == LIMITER_VIAS_MAX)
		return i;
	name = calloc(1, len + 1);
	if (name == NULL)
		return 0;
	if (len > 0)
		memcpy(name, who->value[THROTTLE_VIA], len);
	l->via[l->n_via++] = name;
	return l->n_via;
}

/* the back of a divided key for a pool */
static struct limiter_key *
back_get(struct limiter *l, struct limiter_key *base, unsigned via,
    const struct throttle_who *who, int64_t now_us)
{
	struct limiter_key *b =
	    key_get(l, base->rule, l->via[via - 1], who, now_us);

	if (b == NULL || b->peer != NULL)
		return b;
	b->peer = base;
	b->next_back = base->peer;
	base->peer = b;
	return b;
}

/* another pool than until now: what was learned is the first one's */
static int
divide(struct limiter *l, struct limiter_key *k, const struct throttle_who *who,
    int64_t now_us)
{
	struct limiter_key *b = back_get(l, k, k->via, who, now_us);

	if (b == NULL)
		return -1;
	b->backoff = k->backoff;
	memset(&k->backoff, 0, sizeof k->backoff);
	free(b->said);
	b->said = k->said;
	k->said = NULL;
	k->divided = 1;
	limitflow_ring_cut(&b->idle);
	limitflow_ring_add(&l->idle_keys, &b->idle);
	return 0;
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
				limitflow_ring_add(&l->idle_keys,
				    &s->key[i]->idle);
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
gather_key(struct gather *g, struct limiter_key *k)
{
	struct limiter_set *s = g->set;
	unsigned i;

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
	return 0;
}

/* a key in the set is not dropped to make room for another */
static int
gather_rule(void *arg, const struct throttle_rule *r)
{
	struct gather *g = arg;
	struct limiter_key *k = key_get(g->l, r, NULL, g->who, g->now_us), *b;
	unsigned via;

	if (k == NULL || gather_key(g, k) == -1)
		return -1;
	gather_limits(g, r);
	if (r->backoff.least_s == 0 || r->match[THROTTLE_VIA] != THROTTLE_ANY)
		return 0;
	via = via_number(g->l, g->who);
	if (via == 0)
		return -1;
	if (k->via == 0)
		k->via = via;
	if (!k->divided && k->via == via)
		return 0;
	if (!k->divided && divide(g->l, k, g->who, g->now_us) == -1)
		return -1;
	b = back_get(g->l, k, via, g->who, g->now_us);
	return b == NULL ? -1 : gather_key(g, b);
}

static unsigned
count_divided(const struct limiter_set *s)
{
	unsigned i, n = 0;

	for (i = 0; i < s->n; i++)
		n += s->key[i]->divided;
	return n;
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
	g.set->divided = count_divided(g.set);
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

/* one of its keys has been divided, and nothing waits: new keys */
static int
refresh(struct limiter *l, struct limiter_flow *f,
    const struct throttle_who *who, int64_t now_us)
{
	struct limiter_set *old = f->set;
	int bad;

	if (f->first != NULL || count_divided(old) == old->divided)
		return 0;
	bad = set_make(l, f, who, now_us);
	if (f->set != old)
		limitflow_set_drop(l, bad == 0 ? old : f->set);
	if (bad != 0)
		f->set = old;
	return bad;
}

struct limiter_flow *
limiter_flow(struct limiter *l, const struct throttle_who *job, int64_t now_us)
{
	char text[THROTTLE_LABELS * (THROTTLE_VALUE_MAX + 1)];
	struct throttle_who who = { { NULL }, { 0 } };
	struct hash_node *at;
	struct limiter_flow *f;
	uint64_t h;
	unsigned n = 0, i;

	for (i = 0; i < THROTTLE_LABELS; i++) {
		if ((l->labels >> i & 1) && job->value[i] != NULL) {
			who.value[i] = text + n;
			who.len[i] = job->len[i] > THROTTLE_VALUE_MAX
			    ? THROTTLE_VALUE_MAX
			    : job->len[i];
			ascii_lower_copy(text + n, job->value[i], who.len[i]);
			n += who.len[i];
		}
		text[n++] = '\0';
	}
	h = hash_bytes(l->seed, text, n);
	for (at = hash_first(&l->flows, h); at != NULL; at = hash_again(at)) {
		f = (struct limiter_flow *)at;
		if (f->len != n || memcmp(f->who, text, n) != 0)
			continue;
		limitflow_ring_cut(&f->line);
		limitflow_ring_add(&l->flow_line, &f->line);
		return refresh(l, f, &who, now_us) == -1 ? NULL : f;
	}
	return flow_make(l, text, n, h, &who, now_us);
}

unsigned
limiter_jobs_max(const struct limiter_flow *f)
{
	return f->jobs_max;
}
