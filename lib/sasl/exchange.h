#ifndef SASL_EXCHANGE_H
#define SASL_EXCHANGE_H

#include "base/buf.h"
#include "conf/word.h"
#include "sasl/saslname.h"
#include "sasl/scram.h"

/*
 * A mechanism's dialogue at a server: PLAIN, LOGIN or SCRAM-SHA-256.  All
 * zero at first; what is wanted next is said by each call:
 *
 *	SAY    out, in base64, is for the client; his answer goes to more()
 *	CHECK  is that the password of this name?  goes to checked()
 *	KEYS   the keys of this name go to keys()
 *	PROOF  the password is right or not: told by proved(), when a guess
 *	       may be
 *
 * GOOD, WRONG and LATER are the end.
 */
enum exchange_want {
	EXCHANGE_SAY,
	EXCHANGE_CHECK,
	EXCHANGE_KEYS,
	EXCHANGE_PROOF,
	EXCHANGE_GOOD,
	EXCHANGE_WRONG,
	EXCHANGE_LATER /* it cannot be known now */
};

enum exchange_mech {
	EXCHANGE_PLAIN,
	EXCHANGE_LOGIN,
	EXCHANGE_SCRAM,
	EXCHANGE_MECHS
};
extern const char *const exchange_names[EXCHANGE_MECHS];

struct exchange {
	unsigned char mech, state;
	char name[SASLNAME_LOGIN_MAX + 1]; /* as it came, NUL behind it */
	size_t name_len;
	struct buf password, out;
	struct scram scram;
	enum exchange_want proved;
};

/*
 * exchange_begin - what a client said first
 *
 * resp, n   in base64
 * has_resp  0: he said nothing yet, which is not the same as nothing at all
 */
enum exchange_want exchange_begin(struct exchange *, enum exchange_mech,
    const char *resp, size_t n, int has_resp);
enum exchange_want exchange_more(struct exchange *, const char *b64, size_t n);
/* right: 1, 0, or -1 not known */
enum exchange_want exchange_checked(struct exchange *, int right);
/* keys NULL: not known; nonce as of scram_challenge() */
enum exchange_want exchange_keys(struct exchange *, const struct scram_keys *,
    const char *nonce);
enum exchange_want exchange_proved(const struct exchange *);
/* wipes it */
void exchange_free(struct exchange *);

#endif
