#ifndef FIX_FACTS_H
#define FIX_FACTS_H

#include "conf/template.h"
#include "fix/rules.h"
#include "format/parcel.h"
#include "mail/addrlist.h"
#include "mail/token.h"

/*
 * What is known of a message for the rules of conf-fix(5) and for their
 * templates: its envelope as it is now, its header as it came.
 */
enum {
	FIXFACTS_TAGS_MAX = 64, /* tags looked at */
	FIXFACTS_FROM_MAX = 100 /* addresses in From; more are not judged */
};

struct fixfacts {
	/* set by the caller */
	const char *me;
	int64_t now;
	const struct token_keys *keys; /* n 0: none */
	const char *header;            /* as it came */
	size_t header_len;
	int add_from; /* a missing From will be the sender */

	const struct buf *env; /* as it is now */
	/* of the envelope; each is a string that may hold any byte */
	struct buf sender, tenant, user, rcpt, client, client_name, helo, proto;
	size_t rcpts;
	struct buf tags; /* NAME=VALUE one behind the other */
	struct slice tag[FIXFACTS_TAGS_MAX];
	unsigned n_tag;

	/* of the header */
	char id[TOKEN_ID_MAX + 1];
	struct address from_address;         /* of the sender */
	char from[ADDRLIST_ADDRESS_MAX + 1]; /* first address of From */
	char domain[WORD_DOMAIN_MAX + 1];    /* of it, else of the sender,
					      * else me; in lower case */
	unsigned has_from : 1;
	unsigned aligned : 1, unaligned : 1;
	unsigned no_key : 1; /* a token was wanted and there is no key */
};

/* all of it; 0, or -1 with ENOMEM */
int fixfacts_read(struct fixfacts *, const struct buf *env,
    const unsigned char rnd[TOKEN_RANDOM_LEN]);
/* the envelope once more, after it was changed; the sender stays the one
 * that came.  0, or -1 with ENOMEM */
int fixfacts_envelope(struct fixfacts *, const struct buf *env);
void fixfacts_mail(const struct fixfacts *, struct fixrules_mail *);
void fixfacts_free(struct fixfacts *);

/* may all addresses of From be there?  lists: as fixrules_listed(), n of
 * them; NULL, or what is wrong */
const char *fixfacts_check_from(const struct fixfacts *,
    const struct slice *lists, size_t n);

/* the names that templates have */
struct template_source fixfacts_source(struct fixfacts *);
/* what a token or return path of this message says */
void fixfacts_token(const struct fixfacts *, enum token_kind, struct token *);

#endif
