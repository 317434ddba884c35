#ifndef MIME_PIXEL_H
#define MIME_PIXEL_H

#include "base/buf.h"
#include <stddef.h>

/*
 * An image of one pixel in the HTML parts of a message, by which the one who
 * has its URL sees that the message was opened.
 *
 * It stands directly before the last </body>, or at the end of a part that
 * has none.  Left alone are parts below multipart/signed and
 * multipart/encrypted (RFC 1847), messages within the message, what is not
 * to be shown inline (RFC 2183), parts in a character set or encoding that is
 * not known or has other bytes than ASCII for ASCII, broken base64, and empty
 * parts.
 */
enum {
	PIXEL_MESSAGE_MAX = 4194304, /* bytes; a longer one gets none */
	PIXEL_TAG_MAX = 990 /* bytes of <img ...>: a line (RFC 5322 section
			     * 2.1.1); a longer one is not put */
};

/*
 * pixel_put - the message with the image
 *
 * message  header, empty line, body; line ends LF or CRLF
 * url      printable ASCII without quotes, < and >; NUL behind it
 * out      receives the new message, appended; nothing when there is no part
 *          for the image
 *
 * Returns the number of parts that have it now, or -1 with ENOMEM.
 */
int pixel_put(struct buf *out, const char *message, size_t n, const char *url);

#endif
