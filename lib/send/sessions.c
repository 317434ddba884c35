#include "send/sessions.h"
#include <stdlib.h>
#include <string.h>

struct kept {
	struct hash_node by_key; /* first */
	struct list_node used;
	struct sendsession session;
	int64_t until_ms;
	size_t n;
	char key[];
};

static struct kept *
find(const struct sendsessions *s, const char *key, size_t n)
{
	struct hash_node *node = hash_first(&s->by_key, hash_bytes(0, key, n));
	struct kept *k;

	for (; node != NULL; node = hash_again(node)) {
		k = (struct kept *)(void *)node;
		if (k->n == n && memcmp(k->key, key, n) == 0)
			return k;
	}
	return NULL;
}

static void
forget(struct sendsessions *s, struct kept *k)
{
	hash_remove(&s->by_key, &k->by_key);
	list_remove(&s->used, &k->used);
	explicit_bzero(k, sizeof *k);
	free(k);
}

const struct sendsession *
sendsessions_find(struct sendsessions *s, const char *key, size_t n,
    int64_t now_ms, int64_t wall_s)
{
	struct kept *k = find(s, key, n);

	if (k == NULL)
		return NULL;
	if (now_ms >= k->until_ms ||
	    (k->session.until_s != 0 && wall_s > k->session.until_s)) {
		forget(s, k);
		return NULL;
	}
	list_remove(&s->used, &k->used);
	list_prepend(&s->used, &k->used);
	return &k->session;
}

void
sendsessions_keep(struct sendsessions *s, const char *key, size_t n,
    const struct sendsession *session, int64_t now_ms)
{
	struct kept *k;

	sendsessions_drop(s, key, n);
	if (s->by_key.n >= SENDSESSIONS_MAX)
		forget(s, LIST_OF(s->used.last, struct kept, used));
	if ((k = calloc(1, sizeof *k + n)) == NULL)
		return;
	k->session = *session;
	k->until_ms = now_ms + SENDSESSIONS_AGE_S * INT64_C(1000);
	k->n = n;
	memcpy(k->key, key, n);
	k->by_key.hash = hash_bytes(0, key, n);
	if (hash_add(&s->by_key, &k->by_key) == -1) {
		explicit_bzero(k, sizeof *k);
		free(k);
		return;
	}
	list_prepend(&s->used, &k->used);
}

void
sendsessions_drop(struct sendsessions *s, const char *key, size_t n)
{
	struct kept *k = find(s, key, n);

	if (k != NULL)
		forget(s, k);
}

void
sendsessions_free(struct sendsessions *s)
{
	while (s->used.first != NULL)
		forget(s, LIST_OF(s->used.first, struct kept, used));
	hash_free(&s->by_key);
}
