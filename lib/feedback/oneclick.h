#ifndef FEEDBACK_ONECLICK_H
#define FEEDBACK_ONECLICK_H

#include "base/buf.h"
#include "conf/word.h"
#include "mail/token.h"

/*
 * The end of List-Unsubscribe that is an URL: what a request comes to.  A POST
 * whose body says List-Unsubscribe=One-Click (RFC 8058) unsubscribes; GET does
 * nothing, for scanners follow links, and shows a page with a button that does
 * the POST.
 */
struct oneclick_request {
	const char *method;
	const char *path;     /* the token stands at its end, */
	const char *argument; /* or it is this */
	struct slice type, body;
	unsigned too_large : 1;
};

enum oneclick_what {
	ONECLICK_SAY, /* nothing is done */
	ONECLICK_DO   /* what the page says is so when this is on disk */
};

struct oneclick {
	enum oneclick_what what;
	unsigned status;
	const char *const *more; /* header fields, as httpd_answer() has them */
	struct token token;      /* with DO */
};

/*
 * oneclick_judge - what is done and said
 *
 * today  days since 1970
 * days   how old a token may be
 * page   receives HTML in place of what it has
 *
 * 0, or -1 with ENOMEM.
 */
int oneclick_judge(struct oneclick *, const struct oneclick_request *,
    const struct token_keys *, unsigned today, unsigned days, struct buf *page);
/* it cannot be done now: the same page for all; as oneclick_judge() */
int oneclick_later(struct oneclick *, struct buf *page);
/* who asks too often; the same */
int oneclick_slower(struct oneclick *, struct buf *page);

#endif
