#include "accept/credits.h"
#include "base/crc32c.h"
#include "base/num.h"
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SUM_LEN = 8 };

struct credit *
credits_find(const struct credits *c, const char *key, size_t n)
{
	struct hash_node *h = hash_first(&c->by_key, hash_bytes(0, key, n));
	struct credit *a;

	for (; h != NULL; h = hash_again(h)) {
		a = (struct credit *)h;
		if (a->key_len == n && memcmp(a->key, key, n) == 0)
			return a;
	}
	return NULL;
}

struct credit *
credits_get(struct credits *c, const char *key, size_t n, int64_t balance)
{
	struct credit *a = credits_find(c, key, n);

	if (a != NULL)
		return a;
	if (c->by_key.n >= CREDITS_ACCOUNTS_MAX || n > CREDITS_LINE_MAX - 64) {
		errno = ENOSPC;
		return NULL;
	}
	a = calloc(1, sizeof *a + n);
	if (a == NULL)
		return NULL;
	a->balance = balance;
	a->key_len = (unsigned)n;
	memcpy(a->key, key, n);
	a->node.hash = hash_bytes(0, key, n);
	if (hash_add(&c->by_key, &a->node) == -1) {
		free(a);
		return NULL;
	}
	return a;
}

int64_t
credits_left(const struct credit *a)
{
	if (a->balance <= 0 || a->reserved >= (uint64_t)a->balance)
		return 0;
	return a->balance - (int64_t)a->reserved;
}

void
credits_unreserve(struct credits *c)
{
	struct hash_node *h;
	size_t s;

	for (s = 0; s < c->by_key.slots; s++)
		for (h = c->by_key.slot[s]; h != NULL; h = h->next)
			((struct credit *)h)->reserved = 0;
}

int
credits_line(struct buf *b, const struct credit *a)
{
	size_t from = buf_len(b);
	int bad = buf_put(b, a->key, a->key_len);

	bad |= buf_printf(b, "\t%" PRId64, a->balance);
	if (bad)
		return -1;
	return buf_printf(b, "\t%08" PRIx32 "\n",
	    crc32c(0, buf_data(b) + from, buf_len(b) - from));
}

int
credits_all(struct buf *b, const struct credits *c)
{
	struct hash_node *h;
	size_t s;

	for (s = 0; s < c->by_key.slots; s++)
		for (h = c->by_key.slot[s]; h != NULL; h = h->next)
			if (credits_line(b, (struct credit *)h) == -1)
				return -1;
	return 0;
}

/* a number that may be below 0 */
static int
read_balance(const char *p, size_t n, int64_t *out)
{
	int minus = n > 0 && *p == '-';
	uint64_t u;

	if (num_scan(p + minus, n - (size_t)minus, 0, INT64_MAX, &u) == -1)
		return -1;
	*out = minus ? -(int64_t)u : (int64_t)u;
	return 0;
}

int
credits_take(struct credits *c, const char *p, size_t n)
{
	char want[SUM_LEN + 2];
	const char *tab;
	struct credit *a;
	int64_t balance;

	if (n <= SUM_LEN + 1 || n > CREDITS_LINE_MAX)
		return -1;
	n -= SUM_LEN + 1;
	snprintf(want, sizeof want, "\t%08" PRIx32, crc32c(0, p, n));
	tab = memrchr(p, '\t', n);
	if (memcmp(p + n, want, SUM_LEN + 1) != 0 || tab == NULL || tab == p ||
	    read_balance(tab + 1, (size_t)(p + n - tab) - 1, &balance) == -1)
		return -1;
	a = credits_get(c, p, (size_t)(tab - p), balance);
	if (a == NULL)
		return -1;
	a->balance = balance;
	return 0;
}

void
credits_free(struct credits *c)
{
	struct hash_node *h, *next;
	size_t s;

	for (s = 0; s < c->by_key.slots; s++)
		for (h = c->by_key.slot[s]; h != NULL; h = next) {
			next = h->next;
			free(h);
		}
	hash_free(&c->by_key);
}
