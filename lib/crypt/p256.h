#ifndef CRYPT_P256_H
#define CRYPT_P256_H

#include <stddef.h>

/*
 * Signatures by ECDSA with the curve P-256 (FIPS 186-4 section 6.4), verified by
 * nettle: a quarter of the time that BearSSL takes.  What goes in is public,
 * and the time that it takes may tell of it.
 */
enum { P256_KEY_LEN = 64, P256_RS_LEN = 64 };

/*
 * p256_verify - does it hold?  1 or 0
 *
 * key   x and y of the public point, big endian, 32 bytes each
 * hash  of any length: the first 32 bytes count
 * rs    r and s, big endian, each half of rs_len
 */
int p256_verify(const unsigned char key[P256_KEY_LEN],
    const unsigned char *hash, size_t hash_len, const unsigned char *rs,
    size_t rs_len);

#endif
