#ifndef BASE_BYID_H
#define BASE_BYID_H

#include "base/hash.h"

/*
 * What is under way on a connection, by a number that is given to it: answers
 * come in any order and name it.  All zero is empty.
 */
struct byid_node {
	struct hash_node node;
	uint32_t id; /* 0: it is not in there */
};

struct byid {
	struct hash hash;
	uint32_t last;
};

/* with a number of its own, one more than the last; after 2^32 one that is still
 * under way is passed over.  0, or -1 with ENOMEM */
int byid_add(struct byid *, struct byid_node *);
/* NULL: none has this number */
struct byid_node *byid_find(const struct byid *, uint32_t id);
void byid_remove(struct byid *, struct byid_node *);
/* the table's own memory, not the nodes */
static inline void
byid_free(struct byid *b)
{
	hash_free(&b->hash);
}

#endif
