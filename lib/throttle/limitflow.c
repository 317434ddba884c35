#include "throttle/limitflow.h"
#include "base/ascii.h"
#include "throttle/limitshare.h"
#include <stdlib.h>
#include <string.h>

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
	    limitkeys_get(l, base->rule, l->via[via - 1], who, now_us);

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
	limitkeys_ring_cut(&b->idle);
	limitkeys_ring_add(&l->idle_keys, &b->idle);
	return 0;
}

/* sets */

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
		if (r->rate[i].what == BUCKET_RCPTS &&
		    r->rate[i].limit.burst < g->jobs_max)
			g->jobs_max = r->rate[i].limit.burst;
	for (i = 0; i < r->n_caps; i++)
		if (r->cap[i].what == BUCKET_RCPTS && r->cap[i].n < g->jobs_max)
			g->jobs_max = r->cap[i].n;
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
	limitkeys_ring_cut(&k->idle);
	return 0;
}

/* a key in the set is not dropped to make room for another */
static int
gather_rule(void *arg, const struct throttle_rule *r)
{
	struct gather *g = arg;
	struct limiter_key *k = limitkeys_get(g->l, r, NULL, g->who, g->now_us),
			   *b;
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

static struct limiter_flow *
flow_make(struct limiter *l, const char *who_text, unsigned n, uint64_t hash,
    const struct throttle_who *who, int64_t now_us)
{
	struct limiter_flow *f;

	if (l->flows.n >= LIMITER_FLOWS_MAX && limitkeys_evict(l) == -1)
		return NULL;
	f = calloc(1, sizeof *f + n);
	if (f == NULL)
		return NULL;
	f->node.hash = hash;
	f->len = n;
	memcpy(f->who, who_text, n);
	limitkeys_ring_open(&f->line);
	if (set_make(l, f, who, now_us) == -1 ||
	    hash_add(&l->flows, &f->node) == -1) {
		limitkeys_set_drop(l, f->set);
		free(f);
		return NULL;
	}
	limitkeys_ring_add(&l->flow_line, &f->line);
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
		limitkeys_set_drop(l, bad == 0 ? old : f->set);
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
		limitkeys_ring_cut(&f->line);
		limitkeys_ring_add(&l->flow_line, &f->line);
		return refresh(l, f, &who, now_us) == -1 ? NULL : f;
	}
	return flow_make(l, text, n, h, &who, now_us);
}

unsigned
limiter_jobs_max(const struct limiter_flow *f)
{
	unsigned most = f->jobs_max, i;
	uint32_t n;

	for (i = 0; i < f->set->n; i++) {
		n = limitshare_jobs_max(f->set->key[i]);
		if (n < most)
			most = n;
	}
	return most;
}

const struct limiter_item *
limiter_waiting(const struct limiter_flow *f)
{
	return f->first;
}
