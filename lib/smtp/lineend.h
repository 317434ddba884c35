#ifndef SMTP_LINEEND_H
#define SMTP_LINEEND_H

#include <string.h>

/* how many bytes of in stand before its first CR or LF: n, where it has none */
static inline size_t
lineend_at(const char *in, size_t n)
{
	const char *lf = memchr(in, '\n', n), *cr;

	if (lf != NULL)
		n = lf - in;
	cr = memchr(in, '\r', n);
	return cr == NULL ? n : (size_t)(cr - in);
}

#endif
