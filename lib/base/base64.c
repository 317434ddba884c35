#include "base/base64.h"
#include <string.h>

static const char plain[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char url[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static int
put(struct buf *b, const unsigned char *p, size_t n, const char *set, int pad)
{
	char *o;
	size_t i;
	unsigned v;

	if (buf_reserve(b, (n + 2) / 3 * 4) == -1)
		return -1;
	o = buf_tail(b);
	for (i = 0; i + 2 < n; i += 3) {
		v = (unsigned)p[i] << 16 | p[i + 1] << 8 | p[i + 2];
		*o++ = set[v >> 18];
		*o++ = set[v >> 12 & 63];
		*o++ = set[v >> 6 & 63];
		*o++ = set[v & 63];
	}
	if (i < n) {
		v = (unsigned)p[i] << 16 | (i + 1 < n ? p[i + 1] << 8 : 0);
		*o++ = set[v >> 18];
		*o++ = set[v >> 12 & 63];
		if (i + 1 < n)
			*o++ = set[v >> 6 & 63];
		else if (pad)
			*o++ = '=';
		if (pad)
			*o++ = '=';
	}
	buf_added(b, o - buf_tail(b));
	return 0;
}

int
base64_put(struct buf *b, const void *p, size_t n)
{
	return put(b, p, n, plain, 1);
}

int
base64_put_url(struct buf *b, const void *p, size_t n)
{
	return put(b, p, n, url, 0);
}

/* of a letter of the form for URLs: 0..63, or -1 */
static int
url_value(char c)
{
	if (c == '-' || c == '_')
		return c == '-' ? 62 : 63;
	return c == '+' || c == '/' ? -1 : base64_value(c);
}

static int
blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static long
get(const char *p, size_t n, unsigned char *out, size_t cap, int of_url)
{
	unsigned bits = 0, have = 0, pad = 0;
	size_t i, len = 0, digits = 0;
	int v;

	for (i = 0; i < n; i++) {
		if (!of_url && blank(p[i]))
			continue;
		if (!of_url && p[i] == '=') {
			pad++;
			continue;
		}
		v = of_url ? url_value(p[i]) : base64_value(p[i]);
		if (v == -1 || pad > 0)
			return -1;
		digits++;
		bits = bits << 6 | (unsigned)v;
		have += 6;
		if (have < 8)
			continue;
		have -= 8;
		if (len == cap)
			return -1;
		out[len++] = bits >> have & 255;
	}
	/* one digit says nothing; what padding there is fills the quantum */
	if (digits % 4 == 1 || (pad > 0 && (digits + pad) % 4 != 0) || pad > 2)
		return -1;
	return (long)len;
}

long
base64_get(const char *p, size_t n, void *out, size_t cap)
{
	return get(p, n, out, cap, 0);
}

long
base64_get_url(const char *p, size_t n, void *out, size_t cap)
{
	return get(p, n, out, cap, 1);
}
