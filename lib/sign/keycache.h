#ifndef SIGN_KEYCACHE_H
#define SIGN_KEYCACHE_H

#include "base/hash.h"
#include "crypt/privkey.h"

/*
 * Private keys out of files below one folder, kept in memory.  Whether a
 * file has changed is looked at when its key is used, at most every
 * KEYCACHE_CHECK_MS; a key whose file has changed or gone is wiped.  Above
 * KEYCACHE_MAX the one that was not used for the longest time is wiped.
 *
 * A file that others than its owner may write, or others than its owner and
 * group may read, is no place for a key: it is refused.
 */
enum { KEYCACHE_MAX = 1000, KEYCACHE_CHECK_MS = 250 };

struct keycache {
	int dir; /* the folder, set by the owner, whose it stays */
	/* private, all zero at first */
	struct hash entries;
	struct keycache_entry *oldest, *newest; /* by their last use */
};

/*
 * the key of a file, name as signing_key() allows it
 *
 * Returns it, valid until the next call, or NULL with the reason as text for
 * people; *temporary says whether it may be another time.
 */
struct privkey *keycache_get(struct keycache *, const char *name,
    const char **reason, int *temporary);
/*
 * the same without the memory, for who needs one key once: dir is a
 * descriptor or AT_FDCWD, the name any path; the caller frees
 */
struct privkey *keycache_read(int dir, const char *name, const char **reason,
    int *temporary);
/* wipe all */
void keycache_clear(struct keycache *);

#endif
