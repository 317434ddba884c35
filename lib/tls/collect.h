#ifndef TLS_COLLECT_H
#define TLS_COLLECT_H

#include "crypt/digest.h"
#include "tls/verify.h"
#include <bearssl.h>

/*
 * The certificates that the other side shows, as the engine hands them on:
 * kept as far as verify.h wants them, with the key of the first one, and judged
 * by the owner when all are there.  What is above a limit is not kept, and
 * costs no memory.
 */
struct collect_bag;

struct collect {
	const br_x509_class *vtable; /* first: this is the engine's context */
	struct collect_bag *bag;     /* NULL: none was shown, or it is gone */
	unsigned most; /* certificates that are kept, 1..TLS_CHAIN_CERTS_MAX */
	/* 0, or a BearSSL error: the handshake does not go on */
	unsigned (*judge)(struct collect *, const struct tls_chain *);
};

void collect_init(struct collect *, unsigned most,
    unsigned (*judge)(struct collect *, const struct tls_chain *));
/* 1: one was shown, and can be used; then its SHA-256 */
int collect_peer(const struct collect *, unsigned char print[DIGEST_LEN]);
/* the certificates are not needed any more */
void collect_free(struct collect *);

#endif
