#include "mime/decode.h"
#include "base/ascii.h"
#include "base/base64.h"
#include <string.h>

/*
 * Quoted-printable; "held" is what stands in held[]:
 *
 *   state \ byte  =         blank, CR   LF           hex          other
 *   TEXT          EQUAL     held        drop blanks  held, put    held, put
 *   EQUAL         bad       PAD, held   TEXT, drop   HEX, held    bad
 *   PAD           bad       held        TEXT, drop   bad          bad
 *   HEX           bad       bad         bad          TEXT, put    bad
 *
 * bad: what is held is put as it is, and the byte looked at in TEXT.
 */
enum { TEXT, EQUAL, PAD, HEX };

void
decode_init(struct decode *d, enum mime_encoding encoding)
{
	memset(d, 0, offsetof(struct decode, held));
	d->encoding = encoding;
}

static size_t
put_held(struct decode *d, char *out)
{
	size_t n = d->held_len;

	memcpy(out, d->held, n);
	d->held_len = 0;
	return n;
}

/* one more; when there is no room all of it is content */
static size_t
hold(struct decode *d, char c, char *out)
{
	size_t n = 0;

	if (d->held_len == sizeof d->held) {
		n = put_held(d, out);
		d->state = TEXT;
		d->bad = 1;
	}
	d->held[d->held_len++] = c;
	return n;
}

static int
blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static size_t
in_text(struct decode *d, char c, char *out)
{
	size_t n;

	if (blank(c))
		return hold(d, c, out);
	if (c == '\n') {
		/* one CR directly before it is part of the line's end */
		n = d->held_len > 0 && d->held[d->held_len - 1] == '\r';
		d->held_len = 0;
		if (n)
			*out++ = '\r';
		*out = '\n';
		return n + 1;
	}
	n = put_held(d, out);
	if (c == '=') {
		d->state = EQUAL;
		return n + hold(d, c, out);
	}
	out[n] = c;
	return n + 1;
}

static size_t
quoted(struct decode *d, char c, char *out)
{
	size_t n;

	if (d->state == TEXT)
		return in_text(d, c, out);
	if (d->state == HEX && ascii_hex_value(c) != -1) {
		*out = ascii_hex_value(d->held[1]) << 4 | ascii_hex_value(c);
		d->held_len = 0;
		d->state = TEXT;
		return 1;
	}
	if (d->state != HEX && c == '\n') {
		d->held_len = 0; /* a soft line break */
		d->state = TEXT;
		return 0;
	}
	if ((d->state != HEX && blank(c)) ||
	    (d->state == EQUAL && ascii_hex_value(c) != -1)) {
		d->state = blank(c) ? PAD : HEX;
		return hold(d, c, out);
	}
	d->bad = 1;
	d->state = TEXT;
	n = put_held(d, out);
	return n + in_text(d, c, out + n);
}

/* 0..63, -1: no code, -2: a blank or line end, -3: padding */
static int
value(char c)
{
	if (c == '=')
		return -3;
	return blank(c) || c == '\n' ? -2 : base64_value(c);
}

static size_t
base64(struct decode *d, char c, char *out)
{
	int v = value(c);

	if (v == -2 || (v == -3 && d->done))
		return 0; /* some put too much padding */
	if (v == -1 || d->done) {
		d->bad = 1;
		return 0;
	}
	if (v == -3) {
		/* have: codes of four that were seen */
		if (d->have < 2)
			d->bad = 1;
		else if (d->have + ++d->pads == 4)
			d->done = 1;
		return 0;
	}
	if (d->pads > 0) {
		d->bad = 1;
		d->pads = 0;
	}
	d->bits = (d->bits << 6 | (unsigned)v) & 0xffffff;
	d->have = (d->have + 1) % 4;
	if (d->have == 1)
		return 0;
	*out = d->bits >> (d->have == 2 ? 4 : d->have == 3 ? 2 : 0);
	return 1;
}

size_t
decode_feed(struct decode *d, const char *in, size_t n, char *out)
{
	size_t i, len = 0;

	if (d->encoding == MIME_QUOTED_PRINTABLE) {
		for (i = 0; i < n; i++)
			len += quoted(d, in[i], out + len);
	} else if (d->encoding == MIME_BASE64) {
		for (i = 0; i < n; i++)
			len += base64(d, in[i], out + len);
	} else if (n > 0) {
		memcpy(out, in, n);
		len = n;
	}
	return len;
}

size_t
decode_end(struct decode *d, char *out)
{
	size_t n = 0;

	if (d->encoding == MIME_BASE64 && !d->done &&
	    (d->have == 1 || d->pads > 0))
		d->bad = 1;
	if (d->encoding == MIME_QUOTED_PRINTABLE && d->state == HEX) {
		d->bad = 1;
		n = put_held(d, out);
	}
	/* blanks at the end of the last line, or a soft break without one */
	d->held_len = 0;
	d->state = TEXT;
	return n;
}

size_t
decode_all(enum mime_encoding encoding, const char *in, size_t n, char *out,
    int *bad)
{
	struct decode d;
	size_t len;

	decode_init(&d, encoding);
	len = decode_feed(&d, in, n, out);
	len += decode_end(&d, out + len);
	if (bad != NULL)
		*bad = d.bad;
	return len;
}
