#include "smtp/chunkout.h"
#include "base/buf.h"
#include "smtp/lineend.h"
#include <string.h>

/*
 * state \ byte   CR     LF                   other
 * in a line      hold   put CRLF             put
 * held CR        (put ' ', then as in a line; before LF nothing)
 */

size_t
chunkout_feed(struct chunkout *c, const char *in, size_t n, char *out)
{
	const char *end = in + n;
	char *start = out;
	size_t k;

	while (in < end) {
		if (c->cr && *in != '\n') {
			*out++ = ' ';
			c->mid = 1;
		}
		c->cr = 0;
		k = lineend_at(in, end - in);
		memcpy(out, in, k);
		out += k;
		in += k;
		c->mid |= k > 0;
		if (in == end)
			break;
		if (*in++ == '\r') {
			c->cr = 1;
			continue;
		}
		*out++ = '\r';
		*out++ = '\n';
		c->mid = 0;
	}
	bytes_no_nul(start, out - start);
	return out - start;
}

size_t
chunkout_end(struct chunkout *c, char *out)
{
	char *start = out;

	if (c->cr)
		*out++ = ' ';
	if (c->mid || c->cr) {
		*out++ = '\r';
		*out++ = '\n';
	}
	c->mid = c->cr = 0;
	return out - start;
}
