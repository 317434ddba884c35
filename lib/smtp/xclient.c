#include "smtp/xclient.h"
#include "base/ascii.h"
#include "base/utf8.h"
#include "format/dsnparam.h"

static const char *const names[XCLIENT_ATTRIBUTES] = {
	[XCLIENT_NAME] = "NAME",
	[XCLIENT_ADDR] = "ADDR",
	[XCLIENT_PORT] = "PORT",
	[XCLIENT_PROTO] = "PROTO",
	[XCLIENT_HELO] = "HELO",
	[XCLIENT_LOGIN] = "LOGIN",
	[XCLIENT_DESTADDR] = "DESTADDR",
	[XCLIENT_DESTPORT] = "DESTPORT",
};

/* which attribute; XCLIENT_ATTRIBUTES for none */
static unsigned
find(const char *p, size_t n)
{
	unsigned i;

	for (i = 0; i < XCLIENT_ATTRIBUTES; i++)
		if (ascii_is(p, n, names[i]))
			break;
	return i;
}

/* xtext undone; the bytes in out, -1 for what is no printable UTF-8 */
static long
undo(const char *p, size_t n, char *out)
{
	size_t i, len = 0;
	int c;

	for (i = 0; i < n; i++) {
		c = p[i];
		if (c == '+') {
			c = ascii_hex_value_upper(p[i + 1]) << 4 |
			    ascii_hex_value_upper(p[i + 2]);
			i += 2;
		}
		out[len++] = (char)c;
	}
	return utf8_printable(out, len) ? (long)len : -1;
}

/* "NAME=VALUE"; what it takes of room, -1 when it is bad */
static long
attribute(const char *p, size_t n, struct xclient *x, char *room)
{
	const char *eq = memchr(p, '=', n), *v;
	unsigned which = eq == NULL ? XCLIENT_ATTRIBUTES : find(p, eq - p);
	long len = 0;

	if (which == XCLIENT_ATTRIBUTES || x->value[which].p != NULL)
		return -1;
	v = eq + 1;
	n -= v - p;
	if (n == 0 || !dsnparam_xtext(v, n))
		return -1;
	if (!ascii_is(v, n, "[UNAVAILABLE]") &&
	    !ascii_is(v, n, "[TEMPUNAVAIL]"))
		len = undo(v, n, room);
	if (len >= 0)
		x->value[which] = (struct slice){ room, (size_t)len };
	return len;
}

int
xclient_parse(const char *p, size_t n, struct xclient *x, char *room)
{
	const char *end = p + n, *word;
	long len;

	memset(x, 0, sizeof *x);
	while (p < end) {
		if (*p == ' ') {
			p++;
			continue;
		}
		for (word = p; p < end && *p != ' ';)
			p++;
		len = attribute(word, p - word, x, room);
		if (len == -1)
			return -1;
		room += len;
	}
	return 0;
}
