#ifndef CRYPT_CERTIFICATE_H
#define CRYPT_CERTIFICATE_H

#include "base/buf.h"
#include "crypt/certkey.h"
#include <stddef.h>
#include <stdint.h>

/*
 * Certificates that we show, by libcrypto: PEM read, put into order, compared
 * with their key.  Those of others are judged elsewhere.
 *
 * A fault is a text that fits behind "FILE: ".
 */
enum {
	CERTIFICATE_CHAIN_MAX = 8,   /* from a key's upwards */
	CERTIFICATE_DER_MAX = 16384, /* bytes of one */
	CERTIFICATE_READ_MAX = 64,   /* of a file; the rest is not looked at */
	CERTIFICATE_NAME_MAX = 253,  /* bytes of a name, without "*." */
	CERTIFICATE_NAMES_MAX = 100  /* of one; the rest is not told */
};

struct certificate; /* a chain, leaf first */

/*
 * certificate_parse - the chain of a key, out of a text in PEM
 *
 * The leaf is the certificate of this key, or the first one when key is NULL;
 * behind it stands each one's issuer, whatever the order in the text, as far
 * as the text has them.  A root is left out, and so is what leads nowhere.
 *
 * NULL with *fault.
 */
struct certificate *certificate_parse(const char *, size_t n,
    const struct certkey *key, const char **fault);
void certificate_free(struct certificate *);

size_t certificate_count(const struct certificate *);
/* in DER, i 0 the leaf; valid as long as the chain */
const unsigned char *certificate_der(const struct certificate *, size_t i,
    size_t *len);
enum certkey_kind certificate_kind(const struct certificate *);

/*
 * certificate_names - what the leaf is for
 *
 * Appends its dNSNames in lower case, a comma between; the common name only
 * where there are none (RFC 6125 section 6.4.4).  What is no host name, with
 * "*." in front or without, is left out.
 *
 * Returns how many there are, or -1 with ENOMEM; above CERTIFICATE_NAMES_MAX
 * those first are there.
 */
long certificate_names(const struct certificate *, struct buf *);
/* is this a name that a certificate may be for: letters, digits, - and _ in
 * labels, "*." before them or not, 253 bytes at most */
int certificate_name_ok(const char *, size_t);

/* when all of the chain are valid; wall clock, s */
int64_t certificate_from(const struct certificate *);
int64_t certificate_until(const struct certificate *);
/* did the leaf sign itself? */
int certificate_self(const struct certificate *);
/* was the issuer of the last one, or a root, in the text?  No: others may
 * not find it */
int certificate_lone(const struct certificate *);

/* SHA-256 of the leaf, and of its SubjectPublicKeyInfo; 0, or -1 */
int certificate_hash(const struct certificate *,
    unsigned char whole[CERTKEY_HASH_BYTES],
    unsigned char key[CERTKEY_HASH_BYTES]);
/* SHA-256 of anything, for programs that have libcrypto; 0, or -1 */
int certificate_sha256(const void *, size_t n,
    unsigned char out[CERTKEY_HASH_BYTES]);

/* the chain as PEM, in order; 0, or -1 */
int certificate_pem(struct buf *, const struct certificate *);

#endif
