#include "base/me.h"
#include "base/fd.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int
good(const char *s, size_t n)
{
	size_t i;

	if (n == 0 || n > ME_MAX)
		return 0;
	for (i = 0; i < n; i++)
		if (s[i] <= ' ' || s[i] == 0x7f || s[i] == '@' || s[i] == '<' ||
		    s[i] == '>')
			return 0;
	return 1;
}

/* the first line that is neither empty nor a comment */
static const char *
first_line(const char *p, const char *end, size_t *n)
{
	const char *e, *next;

	for (; p < end; p = next) {
		e = memchr(p, '\n', end - p);
		next = e == NULL ? end : e + 1;
		if (e == NULL)
			e = end;
		while (p < e && strchr(" \t\r", *p) != NULL)
			p++;
		while (e > p && strchr(" \t\r", e[-1]) != NULL)
			e--;
		*n = e - p;
		if (*n > 0 && *p != '#')
			return p;
	}
	*n = 0;
	return end;
}

int
me_read(const char *dir, char *out)
{
	char *text, *path;
	const char *s;
	size_t n;
	int r;

	if (dir == NULL) {
		r = gethostname(out, ME_MAX);
		out[ME_MAX] = '\0';
		if (r == -1 || good(out, strlen(out)))
			return r;
		errno = EINVAL;
		return -1;
	}
	if (asprintf(&path, "%s/me", dir) == -1)
		return -1;
	r = fd_slurp(path, ME_FILE_MAX, &text, &n);
	free(path);
	if (r == -1)
		return -1;
	s = first_line(text, text + n, &n);
	r = good(s, n) ? 0 : -1;
	if (r == 0) {
		memcpy(out, s, n);
		out[n] = '\0';
	}
	free(text);
	errno = EINVAL;
	return r;
}
