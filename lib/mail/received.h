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
	const char *tls; /* version,cipher[,more], as in event(5); or NULL */
	int priority;    /* MT-PRIORITY as granted, 0: nothing is said of it */
};

/*
 * "Received: from ... by ... with ...; date" in three lines with LF; version
 * and cipher of TLS are a comment behind with, and the priority (RFC 6710) is a
 * clause of its own.  Of
 * foreign names bytes that may not stand there become '?'.  0, or -1 with
 * ENOMEM.
 */
int received_put(struct buf *, const struct received *);

/*
 * Count Received fields in a message that comes in pieces of any size, and see
 * whether it has TLS-Required (RFC 8689 section 3); all zero is the start.
 * Stops at the empty line.
 */
struct hops {
	unsigned count;
	unsigned char tls_required; /* such a field has come */
	unsigned char which;        /* name that the line may begin with */
	unsigned char at;           /* bytes of it that have come */
	unsigned char skip;         /* the rest of the line does not matter */
	unsigned char body;         /* the header is over */
};
void hops_feed(struct hops *, const char *, size_t n);

#endif
