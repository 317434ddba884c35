#ifndef MAIL_TOKENHASH_H
#define MAIL_TOKENHASH_H

#include "crypt/digest.h"
#include "mail/token.h"

/*
 * The inside of mail/token: what makers and checkers of tokens have in common,
 * the keyed hashes over what a token says, and their text, base32 in lower case.
 */
enum {
	TOKENHASH_DAY_LEN = 4,  /* characters of a day */
	TOKENHASH_MAC_LEN = 16, /* of a MAC in a return path */
	TOKENHASH_LONG = 16     /* bytes of a MAC in a token */
};

/* of an id: a to z and 0 to 9 */
int tokenhash_plain(char);
/* what relays may change on the way counts the same: letter case of a return
 * path, and which of + = @ stands where in its recipient */
char tokenhash_fold(char);

/* the last 5 * len bits of u as len characters, without a NUL */
void tokenhash_put32(char *out, size_t len, uint64_t u);
/* n characters, of which the last 12 and a half are *u; 0, or -1: they are
 * none */
int tokenhash_get32(const char *, size_t n, uint64_t *u);

/* of all it says */
void tokenhash(const struct token *, const struct token_key *,
    unsigned char out[DIGEST_LEN]);
/* the first 80 bits of it */
void tokenhash_mac(char out[TOKENHASH_MAC_LEN], const struct token *,
    const struct token_key *);
/* 50 bits that tell of an address, as dns/idnaddress.h has it and of
 * TOKEN_RCPT_MAX bytes at most, whether it is the recipient's */
void tokenhash_bound(char out[TOKEN_BOUND_LEN], const struct token *,
    const char *form, const struct token_key *);

#endif
