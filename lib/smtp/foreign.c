#include "smtp/foreign.h"
#include "base/ascii.h"
#include <string.h>

static int
one_of(const char *p, size_t n, const char *const *words)
{
	for (; *words != NULL; words++)
		if (ascii_is(p, n, *words))
			return 1;
	return 0;
}

int
foreign_line(const char *p, size_t n, int first)
{
	static const char *const methods[] = { "GET", "POST", "PUT", "HEAD",
		"CONNECT", "OPTIONS", "DELETE", "PATCH", "TRACE", "PRI",
		"PROPFIND", "MKCOL", "SETUP", "DESCRIBE", NULL };
	static const char *const others[] = { "USER", "PASS", "CAPA", "INVITE",
		"REGISTER", "SUBSCRIBE", "PROXY", NULL };
	const char *e = memchr(p, '\n', n);
	size_t v = 0;

	if (e != NULL)
		n = e - p;
	while (v < n && p[v] != ' ' && p[v] != '\t' && p[v] != '\r')
		v++;
	if (one_of(p, v, methods) || memmem(p, n, " HTTP/", 6) != NULL)
		return 1;
	if (!first || v == 0)
		return 0;
	return !ascii_letter(*p) || one_of(p, v, others) ||
	    (v > 4 && ascii_begins(p, v, "SSH-"));
}
