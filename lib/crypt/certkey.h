#ifndef CRYPT_CERTKEY_H
#define CRYPT_CERTKEY_H

#include "base/buf.h"
#include <stddef.h>

/*
 * Private keys that go with certificates of TLS, by libcrypto, which signs
 * five times as often a second with RSA as the other libraries here.  They are
 * wiped when they are freed.
 *
 * A fault is a text that fits behind "FILE: ".
 */
enum {
	CERTKEY_RSA_MIN = 2048, /* bits; less or more: refused */
	CERTKEY_RSA_MAX = 4096,
	CERTKEY_TEXT_MAX = 262144, /* bytes of a file */
	CERTKEY_SIG_BYTES = 512,   /* room for a signature */
	CERTKEY_HASH_BYTES = 32    /* SHA-256 */
};

enum certkey_kind { CERTKEY_EC256, CERTKEY_EC384, CERTKEY_RSA };
extern const char *const certkey_word[]; /* "ec256", "ec384", "rsa" */

struct certkey;

/*
 * certkey_parse - the first private key of a text in PEM
 *
 * PKCS #8 (RFC 5958), SEC1 (RFC 5915) or PKCS #1 (RFC 8017), not encrypted;
 * RSA, or ECDSA with P-256 or P-384.  Certificates may stand around it.
 *
 * NULL with *fault.
 */
struct certkey *certkey_parse(const char *, size_t n, const char **fault);
void certkey_free(struct certkey *);
enum certkey_kind certkey_kind(const struct certkey *);

/*
 * certkey_sign - the signature of a digest
 *
 * hash_bits  of the digest's algorithm: 256, 384 or 512; with ECDSA it need
 *            not be that of the curve (RFC 5246 section 7.4.1.4.1)
 *
 * RSA: PKCS #1 v1.5 (RFC 8017 section 8.2); ECDSA: Ecdsa-Sig-Value in DER
 * (RFC 3279 section 2.2.3).  Returns its length, or -1.
 */
long certkey_sign(struct certkey *, unsigned hash_bits,
    const unsigned char *digest, size_t len,
    unsigned char sig[CERTKEY_SIG_BYTES]);

/* the key as PEM, PKCS #8: buf_wipe() it; 0, or -1 */
int certkey_pem(struct buf *, const struct certkey *);

/* for the other files that speak with libcrypto */
struct evp_pkey_st;
struct bio_st;
/* it stays the key's */
struct evp_pkey_st *certkey_evp(const struct certkey *);
/* NULL, or the fault of a key of another kind */
const char *certkey_kind_of(struct evp_pkey_st *, enum certkey_kind *);
/* a text in PEM, to be read; NULL with *fault: too large, cut short */
struct bio_st *certkey_text(const char *, size_t n, const char **fault);
/* append what was written there, and free it; 0, or -1 also when written is
 * 0 */
int certkey_written(struct buf *, struct bio_st *, int written);

#endif
