#ifndef TLS_KEYWIRE_H
#define TLS_KEYWIRE_H

#include "base/buf.h"
#include "tls/identity.h"
#include <stdint.h>

/*
 * What is asked of tls-key(8) and what it answers, for both sides and without
 * descriptors.  Both are netstrings; answers begin with K (done), Z (not now:
 * the reason) or D (not as it stands: the reason).
 */
enum {
	KEYWIRE_REQUEST_MAX = 256,  /* bytes in the netstring */
	KEYWIRE_SIGN_MAX = 520,     /* of an answer to sign */
	KEYWIRE_REASON_MAX = 200,   /* of a reason */
	KEYWIRE_LIST_MAX = 4 << 20, /* of an answer to list */
	KEYWIRE_KEY_BYTES = 32,     /* SHA-256 of a SubjectPublicKeyInfo */
	KEYWIRE_DIGEST_BYTES = 64   /* room for one */
};

enum keywire_verb { KEYWIRE_LIST, KEYWIRE_SIGN, KEYWIRE_PING };
enum keywire_scheme {
	KEYWIRE_ECDSA_256,
	KEYWIRE_ECDSA_384,
	KEYWIRE_ECDSA_512,
	KEYWIRE_RSA_256, /* PKCS #1 v1.5 */
	KEYWIRE_RSA_384,
	KEYWIRE_RSA_512
};

struct keywire_request {
	enum keywire_verb verb;
	uint64_t generation; /* list: the one that is there; 0: none */
	unsigned char key[KEYWIRE_KEY_BYTES]; /* sign */
	enum keywire_scheme scheme;
	unsigned char digest[KEYWIRE_DIGEST_BYTES];
	size_t digest_len;
};

/* bits of a scheme's digest; is it one of RSA? */
unsigned keywire_bits(enum keywire_scheme);
int keywire_rsa(enum keywire_scheme);

/* a request as a netstring; 0, or -1 with ENOMEM */
int keywire_put(struct buf *, const struct keywire_request *);
/* the content of one; NULL, or what is wrong: a reason to answer with */
const char *keywire_get(const char *, size_t n, struct keywire_request *);

/* an answer as a netstring: what it is and the rest; 0, or -1 with ENOMEM */
int keywire_answer(struct buf *, char kind, const void *, size_t n);

/*
 * The content of an answer to list, behind its K: the generation, and each
 * identity, in the order of the table, as tls-key(8) has it.
 */
int keywire_put_generation(struct buf *, uint64_t);
int keywire_put_identity(struct buf *, const struct identity *);

/*
 * keywire_identities - that content, back into a set
 *
 * Returns NULL and a new set with one holder, its generation in *generation;
 * or what is wrong, or "out of memory".
 */
const char *keywire_identities(const char *, size_t n, struct identity_set **,
    uint64_t *generation);

#endif
