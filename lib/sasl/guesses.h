#ifndef SASL_GUESSES_H
#define SASL_GUESSES_H

#include "base/hash.h"
#include "base/list.h"
#include <stddef.h>
#include <stdint.h>

/*
 * How long an attempt to log in must wait, for the wrong ones before it.
 *
 * Wrong passwords are counted by address (IPv6: its /64), by network (the /24
 * or /56) and by login.  With more of one than are free, its attempts begin
 * one after the other, each later; to put off answers alone would be outrun by
 * many connections.  A login that was right from an address not long ago has
 * a count of its own there, and no other: nobody is locked out by the guesses
 * of others, neither at his login nor from his address.
 */
enum {
	GUESSES_KEYS_MAX = 65536, /* counted; the one not used for longest goes,
				   * and so it is with those that are known */
	GUESSES_HALF_S = 600,     /* a count halves in this time */
	GUESSES_STEP_MS = 250, /* the first pause; each wrong one doubles it */
	GUESSES_ADDRESS_FREE = 5,
	GUESSES_ADDRESS_MAX_MS = 30000,
	GUESSES_NETWORK_FREE = 50,
	GUESSES_NETWORK_MAX_MS = 10000,
	GUESSES_LOGIN_FREE = 20,
	GUESSES_LOGIN_MAX_MS = 5000,
	GUESSES_KNOWN_S = 2592000 /* an address is known to a login for so long
				   * after a good one */
};

struct guesses_table {
	struct hash by_key;
	struct list by_use; /* the one not used for longest first */
};

/* all zero but for seed, which nobody should be able to guess */
struct guesses {
	uint64_t seed;
	struct guesses_table counts, known;
	/* since the last guesses_sum() */
	unsigned wrong, most;
	unsigned window;
	unsigned char most_ip[16];
};

/* who tries: 16 bytes of an address as ip_map() has them, all zero when it is
 * not known; and as whom */
struct guesses_who {
	unsigned char ip[16];
	const char *login;
	size_t n;
};

/* was it right from there, not long ago? */
int guesses_known(struct guesses *, const struct guesses_who *, int64_t now_ms);
/*
 * guesses_begin - when an attempt may begin
 *
 * within_ms  how long it may wait
 *
 * Returns the moment, now_ms or later, and the next one will be behind it; or
 * -1 when that is too late, and nothing has changed.
 */
int64_t guesses_begin(struct guesses *, const struct guesses_who *,
    int64_t now_ms, int64_t within_ms);
void guesses_wrong(struct guesses *, const struct guesses_who *,
    int64_t now_ms);
void guesses_good(struct guesses *, const struct guesses_who *, int64_t now_ms);

/* how many were wrong since the last time, and how many of one address, the
 * most of one; 0: none */
unsigned guesses_sum(struct guesses *, unsigned *most, unsigned char ip[16]);
void guesses_free(struct guesses *);

#endif
