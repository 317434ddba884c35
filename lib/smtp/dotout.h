#ifndef SMTP_DOTOUT_H
#define SMTP_DOTOUT_H

#include <stddef.h>

/*
 * A message as DATA sends it: RFC 5321 sections 2.3.8 and 4.5.2.  LF
 * becomes CR LF, a dot at the start of a line is doubled, a missing last
 * line end is added, a lone dot ends it.  Nothing lets a bare CR in; should
 * one stand there nevertheless, CR LF counts as one line end and any other
 * CR becomes a blank, so that no receiver sees a line end that we do not.
 * So does a NUL, which may not be sent.
 */
struct dotout {
	unsigned char mid; /* inside a line */
	unsigned char cr;  /* a CR is held back */
};

/* room that dotout_feed() needs for n bytes, and dotout_end() */
enum { DOTOUT_END_MAX = 6 };
#define DOTOUT_ROOM(n) (2 * (n) + 1)

/*
 * dotout_feed - encode the next chunk
 *
 * d       encoder, all zero before the first chunk
 * in, n   any split, n may be 0
 * out     room for DOTOUT_ROOM(n)
 *
 * Returns the number of bytes written to out.
 */
size_t dotout_feed(struct dotout *d, const char *in, size_t n, char *out);
/* the end with the lone dot, at most DOTOUT_END_MAX bytes; d starts anew */
size_t dotout_end(struct dotout *d, char *out);

#endif
