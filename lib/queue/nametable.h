#ifndef QUEUE_NAMETABLE_H
#define QUEUE_NAMETABLE_H

#include "base/hashindex.h"
#include <stddef.h>
#include <stdint.h>

/*
 * Names kept once: each gets a small number that stays as long as somebody
 * refers to it and is used again after that.  The owner keeps what belongs
 * to a name in an array of its own, by that number.  All zero is empty; where
 * strangers choose the names, the seed is one that they cannot guess.
 */
enum { NAMETABLE_NONE = HASHINDEX_NONE };

struct nametable_name {
	char *s; /* NULL: number is free */
	uint32_t len, hash, refs, next;
};

struct nametable {
	struct nametable_name *name;
	struct hashindex index;
	uint32_t cap, n, free; /* free: first free number + 1 */
	uint64_t seed;
};

/*
 * The number of a name, with one more reference; *fresh says whether it is
 * a new one.  NAMETABLE_NONE when memory is out.
 */
uint32_t nametable_get(struct nametable *, const char *s, size_t n, int *fresh);
uint32_t nametable_find(const struct nametable *, const char *s, size_t n);
void nametable_ref(struct nametable *, uint32_t);
/* one reference less; 1 when that was the last and the name is gone */
int nametable_put(struct nametable *, uint32_t);
void nametable_free(struct nametable *);
/* of what no stranger chooses; the same in each process */
uint32_t nametable_hash(const char *s, size_t n);

#endif
