#ifndef FEED_FEEDLETTER_H
#define FEED_FEEDLETTER_H

#include "chain/handover.h"
#include "crypt/digest.h"
#include "sendmail/localuser.h"
#include "sendmail/unixmail.h"

/*
 * A message of a stream, on its way into the chain: as sendmail(8) hands one
 * in, with its header completed, and with a key where the stream has a book.
 */
enum {
	FEEDLETTER_KEY_MAX = 100, /* bytes of a key, with NUL */
	FEEDLETTER_SUM = 16       /* hexadecimal digits of a sum */
};

struct feedrun;

struct feedletter {
	struct handover_item item; /* first */
	/* the user's: in the order of the stream, its number from 1, where it
	 * begins, and where what follows does */
	struct feedrun *run;
	struct feedletter *next;
	uint64_t n, at, end;
	unsigned done : 1, later : 1;
	/* private */
	struct unixmail mail;
	struct digest sum; /* of what came */
	enum unixmail_result bad;
};

/* what is said of all of them */
struct feedletter_by {
	struct localuser *caller; /* who feeds them, */
	const char *me;           /* at this host */
	unsigned long uid;
};

/* tmp: for a large one.  NULL: out of memory */
struct feedletter *feedletter_new(const char *tmp);
void feedletter_free(struct feedletter *);
/* more of the message */
void feedletter_add(struct feedletter *, const char *, size_t n);
/* all of it is there: NULL, or why it cannot be kept, a constant */
const char *feedletter_whole(struct feedletter *);
/* its header then, as it came */
static inline const struct buf *
feedletter_header(const struct feedletter *l)
{
	return &l->mail.header;
}
/*
 * feedletter_seal - what handover_put() wants of it
 *
 * env  its envelope lines: from, to, and what else is said in the stream
 * key  an idempotency key, or NULL; where env has one that one counts
 *
 * 0, or -1 with errno.
 */
int feedletter_seal(struct feedletter *, const struct buf *env, const char *key,
    const struct feedletter_by *);

#endif
