#ifndef ACCOUNT_ACCOUNTUSE_H
#define ACCOUNT_ACCOUNTUSE_H

#include "account/accountkey.h"
#include "base/hash.h"
#include "base/list.h"

/*
 * What keys are used: how much each may still ask this second, and when it was
 * used last, until that is written down.  One for each key that is good and was
 * used not long ago.
 */
enum { ACCOUNTUSE_IDLE_S = 600 /* then it is forgotten, when it is written */ };

struct accountuse_key {
	struct hash_node by_number; /* first */
	struct list_node by_use, to_write;
	char number[ACCOUNTKEY_NUMBER + 1];
	int64_t tokens; /* thousandths of a question */
	int64_t at_ms;
	int64_t used_s;
	unsigned unwritten : 1;
};

/* all zero but for seed, which nobody should be able to guess */
struct accountuse {
	uint64_t seed;
	struct hash by_number;
	struct list by_use; /* the one not used for longest first */
	struct list unwritten;
};

/*
 * accountuse_take - a key that is good is used
 *
 * rate    questions a second, as many of them at once; 0: any
 * now_ms  monotonic; now_s is that of the wall
 *
 * Returns 0, the seconds to wait, 1 at least, or -1 with ENOMEM: it is not
 * limited then.
 */
long accountuse_take(struct accountuse *, const char *number, unsigned rate,
    int64_t now_ms, int64_t now_s);
/* one that is to be written down, and counts as written then; NULL: none */
const struct accountuse_key *accountuse_write(struct accountuse *);
/* it could not be written */
void accountuse_again(struct accountuse *, const struct accountuse_key *);
/* those that are idle are forgotten */
void accountuse_tidy(struct accountuse *, int64_t now_s);
void accountuse_free(struct accountuse *);

#endif
