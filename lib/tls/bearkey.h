#ifndef TLS_BEARKEY_H
#define TLS_BEARKEY_H

#include "tls/certparts.h"
#include <bearssl.h>

/*
 * The key of a certificate as BearSSL takes it.  Its own decoder
 * (br_x509_decoder, 0.6) is not used for that: it writes an RSA modulus that is
 * longer than its room, of 520 bytes, over what stands behind it.
 */

/* it points into the certificate.  0, or -1: of no known kind, or larger than
 * what is verified here (certpath.h) */
int bearkey_of(const struct certparts *, br_x509_pkey *);

#endif
