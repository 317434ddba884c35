#ifndef SENDMAIL_LOCALHEADER_H
#define SENDMAIL_LOCALHEADER_H

#include "base/buf.h"
#include <stddef.h>
#include <stdint.h>

/*
 * What a message needs that a program hands in at the command line: fields
 * that are missing, and the loss of those that must not leave the house.
 */
enum { LOCALHEADER_NAME_MAX = 200 }; /* bytes of a display name */

struct localheader {
	const char *me;         /* host name */
	const char *from;       /* address for a From field */
	const char *name;       /* display name, UTF-8; may be NULL */
	const char *message_id; /* with its <> */
	const char *origin;     /* for Received: "uid 1000" */
	int64_t now;            /* seconds */
	int offset;             /* minutes east of UTC */
};

/*
 * localheader_complete - a header made complete
 *
 * header, n  fields as they came, LF lines, no empty line
 *
 * Puts Received in front; adds From, Date, Message-ID, and
 * "To: undisclosed-recipients:;" where there is no To, Cc or a Resent- of
 * them; drops Bcc, Resent-Bcc and Return-Path, and those of addresses, dates
 * and message-ids that say nothing; a From that names nobody gets the address
 * of who sends; puts the host behind addresses without a domain; folds lines of more than 998 bytes.  No empty line is added.  0,
 * or -1 with ENOMEM.
 */
int localheader_complete(struct buf *out, const char *header, size_t n,
    const struct localheader *);

/*
 * Has somebody signed the lines of this message as they are?  A
 * DKIM-Signature, or a multipart/signed (RFC 1847).
 */
int localheader_sealed(const char *header, size_t n);

/* append a display name as a phrase: as it is, quoted, or an encoded word
 * (RFC 2047).  0, or -1 with ENOMEM */
int localheader_phrase(struct buf *out, const char *name);

#endif
