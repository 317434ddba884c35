#ifndef MAIL_CRLF_H
#define MAIL_CRLF_H

#include <stddef.h>

/*
 * Line ends of a message for the shell: CRLF becomes LF, whatever else there
 * is stays.  Of several CRs before a LF one goes.  All zero at the start.
 */
struct crlf {
	unsigned char cr; /* internal: one is kept back */
};

/*
 * crlf_feed - the next chunk
 *
 * out  room for n + 1 bytes, not the same memory as in
 *
 * Returns the number of bytes in out.
 */
size_t crlf_feed(struct crlf *, const char *in, size_t n, char *out);
/* the end of the input: what was kept back into out, 0 or 1 byte */
size_t crlf_end(struct crlf *, char *out);

#endif
