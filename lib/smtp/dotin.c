#include "smtp/dotin.h"
#include "smtp/lineend.h"
#include <string.h>

/*
 * state \ byte   .            CR          LF          other
 * BOL            DOT          CR          BARE        MID, put
 * MID            MID, put     CR          BARE        MID, put
 * CR             BARE         BARE        BOL, put LF BARE
 * DOT            MID, put     DOTCR       BARE        MID, put
 * DOTCR          BARE         BARE        END         BARE
 */
enum { BOL, MID, CR, DOT, DOTCR };

/* one byte in a state where lines begin or end */
static enum dotin_event
step(struct dotin *d, char c, char *out, size_t *o)
{
	switch (d->state) {
	case CR:
		if (c != '\n')
			return DOTIN_BARE;
		out[(*o)++] = '\n';
		d->lines++;
		d->state = BOL;
		return DOTIN_MORE;
	case DOTCR: return c == '\n' ? DOTIN_END : DOTIN_BARE;
	}
	if (c == '\n')
		return DOTIN_BARE;
	if (c == '\r') {
		d->state = d->state == DOT ? DOTCR : CR;
	} else if (c == '.' && d->state == BOL) {
		d->state = DOT;
	} else {
		out[(*o)++] = c;
		d->state = MID;
	}
	return DOTIN_MORE;
}

size_t
dotin_feed(struct dotin *d, const char *in, size_t n, char *out, size_t *outlen,
    enum dotin_event *ev)
{
	size_t i = 0, o = 0, k;

	*ev = DOTIN_MORE;
	while (i < n && *ev == DOTIN_MORE) {
		if (d->state == MID) {
			k = lineend_at(in + i, n - i);
			memmove(out + o, in + i, k);
			o += k;
			i += k;
			if (i == n)
				break;
			/* the usual end of a line, in one go */
			if (in[i] == '\r' && n - i > 1 && in[i + 1] == '\n') {
				out[o++] = '\n';
				d->lines++;
				d->state = BOL;
				i += 2;
				continue;
			}
		}
		*ev = step(d, in[i++], out, &o);
	}
	*outlen = o;
	return i;
}

void
dotin_hold_end(struct dotin *d)
{
	d->state = DOTCR;
}
