#include "base/hash.h"
#include "tap.h"
#include <stdlib.h>

struct thing {
	struct hash_node node;
	unsigned n;
};

enum { MANY = 10000 };

static struct thing *
find(struct hash *t, unsigned n)
{
	struct hash_node *h;

	for (h = hash_first(t, hash_bytes(7, &n, sizeof n) & 0xfff); h != NULL;
	     h = hash_again(h))
		if (((struct thing *)h)->n == n)
			return (struct thing *)h;
	return NULL;
}

int
main(void)
{
	static struct thing all[MANY];
	struct hash t = { 0 };
	unsigned i, bad = 0;
	char a[32] = "0123456789abcdef", b[32];

	ok(hash_first(&t, 1) == NULL, "an empty table has nothing");
	for (i = 0; i < MANY; i++) {
		all[i].n = i;
		/* few values: many share a hash */
		all[i].node.hash = hash_bytes(7, &i, sizeof i) & 0xfff;
		bad += hash_add(&t, &all[i].node) != 0;
	}
	is_num(t.n, MANY, "all are counted");
	for (i = 0; i < MANY; i++)
		bad += find(&t, i) != &all[i];
	for (i = 0; i < MANY; i += 2)
		hash_remove(&t, &all[i].node);
	for (i = 0; i < MANY; i++)
		bad += find(&t, i) != (i % 2 ? &all[i] : NULL);
	is_num(bad, 0, "found while there, and not after");
	is_num(t.n, MANY / 2, "half are left");
	hash_free(&t);
	ok(hash_first(&t, 1) == NULL && t.n == 0, "empty again");

	for (i = bad = 0; i <= 16; i++) {
		memcpy(b, a, sizeof b);
		bad += hash_bytes(1, a, i) != hash_bytes(1, b, i);
		bad += hash_bytes(1, a, i) == hash_bytes(2, a, i);
		b[i] ^= 1;
		bad += hash_bytes(1, a, i + 1) == hash_bytes(1, b, i + 1);
	}
	is_num(bad, 0, "every byte, the length and the seed count");
	return done();
}
