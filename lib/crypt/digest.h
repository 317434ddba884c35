#ifndef CRYPT_DIGEST_H
#define CRYPT_DIGEST_H

#include <stddef.h>
#include <stdint.h>
#include <nettle/hmac.h>
#include <nettle/sha1.h>
#include <nettle/sha2.h>

/*
 * SHA-256 in pieces, and HMAC-SHA-256 (RFC 2104), by nettle: four times as
 * fast as the other libraries here, since it uses the processor's own
 * instructions.  SHA-1 is there to judge old signatures by, never to make
 * one (RFC 8301).
 */
enum { DIGEST_LEN = 32, DIGEST_SHA1_LEN = 20 };

struct digest {
	struct sha256_ctx ctx;
};

void digest_init(struct digest *);
void digest_add(struct digest *, const void *, size_t n);
/* the result; the structure is then as after digest_init() */
void digest_end(struct digest *, unsigned char out[DIGEST_LEN]);

struct digest_sha1 {
	struct sha1_ctx ctx;
};

void digest_sha1_init(struct digest_sha1 *);
void digest_sha1_add(struct digest_sha1 *, const void *, size_t n);
void digest_sha1_end(struct digest_sha1 *, unsigned char out[DIGEST_SHA1_LEN]);

void digest_hmac(const void *key, size_t key_len, const void *, size_t n,
    unsigned char out[DIGEST_LEN]);
/* in time that does not depend on where they differ: 1 equal, 0 not */
int digest_equal(const void *, const void *, size_t n);

#endif
