#ifndef CRYPT_PRIVKEY_H
#define CRYPT_PRIVKEY_H

#include "base/buf.h"
#include <stddef.h>

/*
 * Private keys that sign mail: RSA by libcrypto, which signs five times as
 * often a second as the other libraries here, and ed25519 by libsodium.  Keys
 * are wiped when they are freed.
 */
enum {
	PRIVKEY_RSA_BITS_MIN = 1024, /* RFC 8301 section 3.2; less: refused */
	PRIVKEY_RSA_BITS_MAX = 8192,
	PRIVKEY_TEXT_MAX = 65536, /* bytes of a key's file */
	PRIVKEY_DIGEST_LEN = 32,
	PRIVKEY_SIG_BYTES = 1024 /* room for a signature */
};

enum privkey_kind { PRIVKEY_RSA, PRIVKEY_ED25519 };

struct privkey;

/*
 * privkey_parse - a key out of the text of its file
 *
 * PEM: PKCS #8 (RFC 5208, RFC 8410) or PKCS #1 (RFC 8017), not encrypted;
 * or 32 bytes in base64 and nothing else, the seed of an ed25519 key (RFC
 * 8463 appendix A.2).
 *
 * Returns NULL with *fault, which fits behind "FILE: ".
 */
struct privkey *privkey_parse(const char *, size_t n, const char **fault);
/* a new one; bits only for RSA; NULL when there is no randomness, no memory
 * or no such size */
struct privkey *privkey_make(enum privkey_kind, unsigned bits);
void privkey_free(struct privkey *);

enum privkey_kind privkey_kind(const struct privkey *);
unsigned privkey_bits(const struct privkey *);

/*
 * privkey_sign - the signature of a SHA-256 digest
 *
 * RSA: PKCS #1 v1.5 (RFC 8017 section 8.2); ed25519: the digest is what is
 * signed (RFC 8463 section 3).  Returns its length, or -1.
 */
long privkey_sign(struct privkey *,
    const unsigned char digest[PRIVKEY_DIGEST_LEN],
    unsigned char sig[PRIVKEY_SIG_BYTES]);

/* what stands in p= of the key's record, not yet in base64: a
 * SubjectPublicKeyInfo for RSA, 32 bytes for ed25519; 0, or -1 with ENOMEM */
int privkey_public(struct buf *, const struct privkey *);
/* the key as PEM, PKCS #8: wipe the buffer behind it; 0, or -1 */
int privkey_text(struct buf *, const struct privkey *);
/* empty it with nothing left in its memory */
void privkey_wipe(struct buf *);

#endif
