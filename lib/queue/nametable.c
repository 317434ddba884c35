#include "queue/nametable.h"
#include <stdlib.h>
#include <string.h>

enum { BUCKETS_MIN = 64 };

/* FNV-1a with a last stir, as the low bits choose the bucket */
uint32_t
nametable_hash(const char *s, size_t n)
{
	uint32_t h = 2166136261u;
	size_t i;

	for (i = 0; i < n; i++)
		h = (h ^ (unsigned char)s[i]) * 16777619u;
	return h ^ h >> 15;
}

static int
more_buckets(struct nametable *t)
{
	uint32_t size = t->bucket == NULL ? BUCKETS_MIN : (t->mask + 1) * 2;
	uint32_t *b = malloc(size * sizeof *b), i;

	if (b == NULL)
		return -1;
	memset(b, 0xff, size * sizeof *b);
	free(t->bucket);
	t->bucket = b;
	t->mask = size - 1;
	for (i = 0; i < t->n; i++) {
		if (t->name[i].s == NULL)
			continue;
		t->name[i].next = b[t->name[i].hash & t->mask];
		b[t->name[i].hash & t->mask] = i;
	}
	return 0;
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

	if (t->bucket == NULL)
		return NAMETABLE_NONE;
	for (i = t->bucket[hash & t->mask]; i != NAMETABLE_NONE; i = p->next) {
		p = &t->name[i];
		if (p->hash == hash && p->len == n && memcmp(p->s, s, n) == 0)
			return i;
	}
	return NAMETABLE_NONE;
}

uint32_t
nametable_find(const struct nametable *t, const char *s, size_t n)
{
	return find(t, nametable_hash(s, n), s, n);
}

uint32_t
nametable_get(struct nametable *t, const char *s, size_t n, int *fresh)
{
	uint32_t hash = nametable_hash(s, n), i = find(t, hash, s, n);
	struct nametable_name *p;

	*fresh = 0;
	if (i != NAMETABLE_NONE) {
		t->name[i].refs++;
		return i;
	}
	if ((t->bucket == NULL || t->used > t->mask) && more_buckets(t) == -1)
		return NAMETABLE_NONE;
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
	p->next = t->bucket[hash & t->mask];
	t->bucket[hash & t->mask] = i;
	t->used++;
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
	uint32_t *at;

	if (--t->name[i].refs > 0)
		return 0;
	at = &t->bucket[t->name[i].hash & t->mask];
	while (*at != i)
		at = &t->name[*at].next;
	*at = t->name[i].next;
	free(t->name[i].s);
	release(t, i);
	t->used--;
	return 1;
}

void
nametable_free(struct nametable *t)
{
	uint32_t i;

	for (i = 0; i < t->n; i++)
		free(t->name[i].s);
	free(t->name);
	free(t->bucket);
	memset(t, 0, sizeof *t);
}
