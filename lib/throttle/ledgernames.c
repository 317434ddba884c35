#include "throttle/ledgernames.h"
#include <stdlib.h>
#include <string.h>

struct name {
	struct hash_node node;
	uint64_t at; /* the byte of the ledger at which it was said */
	size_t n;
	int number;
	char bytes[];
};

static struct name *
find(const struct ledgernames *t, uint64_t hash, const void *p, size_t n)
{
	struct hash_node *at = hash_first(&t->names, hash);
	struct name *x;

	for (; at != NULL; at = hash_again(at)) {
		x = (struct name *)at;
		if (x->n == n && memcmp(x->bytes, p, n) == 0)
			return x;
	}
	return NULL;
}

static struct name *
add(struct ledgernames *t, uint64_t hash, const void *p, size_t n)
{
	struct name *x;

	if (t->names.n == LEDGERNAMES_MAX ||
	    t->bytes + sizeof *x + n > LEDGERNAMES_BYTES)
		ledgernames_forget(t);
	x = malloc(sizeof *x + n);
	if (x == NULL)
		return NULL;
	x->node.hash = hash;
	x->number = (int)t->names.n;
	x->n = n;
	memcpy(x->bytes, p, n);
	if (hash_add(&t->names, &x->node) == -1) {
		free(x);
		return NULL;
	}
	t->bytes += sizeof *x + n;
	return x;
}

int
ledgernames_number(struct ledgernames *t, const void *p, size_t n, uint64_t at,
    int *tell)
{
	uint64_t hash = hash_bytes(t->seed, p, n);
	struct name *x = find(t, hash, p, n);

	*tell = x == NULL || at - x->at >= LEDGERNAMES_AGAIN;
	if (x == NULL && (x = add(t, hash, p, n)) == NULL)
		return -1;
	if (*tell)
		x->at = at;
	return x->number;
}

void
ledgernames_forget(struct ledgernames *t)
{
	struct hash_node *at, *next;
	size_t s;

	for (s = 0; s < t->names.slots; s++)
		for (at = t->names.slot[s]; at != NULL; at = next) {
			next = at->next;
			free(at);
		}
	hash_free(&t->names);
	t->bytes = 0;
}
