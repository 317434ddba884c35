#include "mail/crlf.h"
#include <string.h>

size_t
crlf_feed(struct crlf *c, const char *in, size_t n, char *out)
{
	const char *p = in, *end = in + n, *cr;
	char *o = out;

	if (n == 0)
		return 0;
	if (c->cr && *p != '\n')
		*o++ = '\r';
	c->cr = 0;
	while ((cr = memchr(p, '\r', end - p)) != NULL) {
		memcpy(o, p, cr - p);
		o += cr - p;
		p = cr + 1;
		if (p == end)
			c->cr = 1;
		else if (*p != '\n')
			*o++ = '\r';
	}
	memcpy(o, p, end - p);
	return o - out + (end - p);
}

size_t
crlf_end(struct crlf *c, char *out)
{
	if (!c->cr)
		return 0;
	c->cr = 0;
	*out = '\r';
	return 1;
}
