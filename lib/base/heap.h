#ifndef BASE_HEAP_H
#define BASE_HEAP_H

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/*
 * A binary heap: what comes before all others stands at place 0.  An item is
 * a few bytes, a pointer or a number, that the heap copies; owner is what
 * the functions of its kind need to know it.  All zero is an empty heap.
 *
 * The kind is to be a constant that the compiler sees, and all here is
 * inline, so that the calls through it become plain code.
 */
struct heap {
	void *item; /* internal, as cap: heap_item() */
	size_t n, cap;
};

enum {
	HEAP_ITEM = 16, /* bytes of the largest item */
	HEAP_FIRST = 64 /* items there is room for at first */
};

struct heap_kind {
	size_t size; /* of an item, at most HEAP_ITEM bytes */
	/* does a come before b? */
	int (*before)(const void *owner, const void *a, const void *b);
	/* the item stands there now; of what is removed nothing is said */
	void (*moved)(void *owner, const void *item, size_t place);
};

/* the item at a place below n, until the next call that changes the heap */
static inline void *
heap_item(const struct heap *h, const struct heap_kind *k, size_t place)
{
	return (char *)h->item + place * k->size;
}

static inline __attribute__((always_inline)) void
heap_put(struct heap *h, const struct heap_kind *k, void *owner, size_t place,
    const void *item)
{
	memcpy(heap_item(h, k, place), item, k->size);
	k->moved(owner, item, place);
}

/* internal: the item goes up from a place that is free, as far as it must */
static inline __attribute__((always_inline)) void
heap_up(struct heap *h, const struct heap_kind *k, void *owner, size_t place,
    const void *item)
{
	size_t up;

	for (; place > 0; place = up) {
		up = (place - 1) / 2;
		if (!k->before(owner, item, heap_item(h, k, up)))
			break;
		heap_put(h, k, owner, place, heap_item(h, k, up));
	}
	heap_put(h, k, owner, place, item);
}

/* internal: the same downwards */
static inline __attribute__((always_inline)) void
heap_down(struct heap *h, const struct heap_kind *k, void *owner, size_t place,
    const void *item)
{
	size_t child;

	for (; (child = 2 * place + 1) < h->n; place = child) {
		if (child + 1 < h->n &&
		    k->before(owner, heap_item(h, k, child + 1),
			heap_item(h, k, child)))
			child++;
		if (!k->before(owner, heap_item(h, k, child), item))
			break;
		heap_put(h, k, owner, place, heap_item(h, k, child));
	}
	heap_put(h, k, owner, place, item);
}

/* room for n items in all, so that adding them cannot fail; 0, or -1 with
 * ENOMEM and nothing changed */
static inline int
heap_reserve(struct heap *h, const struct heap_kind *k, size_t n)
{
	size_t cap = h->cap == 0 ? HEAP_FIRST : h->cap;
	void *p;

	if (n <= h->cap)
		return 0;
	while (cap < n)
		cap = cap <= SIZE_MAX / 2 ? cap * 2 : n;
	if (cap > SIZE_MAX / k->size) {
		errno = ENOMEM;
		return -1;
	}
	p = realloc(h->item, cap * k->size);
	if (p == NULL)
		return -1;
	h->item = p;
	h->cap = cap;
	return 0;
}

/* 0, or -1 with ENOMEM and nothing added */
static inline __attribute__((always_inline)) int
heap_add(struct heap *h, const struct heap_kind *k, void *owner,
    const void *item)
{
	if (heap_reserve(h, k, h->n + 1) == -1)
		return -1;
	h->n++;
	heap_up(h, k, owner, h->n - 1, item);
	return 0;
}

/* what stands at a place below n is gone */
static inline __attribute__((always_inline)) void
heap_remove(struct heap *h, const struct heap_kind *k, void *owner,
    size_t place)
{
	char last[HEAP_ITEM];

	h->n--;
	if (place == h->n)
		return;
	memcpy(last, heap_item(h, k, h->n), k->size);
	if (place > 0 &&
	    k->before(owner, last, heap_item(h, k, (place - 1) / 2)))
		heap_up(h, k, owner, place, last);
	else
		heap_down(h, k, owner, place, last);
}

/* the items stay the caller's; afterwards the heap is an empty one */
static inline void
heap_free(struct heap *h)
{
	free(h->item);
	memset(h, 0, sizeof *h);
}

#endif
