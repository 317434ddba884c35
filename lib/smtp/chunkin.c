#include "smtp/chunkin.h"
#include "smtp/lineend.h"
#include <string.h>

/*
 * state \ byte   CR     LF             other
 * in a line      CR     BARE           put
 * CR             BARE   in a line, LF  BARE
 */
int
chunkin_feed(struct chunkin *c, const char *in, size_t n, char *out,
    size_t *outlen)
{
	const char *end = in + n;
	char *o = out;
	size_t k;
	int bare = 0;

	while (in < end && !bare) {
		if (c->cr) {
			bare = *in++ != '\n';
			c->cr = c->mid = bare;
			if (!bare)
				*o++ = '\n';
			continue;
		}
		k = lineend_at(in, end - in);
		memmove(o, in, k);
		c->mid |= k > 0;
		o += k;
		in += k;
		if (in == end)
			break;
		c->cr = *in == '\r';
		bare = !c->cr;
		in += c->cr;
	}
	*outlen = o - out;
	return bare ? -1 : 0;
}
