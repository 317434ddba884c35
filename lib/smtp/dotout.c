#include "smtp/dotout.h"
#include "base/buf.h"
#include <string.h>

/*
 *	state \ byte   .              CR      LF            other
 *	BOL            MID, put ..    hold    put CRLF      MID, put
 *	MID            put            hold    BOL, CRLF     put
 *	held CR        (as the state before it; unless LF comes first put ' ')
 */

/* bytes without CR; VIOLATIONS.md: LONG-LINES */
static char *
put_lines(struct dotout *d, const char *in, const char *end, char *out)
{
	const char *lf;
	size_t n;

	while (in < end) {
		if (!d->mid && *in == '.')
			*out++ = '.';
		lf = memchr(in, '\n', end - in);
		n = (lf == NULL ? end : lf) - in;
		memcpy(out, in, n);
		out += n;
		d->mid = 1;
		if (lf == NULL)
			break;
		*out++ = '\r';
		*out++ = '\n';
		d->mid = 0;
		in = lf + 1;
	}
	return out;
}

size_t
dotout_feed(struct dotout *d, const char *in, size_t n, char *out)
{
	const char *end = in + n, *cr;
	char *start = out;

	while (in < end) {
		if (d->cr) {
			d->cr = 0;
			if (*in != '\n') {
				*out++ = ' ';
				d->mid = 1;
			}
		}
		cr = memchr(in, '\r', end - in);
		out = put_lines(d, in, cr == NULL ? end : cr, out);
		if (cr == NULL)
			break;
		d->cr = 1;
		in = cr + 1;
	}
	bytes_no_nul(start, out - start);
	return out - start;
}

size_t
dotout_end(struct dotout *d, char *out)
{
	char *start = out;

	if (d->cr)
		*out++ = ' ';
	if (d->mid || d->cr) {
		*out++ = '\r';
		*out++ = '\n';
	}
	memcpy(out, ".\r\n", 3);
	d->mid = d->cr = 0;
	return out + 3 - start;
}
