#ifndef SMTP_SCRAMOUT_H
#define SMTP_SCRAMOUT_H

#include "base/buf.h"
#include "crypt/digest.h"
#include <stddef.h>

/*
 * SCRAM-SHA-256 (RFC 5802, RFC 7677) as a client has it, without channel
 * binding.  Messages are as they are before base64.
 *
 *	first()  who we are, and a nonce
 *	challenge()  the server's nonce and salt; then work() until it is 0
 *	final()  the proof that we have the password
 *	is_right()  has the server shown that it has it, too?
 */
enum {
	SCRAMOUT_NONCE = 18, /* bytes of chance */
	SCRAMOUT_MESSAGE_MAX = 2048,
	SCRAMOUT_SALT_MAX = 256,
	/* RFC 5802 section 5.1, RFC 7677 section 4: fewer are too few.  The
	 * server says how long we work, so there is an end to it */
	SCRAMOUT_ITERATIONS_MIN = 4096,
	SCRAMOUT_ITERATIONS_MAX = 600000,
	SCRAMOUT_SLICE = 20000 /* of them at a time: some milliseconds */
};

/* all zero at first */
struct scramout {
	struct buf auth; /* AuthMessage as far as it is known */
	size_t nonce_at, nonce_len;
	unsigned iterations;
	size_t salt_len;
	unsigned char salt[SCRAMOUT_SALT_MAX];
	struct digest_pbkdf2 slow;
	unsigned char server[DIGEST_LEN]; /* the signature that must come */
};

/* client-first-message into out; 0, or -1 with ENOMEM */
int scramout_first(struct scramout *, const char *user,
    const unsigned char nonce[SCRAMOUT_NONCE], struct buf *out);
/*
 * scramout_challenge - server-first-message
 *
 * Returns NULL when it is good, and begins the slow work; else what is wrong
 * with it, or scramout_no_memory, which is not its fault.
 */
extern const char scramout_no_memory[];
const char *scramout_challenge(struct scramout *, const char *, size_t n,
    const char *password);
/* SCRAMOUT_SLICE of it: 1 there is more, 0: it is done */
int scramout_work(struct scramout *);
/* client-final-message into out; 0, or -1 with ENOMEM */
int scramout_final(struct scramout *, struct buf *out);
/* does the server-final-message hold? */
int scramout_is_right(const struct scramout *, const char *, size_t n);
/* wipes it */
void scramout_free(struct scramout *);

#endif
