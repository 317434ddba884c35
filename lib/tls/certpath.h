#ifndef TLS_CERTPATH_H
#define TLS_CERTPATH_H

#include "tls/certparts.h"
#include "tls/verify.h"
#include <bearssl.h>

/*
 * One way from a certificate up to an authority, verified by BearSSL: its
 * signatures, times, and what each may sign (RFC 5280 section 6).  Names are
 * not looked at.
 */
enum {
	CERTPATH_EXPONENT_MAX = 32, /* bits of an RSA key's public exponent:
				     * more would cost as much as a signature */
	CERTPATH_RSA_MIN = 2048,    /* bits of an RSA key */
	CERTPATH_RSA_MAX = 4096
};

/*
 * certpath_try - does it hold?
 *
 * way        each one's issuer behind it; n of them
 * a          authorities that have the name of the last one's issuer, or that
 *            may be the first one itself
 * now_s      wall clock
 * cost_left  what may still be spent, in verifications of RSA; what this one
 *            costs goes off it
 *
 * Returns TLS_V_PKIX when it does; TLS_V_TOO_LARGE, and nothing was done, when
 * it costs more than is left.
 */
enum tls_verdict certpath_try(const struct certparts *const *way, unsigned n,
    const br_x509_trust_anchor *a, size_t n_anchors, int64_t now_s,
    unsigned *cost_left);

/* can this key verify a signature here, at a price that is bounded? */
int certpath_key_known(const struct certparts *);
/* the first that has expired, or is not valid yet; NULL: none */
const struct certparts *certpath_untimely(const struct certparts *const *way,
    unsigned n, int64_t now_s);

#endif
