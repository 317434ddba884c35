#include "smtp/chunkin.h"
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
	const char *end = in + n, *lf, *cr, *stop;
	char *o = out;
	int bare = 0;

	while (in < end && !bare) {
		if (c->cr) {
			bare = *in++ != '\n';
			c->cr = c->mid = bare;
			if (!bare)
				*o++ = '\n';
			continue;
		}
		lf = memchr(in, '\n', end - in);
		stop = lf == NULL ? end : lf;
		cr = memchr(in, '\r', stop - in);
		if (cr != NULL)
			stop = cr;
		memmove(o, in, stop - in);
		c->mid |= stop > in;
		o += stop - in;
		in = stop + (cr != NULL);
		c->cr = cr != NULL;
		bare = cr == NULL && lf != NULL;
	}
	*outlen = o - out;
	return bare ? -1 : 0;
}
