#include "smtp/foreign.h"
#include <string.h>
#include <strings.h>

static int
letter(char c)
{
	return (c | 32) >= 'a' && (c | 32) <= 'z';
}

static int
one_of(const char *p, size_t n, const char *const *words)
{
	for (; *words != NULL; words++)
		if (strlen(*words) == n && strncasecmp(p, *words, n) == 0)
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
	return !letter(*p) || one_of(p, v, others) ||
	    (v > 4 && strncasecmp(p, "SSH-", 4) == 0);
}
