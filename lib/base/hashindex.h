#ifndef BASE_HASHINDEX_H
#define BASE_HASHINDEX_H

#include <stddef.h>
#include <stdint.h>

/*
 * A hash table of the elements of an array that may move when it grows: it
 * knows them by their numbers, and each carries its own link, a number, too.
 * That is half of what pointers take (base/hash.h), where there are millions.
 * All zero is an empty one.  It grows with what is in it and never shrinks.
 *
 *	for (i = hashindex_first(x, h); i != HASHINDEX_NONE; i = a[i].link)
 *
 * walks over elements of which some have the hash h; whoever asks compares
 * the keys.  The low bits of a hash must be good: they choose the chain.
 */
enum { HASHINDEX_NONE = 0xffffffff };

struct hashindex {
	uint32_t *chain; /* the first of each */
	uint32_t chains; /* 0 or a power of 2 */
	uint32_t n;
};

/* where the elements stand now */
struct hashindex_array {
	uint32_t *link; /* that of element 0 */
	size_t stride;  /* bytes from one element to the next */
	/* of an element that is in the table, the same each time */
	uint32_t (*hash)(const void *owner, uint32_t number);
	const void *owner;
};

/* chains for n elements at once, in an empty one; 0, or -1 with ENOMEM */
int hashindex_reserve(struct hashindex *, uint32_t n);
/* the table's own memory, not the elements */
void hashindex_free(struct hashindex *);

/* a hash of two numbers */
static inline uint32_t
hashindex_pair(uint32_t a, uint32_t b)
{
	uint32_t h = a * 2654435761u ^ b * 2246822519u;

	return h ^ h >> 15;
}

static inline uint32_t
hashindex_first(const struct hashindex *x, uint32_t hash)
{
	return x->chains == 0 ? HASHINDEX_NONE
			      : x->chain[hash & (x->chains - 1)];
}

/* internal */
static inline __attribute__((always_inline)) uint32_t *
hashindex_link(const struct hashindex_array *a, uint32_t i)
{
	return (uint32_t *)(void *)((char *)a->link + i * a->stride);
}

/* internal */
static inline __attribute__((always_inline)) uint32_t *
hashindex_chain(const struct hashindex *x, const struct hashindex_array *a,
    uint32_t i)
{
	return &x->chain[a->hash(a->owner, i) & (x->chains - 1)];
}

/* internal: more chains; 0, or -1 with ENOMEM */
int hashindex_grow(struct hashindex *, struct hashindex_array);

/* its hash must be there to be asked; 0, or -1 with ENOMEM and not added,
 * which only the first of all may meet where nothing is reserved.  Inline, as
 * is hashindex_remove(), so that what the array says becomes plain code */
static inline __attribute__((always_inline)) int
hashindex_add(struct hashindex *x, const struct hashindex_array *a, uint32_t i)
{
	uint32_t *first;

	/* a table that cannot grow is only slower */
	if (x->n >= x->chains && hashindex_grow(x, *a) == -1 && x->chains == 0)
		return -1;
	first = hashindex_chain(x, a, i);
	*hashindex_link(a, i) = *first;
	*first = i;
	x->n++;
	return 0;
}

/* one that is in it */
static inline __attribute__((always_inline)) void
hashindex_remove(struct hashindex *x, const struct hashindex_array *a,
    uint32_t i)
{
	uint32_t *at = hashindex_chain(x, a, i);

	while (*at != i)
		at = hashindex_link(a, *at);
	*at = *hashindex_link(a, i);
	x->n--;
}

#endif
