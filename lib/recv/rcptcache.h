#ifndef RECV_RCPTCACHE_H
#define RECV_RCPTCACHE_H

#include "base/hash.h"
#include "base/list.h"
#include "recv/rcptwire.h"
#include <stddef.h>
#include <stdint.h>

/*
 * Which recipients are known to be there, and which not to be: each for its
 * time.  Who is there and was not asked for long is remembered for longer: he
 * counts where nobody can be asked now.  Those who are not there have room of
 * their own, so that whoever tries names does not drive out the others.
 */
enum {
	RCPTCACHE_FRESH_S = 3600,     /* he is there, and not asked again */
	RCPTCACHE_KEEP_S = 7 * 86400, /* he was there, where it is not known */
	RCPTCACHE_NOBODY_S = 300,     /* he is not, and not asked again */
	RCPTCACHE_KNOWN_MAX = 100000, /* entries of each kind */
	RCPTCACHE_NOBODY_MAX = 25000,
	RCPTCACHE_TIME_MAX_S = 30 * 86400, /* that anything may be said to be */
	RCPTCACHE_ENTRIES_MAX = 10000000,  /* the same of entries */
	RCPTCACHE_KEY_MAX = RCPTWIRE_ASK_MAX + 1 + RCPTWIRE_TO_MAX
};

/* all zero but the public members is an empty one */
struct rcptcache {
	/* public: seconds, and entries */
	int64_t fresh_s, keep_s, nobody_s;
	size_t known_max, nobody_max;
	struct hash by_key;
	struct list known, nobody; /* who is to go first in front */
	size_t n_known, n_nobody;
};

enum rcptcache_found {
	RCPTCACHE_NONE,
	RCPTCACHE_KNOWN,
	RCPTCACHE_NOBODY, /* with esc */
	RCPTCACHE_WAS     /* ask; where it is not known, he is there */
};

/*
 * rcptcache_key - how an address is remembered
 *
 * ask  the word of conf/rcpt: another one is another who knows
 * to   case of the domain does not count
 *
 * Returns the length of what out receives.
 */
size_t rcptcache_key(char out[RCPTCACHE_KEY_MAX], const char *ask,
    const char *to, size_t to_len);
/* now_s: seconds that never go back; esc receives the code of NOBODY */
enum rcptcache_found rcptcache_find(struct rcptcache *, const char *key,
    size_t n, int64_t now_s, char esc[RCPTWIRE_ESC_MAX + 1]);
/* it is so from now on; without memory it is not remembered.  a: not UNSURE */
void rcptcache_put(struct rcptcache *, const char *key, size_t n,
    const struct rcptwire_answer *a, int64_t now_s);
/* nothing is remembered any more */
void rcptcache_clear(struct rcptcache *);

#endif
