#ifndef MIME_MIMETEXT_H
#define MIME_MIMETEXT_H

#include "base/buf.h"
#include "mime/mimewalk.h"

/*
 * Parameters as text: valid UTF-8 without control characters, whatever
 * character set and encoding they came in (RFC 2231, and encoded words in
 * values, which RFC 2047 section 5 forbids and mailers make).
 */

/*
 * mimetext_param - append the value of a parameter
 *
 * Values are cut at MIMETYPE_VALUE_MAX bytes.  Returns 1, 0 when there is no
 * such parameter, -1 with ENOMEM.
 */
int mimetext_param(struct buf *, const struct mimetype *, const char *name,
    size_t n);

/*
 * the name of the file in a part: filename of its disposition, else name of
 * its type.  A name for people; it may hold slashes.  Result as above.
 */
int mimetext_filename(struct buf *, const struct mimepart *);

#endif
