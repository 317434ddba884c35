#ifndef MANY_KEYSET_H
#define MANY_KEYSET_H

#include "base/buf.h"
#include <stdint.h>

/* A set of strings that only grows: which keys a run of send-many has met. */

/* all zero is an empty one */
struct keyset {
	size_t n;
	/* private: the strings with a NUL behind each, and a table of where
	 * they begin, 1 more than that */
	struct buf text;
	size_t *slot, slots;
};

/* 1: it is new; 0: it was there; -1 with ENOMEM.  No NUL in key */
int keyset_add(struct keyset *, const char *key, size_t n);
void keyset_free(struct keyset *);

#endif
