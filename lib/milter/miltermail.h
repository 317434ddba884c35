#ifndef MILTER_MILTERMAIL_H
#define MILTER_MILTERMAIL_H

#include "base/buf.h"

/*
 * What is told to a milter of one message: facts of its envelope, parcel(5),
 * the recipients there, header and body.
 */
enum miltermail_fact {
	MILTERMAIL_JOB, /* the id by which it may name the message */
	MILTERMAIL_CLIENT,
	MILTERMAIL_CLIENT_NAME,
	MILTERMAIL_PORT,
	MILTERMAIL_HELO,
	MILTERMAIL_PROTO,
	MILTERMAIL_USER,
	MILTERMAIL_TLS,
	MILTERMAIL_FROM,
	MILTERMAIL_BODY,
	MILTERMAIL_UTF8,
	MILTERMAIL_RET,
	MILTERMAIL_ENVID,
	MILTERMAIL_FACTS
};

struct miltermail {
	struct buf fact[MILTERMAIL_FACTS]; /* with NUL; empty: unknown */
	const char *me;                    /* our name */
	const char *daemon;                /* what {daemon_name} says */
	/* the caller's, as they stand: envelope lines, and the header with LF
	 * line ends */
	const struct buf *env, *header;
	uint64_t size; /* bytes of the message */
	/* body, LF line ends, from offset at on: bytes at *p, valid until the
	 * next call; 0 at the end, -1 with errno */
	long (*body)(void *arg, uint64_t at, const char **p);
	void *arg;
};

/* all zero but for what the caller has set; takes the facts from env.  0, or
 * -1 with ENOMEM */
int miltermail_make(struct miltermail *);
void miltermail_free(struct miltermail *);
/* NULL: unknown */
const char *miltermail_fact(const struct miltermail *, enum miltermail_fact);

/*
 * miltermail_rcpt - the recipient at *at, and the one behind
 *
 * at       0 at first: an offset in env, moved behind his line
 * address  receives his address with a NUL behind it
 * args     his ESMTP parameters, blank separated
 *
 * Returns 1, 0 when there is no more, -1 with ENOMEM.
 */
int miltermail_rcpt(const struct miltermail *, size_t *at, struct buf *address,
    struct buf *args);
/* what is behind the last @ of an address; empty when there is none */
const char *miltermail_domain(const char *address);

#endif
