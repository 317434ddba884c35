#ifndef SMTP_CHUNKOUT_H
#define SMTP_CHUNKOUT_H

#include <stddef.h>

/*
 * A message as the chunks of BDAT carry it (RFC 3030 section 2): LF becomes
 * CR LF, and a missing last line end is added.  No dot is doubled, and none
 * ends it.  What never stands in our messages goes out as smtp/dotout.h has
 * it: a CR without LF and a NUL as blanks.
 */
struct chunkout {
	unsigned char mid; /* inside a line */
	unsigned char cr;  /* a CR is held back */
};

/* room that chunkout_feed() needs for n bytes, and chunkout_end() */
enum { CHUNKOUT_END = 3 };
#define CHUNKOUT_ROOM(n) (2 * (n) + 1)

/*
 * chunkout_feed - encode a part of the message
 *
 * c       encoder, all zero before the first part
 * in, n   any split, n may be 0
 * out     room for CHUNKOUT_ROOM(n)
 *
 * Returns the number of bytes written to out.
 */
size_t chunkout_feed(struct chunkout *, const char *in, size_t n, char *out);
/* what is missing at the end, at most CHUNKOUT_END bytes; c starts anew */
size_t chunkout_end(struct chunkout *, char *out);

#endif
