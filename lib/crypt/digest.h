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
enum { DIGEST_LEN = 32, DIGEST_SHA1_LEN = 20, DIGEST_SHA512_LEN = 64 };

struct digest {
	struct sha256_ctx ctx;
};

void digest_init(struct digest *);
void digest_add(struct digest *, const void *, size_t n);
/* the result; the structure is then as after digest_init() */
void digest_end(struct digest *, unsigned char out[DIGEST_LEN]);
/* the result of what was added until now; more may be added */
void digest_peek(const struct digest *, unsigned char out[DIGEST_LEN]);

/*
 * What is kept between two blocks of 64 bytes: the eight words of FIPS 180-4
 * section 6.2, big endian, and how many bytes were added.  Of these, those
 * behind the last whole block are not in the words, and are not set.
 */
uint64_t digest_state(const struct digest *, unsigned char words[DIGEST_LEN]);
void digest_set_state(struct digest *, const unsigned char words[DIGEST_LEN],
    uint64_t n);

struct digest_sha1 {
	struct sha1_ctx ctx;
};

void digest_sha1_init(struct digest_sha1 *);
void digest_sha1_add(struct digest_sha1 *, const void *, size_t n);
void digest_sha1_end(struct digest_sha1 *, unsigned char out[DIGEST_SHA1_LEN]);

/* SHA-512 of all at once: TLSA records may have it */
void digest_sha512(const void *, size_t n,
    unsigned char out[DIGEST_SHA512_LEN]);

void digest_hmac(const void *key, size_t key_len, const void *, size_t n,
    unsigned char out[DIGEST_LEN]);

/*
 * PBKDF2 with HMAC-SHA-256 (RFC 8018 section 5.2), for 32 bytes of key.  It is
 * slow by intention: who serves others meanwhile takes it in steps.
 */
struct digest_pbkdf2 {
	struct hmac_sha256_ctx key;
	unsigned char u[DIGEST_LEN];
	unsigned char out[DIGEST_LEN]; /* the key, when no round is left */
	unsigned left;
};

/* rounds is at least 1 */
void digest_pbkdf2_begin(struct digest_pbkdf2 *, const void *password, size_t n,
    const void *salt, size_t salt_len, unsigned rounds);
/* at most so many rounds; 1: there are more, 0: it is done */
int digest_pbkdf2_step(struct digest_pbkdf2 *, unsigned rounds);
/* all at once */
void digest_pbkdf2(const void *password, size_t n, const void *salt,
    size_t salt_len, unsigned rounds, unsigned char out[DIGEST_LEN]);

/* in time that does not depend on where they differ: 1 equal, 0 not */
int digest_equal(const void *, const void *, size_t n);

#endif
