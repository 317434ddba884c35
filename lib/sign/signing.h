#ifndef SIGN_SIGNING_H
#define SIGN_SIGNING_H

#include "base/buf.h"

/*
 * What is asked of key-sign(8) and what it answers.  Both are netstrings:
 *
 *	request  ALGORITHM KEY DIGEST     one blank between
 *	answer   K and the signature in base64, or Z or D and a reason
 *
 * DIGEST is the 32 bytes to be signed, in base64 or as 64 hexadecimal
 * digits.
 */
enum {
	SIGNING_KEY_MAX = 512,     /* bytes of a key's file name */
	SIGNING_REQUEST_MAX = 640, /* bytes of a request's content */
	SIGNING_ANSWER_MAX = 2048  /* of an answer's; RSA of 8192 bits: 1365 */
};

enum signing_algorithm { SIGNING_RSA_SHA256, SIGNING_ED25519_SHA256 };
/* the word of RFC 6376 section 3.3 and RFC 8463 section 3: a constant */
const char *signing_word(enum signing_algorithm);
/* 0, or -1 when the word is none of them; letter case counts */
int signing_algorithm(const char *, size_t n, enum signing_algorithm *);

/*
 * Is this the name of a key's file?  Components of letters, digits, '-',
 * '_', '.' with a '/' between, none of them empty or beginning with a dot:
 * so no name leads out of the folder of keys.
 */
int signing_key(const char *, size_t n);

struct signing_request {
	enum signing_algorithm algorithm;
	char key[SIGNING_KEY_MAX + 1]; /* NUL behind it */
	unsigned char digest[32];
};

/* a whole request as a netstring; 0, or -1 with ENOMEM */
int signing_put(struct buf *, const struct signing_request *);
/*
 * the content of a request; NULL, or what is wrong with it, fit for an
 * answer
 */
const char *signing_get(const char *, size_t n, struct signing_request *);

#endif
