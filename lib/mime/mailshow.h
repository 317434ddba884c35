#ifndef MIME_MAILSHOW_H
#define MIME_MAILSHOW_H

#include "base/buf.h"
#include "mail/header.h"
#include "mime/mimewalk.h"

/*
 * What mail-show(8) prints: a message as LTSV lines (format/ltsv.h), with
 * everything decoded.  All text is valid UTF-8 without control characters.
 * 0, or -1 with ENOMEM.
 */
enum {
	MAILSHOW_VALUE_MAX = HEADER_MAX
}; /* bytes of a field's value; the
					   * rest is cut */

/*
 * mailshow_value - a field, and what its name says that it holds
 *
 *	field:NAME value:TEXT
 *	address:LOCAL@DOMAIN name:TEXT      From, To, ...
 *	date:SECONDS iso:2026-11-22T...     Date, Received, ...
 *	id:LEFT@RIGHT                       Message-ID, References, ...
 *	type:TEXT/PLAIN, then a line for each of its parameters:
 *	param:NAME value:TEXT language:TAG
 *
 * An empty address, date or type is one that cannot be read.
 *
 * value, n  as it stands, folding and all; it ends at a line end that no
 *           blank follows
 *
 * 0, or -1 with ENOMEM.
 */
int mailshow_value(struct buf *, const char *name, size_t name_len,
    const char *value, size_t n);

/* the fields of a part, with "in:PATH at:OFFSET length:N" in their lines;
 * message is where offsets begin.  *p goes from field to field and is NULL at
 * first: 1 for each, 0 at the end, -1 with ENOMEM */
int mailshow_field(struct buf *, const char **p, const struct mimepart *,
    const char *message);

/*
 * mailshow_part - the line of a part
 *
 *	part:1.2 type:text/html charset:utf-8 encoding:base64
 *	disposition:attachment filename:x header:99 body:120 length:88
 *	size:66 fault:encoding
 *
 * size is that of the part decoded.
 */
int mailshow_part(struct buf *, const struct mimepart *, const char *message);

#endif
