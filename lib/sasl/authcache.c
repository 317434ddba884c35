#include "sasl/authcache.h"
#include <string.h>

/* each part with its length, so that no two are the same in pieces */
static void
mix(unsigned char key[DIGEST_LEN], const void *p, size_t n)
{
	unsigned char of[2 * DIGEST_LEN];

	memcpy(of, key, DIGEST_LEN);
	digest_hmac(key, DIGEST_LEN, p, n, of + DIGEST_LEN);
	digest_hmac(key, DIGEST_LEN, of, sizeof of, key);
	explicit_bzero(of, sizeof of);
}

void
authcache_key(const struct authcache *c, const char *name, struct slice hash,
    struct slice password, unsigned char key[DIGEST_LEN])
{
	memcpy(key, c->secret, DIGEST_LEN);
	mix(key, name, strlen(name));
	mix(key, hash.p, hash.n);
	mix(key, password.p, password.n);
}

static uint64_t
hash_of(const unsigned char key[DIGEST_LEN])
{
	uint64_t h;

	memcpy(&h, key, sizeof h);
	return h;
}

static struct authcache_entry *
find(struct authcache *c, const unsigned char key[DIGEST_LEN])
{
	struct hash_node *n;
	struct authcache_entry *e;

	for (n = hash_first(&c->by_key, hash_of(key)); n != NULL;
	     n = hash_again(n)) {
		e = (struct authcache_entry *)n;
		if (digest_equal(e->key, key, DIGEST_LEN))
			return e;
	}
	return NULL;
}

int
authcache_has(struct authcache *c, const unsigned char key[DIGEST_LEN],
    int64_t now)
{
	struct authcache_entry *e = find(c, key);

	if (e == NULL || e->until_ms <= now)
		return 0;
	list_remove(&c->by_use, &e->by_use);
	list_append(&c->by_use, &e->by_use);
	return 1;
}

/* one that is free, or was not used for longest */
static struct authcache_entry *
take(struct authcache *c)
{
	struct authcache_entry *e;

	if (c->used < AUTHCACHE_N)
		return &c->entry[c->used++];
	e = LIST_OF(list_take(&c->by_use), struct authcache_entry, by_use);
	if (e != NULL)
		hash_remove(&c->by_key, &e->by_key);
	return e;
}

void
authcache_add(struct authcache *c, const unsigned char key[DIGEST_LEN],
    int64_t now)
{
	struct authcache_entry *e = find(c, key);

	if (c->keep_ms == 0)
		return;
	if (e == NULL) {
		e = take(c);
		if (e == NULL)
			return;
		memcpy(e->key, key, DIGEST_LEN);
		e->by_key.hash = hash_of(key);
		/* without memory it is lost, and not found */
		if (hash_add(&c->by_key, &e->by_key) == -1)
			return;
		list_append(&c->by_use, &e->by_use);
	}
	e->until_ms = now + c->keep_ms;
}
