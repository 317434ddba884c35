#include "format/dsnparam.h"
#include "base/ascii.h"
#include "base/utf8.h"
#include <string.h>

int
dsnparam_xtext(const char *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (p[i] < 33 || p[i] > 126 || p[i] == '=')
			return 0;
		if (p[i] != '+')
			continue;
		if (n - i < 3 || ascii_hex_value_upper(p[i + 1]) == -1 ||
		    ascii_hex_value_upper(p[i + 2]) == -1)
			return 0;
		i += 2;
	}
	return 1;
}

long
dsnparam_undo_xtext(const char *s, size_t n, char *out, size_t cap)
{
	size_t i, len = 0;
	int c, high, low;

	for (i = 0; i < n; i++) {
		c = (unsigned char)s[i];
		if (c <= ' ' || c == 0x7f || c == '=')
			return -1;
		if (c == '+') {
			if (n - i < 3 ||
			    (high = ascii_hex_value_upper(s[i + 1])) == -1 ||
			    (low = ascii_hex_value_upper(s[i + 2])) == -1)
				return -1;
			c = high << 4 | low;
			i += 2;
		}
		if (len + 1 >= cap || c == 0)
			return -1;
		out[len++] = c;
	}
	if (cap == 0)
		return -1;
	out[len] = '\0';
	return len;
}

int
dsnparam_orcpt(const char *p, size_t n)
{
	const char *semi = memchr(p, ';', n);

	return semi != NULL && semi > p && semi + 1 < p + n &&
	    dsnparam_xtext(p, semi - p) &&
	    dsnparam_xtext(semi + 1, p + n - semi - 1);
}

/* xtext, in which characters above ASCII stand as they are */
static int
wide_xtext(const char *p, size_t n)
{
	size_t i, from = 0;

	if (!utf8_printable(p, n))
		return 0;
	for (i = 0; i <= n; i++)
		if (i == n || p[i] & 0x80) {
			if (!dsnparam_xtext(p + from, i - from))
				return 0;
			from = i + 1;
		}
	return 1;
}

int
dsnparam_orcpt_utf8(const char *p, size_t n)
{
	const char *semi = memchr(p, ';', n);

	if (semi == NULL || !ascii_is(p, semi - p, "utf-8"))
		return dsnparam_orcpt(p, n);
	return semi + 1 < p + n && wide_xtext(semi + 1, p + n - semi - 1);
}

int
dsnparam_put_orcpt(struct buf *b, const char *p, size_t n)
{
	const char *end = p + n;
	size_t k;
	int r = 0;

	for (; p < end && r == 0; p += k) {
		k = utf8_len(p, end - p);
		if (k > 1) {
			r = buf_printf(b, "\\x{%X}",
			    (unsigned)utf8_number(p, k));
		} else {
			k = 1;
			r = buf_putc(b, *p);
		}
	}
	return r;
}

int
dsnparam_notify(const char *p, size_t n)
{
	const char *comma;
	size_t k;

	if (ascii_is(p, n, "NEVER"))
		return 1;
	for (;;) {
		comma = memchr(p, ',', n);
		k = comma == NULL ? n : (size_t)(comma - p);
		if (!ascii_is(p, k, "SUCCESS") && !ascii_is(p, k, "FAILURE") &&
		    !ascii_is(p, k, "DELAY"))
			return 0;
		if (comma == NULL)
			return 1;
		p += k + 1;
		n -= k + 1;
	}
}

int
dsnparam_ret(const char *p, size_t n)
{
	return ascii_is(p, n, "FULL") || ascii_is(p, n, "HDRS");
}
