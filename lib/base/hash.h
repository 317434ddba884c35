#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

/*
 * A hash table of structures that carry their own link.  All zero is an
 * empty one.  The table grows with what is in it and never shrinks.
 *
 *	for (n = hash_first(t, h); n != NULL; n = hash_again(n))
 *
 * walks over the nodes with the hash h; whoever asks compares the keys.
 */
struct hash_node {
	struct hash_node *next;
	uint64_t hash;
};

struct hash {
	struct hash_node **slot;
	size_t slots; /* 0 or a power of 2 */
	size_t n;
};

/* of n bytes; go on with the result as the seed of further bytes */
uint64_t hash_bytes(uint64_t seed, const void *, size_t n);
/* node->hash must be set; 0, or -1 with ENOMEM and nothing added */
int hash_add(struct hash *, struct hash_node *);
void hash_remove(struct hash *, struct hash_node *);
struct hash_node *hash_first(const struct hash *, uint64_t);
struct hash_node *hash_again(const struct hash_node *);
/* the table's own memory, not the nodes */
void hash_free(struct hash *);

#endif
