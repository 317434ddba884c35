#include "base/byid.h"

static uint64_t
hash_of(uint32_t id)
{
	return hash_bytes(0, &id, sizeof id);
}

struct byid_node *
byid_find(const struct byid *b, uint32_t id)
{
	struct hash_node *n = hash_first(&b->hash, hash_of(id));

	for (; n != NULL; n = hash_again(n))
		if (((struct byid_node *)n)->id == id)
			return (struct byid_node *)n;
	return NULL;
}

int
byid_add(struct byid *b, struct byid_node *n)
{
	do
		b->last++;
	while (b->last == 0 || byid_find(b, b->last) != NULL);
	n->node.hash = hash_of(b->last);
	if (hash_add(&b->hash, &n->node) == -1)
		return -1;
	n->id = b->last;
	return 0;
}

void
byid_remove(struct byid *b, struct byid_node *n)
{
	hash_remove(&b->hash, &n->node);
	n->id = 0;
}
