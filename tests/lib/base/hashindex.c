/* elements of an array that moves, found by their hash */
#include "base/hashindex.h"
#include "tap.h"
#include <stdlib.h>
#include <sys/resource.h>

struct thing {
	unsigned n;
	uint32_t next;
};

enum { MANY = 10000 };

static uint32_t
hash(unsigned n)
{
	/* few values: many share a hash */
	return n * 2654435761u >> 20;
}

static uint32_t
hash_of(const void *things, uint32_t i)
{
	return hash(((const struct thing *)things)[i].n);
}

static struct hashindex_array
array(struct thing *t)
{
	return (struct hashindex_array){ &t->next, sizeof *t, hash_of, t };
}

static uint32_t
find(const struct hashindex *x, const struct thing *t, unsigned n)
{
	uint32_t i = hashindex_first(x, hash(n));

	while (i != HASHINDEX_NONE && t[i].n != n)
		i = t[i].next;
	return i;
}

static void
add(struct hashindex *x, struct thing *t, uint32_t i, unsigned n)
{
	struct hashindex_array a = array(t);

	t[i].n = n;
	if (hashindex_add(x, &a, i) == -1)
		abort();
}

static void
many(void)
{
	struct hashindex x = { 0 }, y = { 0 };
	struct hashindex_array a;
	struct thing *t = NULL, *other = calloc(MANY, sizeof *other);
	uint32_t i, bad = 0;

	is_num(find(&x, t, 1), HASHINDEX_NONE, "an empty one has nothing");
	for (i = 0; i < MANY; i++) {
		/* it moves */
		t = realloc(t, (i + 1) * sizeof *t);
		add(&x, t, i, i);
		add(&y, other, i, MANY - i);
	}
	is_num(x.n, MANY, "all are counted");
	ok(x.chains >= MANY && x.chains < 2 * MANY, "a chain for each");
	for (i = 0; i < MANY; i++)
		bad += find(&x, t, i) != i || find(&y, other, MANY - i) != i;
	is_num(bad, 0, "all are found, each where it is");
	a = array(t);
	for (i = 0; i < MANY; i += 2)
		hashindex_remove(&x, &a, i);
	for (i = 0; i < MANY; i++)
		bad += find(&x, t, i) != (i % 2 ? i : HASHINDEX_NONE);
	for (i = 0; i < MANY; i += 2)
		add(&x, t, i, i + MANY);
	for (i = 0; i < MANY; i++)
		bad += find(&x, t, i % 2 ? i : i + MANY) != i;
	is_num(bad, 0, "removed, and added as another");
	is_num(x.n, MANY, "counted again");
	hashindex_free(&x);
	is_num(find(&x, t, 1), HASHINDEX_NONE, "empty again");
	hashindex_free(&y);
	free(t);
	free(other);
}

static void
reserved(void)
{
	static const uint32_t cases[][2] = { { 0, 64 }, { 64, 64 }, { 65, 128 },
		{ 1 << 20, 1 << 20 } };
	struct hashindex x = { 0 };
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		is_num(hashindex_reserve(&x, cases[i][0]), 0, "room");
		is_num(x.chains, cases[i][1], "chains");
	}
	hashindex_free(&x);
}

#if !defined(__SANITIZE_ADDRESS__)
/* it goes on without memory: slower, and whole; what was reserved is enough */
static void
no_memory(void)
{
	enum { CHAINS = 1 << 20 };
	struct rlimit was, none = { 0, 0 };
	struct thing *t = malloc((CHAINS + 1) * sizeof *t);
	struct hashindex x = { 0 };
	uint32_t i, bad = 0;

	if (t == NULL || hashindex_reserve(&x, CHAINS) == -1)
		abort();
	memset(t, 0, (CHAINS + 1) * sizeof *t);
	getrlimit(RLIMIT_AS, &was);
	none.rlim_max = was.rlim_max;
	setrlimit(RLIMIT_AS, &none);
	for (i = 0; i <= CHAINS; i++)
		add(&x, t, i, i);
	setrlimit(RLIMIT_AS, &was);
	for (i = 0; i <= CHAINS; i += 1009)
		bad += find(&x, t, i) != i;
	is_num(bad, 0, "one more than there are chains for");
	is_num(x.n, CHAINS + 1, "counted");
	is_num(x.chains, CHAINS, "and no more chains");
	hashindex_free(&x);
	free(t);
}
#endif

int
main(void)
{
	many();
	reserved();
#if !defined(__SANITIZE_ADDRESS__)
	no_memory();
#endif
	return done();
}
