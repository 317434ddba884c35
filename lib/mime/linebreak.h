#ifndef MIME_LINEBREAK_H
#define MIME_LINEBREAK_H

#include "base/buf.h"
#include <stddef.h>

/*
 * Where a line that is too long for SMTP (RFC 5321 section 4.5.3.1.6) is
 * broken: behind its last blank that has room; where there is none behind
 * a > , or ; of its second half, and else between two characters.  Characters
 * are those of UTF-8 where the line is UTF-8, and of ISO-2022 (which is left
 * before the break and entered again behind it); in other text with bytes
 * above 127 each of these makes one with the byte behind it, as in the
 * character sets of East Asia.  What quoted-printable has written as =C3=A4
 * is one, too.
 *
 * A line of a header is broken before the blank, so that it is folded (RFC
 * 5322 section 2.2.3).
 */
enum {
	LINEBREAK_MAX = 998, /* bytes of a line without its end */
	/* so many behind that tell whether a character goes on */
	LINEBREAK_AHEAD = 12
};

struct linebreak {
	size_t at;     /* bytes before the break, 1 to max */
	char close[5]; /* to be put behind them; mostly empty */
	char open[8];  /* to be put in front of the rest */
};

/*
 * linebreak_find - the next break
 *
 * p, n    the line from its beginning, without its end; n is more than
 *         max, and LINEBREAK_AHEAD more where the line goes on
 * max     bytes that are to stand in the first part, close included
 */
enum linebreak_kind {
	LINEBREAK_BODY,
	LINEBREAK_FIELD, /* the first line of a field, no blank at its end */
	LINEBREAK_FOLDED /* another one */
};
void linebreak_find(struct linebreak *, const char *p, size_t n, size_t max,
    enum linebreak_kind);

/*
 * linebreak_tail - one break in a line of a body
 *
 * The last *n bytes of b, more than LINEBREAK_MAX, are the line so far.  *n
 * becomes the length of what stands behind the break.  0, or -1 with ENOMEM
 * and nothing done.
 */
int linebreak_tail(struct buf *b, size_t *n);

/* append a whole line and a LF, the line broken where it is too long; 0, or
 * -1 with ENOMEM */
int linebreak_body(struct buf *, const char *p, size_t n);
/* the same for a line of a header; blanks at the end of one that is too long
 * are dropped */
int linebreak_header(struct buf *, const char *p, size_t n);

#endif
