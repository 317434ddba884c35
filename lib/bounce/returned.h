#ifndef BOUNCE_RETURNED_H
#define BOUNCE_RETURNED_H

#include "base/buf.h"
#include "bounce/dsn.h"
#include "conf/hostname.h"

/*
 * A delivery report as a parcel: names of its own, and its envelope.  Pure,
 * as bounce/dsn.h.
 */
enum {
	RETURNED_NAME_LEN = 24,      /* random, for ids and boundaries */
	RETURNED_HEADER_MAX = 65536, /* bytes of an original's header */
	RETURNED_ID_ROOM = RETURNED_NAME_LEN + HOSTNAME_MAX + 32
};

struct returned {
	struct dsn d; /* the caller fills in what is known of the original */
	char boundary[DSN_BOUNDARY_LEN + 1], message_id[RETURNED_ID_ROOM];
};

/* boundary and Message-ID, out of RETURNED_NAME_LEN random characters, and
 * of d.now and d.me */
void returned_name(struct returned *, const char *name);

/* has it bytes above 127? */
int returned_eight_bit(const char *, size_t n);
/* may a report hold these bytes of the original as they are?  line: bytes of
 * the line so far, 0 at first.  1 or 0 */
int returned_fits(size_t *line, const char *, size_t n);
/* the lines of its envelope, from the null sender, to d.to; 0, or -1 with
 * ENOMEM */
int returned_envelope(const struct dsn *, struct buf *env);

/*
 * returned_make - a report in one piece
 *
 * p, n  the original, or its start
 *
 * original of d is DSN_WHOLE when p, n is all of it and may come back as it is;
 * it does where it fits, and else only its header, as dsn_header() has it.
 * eight_bit of d is found out here.  0, or -1 with ENOMEM.
 */
int returned_make(struct returned *, const struct dsn_rcpt *, size_t n_rcpt,
    const char *p, size_t n, struct buf *env, struct buf *text);

#endif
