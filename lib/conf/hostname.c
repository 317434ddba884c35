#include "conf/hostname.h"
#include "base/ascii.h"
#include "base/fd.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

static int
good(const char *s, size_t n)
{
	size_t i;

	if (n == 0 || n > HOSTNAME_MAX)
		return 0;
	for (i = 0; i < n; i++)
		if ((unsigned char)s[i] <= ' ' || s[i] == 0x7f || s[i] == '@' ||
		    s[i] == '<' || s[i] == '>')
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
hostname_read_text(const char *dir, const char *file, char *out)
{
	char *text, *path;
	const char *s;
	size_t n;
	int r;

	if (asprintf(&path, "%s/%s", dir, file) == -1)
		return -1;
	r = fd_slurp(path, HOSTNAME_FILE_MAX, &text, &n);
	free(path);
	if (r == -1)
		return -1;
	s = first_line(text, text + n, &n);
	r = n > 0 && n <= HOSTNAME_MAX && memchr(s, '\0', n) == NULL ? 0 : -1;
	if (r == 0) {
		memcpy(out, s, n);
		out[n] = '\0';
	}
	free(text);
	errno = n == 0 ? ENODATA : EINVAL;
	return r;
}

static int
host_byte(char c)
{
	return ascii_alnum(c) || c == '-' || c == '.' || c == '_';
}

/* a name that others can read: no dot at the end, and a hyphen for what no
 * host name has */
static void
mend(char *s)
{
	size_t n = strlen(s), i;

	if (n > 1 && s[n - 1] == '.')
		s[n - 1] = '\0';
	for (i = 0; s[0] != '[' && s[i] != '\0'; i++)
		if (!host_byte(s[i]))
			s[i] = '-';
}

int
hostname_read(const char *dir, char *out)
{
	int r;

	if (dir == NULL) {
		r = gethostname(out, HOSTNAME_MAX);
		out[HOSTNAME_MAX] = '\0';
	} else {
		r = hostname_read_text(dir, "me", out);
	}
	if (r == -1 && errno == ENODATA)
		errno = EINVAL;
	if (r == 0 && !good(out, strlen(out))) {
		errno = EINVAL;
		r = -1;
	}
	if (r == 0)
		mend(out);
	return r;
}

/* digits and dots alone, or a colon: no name has these */
static int
is_ip(const char *s)
{
	return s[0] == '[' || strchr(s, ':') != NULL ||
	    strspn(s, "0123456789.") == strlen(s);
}

/* names that the DNS of the world does not have: RFC 6761, 6762, 8375, and
 * what routers and clouds give */
static int
is_inner(const char *s)
{
	static const char *const ends[] = { ".local", ".localdomain", ".lan",
		".internal", ".home.arpa", ".invalid" };
	size_t n = strlen(s), i, k;

	n -= n > 0 && s[n - 1] == '.';
	for (i = 0; i < sizeof ends / sizeof *ends; i++) {
		k = strlen(ends[i]);
		if (n > k && strncasecmp(s + n - k, ends[i], k) == 0)
			return 1;
	}
	return 0;
}

static int
long_label(const char *s)
{
	size_t n;

	for (; *s != '\0'; s += n + (s[n] == '.')) {
		n = strcspn(s, ".");
		if (n > 63)
			return 1;
	}
	return 0;
}

const char *
hostname_doubt(const char *s)
{
	size_t n = strlen(s), i;
	const char *dot;

	if (n == 0 || is_ip(s))
		return "an address and no name";
	for (i = 0; i < n; i++)
		if (!host_byte(s[i]) || s[i] == '_')
			return "it has characters that no host name has";
	if (s[0] == '-' || s[0] == '.' || strstr(s, "..") != NULL ||
	    long_label(s))
		return "no host name looks so";
	dot = strchr(s, '.');
	if (dot == NULL ||
	    dot[1] == '\0') /* a last dot goes, hostname_read() */
		return "a name without a domain";
	if (strncasecmp(s, "localhost.", 10) == 0)
		return "a name that every host has";
	if (is_inner(s))
		return "a name that is known in the house alone";
	return NULL;
}
