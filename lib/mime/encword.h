#ifndef MIME_ENCWORD_H
#define MIME_ENCWORD_H

#include "base/buf.h"
#include <stddef.h>

/*
 * Encoded words, "=?utf-8?q?J=C3=B6rg?=" (RFC 2047, with the language of RFC
 * 2231 section 5): how header fields hold what is not ASCII.
 */
enum {
	ENCWORD_LEN = 75,        /* bytes of one that is made (section 2) */
	ENCWORD_READ_MAX = 2048, /* bytes of one that is read; a longer one is
				* text */
	ENCWORD_LINE_LEN = 76    /* bytes of a line with one */
};

/*
 * encword_decode - a value of a field as UTF-8
 *
 * p, n   the value, folding and all; blanks at its ends stay
 *
 * Appends valid UTF-8 without control characters.  A line end with the
 * blanks around it becomes one blank.  Words are decoded wherever they
 * stand, also where RFC 2047 section 5 does not allow them (directly beside
 * other text, within quotes): mailers put them there.  Blanks between two
 * of them are dropped; a character may be split between two of one
 * character set.  What is no encoded word is text.  0, or -1 with ENOMEM.
 */
int encword_decode(struct buf *, const char *p, size_t n);

/*
 * encword_put - text as encoded words
 *
 * s, n  UTF-8; what is not, and control characters, are replaced
 *
 * Appends words that may stand anywhere, also in a phrase, with "\n " between
 * them so that no line of the buffer becomes longer than ENCWORD_LINE_LEN by
 * them.  Q, but B where most bytes are not ASCII.  0, or -1 with ENOMEM.
 */
int encword_put(struct buf *, const char *s, size_t n);

#endif
