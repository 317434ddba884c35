#include "ship/shipurl.h"
#include "base/num.h"
#include <stddef.h>
#include <string.h>

static int
put(char *out, size_t cap, const char *p, size_t n)
{
	if (n >= cap)
		return -1;
	memcpy(out, p, n);
	out[n] = '\0';
	return 0;
}

static int
hex(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = c == '\0' ? NULL : strchr(digits, c | 0x20);

	return at == NULL ? -1 : (int)(at - digits);
}

static int
set_path(struct shipurl *u, const char *p)
{
	size_t n = 0;
	int c;

	u->path = u->path_text;
	for (; *p != '\0'; p++) {
		c = (unsigned char)*p;
		if (c == '%') {
			if (hex(p[1]) == -1 || hex(p[2]) == -1)
				return -1;
			c = hex(p[1]) << 4 | hex(p[2]);
			p += 2;
		}
		/* a NUL would hide what follows */
		if (c == '\0' || n == SHIPURL_PATH_MAX)
			return -1;
		u->path_text[n++] = (char)c;
	}
	u->path_text[n] = '\0';
	return 0;
}

/* HOST[:PORT] */
static int
set_host(struct shipurl *u, const char *p, size_t n)
{
	const char *end = p + n, *colon;
	uint64_t port;

	if (n > 0 && *p == '[') {
		colon = memchr(p, ']', n);
		if (colon == NULL ||
		    put(u->host, sizeof u->host, p + 1, colon - p - 1) == -1)
			return -1;
		colon++;
	} else {
		colon = memchr(p, ':', n);
		if (colon == NULL)
			colon = end;
		if (put(u->host, sizeof u->host, p, colon - p) == -1)
			return -1;
	}
	u->port[0] = '\0';
	if (colon == end)
		return 0;
	if (*colon != ':' ||
	    num_scan(colon + 1, end - colon - 1, 1, 65535, &port) == -1)
		return -1;
	return put(u->port, sizeof u->port, colon + 1, end - colon - 1);
}

int
shipurl_parse(struct shipurl *u, const char *text)
{
	const char *at = strstr(text, "://"), *slash;
	size_t n;

	u->path = NULL;
	if (at == NULL || at == text || strchr(text, '@') != NULL ||
	    put(u->scheme, sizeof u->scheme, text, at - text) == -1)
		return -1;
	at += 3;
	slash = strchr(at, '/');
	n = slash == NULL ? strlen(at) : (size_t)(slash - at);
	if (set_host(u, at, n) == -1)
		return -1;
	return slash == NULL ? 0 : set_path(u, slash + 1);
}
