#ifndef TLS_CURVES_H
#define TLS_CURVES_H

#include <bearssl.h>
#include <stdint.h>

/* the elliptic curves of a handshake, for the engine: X25519 of
 * crypt/x25519.h, since the one of BearSSL 0.6 computes in 31-bit words and
 * is several times as slow, and its own P-256, P-384 and P-521.  curves: a bit for
 * each that is offered */
void curves_of(br_ec_impl *, uint32_t curves);

#endif
