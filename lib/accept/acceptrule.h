#ifndef ACCEPT_ACCEPTRULE_H
#define ACCEPT_ACCEPTRULE_H

#include "base/buf.h"
#include "base/hash.h"
#include "conf/lookup.h"
#include "throttle/throttle.h"

/*
 * conf/accept, conf-accept(5): how much may come in, one rule a line,
 *
 *	KEY [LIMIT...] [refuse|reject] [credits[=N]]
 *
 * KEY    * (every message), or client:X user:X from:X domain:X tenant:X joined
 *        by "+", each at most once, with X as in conf/throttle
 * LIMIT  rate=N/PERIOD rcpt-rate=N/PERIOD byte-rate=SIZE/PERIOD burst=N
 *        cap=N/hour|day[@ZONE] rcpt-cap=N/hour|day[@ZONE]
 *
 * Rules are those of the limiter, throttle/throttle.h, by other words; a rate
 * without burst has all of N as its burst.  A key stands in one line.
 *
 * The compiled table has the lines in one canonical form under "1" "2" ..., their
 * number under "n", and the line of the file under "@1" "@2" ....
 */
enum {
	ACCEPT_RULES_MAX = 100000,
	ACCEPT_CREDITS_MAX = 1000000000, /* of an account */
	ACCEPT_BYTES_LEAST = 1024        /* of byte-rate */
};

/* what becomes of what is too much */
enum accept_action { ACCEPT_REFUSE, ACCEPT_REJECT, ACCEPT_ACTIONS };
extern const char *const accept_actions[ACCEPT_ACTIONS];

/* the words of keys.  A client's address stands in the slot THROTTLE_SRC, the
 * sender in THROTTLE_PROVIDER, and his domain in THROTTLE_DOMAIN */
extern const struct throttle_words accept_words;
enum { ACCEPT_CLIENT = THROTTLE_SRC, ACCEPT_FROM = THROTTLE_PROVIDER };

/* a line */
struct acceptrule {
	struct hash_node node; /* by key */
	struct acceptrule *next;
	enum accept_action action;
	uint8_t has_credits; /* there is an account for each key, */
	int64_t credits;     /* which begins with so many */
	struct buf limits;   /* a line for throttle_add() */
	const char *key;     /* canonical, of so many bytes, in limits */
	unsigned key_len, line;
};

/*
 * acceptrule_parse - a line as a rule, all zero before
 *
 * NULL, or what is wrong, also "out of memory"; acceptrule_free() in any case.
 */
const char *acceptrule_parse(struct acceptrule *, const char *line, size_t n);
void acceptrule_free(struct acceptrule *);
/* the line in canonical form, without LF; 0, or -1 with ENOMEM */
int acceptrule_print(struct buf *, const struct acceptrule *);

/* all rules of a table; all zero: none */
struct acceptrules {
	struct throttle_rules limits; /* for limiter_load(), which takes them */
	struct hash by_key;
	struct acceptrule *list;
	unsigned n, n_credits;
};

/* 0, or -1 with *reason as throttle_load(); then some may have been added */
int acceptrules_load(struct acceptrules *, const struct lookup *,
    const char **reason);
/* what a key's line says beside limits; NULL: nothing is known of it */
const struct acceptrule *acceptrules_find(const struct acceptrules *,
    const char *key, size_t n);
/*
 * acceptrules_account - the line with credits whose account this is
 *
 * key  with its values, user:ann, canonical; that of the line user:ann, else of
 *      user:*
 */
const struct acceptrule *acceptrules_account(const struct acceptrules *,
    struct slice key);
void acceptrules_free(struct acceptrules *);

#endif
