#ifndef SASL_SCRAM_H
#define SASL_SCRAM_H

#include "base/buf.h"
#include "crypt/digest.h"
#include "sasl/saslname.h"
#include <stddef.h>

/*
 * SCRAM-SHA-256 (RFC 5802, RFC 7677) as a server has it: three messages, and
 * the keys that are kept instead of a password.  Without channel binding: who
 * can do it and hears that we cannot ("y") is right, who demands it ("p=") is
 * refused.
 *
 *	first()  the client's name                   ASK_KEYS, WRONG, BAD
 *	challenge()  our nonce and the keys          SAY
 *	final()  the client's proof                  SAY, WRONG, BAD
 *
 * or, of each, MEMORY.
 * What is said after final() shows that we have the keys, and the client has
 * nothing to answer.
 */
enum {
	SCRAM_MESSAGE_MAX = 4096, /* bytes of a client's message */
	SCRAM_SALT_MAX = 64,
	SCRAM_SALT_LEN = 16,  /* of keys made here */
	SCRAM_NONCE_LEN = 24, /* of ours: 18 bytes of chance in base64 */
	/* of keys made here: Cyrus SASL, which is Postfix's as a client, takes
	 * no more, and asks for no other mechanism then */
	SCRAM_ITERATIONS = 65536,
	/* RFC 5802 section 5.1: a server should not ask for fewer */
	SCRAM_ITERATIONS_MIN = 4096,
	SCRAM_ITERATIONS_MAX = 10000000
};

struct scram_keys {
	unsigned iterations;
	size_t salt_len;
	unsigned char salt[SCRAM_SALT_MAX];
	unsigned char stored[DIGEST_LEN], server[DIGEST_LEN];
};

/* all zero at first */
struct scram {
	char name[SASLNAME_LOGIN_MAX + 1]; /* who it is, NUL behind it */
	size_t name_len;
	struct scram_keys keys;
	struct buf gs2;  /* the header of the first message, in base64 */
	struct buf auth; /* AuthMessage as far as it is known */
	size_t nonce_at, nonce_len; /* both nonces, in auth */
};

enum scram_step {
	SCRAM_ASK_KEYS, /* the name is known: those of whom? */
	SCRAM_SAY,      /* out is to go to the client, not yet in base64 */
	SCRAM_WRONG,    /* he is not who he says */
	SCRAM_BAD,      /* that is no SCRAM */
	SCRAM_MEMORY    /* there is none: it cannot be known now */
};

enum scram_step scram_first(struct scram *, const char *, size_t n);
/* nonce: SCRAM_NONCE_LEN printable characters, no comma */
enum scram_step scram_challenge(struct scram *, const struct scram_keys *,
    const char nonce[SCRAM_NONCE_LEN + 1], struct buf *out);
enum scram_step scram_final(struct scram *, const char *, size_t n,
    struct buf *out);
/* wipes it */
void scram_free(struct scram *);

/* keys of a password; takes a tenth of a second or so */
void scram_make(struct scram_keys *, const char *password, size_t n,
    const unsigned char *salt, size_t salt_len, unsigned iterations);
/*
 * scram_fake - keys of a name that nobody has, so that none learns that
 *
 * secret  always the same, so that the salt is, too
 */
void scram_fake(struct scram_keys *, const unsigned char secret[DIGEST_LEN],
    const char *name, size_t n);

/* "ITERATIONS:SALT:STORED:SERVER", the three in base64; 0, or -1 with ENOMEM */
int scram_keys_put(struct buf *, const struct scram_keys *);
/* the other way; 0, or -1 when it is none, or has too few iterations */
int scram_keys_get(struct scram_keys *, const char *, size_t n);

#endif
