#ifndef TLS_KEYCLIENT_H
#define TLS_KEYCLIENT_H

#include "tls/identity.h"
#include "tls/keywire.h"
#include <stddef.h>
#include <stdint.h>

/*
 * The key process, seen from who speaks TLS: two connections to its socket.
 * One is for signatures: the caller waits for the answer, at most
 * KEYCLIENT_WAIT_MS, since the engine cannot be left in the middle of a
 * handshake.  The other one is watched by the loop: it brings the identities,
 * and new ones when a file has changed, and it says whether somebody is there:
 * nothing is signed, and nobody waits, before an answer came over it.
 *
 *   down    no socket, or no answer: connect again after 50 ms, then later,
 *           2 s at most; keyclient_ready() 0
 *   asked   list was sent, and ping over the one that signs; the answers to
 *           both make it up
 *   up      signs.  A signature that does not come in time, or a connection
 *           that ends, makes it down at once: so a key process that hangs
 *           costs one wait, and not one for each handshake
 *
 * The identities stay while it is down: certificates are no secret, and
 * STARTTLS stays offered (454).
 */
enum {
	KEYCLIENT_WAIT_MS = 500,
	KEYCLIENT_RETRY_MIN_MS = 50, /* both start at once as services */
	KEYCLIENT_RETRY_MAX_MS = 2000,
	KEYCLIENT_PING_MS = 5000, /* on the watching connection between answers:
				   * no answer in the same time again is down */
	KEYCLIENT_START_MS = 60000, /* to the first answers: it reads all keys
				     * before, 1000 take seconds */
	KEYCLIENT_OPEN_MS = 5000    /* the same for who asks once and waits */
};

struct keyclient;

/* socket: PATH or unix:PATH, must stay; NULL: ENOMEM */
struct keyclient *keyclient_new(const char *socket);
/* the loop begins to watch; changed() may be NULL: other identities now */
void keyclient_watch(struct keyclient *, void (*changed)(void *), void *arg);
/* without a loop: connect and ask once, at most KEYCLIENT_OPEN_MS; 0, or -1
 * with errno */
int keyclient_open(struct keyclient *);
int keyclient_ready(const struct keyclient *);
/* NULL: none yet */
struct identity_set *keyclient_identities(const struct keyclient *);
/* the signature's length, 0: none; *why says so, printable, static */
size_t keyclient_sign(struct keyclient *, const struct identity *,
    enum keywire_scheme, const unsigned char *digest, size_t len,
    unsigned char *sig, size_t room, const char **why);
/* microseconds that were spent waiting, and signatures: for statistics */
void keyclient_spent(const struct keyclient *, uint64_t *us, uint64_t *n);
void keyclient_free(struct keyclient *);

#endif
