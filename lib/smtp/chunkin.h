#ifndef SMTP_CHUNKIN_H
#define SMTP_CHUNKIN_H

#include <stddef.h>

/*
 * The chunks of a message that comes by BDAT (RFC 3030 section 2), decoded:
 * CR LF becomes LF, also where it is divided between two chunks.  Dots mean
 * nothing here, and the end is known by count.  A CR or LF that stands alone
 * is refused as in DATA (RFC 5321 section 2.3.8): it could become an end where
 * the message goes on by DATA.
 */
/* all zero is the initial state */
struct chunkin {
	unsigned char cr;  /* a CR was last */
	unsigned char mid; /* inside a line */
};

/*
 * chunkin_feed - decode what has come of a chunk
 *
 * in, n   any split, n may be 0; all of it is used
 * out     decoded bytes, room for n bytes; may be in itself
 * outlen  receives the number of bytes written to out, at most n
 *
 * Returns 0; or -1 for a CR or LF that stands alone: then outlen counts what
 * stood before it, and nothing more may be fed.
 */
int chunkin_feed(struct chunkin *, const char *in, size_t n, char *out,
    size_t *outlen);
/* the last chunk has ended: 0, or -1 when a CR stands alone there */
static inline int
chunkin_end(const struct chunkin *c)
{
	return c->cr ? -1 : 0;
}

#endif
