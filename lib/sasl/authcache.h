#ifndef SASL_AUTHCACHE_H
#define SASL_AUTHCACHE_H

#include "base/hash.h"
#include "base/list.h"
#include "conf/word.h"
#include "crypt/digest.h"
#include <stdint.h>

/*
 * Passwords that were right not long ago, so that an application that logs in
 * for each message is not slow: kept as a digest that is of use to this
 * process alone.  Another password of a login is another digest, and counts at
 * once; wrong ones are never kept.
 */
enum { AUTHCACHE_N = 4096 }; /* kept; the one not used for longest goes */

struct authcache_entry {
	struct hash_node by_key; /* first */
	struct list_node by_use;
	unsigned char key[DIGEST_LEN];
	int64_t until_ms;
};

/* all zero but for these two */
struct authcache {
	unsigned char secret[DIGEST_LEN]; /* that nobody knows */
	int64_t keep_ms;                  /* 0: nothing is kept */
	struct hash by_key;
	struct list by_use;
	unsigned used;
	struct authcache_entry entry[AUTHCACHE_N];
};

/* of a login, the hash of its password, and a password */
void authcache_key(const struct authcache *, const char *name,
    struct slice hash, struct slice password, unsigned char key[DIGEST_LEN]);
int authcache_has(struct authcache *, const unsigned char key[DIGEST_LEN],
    int64_t now_ms);
void authcache_add(struct authcache *, const unsigned char key[DIGEST_LEN],
    int64_t now_ms);

#endif
