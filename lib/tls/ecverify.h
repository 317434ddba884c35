#ifndef TLS_ECVERIFY_H
#define TLS_ECVERIFY_H

#include <bearssl.h>

/* a br_ecdsa_vrfy, for who verifies what servers show and sign: P-256 by
 * crypt/p256.h, other curves by BearSSL */
uint32_t ecverify(const br_ec_impl *, const void *hash, size_t hash_len,
    const br_ec_public_key *, const void *sig, size_t sig_len);

#endif
