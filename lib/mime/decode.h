#ifndef MIME_DECODE_H
#define MIME_DECODE_H

#include "mime/mimewalk.h"
#include <stddef.h>

/*
 * Content-Transfer-Encoding undone (RFC 2045 section 6), piece by piece.
 * Robust: what is no code is kept (quoted-printable) or left out (base64),
 * and `bad` is set.
 */
enum {
	DECODE_HELD_MAX = 1024 /* blanks that may stand before a line's end, to
				* be dropped with it; more are content */
};

/* decode_init() begins */
struct decode {
	enum mime_encoding encoding;
	unsigned bad : 1; /* something was no code of this encoding */
	/* internal */
	unsigned char state, have, done, pads;
	unsigned bits;
	size_t held_len;
	char held[DECODE_HELD_MAX];
};

void decode_init(struct decode *, enum mime_encoding);

/*
 * decode_feed - decode the next piece
 *
 * in, n  any split is allowed
 * out    room for n + DECODE_HELD_MAX bytes; not the memory of in
 *
 * Returns the number of bytes in out.  Line ends stay as they are; blanks
 * before them go, in quoted-printable (section 6.7 rule 3).  Base64 ends at
 * its padding.
 */
size_t decode_feed(struct decode *, const char *in, size_t n, char *out);
/* the end: what was held back, room for DECODE_HELD_MAX bytes */
size_t decode_end(struct decode *, char *out);

/* all at once; out has room for n + DECODE_HELD_MAX.  *bad may be NULL */
size_t decode_all(enum mime_encoding, const char *in, size_t n, char *out,
    int *bad);

#endif
