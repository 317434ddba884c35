#ifndef ACCOUNT_ACCOUNTKEY_H
#define ACCOUNT_ACCOUNTKEY_H

#include "base/slice.h"

/*
 * Keys of the programming interface, account-socket(5): "rp_NUMBER_SECRET", and
 * what is kept of the secret, the SHA-256 of its digits as 64 small hexadecimal
 * ones.  These, as ASCII, are the key of a signature.
 */
enum {
	ACCOUNTKEY_NUMBER = 16, /* digits */
	ACCOUNTKEY_SECRET = 48, /* the same: 192 bits */
	ACCOUNTKEY_HASH = 64,   /* the same */
	ACCOUNTKEY_ROOM = 3 + ACCOUNTKEY_NUMBER + 1 + ACCOUNTKEY_SECRET + 1
};

struct accountkey {
	char number[ACCOUNTKEY_NUMBER + 1];
	char secret[ACCOUNTKEY_SECRET + 1];
};

/* a whole key; 0, or -1: it has not the form of one */
int accountkey_scan(const char *, size_t, struct accountkey *);
/* is it a number of a key?  1 or 0 */
int accountkey_is_number(const char *, size_t);
void accountkey_text(const struct accountkey *, char out[ACCOUNTKEY_ROOM]);
/* what is kept of it */
void accountkey_hash(const struct accountkey *, char out[ACCOUNTKEY_HASH + 1]);
/* is this what is kept of it?  1 or 0, in a time that tells nothing */
int accountkey_is(const struct accountkey *,
    const char hash[ACCOUNTKEY_HASH + 1]);
/* is sum the HMAC-SHA-256 of text by it, in small hexadecimal digits? */
int accountkey_signed(const char hash[ACCOUNTKEY_HASH + 1], struct slice text,
    struct slice sum);

#endif
