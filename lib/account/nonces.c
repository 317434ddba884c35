#include "account/nonces.h"
#include <stdlib.h>
#include <string.h>

struct nonce {
	struct hash_node by_sum; /* first */
	struct list_node by_age;
	unsigned char sum[DIGEST_LEN];
	int64_t until_s;
};

static void
forget(struct nonces *s, struct nonce *n)
{
	hash_remove(&s->by_sum, &n->by_sum);
	list_remove(&s->by_age, &n->by_age);
	free(n);
}

static struct nonce *
oldest(const struct nonces *s)
{
	return LIST_OF(s->by_age.first, struct nonce, by_age);
}

static int
is_there(const struct nonces *s, uint64_t hash, const unsigned char *sum)
{
	struct hash_node *h = hash_first(&s->by_sum, hash);

	for (; h != NULL; h = hash_again(h))
		if (memcmp(((struct nonce *)h)->sum, sum, DIGEST_LEN) == 0)
			return 1;
	return 0;
}

int
nonces_take(struct nonces *s, struct slice number, struct slice nonce,
    int64_t until_s, int64_t now_s)
{
	unsigned char sum[DIGEST_LEN];
	struct digest d;
	struct nonce *n;
	uint64_t hash;

	while (oldest(s) != NULL && oldest(s)->until_s < now_s)
		forget(s, oldest(s));
	/* digits alone are in both, so the blank tells where one ends */
	digest_init(&d);
	digest_add(&d, number.p, number.n);
	digest_add(&d, " ", 1);
	digest_add(&d, nonce.p, nonce.n);
	digest_end(&d, sum);
	hash = hash_bytes(s->seed, sum, sizeof sum);
	if (is_there(s, hash, sum))
		return 0;
	if (s->by_sum.n >= NONCES_MAX || (n = calloc(1, sizeof *n)) == NULL)
		return -1;
	memcpy(n->sum, sum, sizeof sum);
	n->by_sum.hash = hash;
	n->until_s = until_s;
	if (hash_add(&s->by_sum, &n->by_sum) == -1) {
		free(n);
		return -1;
	}
	list_append(&s->by_age, &n->by_age);
	return 1;
}

void
nonces_free(struct nonces *s)
{
	while (oldest(s) != NULL)
		forget(s, oldest(s));
	hash_free(&s->by_sum);
}
