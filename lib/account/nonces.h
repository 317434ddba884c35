#ifndef ACCOUNT_NONCES_H
#define ACCOUNT_NONCES_H

#include "base/hash.h"
#include "base/list.h"
#include "base/slice.h"
#include "crypt/digest.h"

/*
 * Nonces of signatures that were good: each once for a key, for as long as the
 * signature would be good once more.  One that would push another out has no
 * room, so that nobody makes us forget.
 */
enum { NONCES_MAX = 65536 };

struct nonces {
	uint64_t seed; /* which nobody should be able to guess */
	struct hash by_sum;
	struct list by_age; /* the first to be forgotten first */
};

/*
 * nonces_take - a signature was good
 *
 * number, nonce  of its key, and its own
 * until_s        when it is good no more; each call has the same span to it
 *
 * 1: it is the first; 0: it is not; -1: there is no room, or no memory
 */
int nonces_take(struct nonces *, struct slice number, struct slice nonce,
    int64_t until_s, int64_t now_s);
void nonces_free(struct nonces *);

#endif
