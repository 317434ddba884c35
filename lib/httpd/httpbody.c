#include "httpd/httpbody.h"
#include <string.h>

enum {
	SIZE,
	EXT,
	SIZE_LF,
	DATA,
	DATA_CR,
	DATA_LF,
	FIELD,
	FIELD_LF,
	END_LF,
	END,
	BAD
};

enum { SIZE_DIGITS = 15 }; /* of a size: with more it may not fit */

void
httpbody_init(struct httpbody *b, const struct httphead *h)
{
	memset(b, 0, sizeof *b);
	b->chunked = h->chunked;
	b->left = h->chunked ? 0 : h->length;
	b->state = h->chunked ? SIZE : h->length > 0 ? DATA : END;
}

/* a byte of the length of a chunk */
static unsigned
size_byte(struct httpbody *b, char c)
{
	int v = ascii_hex_value(c);

	if (v >= 0) {
		if (b->digits == SIZE_DIGITS)
			return BAD;
		b->digits++;
		b->left = b->left * 16 + (unsigned)v;
		return SIZE;
	}
	b->line = 0;
	if (b->digits == 0)
		return BAD;
	return c == ';' ? EXT : c == '\r' ? SIZE_LF : BAD;
}

/* what a line of our own may hold */
static int
control(char c)
{
	return ((unsigned char)c < 0x20 && c != '\t') || c == 0x7f;
}

static unsigned
ext_byte(struct httpbody *b, char c)
{
	if (c == '\r')
		return SIZE_LF;
	return control(c) || ++b->line > HTTPBODY_EXT_MAX ? BAD : EXT;
}

static unsigned
field_byte(struct httpbody *b, char c)
{
	unsigned first = b->line == 0;

	if (++b->fields > HTTPBODY_FIELDS_MAX)
		return BAD;
	b->line = c != '\r';
	if (c == '\r')
		return first ? END_LF : FIELD_LF;
	return control(c) || (first && ascii_blank(c)) ? BAD : FIELD;
}

/* behind the length of a chunk */
static unsigned
sized(struct httpbody *b)
{
	b->digits = 0;
	b->line = 0;
	return b->left > 0 ? DATA : FIELD;
}

/* a byte that is not content */
static unsigned
step(struct httpbody *b, char c)
{
	switch (b->state) {
	case SIZE: return size_byte(b, c);
	case EXT: return ext_byte(b, c);
	case SIZE_LF: return c == '\n' ? sized(b) : BAD;
	case DATA_CR: return c == '\r' ? DATA_LF : BAD;
	case DATA_LF: return c == '\n' ? SIZE : BAD;
	case FIELD: return field_byte(b, c);
	case FIELD_LF: return c == '\n' ? FIELD : BAD;
	case END_LF: return c == '\n' ? END : BAD;
	default: return BAD;
	}
}

static size_t
content(struct httpbody *b, const char *p, size_t n, struct slice *piece)
{
	size_t take = n < b->left ? n : (size_t)b->left;

	*piece = (struct slice){ p, take };
	b->left -= take;
	b->total += take;
	if (b->left == 0)
		b->state = b->chunked ? DATA_CR : END;
	return take;
}

size_t
httpbody_feed(struct httpbody *b, const char *p, size_t n, struct slice *piece,
    enum httpbody_event *ev)
{
	size_t i = 0;

	*piece = (struct slice){ p, 0 };
	while (i < n && b->state != END && b->state != BAD) {
		if (b->state == DATA) {
			*ev = HTTPBODY_DATA;
			return i + content(b, p + i, n - i, piece);
		}
		b->state = step(b, p[i++]);
		/* one byte a chunk costs six times itself, and is slow */
		if (++b->overhead > b->total + HTTPBODY_IDLE_MAX)
			b->state = BAD;
	}
	*ev = b->state == END ? HTTPBODY_END
	    : b->state == BAD ? HTTPBODY_BAD
			      : HTTPBODY_MORE;
	return i;
}
