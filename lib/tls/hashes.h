#ifndef TLS_HASHES_H
#define TLS_HASHES_H

#include <bearssl.h>

/*
 * SHA-256 of crypt/digest.h for the engine: BearSSL's own takes six times as
 * long where the processor has instructions for it.  It takes the place of
 * br_sha256_vtable everywhere, also in HMAC, in chance and in records.
 */
extern const br_hash_class hashes_sha256;

/* the function of the suites with SHA-256 that makes keys, RFC 5246 section 5;
 * in place of br_tls12_sha256_prf() */
void hashes_prf(void *out, size_t len, const void *secret, size_t secret_len,
    const char *label, size_t n, const br_tls_prf_seed_chunk *seed);

#endif
