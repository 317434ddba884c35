#include "throttle/limitkeys.h"
#include "throttle/limitadapt.h"
#include "throttle/limitbook.h"
#include "throttle/limitdue.h"
#include "throttle/limitshare.h"
#include <stdlib.h>
#include <string.h>

enum { EVICT_TRIES = 8 };

#define KEY_OF(link) \
	((struct limiter_key *)((char *)(link)-offsetof(struct limiter_key, \
	    idle)))

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
limitkeys_free(struct limiter *l, struct limiter_key *k)
{
	part(k);
	limitshare_free(l, k);
	limitdue_cut(l, k);
	hash_remove(&l->keys, &k->node);
	limitkeys_ring_cut(&k->idle);
	free(k->rate);
	free(k->count);
	free(k->plan);
	free(k->adapt);
	free(k->said);
	free(k);
}

void
limitkeys_set_drop(struct limiter *l, struct limiter_set *s)
{
	unsigned i;

	if (s == NULL || --s->refs > 0)
		return;
	for (i = 0; i < s->n; i++)
		if (--s->key[i]->sets == 0) {
			if (s->key[i]->rule == &limitkey_no_rule)
				limitkeys_free(l, s->key[i]);
			else
				limitkeys_ring_add(&l->idle_keys,
				    &s->key[i]->idle);
		}
	free(s);
}

void
limitkeys_flow_free(struct limiter *l, struct limiter_flow *f)
{
	hash_remove(&l->flows, &f->node);
	limitkeys_ring_cut(&f->line);
	limitkeys_set_drop(l, f->set);
	free(f);
}

int
limitkeys_evict(struct limiter *l)
{
	struct limiter_flow *f;
	int tries;

	for (tries = 0; tries < EVICT_TRIES; tries++) {
		if (l->flow_line.next == &l->flow_line)
			return -1;
		f = LIMITKEYS_FLOW(l->flow_line.next);
		if (f->first == NULL) {
			limitkeys_flow_free(l, f);
			return 0;
		}
		limitkeys_ring_cut(&f->line);
		limitkeys_ring_add(&l->flow_line, &f->line);
	}
	return -1;
}

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
			if (limitkeys_evict(l) == -1)
				return -1;
			continue;
		}
		k = KEY_OF(l->idle_keys.next);
		if (limitkey_clear(k, now_us)) {
			limitkeys_free(l, k);
		} else {
			limitkeys_ring_cut(&k->idle);
			limitkeys_ring_add(&l->idle_keys, &k->idle);
			limitkeys_evict(l);
		}
	}
	return limitdue_reserve(l, l->keys.n + 1);
}

void
limitkeys_begin_rates(const struct limiter *l, struct limiter_key *k,
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

void
limitkeys_begin_caps(const struct limiter *l, struct limiter_key *k)
{
	const struct throttle_cap *c;
	unsigned i;

	/* what is shared is known to others */
	for (i = 0; l->lost_us != 0 && k->share == NULL && i < limitkey_caps(k);
	     i++) {
		c = &k->rule->cap[i];
		if (l->lost_us < c->calendar->begin_us ||
		    c->n == THROTTLEWARM_OVER)
			continue;
		k->count[i].begin_s = c->calendar->begin_s;
		k->count[i].used = c->n;
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
	limitkeys_ring_open(&k->idle);
	if (limitshare_make(l, k) == -1) {
		free(k);
		return NULL;
	}
	if (limitkey_rates(k) > 0)
		k->rate = calloc(limitkey_rates(k), sizeof *k->rate);
	if (limitkey_caps(k) > 0)
		k->count = calloc(limitkey_caps(k), sizeof *k->count);
	if ((limitkey_rates(k) > 0 && k->rate == NULL) ||
	    (limitkey_caps(k) > 0 && k->count == NULL) ||
	    (!back && limitadapt_move(&k->adapt, r, r) == -1) ||
	    hash_add(&l->keys, &k->node) == -1) {
		limitshare_free(l, k);
		free(k->adapt);
		free(k->rate);
		free(k->count);
		free(k);
		return NULL;
	}
	limitkeys_begin_rates(l, k, now_us);
	limitkeys_begin_caps(l, k);
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
limitkeys_named(struct limiter *l, const struct throttle_rule *r, const char *p,
    size_t n, int64_t now_us)
{
	char name[LIMITKEY_NAME_MAX];
	struct limiter_key *k;

	if (n >= sizeof name)
		return NULL;
	memcpy(name, p, n);
	name[n] = '\0';
	k = key_named(l, r, 0, name, n, now_us);
	if (k != NULL && k->sets == 0) {
		limitkeys_ring_cut(&k->idle);
		limitkeys_ring_add(&l->idle_keys, &k->idle);
	}
	return k;
}

struct limiter_key *
limitkeys_get(struct limiter *l, const struct throttle_rule *r,
    const char *back, const struct throttle_who *who, int64_t now_us)
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
