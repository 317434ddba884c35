#ifndef COMPOSE_RCPTSET_H
#define COMPOSE_RCPTSET_H

#include "base/buf.h"
#include <stdint.h>

/*
 * The recipients of a message, each once, as "to" lines in the order in which
 * they were named.  Those who differ only in the case of the domain are one.
 */
enum { RCPTSET_MAX = 10000 }; /* recipients of a message */

/* all zero is an empty one */
struct rcptset {
	size_t n;
	/* private: addresses with a NUL behind each, where they begin, and a
	 * table of numbers from 1 by their hash */
	struct buf text;
	uint32_t *at, *slot;
	size_t slots;
};

/* 1: it is new; 0: it was there; -1 with ENOMEM; -2: there are too many */
int rcptset_add(struct rcptset *, struct buf *env, const char *address,
    size_t n);
void rcptset_free(struct rcptset *);

#endif
