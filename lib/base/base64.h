#ifndef BASE_BASE64_H
#define BASE_BASE64_H

#include "base/buf.h"

/*
 * base64 (RFC 4648 section 4), and its form for URLs (section 5) without
 * padding.
 */
/* 0, or -1 with ENOMEM */
int base64_put(struct buf *, const void *, size_t n);
int base64_put_url(struct buf *, const void *, size_t n);

/*
 * base64_get - decode
 *
 * p, n   the text; blanks, TABs, CRs and LFs within do not count
 * out    room for cap bytes
 *
 * Padding may be missing, but where it stands it is right, and nothing
 * follows it.  Returns the number of bytes, or -1 when this is no base64 or
 * does not fit.
 */
long base64_get(const char *p, size_t n, void *out, size_t cap);
/* the same of the form for URLs; no blanks, no padding */
long base64_get_url(const char *p, size_t n, void *out, size_t cap);
/* what a letter stands for: 0..63, or -1 */
static inline int
base64_value(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c == '+' || c == '/')
		return c == '+' ? 62 : 63;
	return -1;
}

#endif
