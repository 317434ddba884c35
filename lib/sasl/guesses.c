#include "sasl/guesses.h"
#include "base/ip.h"
#include <stdlib.h>
#include <string.h>

enum kind { ADDRESS, NETWORK, LOGIN, PAIR, KINDS };

static const struct {
	unsigned free;
	int64_t max_ms;
} rule[KINDS] = { { GUESSES_ADDRESS_FREE, GUESSES_ADDRESS_MAX_MS },
	{ GUESSES_NETWORK_FREE, GUESSES_NETWORK_MAX_MS },
	{ GUESSES_LOGIN_FREE, GUESSES_LOGIN_MAX_MS },
	{ GUESSES_ADDRESS_FREE, GUESSES_ADDRESS_MAX_MS } };

/* a count, or what is known; named by two hashes, which nobody can aim at */
struct entry {
	struct hash_node by_key; /* first */
	struct list_node by_use;
	uint64_t key2;
	int64_t half_ms;  /* since when the count has not halved */
	int64_t next_ms;  /* when the next attempt may begin */
	int64_t until_ms; /* of what is known */
	unsigned count;
	unsigned window, in_window; /* wrong ones in the window of the sums */
};

struct key {
	uint64_t a, b;
};

static struct key
key_of(const struct guesses *g, enum kind kind, const struct guesses_who *w)
{
	/* bytes of the address that count: IPv6 /64, /56; IPv4 all, /24 */
	size_t bytes = kind == NETWORK ? 7 : 8;
	struct key k = { g->seed + kind, ~g->seed + kind };

	if (ip_is_mapped(w->ip))
		bytes = kind == NETWORK ? 15 : 16;
	if (kind != LOGIN) {
		k.a = hash_bytes(k.a, w->ip, bytes);
		k.b = hash_bytes(k.b, w->ip, bytes);
	}
	if (kind == LOGIN || kind == PAIR) {
		k.a = hash_bytes(k.a, w->login, w->n);
		k.b = hash_bytes(k.b, w->login, w->n);
	}
	return k;
}

/* entries, of which the table keeps those used last */

static struct entry *
find(struct guesses_table *t, struct key k)
{
	struct hash_node *n;
	struct entry *e;

	for (n = hash_first(&t->by_key, k.a); n != NULL; n = hash_again(n)) {
		e = (struct entry *)n;
		if (e->key2 != k.b)
			continue;
		list_remove(&t->by_use, &e->by_use);
		list_append(&t->by_use, &e->by_use);
		return e;
	}
	return NULL;
}

static void
drop(struct guesses_table *t, struct entry *e)
{
	list_remove(&t->by_use, &e->by_use);
	hash_remove(&t->by_key, &e->by_key);
	free(e);
}

/* NULL: there is no memory, and nothing is counted */
static struct entry *
make(struct guesses_table *t, struct key k)
{
	struct entry *e = find(t, k);

	if (e != NULL)
		return e;
	if (t->by_key.n == GUESSES_KEYS_MAX)
		drop(t, LIST_OF(t->by_use.first, struct entry, by_use));
	e = calloc(1, sizeof *e);
	if (e == NULL)
		return NULL;
	e->by_key.hash = k.a;
	e->key2 = k.b;
	if (hash_add(&t->by_key, &e->by_key) == -1) {
		free(e);
		return NULL;
	}
	list_append(&t->by_use, &e->by_use);
	return e;
}

/* counting */

static void
age(struct entry *e, int64_t now)
{
	const int64_t half = (int64_t)GUESSES_HALF_S * 1000;

	while (e->count > 0 && now - e->half_ms >= half) {
		e->count /= 2;
		e->half_ms += half;
	}
	if (e->count == 0)
		e->half_ms = now;
}

static int64_t
pause_of(enum kind kind, const struct entry *e)
{
	int64_t ms = GUESSES_STEP_MS;
	unsigned i;

	if (e->count <= rule[kind].free)
		return 0;
	for (i = rule[kind].free + 1; i < e->count && ms < rule[kind].max_ms;
	     i++)
		ms *= 2;
	return ms < rule[kind].max_ms ? ms : rule[kind].max_ms;
}

/* which counts are of this attempt */
static unsigned
kinds_of(struct guesses *g, const struct guesses_who *w, int64_t now)
{
	static const unsigned char none[16];

	if (guesses_known(g, w, now))
		return 1u << PAIR;
	return memcmp(w->ip, none, 16) == 0
	    ? 1u << LOGIN
	    : 1u << ADDRESS | 1u << NETWORK | 1u << LOGIN;
}

int
guesses_known(struct guesses *g, const struct guesses_who *w, int64_t now)
{
	const struct entry *e = find(&g->known, key_of(g, PAIR, w));

	return e != NULL && e->until_ms > now;
}

int64_t
guesses_begin(struct guesses *g, const struct guesses_who *w, int64_t now,
    int64_t within)
{
	struct entry *e[KINDS] = { NULL };
	unsigned k, kinds = kinds_of(g, w, now);
	int64_t at = now;

	for (k = 0; k < KINDS; k++) {
		if (!(kinds & 1u << k))
			continue;
		e[k] = find(&g->counts, key_of(g, (enum kind)k, w));
		if (e[k] == NULL)
			continue;
		age(e[k], now);
		if (pause_of((enum kind)k, e[k]) > 0 && e[k]->next_ms > at)
			at = e[k]->next_ms;
	}
	if (at - now > within)
		return -1;
	for (k = 0; k < KINDS; k++)
		if (e[k] != NULL)
			e[k]->next_ms = at + pause_of((enum kind)k, e[k]);
	return at;
}

static void
count_window(struct guesses *g, struct entry *e, const struct guesses_who *w)
{
	if (e->window != g->window)
		e->in_window = 0;
	e->window = g->window;
	if (++e->in_window <= g->most)
		return;
	g->most = e->in_window;
	memset(g->most_ip, 0, sizeof g->most_ip);
	memcpy(g->most_ip, w->ip, ip_is_mapped(w->ip) ? 16 : 8);
}

void
guesses_wrong(struct guesses *g, const struct guesses_who *w, int64_t now)
{
	unsigned k, kinds = kinds_of(g, w, now);
	struct entry *e;
	int64_t next;

	g->wrong++;
	for (k = 0; k < KINDS; k++) {
		if (!(kinds & 1u << k))
			continue;
		e = make(&g->counts, key_of(g, (enum kind)k, w));
		if (e == NULL)
			continue;
		age(e, now);
		e->count++;
		next = now + pause_of((enum kind)k, e);
		if (next > e->next_ms)
			e->next_ms = next;
		if (k == ADDRESS || k == PAIR)
			count_window(g, e, w);
	}
}

void
guesses_good(struct guesses *g, const struct guesses_who *w, int64_t now)
{
	struct entry *e = make(&g->known, key_of(g, PAIR, w));

	if (e != NULL)
		e->until_ms = now + (int64_t)GUESSES_KNOWN_S * 1000;
}

unsigned
guesses_sum(struct guesses *g, unsigned *most, unsigned char ip[16])
{
	unsigned wrong = g->wrong;

	*most = g->most;
	memcpy(ip, g->most_ip, sizeof g->most_ip);
	g->wrong = g->most = 0;
	g->window++;
	return wrong;
}

void
guesses_free(struct guesses *g)
{
	struct guesses_table *t[] = { &g->counts, &g->known };
	size_t i;

	for (i = 0; i < 2; i++) {
		while (t[i]->by_use.first != NULL)
			drop(t[i],
			    LIST_OF(t[i]->by_use.first, struct entry, by_use));
		hash_free(&t[i]->by_key);
	}
}
