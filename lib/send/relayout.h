#ifndef SEND_RELAYOUT_H
#define SEND_RELAYOUT_H

#include "base/buf.h"
#include "chain/dial.h"

/*
 * What is said to a relay that makes a connection for us, before anything else:
 *
 *   SOCKS5        RFC 1928, the command CONNECT, without a login or with user
 *                 and password (RFC 1929)
 *   PROXY         haproxy's proxy-protocol.txt section 2.2, version 2: a header
 *                 that names source and destination, and no answer
 *
 * It holds no descriptor and no clock.
 */
enum relayout_kind { RELAYOUT_NONE, RELAYOUT_SOCKS, RELAYOUT_PROXY };

enum {
	RELAYOUT_LOGIN_MAX = 255, /* bytes of user and of password */
	RELAYOUT_READ_MAX = 257   /* bytes asked for at a time */
};

enum relayout_step {
	RELAYOUT_MORE,   /* send what was appended, read what is wanted */
	RELAYOUT_DONE,   /* the connection is there: what is read now is its */
	RELAYOUT_HOST,   /* the relay cannot reach the host */
	RELAYOUT_REFUSED /* it refuses us, or is none */
};

/* all zero; the owner's are kind to from user password, which stay until it is
 * over */
struct relayout {
	enum relayout_kind kind;
	const struct dial_addr *to, *from; /* numeric; from PROXY's alone */
	const char *user, *password;       /* NULL: no login */
	unsigned char state;
	size_t wants; /* bytes that are to be read next, and no more */
};

/*
 * relayout_begin - the relay is connected
 *
 * why  with REFUSED receives what is wrong, a constant
 *
 * Appends what is to be sent; MORE, or DONE; REFUSED where it cannot be said.
 * Without memory RELAYOUT_REFUSED.
 */
enum relayout_step relayout_begin(struct relayout *, struct buf *out,
    const char **why);
/* the same for r->wants bytes that were read */
enum relayout_step relayout_feed(struct relayout *, const char *p,
    struct buf *out, const char **why);

#endif
