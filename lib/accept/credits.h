#ifndef ACCEPT_CREDITS_H
#define ACCEPT_CREDITS_H

#include "base/buf.h"
#include "base/hash.h"
#include <stdint.h>

/*
 * Accounts: how many recipients a key may still have accepted.  Somebody tops them
 * up, each recipient that is accepted costs one, and what is coming in is reserved.
 *
 * As text a line each, values with TABs between: KEY BALANCE SUM, where SUM is the
 * CRC-32C of what is before it, 8 hex digits.  The last line of a key counts.
 */
enum {
	CREDITS_ACCOUNTS_MAX = 100000,
	CREDITS_LINE_MAX = 4096 /* a longer key has no account */
};

struct credit {
	struct hash_node node; /* first */
	int64_t balance;       /* below 0: more came in than was reserved */
	uint64_t reserved;
	unsigned key_len;
	char key[];
};

/* all zero: no accounts */
struct credits {
	struct hash by_key;
};

/* NULL: there is none */
struct credit *credits_find(const struct credits *, const char *key, size_t n);
/* made with that balance if it is not there; NULL with ENOMEM, or with ENOSPC
 * where there are too many */
struct credit *credits_get(struct credits *, const char *key, size_t n,
    int64_t balance);
/* what may still be reserved: 0 or more */
int64_t credits_left(const struct credit *);
/* nothing is reserved any more */
void credits_unreserve(struct credits *);
/* its line, or those of all; 0, or -1 with ENOMEM */
int credits_line(struct buf *, const struct credit *);
int credits_all(struct buf *, const struct credits *);
/* a line without its LF; 0, or -1: it is none, or memory is out */
int credits_take(struct credits *, const char *line, size_t n);
void credits_free(struct credits *);

#endif
