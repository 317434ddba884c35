#include "mail/header.h"
#include "base/ascii.h"
#include <string.h>

/* one behind the line at p, with its LF */
static const char *
line_end(const char *p, const char *end)
{
	const char *e = memchr(p, '\n', end - p);

	return e == NULL ? end : e + 1;
}

/* the colon that ends a field's name, or NULL */
static const char *
colon(const char *p, const char *end, size_t *name_len)
{
	const char *s = p;

	while (s<end && * s> ' ' && *s < 0x7f && *s != ':')
		s++;
	*name_len = s - p;
	if (s == p || s - p > HEADER_NAME_MAX)
		return NULL;
	while (s < end && s - p <= HEADER_NAME_MAX && ascii_blank(*s))
		s++;
	return s < end && *s == ':' ? s : NULL;
}

enum header_end
header_next(const char **p, const char *end, struct header_field *f)
{
	const char *s = *p, *e, *c;

	if (s == end)
		return HEADER_EOF;
	if (*s == '\n') {
		*p = s + 1;
		return HEADER_EMPTY;
	}
	e = line_end(s, end);
	c = colon(s, e, &f->name_len);
	if (c == NULL)
		return HEADER_BODY;
	while (e < end && ascii_blank(*e))
		e = line_end(e, end);
	f->raw = f->name = s;
	f->raw_len = e - s;
	*p = e;
	for (c++; c < e && ascii_blank(*c); c++)
		;
	while (e > c && (ascii_blank(e[-1]) || e[-1] == '\n'))
		e--;
	f->value = c;
	f->value_len = e - c;
	return HEADER_FIELD;
}

enum header_end
header_next_crlf(const char **p, const char *end, struct header_field *f)
{
	enum header_end how;

	if (end - *p >= 2 && (*p)[0] == '\r' && (*p)[1] == '\n') {
		*p += 2;
		return HEADER_EMPTY;
	}
	how = header_next(p, end, f);
	if (how != HEADER_FIELD)
		return how;
	while (f->value_len > 0 &&
	    (ascii_blank(f->value[f->value_len - 1]) ||
		f->value[f->value_len - 1] == '\n' ||
		f->value[f->value_len - 1] == '\r'))
		f->value_len--;
	return how;
}

int
header_field(const char **p, const char *end, struct header_field *f)
{
	for (;;) {
		switch (header_next(p, end, f)) {
		case HEADER_FIELD: return 1;
		case HEADER_BODY: *p = line_end(*p, end); break;
		case HEADER_EMPTY:
		case HEADER_EOF: return 0;
		}
	}
}

int
header_fits(const char *p, size_t n, int whole)
{
	const char *lf;
	size_t name_len;

	if (n == 0)
		return whole ? 1 : -1;
	lf = memchr(p, '\n', n);
	if (*p == '\n' || colon(p, lf == NULL ? p + n : lf, &name_len) != NULL)
		return 1;
	return whole || lf != NULL || n > HEADER_NAME_MAX ? 0 : -1;
}

int
header_mailbox(const char *p, size_t n, int whole)
{
	const char *lf, *next;
	size_t quoted = n > 0 && *p == '>';

	if (n - quoted < 5 || memcmp(p + quoted, "From ", 5) != 0)
		return 0;
	lf = memchr(p, '\n', n);
	if (lf == NULL)
		return whole || n > HEADER_NAME_MAX ? 0 : -1;
	next = lf + 1;
	n -= next - p;
	if (n == 0)
		return whole ? 0 : -1;
	return *next == '\n' ? 0 : header_fits(next, n, whole);
}

int
header_is(const struct header_field *f, const char *name)
{
	return ascii_is(f->name, f->name_len, name);
}

int
header_find(const char *p, size_t n, const char *name, struct header_field *f)
{
	const char *end = p + n;

	while (header_field(&p, end, f))
		if (header_is(f, name))
			return 1;
	return 0;
}

int
header_silent(const struct header_field *f)
{
	const char *p = f->value, *end = p + f->value_len;

	while (p < end)
		if (ascii_blank(*p) || *p == '\n')
			p++;
		else if (end - p > 1 &&
		    (memcmp(p, "\"\"", 2) == 0 || memcmp(p, "<>", 2) == 0))
			p += 2;
		else
			return 0;
	return 1;
}

size_t
header_says(const char *p, size_t n, const char *name, size_t *empty)
{
	const char *end = n == 0 ? p : p + n;
	struct header_field f;
	size_t says = 0;

	*empty = 0;
	while (n > 0 && header_field(&p, end, &f))
		if (!header_is(&f, name))
			continue;
		else if (!header_silent(&f))
			says++;
		else
			++*empty;
	return says;
}

size_t
header_skip(const char *p, size_t n, enum header_end *how)
{
	const char *start = p, *end = p + n;
	struct header_field f;
	enum header_end r;

	while ((r = header_next(&p, end, &f)) == HEADER_FIELD)
		;
	if (how != NULL)
		*how = r;
	return p - start;
}

size_t
header_unfold(const char *p, size_t n, char *out, size_t cap)
{
	size_t i, len = 0;
	int gap = 0;
	char c;

	for (i = 0; i < n && len < cap; i++) {
		c = p[i];
		if ((unsigned char)c < ' ' || c == 0x7f) {
			/* a TAB too: it may be all that folding left */
			while (len > 0 && out[len - 1] == ' ')
				len--;
			gap = 1;
			continue;
		}
		if (gap && c == ' ')
			continue;
		if (gap && len > 0)
			out[len++] = ' ';
		gap = 0;
		if (len < cap)
			out[len++] = c;
	}
	return len;
}
