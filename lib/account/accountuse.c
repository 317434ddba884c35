#include "account/accountuse.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { THOUSAND = 1000 };

static struct accountuse_key *
of_use(struct list_node *n)
{
	return LIST_OF(n, struct accountuse_key, by_use);
}

static struct accountuse_key *
find(const struct accountuse *u, const char *number, uint64_t hash)
{
	struct hash_node *h = hash_first(&u->by_number, hash);
	struct accountuse_key *k;

	for (; h != NULL; h = hash_again(h)) {
		k = (struct accountuse_key *)h;
		if (strcmp(k->number, number) == 0)
			return k;
	}
	return NULL;
}

static struct accountuse_key *
add(struct accountuse *u, const char *number, uint64_t hash)
{
	struct accountuse_key *k = calloc(1, sizeof *k);

	if (k == NULL)
		return NULL;
	memcpy(k->number, number, sizeof k->number);
	k->by_number.hash = hash;
	/* full, whatever its rate is: more than that it never holds */
	k->tokens = INT64_MAX / 2;
	if (hash_add(&u->by_number, &k->by_number) == -1) {
		free(k);
		return NULL;
	}
	list_append(&u->by_use, &k->by_use);
	return k;
}

/* a thousandth of a question comes each ms for each that it may a second */
static void
fill(struct accountuse_key *k, unsigned rate, int64_t now_ms)
{
	int64_t full = (int64_t)rate * THOUSAND, passed = now_ms - k->at_ms;

	if (passed > THOUSAND || k->tokens > full)
		k->tokens = full;
	else if (passed > 0)
		k->tokens += passed * rate;
	if (k->tokens > full)
		k->tokens = full;
	k->at_ms = now_ms;
}

long
accountuse_take(struct accountuse *u, const char *number, unsigned rate,
    int64_t now_ms, int64_t now_s)
{
	uint64_t hash = hash_bytes(u->seed, number, ACCOUNTKEY_NUMBER);
	struct accountuse_key *k = find(u, number, hash);

	if (k == NULL)
		k = add(u, number, hash);
	if (k == NULL)
		return -1;
	/* one whose rate is taken away, and comes back, is full */
	fill(k, rate, now_ms);
	list_remove(&u->by_use, &k->by_use);
	list_append(&u->by_use, &k->by_use);
	accountuse_again(u, k);
	k->used_s = now_s;
	if (rate == 0)
		return 0;
	if (k->tokens < THOUSAND)
		return 1;
	k->tokens -= THOUSAND;
	return 0;
}

const struct accountuse_key *
accountuse_write(struct accountuse *u)
{
	struct accountuse_key *k =
	    LIST_OF(list_take(&u->unwritten), struct accountuse_key, to_write);

	if (k != NULL)
		k->unwritten = 0;
	return k;
}

void
accountuse_again(struct accountuse *u, const struct accountuse_key *key)
{
	struct accountuse_key *k = (struct accountuse_key *)key;

	if (!k->unwritten)
		list_append(&u->unwritten, &k->to_write);
	k->unwritten = 1;
}

static void
forget(struct accountuse *u, struct accountuse_key *k)
{
	if (k->unwritten)
		list_remove(&u->unwritten, &k->to_write);
	hash_remove(&u->by_number, &k->by_number);
	list_remove(&u->by_use, &k->by_use);
	free(k);
}

void
accountuse_tidy(struct accountuse *u, int64_t now_s)
{
	struct accountuse_key *k;

	while ((k = of_use(u->by_use.first)) != NULL && !k->unwritten &&
	    now_s - k->used_s > ACCOUNTUSE_IDLE_S)
		forget(u, k);
}

void
accountuse_free(struct accountuse *u)
{
	while (u->by_use.first != NULL)
		forget(u, of_use(u->by_use.first));
	hash_free(&u->by_number);
}
