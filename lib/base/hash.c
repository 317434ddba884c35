#include "base/hash.h"
#include <stdlib.h>
#include <string.h>

enum { SLOTS_MIN = 64 };

static uint64_t
mix(uint64_t h)
{
	h ^= h >> 32;
	h *= 0xd6e8feb86659fd93u;
	h ^= h >> 32;
	h *= 0xd6e8feb86659fd93u;
	return h ^ h >> 32;
}

uint64_t
hash_bytes(uint64_t seed, const void *bytes, size_t n)
{
	const unsigned char *p = bytes;
	uint64_t h = seed ^ n * 0x9e3779b97f4a7c15u, w;

	for (; n >= 8; n -= 8, p += 8) {
		memcpy(&w, p, 8);
		h = mix(h ^ w) + seed;
	}
	w = 0;
	memcpy(&w, p, n);
	return mix(h ^ w);
}

static int
grow(struct hash *t)
{
	size_t i, slots = t->slots == 0 ? SLOTS_MIN : t->slots * 2;
	struct hash_node **slot = calloc(slots, sizeof *slot), *n, *next;

	if (slot == NULL)
		return -1;
	for (i = 0; i < t->slots; i++)
		for (n = t->slot[i]; n != NULL; n = next) {
			next = n->next;
			n->next = slot[n->hash & (slots - 1)];
			slot[n->hash & (slots - 1)] = n;
		}
	free(t->slot);
	t->slot = slot;
	t->slots = slots;
	return 0;
}

int
hash_add(struct hash *t, struct hash_node *n)
{
	struct hash_node **slot;

	/* a table that cannot grow is only slower */
	if (t->n >= t->slots && grow(t) == -1 && t->slots == 0)
		return -1;
	slot = &t->slot[n->hash & (t->slots - 1)];
	n->next = *slot;
	*slot = n;
	t->n++;
	return 0;
}

void
hash_remove(struct hash *t, struct hash_node *n)
{
	struct hash_node **p = &t->slot[n->hash & (t->slots - 1)];

	while (*p != n)
		p = &(*p)->next;
	*p = n->next;
	t->n--;
}

struct hash_node *
hash_first(const struct hash *t, uint64_t h)
{
	struct hash_node *n;

	if (t->slots == 0)
		return NULL;
	for (n = t->slot[h & (t->slots - 1)]; n != NULL; n = n->next)
		if (n->hash == h)
			return n;
	return NULL;
}

struct hash_node *
hash_again(const struct hash_node *from)
{
	struct hash_node *n;

	for (n = from->next; n != NULL; n = n->next)
		if (n->hash == from->hash)
			return n;
	return NULL;
}

void
hash_free(struct hash *t)
{
	free(t->slot);
	memset(t, 0, sizeof *t);
}
