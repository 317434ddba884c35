#include "throttle/limitdue.h"

static int
due_before(const void *owner, const void *a, const void *b)
{
	struct limiter_key *const *x = a, *const *y = b;

	(void)owner;
	return (*x)->due_us < (*y)->due_us;
}

static void
due_moved(void *owner, const void *item, size_t place)
{
	struct limiter_key *const *k = item;

	(void)owner;
	(*k)->heap_at = (uint32_t)place + 1;
}

static const struct heap_kind by_due = { sizeof(struct limiter_key *),
	due_before, due_moved };

struct limiter_key *
limitdue_next(const struct limiter *l)
{
	return l->due.n == 0
	    ? NULL
	    : *(struct limiter_key **)heap_item(&l->due, &by_due, 0);
}

void
limitdue_cut(struct limiter *l, struct limiter_key *k)
{
	if (k->heap_at > 0)
		heap_remove(&l->due, &by_due, NULL, k->heap_at - 1);
	k->heap_at = 0;
}

void
limitdue_set(struct limiter *l, struct limiter_key *k, int64_t due_us)
{
	limitdue_cut(l, k);
	k->due_us = due_us;
	if (due_us != LIMITKEY_NEVER)
		heap_add(&l->due, &by_due, NULL, &k);
}

int
limitdue_reserve(struct limiter *l, size_t n)
{
	return heap_reserve(&l->due, &by_due, n);
}

void
limitdue_free(struct limiter *l)
{
	heap_free(&l->due);
}
