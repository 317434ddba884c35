#ifndef MAIL_RECEIVED_H
#define MAIL_RECEIVED_H

#include "base/buf.h"

/*
 * The trace field that an SMTP server puts before a message (RFC 5321
 * 4.4), and the count of those that are there already (6.3).
 */
struct received {
	const char *helo;   /* as given by the client, any bytes; or NULL */
	const char *client; /* IP address, or NULL: not known */
	const char *client_name; /* its name, or NULL */
	const char *by;          /* our name */
	const char *with;        /* ESMTP, SMTP, ... */
	int64_t now;             /* seconds since 1970 */
};

/*
 * "Received: from ... by ... with ...; date" in three lines with LF.  Of
 * foreign names bytes that may not stand there become '?'.  0, or -1 with
 * ENOMEM.
 */
int received_put(struct buf *, const struct received *);

/*
 * Count Received fields in a message that comes in pieces of any size;
 * all zero is the start.  Stops counting at the empty line.
 */
struct hops {
	unsigned count;
	unsigned char at;   /* bytes of the line that match "received:" */
	unsigned char skip; /* the rest of the line does not matter */
	unsigned char body; /* the header is over */
};
void hops_feed(struct hops *, const char *, size_t n);

#endif
