#include "policy/policytext.h"
#include <string.h>

int
policytext_put(struct buf *b, const char *name, struct slice v)
{
	size_t n = strlen(name), i;
	char *t;

	if (v.n > POLICYTEXT_VALUE_MAX)
		v.n = POLICYTEXT_VALUE_MAX;
	if (buf_reserve(b, n + v.n + 2) == -1)
		return -1;
	t = buf_tail(b);
	memcpy(t, name, n);
	t[n++] = '=';
	for (i = 0; i < v.n; i++)
		t[n++] =
		    (unsigned char)v.p[i] < 32 || v.p[i] == 127 ? '?' : v.p[i];
	t[n++] = '\n';
	buf_added(b, n);
	return 0;
}

int
policytext_puts(struct buf *b, const char *name, const char *value)
{
	return policytext_put(b, name,
	    (struct slice){ value, value == NULL ? 0 : strlen(value) });
}

/* the line p[0..n), without its end; next receives where the one behind it
 * begins.  p NULL: it has no end */
static struct slice
line_of(const char *p, size_t n, size_t *next)
{
	const char *lf = n == 0 ? NULL : memchr(p, '\n', n);
	struct slice l = { NULL, 0 };

	if (lf == NULL)
		return l;
	*next = (size_t)(lf - p) + 1;
	l = (struct slice){ p, (size_t)(lf - p) };
	if (l.n > 0 && l.p[l.n - 1] == '\r')
		l.n--;
	return l;
}

size_t
policytext_block(const char *p, size_t n)
{
	size_t at = 0, len = 0;
	struct slice l;

	while ((l = line_of(p + at, n - at, &len)).p != NULL) {
		at += len;
		if (l.n == 0)
			return at;
	}
	return 0;
}

struct slice
policytext_get(const char *p, size_t n, const char *name)
{
	size_t at = 0, len = 0, k = strlen(name);
	struct slice l;

	while ((l = line_of(p + at, n - at, &len)).p != NULL) {
		at += len;
		if (l.n > k && l.p[k] == '=' && memcmp(l.p, name, k) == 0)
			return (struct slice){ l.p + k + 1, l.n - k - 1 };
	}
	return l;
}

int
policytext_ok(const char *p, size_t n)
{
	size_t at = 0, len = 0;
	struct slice l;

	while ((l = line_of(p + at, n - at, &len)).p != NULL && l.n > 0) {
		at += len;
		if (l.p[0] == '=' || memchr(l.p, '=', l.n) == NULL)
			return 0;
	}
	return l.p != NULL;
}
