#ifndef FEEDBACK_TIE_H
#define FEEDBACK_TIE_H

#include "feedback/mailread.h"
#include "mail/token.h"

/*
 * To which message of ours, and to whom of its recipients, does what came
 * back belong?  In this order:
 *
 *   return-path  a good token of mail/token.h is the address that it came to,
 *                or the return path of the message that was returned
 *   list-token   one stands in its List-Unsubscribe, or was sent to be
 *                unsubscribed with
 *   message-id   the returned Message-ID is of our form
 *   address      the report names a recipient
 *   none
 *
 * Only the first two prove anything, since only they cannot be made by others;
 * a recipient is proven when the token names him.  A return path that is bound
 * to one without naming him is tried with all whom the report and the returned
 * header name; who fits stands in its token then, as if it named him.
 */
enum {
	TIE_TOKENS_MAX = 20, /* of one message that are checked */
	TIE_RCPTS_MAX = 100  /* recipients that are tried; more are not */
};

enum tie_by {
	TIE_NONE,
	TIE_ADDRESS,
	TIE_MESSAGE_ID,
	TIE_LIST_TOKEN,
	TIE_RETURN_PATH
};

struct tie_facts {
	const struct token_keys *keys; /* n 0: none, nothing is proven */
	unsigned today, days;          /* as token_check() has them */
	struct slice address;          /* that the message came to */
	int unsubscribe;               /* which is there to unsubscribe */
};

struct tie {
	enum tie_by by;
	struct token token;  /* of the first two; also uuid of message-id */
	unsigned forged : 1; /* a token was not made by us, or was changed */
	unsigned expired : 1;
	char msgid[256]; /* returned Message-ID without <>; empty: none */
};

void tie(struct tie *, const struct tie_facts *, const struct mailread *);
const char *tie_word(enum tie_by);

#endif
