#include "format/jsontext.h"
#include "base/ascii.h"
#include "base/utf8.h"
#include <string.h>

static int
stands(unsigned char c)
{
	return c >= ' ' && c < 0x7f && c != '"' && c != '\\';
}

size_t
jsontext_span(const char *p, size_t n)
{
	size_t i;

	for (i = 0; i < n && stands((unsigned char)p[i]); i++)
		;
	return i;
}

static char *
put_escape(char *out, unsigned char low)
{
	memcpy(out, "\\u00", 4);
	ascii_hex(out + 4, low);
	return out + 6;
}

/* a character that jsontext_span() has not: its bytes in *len */
static char *
put_other(char *out, const char *p, size_t n, size_t *len)
{
	unsigned char c = (unsigned char)*p;

	*len = utf8_len(p, n);
	if (*len == 0) {
		*len = 1;
		memcpy(out, "\\ufffd", 6);
		return out + 6;
	}
	if (c == '"' || c == '\\') {
		*out++ = '\\';
		*out++ = *p;
		return out;
	}
	if (c < 0x80)
		return put_escape(out, c);
	if (c == 0xc2 && (unsigned char)p[1] < 0xa0)
		return put_escape(out, (unsigned char)p[1]);
	memcpy(out, p, *len);
	return out + *len;
}

char *
jsontext_put(char *out, const char *p, size_t n)
{
	size_t i = 0, len;

	for (;;) {
		len = jsontext_span(p + i, n - i);
		memcpy(out, p + i, len);
		out += len;
		i += len;
		if (i == n)
			return out;
		out = put_other(out, p + i, n - i, &len);
		i += len;
	}
}

int
jsontext_string(struct buf *b, const char *p, size_t n)
{
	char *out;

	if (n > SIZE_MAX / JSONTEXT_GROWTH - 2 ||
	    buf_reserve(b, JSONTEXT_GROWTH * n + 2) == -1)
		return -1;
	out = buf_tail(b);
	*out++ = '"';
	if (n > 0)
		out = jsontext_put(out, p, n);
	*out++ = '"';
	buf_added(b, out - buf_tail(b));
	return 0;
}
