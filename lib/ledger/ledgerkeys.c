#include "ledger/ledgerkeys.h"
#include <stdlib.h>
#include <string.h>

struct ledger_key *
ledgerkeys_get(struct hash *keys, struct ledger_rule *r,
    struct ledger_limit *learned, const char *name, size_t n)
{
	uint64_t h = hash_bytes((uint64_t)(uintptr_t)r, name, n);
	struct hash_node *at = hash_first(keys, h);
	struct ledger_key *k;
	unsigned i;

	for (; at != NULL; at = hash_again(at)) {
		k = (struct ledger_key *)at;
		if (k->rule == r && strcmp(k->name, name) == 0)
			return k;
	}
	k = calloc(1, sizeof *k + n + 1);
	if (k == NULL)
		return NULL;
	memcpy(k->name, name, n);
	k->rule = r;
	k->n = r == NULL ? 1 : r->n_limits;
	k->node.hash = h;
	k->count = calloc(k->n, sizeof *k->count);
	if (k->count == NULL || hash_add(keys, &k->node) == -1) {
		free(k->count);
		free(k);
		return NULL;
	}
	for (i = 0; i < k->n; i++)
		(r == NULL ? learned : &r->limit[i])->seen.keys++;
	return k;
}

static void
key_free(struct ledger_key *k)
{
	unsigned i;

	for (i = 0; i < k->n; i++)
		ledgercount_free(&k->count[i]);
	free(k->count);
	free(k);
}

static void
drop(struct hash *t, void (*gone)(struct hash_node *))
{
	struct hash_node *at, *next;
	size_t s;

	for (s = 0; s < t->slots; s++)
		for (at = t->slot[s]; at != NULL; at = next) {
			next = at->next;
			gone(at);
		}
	hash_free(t);
}

static void
drop_key(struct hash_node *n)
{
	key_free((struct ledger_key *)n);
}

static void
drop_open(struct hash_node *n)
{
	free(n);
}

int
ledgerkeys_is_conn(const struct ledger_key *k, unsigned i)
{
	return k->rule == NULL || k->rule->limit[i].kind == LEDGER_CONN;
}

void
ledgerkeys_close(struct hash *keys, struct hash *open)
{
	struct hash_node *at;
	struct ledger_key *k;
	size_t s;
	unsigned i;

	for (s = 0; s < keys->slots; s++)
		for (at = keys->slot[s]; at != NULL; at = at->next) {
			k = (struct ledger_key *)at;
			for (i = 0; i < k->n; i++)
				if (ledgerkeys_is_conn(k, i))
					k->count[i].used = 0;
		}
	drop(open, drop_open);
}

struct ledger_open *
ledgerkeys_open(const struct hash *open, uint64_t g)
{
	struct hash_node *at = hash_first(open, word_mix(g));

	for (; at != NULL; at = hash_again(at))
		if (((struct ledger_open *)at)->g == g)
			return (struct ledger_open *)at;
	return NULL;
}

void
ledgerkeys_drop(struct hash *keys)
{
	drop(keys, drop_key);
}

void
ledgerkeys_drop_open(struct hash *open)
{
	drop(open, drop_open);
}
