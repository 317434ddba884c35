#ifndef CRYPT_PUBKEY_H
#define CRYPT_PUBKEY_H

#include <stddef.h>

/*
 * Public keys as DKIM publishes them, and signatures made with them: RSA by
 * nettle, ed25519 by libsodium.
 */
enum {
	PUBKEY_RSA_BITS_MIN = 512,  /* less is no key */
	PUBKEY_RSA_BITS_MAX = 8192, /* more costs too much to verify */
	PUBKEY_RSA_E_MAX = 8,       /* bytes of a public exponent; the same */
	PUBKEY_ED25519_LEN = 32,
	PUBKEY_ED25519_SIG_LEN = 64
};

enum pubkey_hash { PUBKEY_SHA256, PUBKEY_SHA1 };

struct pubkey_rsa {
	const unsigned char *n, *e; /* big endian, without leading zeros */
	size_t n_len, e_len;
	unsigned bits;
};

/*
 * pubkey_rsa_parse - the p= of a key record, decoded: a SubjectPublicKeyInfo
 * (RFC 5280 section 4.1.2.7), or a bare RSAPublicKey (RFC 8017 appendix
 * A.1.1), which RFC 6376 section 3.6.1 names.  Slices of what was given.
 *
 * Returns 0, or -1 when it is neither or its size is not allowed: bits then
 * says that size, and is 0 otherwise.
 */
int pubkey_rsa_parse(const unsigned char *, size_t n, struct pubkey_rsa *);

/* does the signature (PKCS #1 v1.5) of this hash hold?  1 or 0 */
int pubkey_rsa_verify(const struct pubkey_rsa *, enum pubkey_hash,
    const unsigned char *hash, const unsigned char *sig, size_t sig_len);
/* the same with ed25519 (RFC 8463 section 3: the SHA-256 hash is signed) */
int pubkey_ed25519_verify(const unsigned char key[PUBKEY_ED25519_LEN],
    const unsigned char *hash, size_t hash_len, const unsigned char *sig,
    size_t sig_len);

#endif
