#include "httpd/addrrate.h"
#include <stdlib.h>
#include <string.h>

struct key {
	struct hash_node by_key; /* first */
	struct list_node by_use;
	struct bucket bucket;
	unsigned char ip[IP_LEN];
};

static struct key *
find(const struct addrrate *r, const unsigned char ip[IP_LEN], uint64_t hash)
{
	struct hash_node *n;

	for (n = hash_first(&r->by_key, hash); n != NULL; n = hash_again(n))
		if (memcmp(((struct key *)n)->ip, ip, IP_LEN) == 0)
			return (struct key *)n;
	return NULL;
}

static void
drop(struct addrrate *r, struct key *k)
{
	list_remove(&r->by_use, &k->by_use);
	hash_remove(&r->by_key, &k->by_key);
	r->n--;
	free(k);
}

static struct key *
add(struct addrrate *r, const unsigned char ip[IP_LEN], uint64_t hash)
{
	struct key *k;

	if (r->n >= r->keys_max)
		drop(r, LIST_OF(r->by_use.first, struct key, by_use));
	k = calloc(1, sizeof *k);
	if (k == NULL)
		return NULL;
	memcpy(k->ip, ip, IP_LEN);
	k->by_key.hash = hash;
	if (hash_add(&r->by_key, &k->by_key) == -1) {
		free(k);
		return NULL;
	}
	list_append(&r->by_use, &k->by_use);
	r->n++;
	return k;
}

int64_t
addrrate_take(struct addrrate *r, const unsigned char ip[IP_LEN],
    int64_t now_us)
{
	unsigned char net[IP_LEN];
	uint64_t hash;
	struct key *k;
	int64_t at;

	memcpy(net, ip, IP_LEN);
	if (!ip_is_mapped(net))
		memset(net + 8, 0, 8);
	hash = hash_bytes(0, net, IP_LEN);
	k = find(r, net, hash);
	if (k == NULL)
		k = add(r, net, hash);
	if (k == NULL)
		return 0;
	list_remove(&r->by_use, &k->by_use);
	list_append(&r->by_use, &k->by_use);
	at = bucket_ready(&k->bucket, &r->limit, 1, now_us);
	if (at > now_us)
		return at - now_us;
	bucket_take(&k->bucket, &r->limit, 1, now_us);
	return 0;
}

void
addrrate_free(struct addrrate *r)
{
	while (r->by_use.first != NULL)
		drop(r, LIST_OF(r->by_use.first, struct key, by_use));
	hash_free(&r->by_key);
}
