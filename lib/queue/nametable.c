#include "queue/nametable.h"
#include "base/hash.h"
#include <stdlib.h>
#include <string.h>

/* FNV-1a with a last stir, as the low bits choose the chain */
uint32_t
nametable_hash(const char *s, size_t n)
{
	uint32_t h = 2166136261u;
	size_t i;

	for (i = 0; i < n; i++)
		h = (h ^ (unsigned char)s[i]) * 16777619u;
	return h ^ h >> 15;
}

static uint32_t
seeded(const struct nametable *t, const char *s, size_t n)
{
	uint64_t h = hash_bytes(t->seed, s, n);

	return (uint32_t)(h ^ h >> 32);
}

static uint32_t
hash_of(const void *table, uint32_t i)
{
	return ((const struct nametable *)table)->name[i].hash;
}

static struct hashindex_array
names(const struct nametable *t)
{
	return (struct hashindex_array){ &t->name->next, sizeof *t->name,
		hash_of, t };
}

/* a place that no name has; NAMETABLE_NONE: there is no memory */
static uint32_t
free_index(struct nametable *t)
{
	struct nametable_name *p;
	uint32_t i, cap;

	if (t->free != 0) {
		i = t->free - 1;
		t->free = t->name[i].next;
		return i;
	}
	if (t->n == t->cap) {
		cap = t->cap < 16 ? 16 : t->cap + t->cap / 2;
		p = realloc(t->name, cap * sizeof *p);
		if (p == NULL)
			return NAMETABLE_NONE;
		t->name = p;
		t->cap = cap;
	}
	return t->n++;
}

static void
release(struct nametable *t, uint32_t i)
{
	t->name[i].s = NULL;
	t->name[i].next = t->free;
	t->free = i + 1;
}

static uint32_t
find(const struct nametable *t, uint32_t hash, const char *s, size_t n)
{
	const struct nametable_name *p;
	uint32_t i;

	for (i = hashindex_first(&t->index, hash); i != NAMETABLE_NONE;
	     i = p->next) {
		p = &t->name[i];
		if (p->hash == hash && p->len == n && memcmp(p->s, s, n) == 0)
			return i;
	}
	return NAMETABLE_NONE;
}

uint32_t
nametable_find(const struct nametable *t, const char *s, size_t n)
{
	return find(t, seeded(t, s, n), s, n);
}

uint32_t
nametable_get(struct nametable *t, const char *s, size_t n, int *fresh)
{
	uint32_t hash = seeded(t, s, n), i = find(t, hash, s, n);
	struct nametable_name *p;
	struct hashindex_array a;

	*fresh = 0;
	if (i != NAMETABLE_NONE) {
		t->name[i].refs++;
		return i;
	}
	i = free_index(t);
	if (i == NAMETABLE_NONE)
		return NAMETABLE_NONE;
	p = &t->name[i];
	p->s = malloc(n > 0 ? n : 1);
	if (p->s == NULL) {
		release(t, i);
		return NAMETABLE_NONE;
	}
	memcpy(p->s, s, n);
	p->len = n;
	p->hash = hash;
	p->refs = 1;
	a = names(t);
	if (hashindex_add(&t->index, &a, i) == -1) {
		free(p->s);
		release(t, i);
		return NAMETABLE_NONE;
	}
	*fresh = 1;
	return i;
}

void
nametable_ref(struct nametable *t, uint32_t i)
{
	t->name[i].refs++;
}

int
nametable_put(struct nametable *t, uint32_t i)
{
	struct hashindex_array a = names(t);

	if (--t->name[i].refs > 0)
		return 0;
	hashindex_remove(&t->index, &a, i);
	free(t->name[i].s);
	release(t, i);
	return 1;
}

void
nametable_free(struct nametable *t)
{
	uint32_t i;

	for (i = 0; i < t->n; i++)
		free(t->name[i].s);
	free(t->name);
	hashindex_free(&t->index);
	memset(t, 0, sizeof *t);
}
