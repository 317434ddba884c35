#ifndef TLS_CHAINORDER_H
#define TLS_CHAINORDER_H

#include "tls/certparts.h"
#include "tls/verify.h"
#include <stdint.h>

/*
 * Ways through a bag of certificates, which may be out of order, cross-signed
 * and more than is needed: each begins with the first one of the bag, and
 * each next one has the name of the issuer of the one before.  Those whose key
 * is the one that the one before names come first.  A way is given out at each
 * length, since a known authority may stand above any of it.
 */
enum {
	CHAINORDER_WAYS_MAX = 256 /* that are given out: where all sign each
				   * other there are more than time for them */
};

struct chainorder {
	uint16_t above[TLS_CHAIN_CERTS_MAX]; /* issuers of each, a bit for
					      * each */
	uint16_t named[TLS_CHAIN_CERTS_MAX]; /* of these, which go first */
	uint16_t left[TLS_CHAIN_CERTS_MAX];  /* at each depth: not tried yet */
	unsigned char way[TLS_CHAIN_CERTS_MAX];
	unsigned depth; /* 0: nothing was given out yet */
	unsigned given;
};

/* certs[0..n) of 1..TLS_CHAIN_CERTS_MAX; NULL is one that cannot be read.  They
 * are not needed afterwards */
void chainorder_init(struct chainorder *, const struct certparts *const *certs,
    unsigned n);
/* the next way: indexes of certificates; how many they are, 0: no more */
unsigned chainorder_next(struct chainorder *,
    unsigned char way[TLS_CHAIN_CERTS_MAX]);

#endif
