#ifndef TLS_SESSIONS_H
#define TLS_SESSIONS_H

#include <stddef.h>
#include <stdint.h>

/*
 * Sessions that a server may resume, in memory that all workers share: made
 * before they are forked.  A client's network has one set of places, chosen
 * by a keyed hash, so it can push out only what shares its set.
 *
 * There is no lock, and nobody waits for a worker that died: each place has a
 * number that is odd while it is written, a reader looks at it before and
 * afterwards, and a place whose writer died is not used again.
 */
enum {
	SESSIONS_SETS = 512,
	SESSIONS_WAYS = 32, /* places of a set: 16,384 sessions, 2.4 MB */
	SESSIONS_S = 3600   /* an older one is none (RFC 5246 section F.1.4) */
};

struct sessions_entry {
	unsigned char id[32];     /* of the session */
	unsigned char master[48]; /* its secret */
	unsigned char peer[32];   /* SHA-256 of the client's certificate; zero:
				   * it showed none */
	uint64_t name;            /* hash of the server name asked for */
	uint16_t suite;
};

struct sessions;

/* key: random bytes that nobody outside knows.  NULL with errno */
struct sessions *sessions_new(const unsigned char key[16]);
void sessions_free(struct sessions *);

/* of a server name, for the entry */
uint64_t sessions_name(const struct sessions *, const char *name);

/*
 * sessions_put - keep one; the oldest of the set goes for it
 *
 * net    the client's network, net_len bytes
 * now_s  a clock that all workers share and that is not set back
 */
void sessions_put(struct sessions *, const unsigned char *net, size_t net_len,
    const struct sessions_entry *, int64_t now_s);
/* 1: *e is the one with this id, 0: there is none, or it is too old */
int sessions_get(const struct sessions *, const unsigned char *net,
    size_t net_len, const unsigned char id[32], struct sessions_entry *e,
    int64_t now_s);

#endif
