#include "mime/mimetype.h"
#include "base/ascii.h"
#include <string.h>

/* one behind the comment that begins at p */
static const char *
comment(const char *p, const char *end)
{
	unsigned depth = 0;

	for (; p < end; p++) {
		if (*p == '\\' && p + 1 < end)
			p++;
		else if (*p == '(' && ++depth > MIMETYPE_COMMENTS_MAX)
			return end;
		else if (*p == ')' && --depth == 0)
			return p + 1;
	}
	return end;
}

const char *
mimetype_skip(const char *p, const char *end)
{
	while (p < end && (ascii_white(*p) || *p == '('))
		p = *p == '(' ? comment(p, end) : p + 1;
	return p;
}

/* a word of the type: up to a blank, a comment, a semicolon */
static const char *
word(const char **p, const char *end, int slash, size_t *len)
{
	const char *start = mimetype_skip(*p, end), *s = start;

	while (s < end && !ascii_white(*s) && *s != '(' && *s != ';' &&
	    (!slash || *s != '/'))
		s++;
	*p = mimetype_skip(s, end);
	*len = s - start;
	return start;
}

/* does a parameter's name with its '=' begin here, or nothing more come? */
static int
parameter_ahead(const char *p, const char *end)
{
	const char *s = p = mimetype_skip(p, end);

	while (s < end && !ascii_white(*s) && strchr(";=\"(?", *s) == NULL)
		s++;
	if (s == end || *s == ';')
		return s == p; /* behind a word: it is the value's */
	if (s == p)
		return 0;
	s = mimetype_skip(s, end);
	return s < end && *s == '=' &&
	    (s + 1 == end || s[1] != '?' || memchr(p, '?', s - p) == NULL);
}

static const char *
quoted(const char *p, const char *end, struct mimeparam *m)
{
	m->quoted = 1;
	m->value = ++p;
	while (p < end && *p != '"')
		p += *p == '\\' && p + 1 < end ? 2 : 1;
	m->value_len = p - m->value;
	if (p < end)
		return p + 1;
	/* without its end: all but the line's end */
	while (m->value_len > 0 &&
	    (m->value[m->value_len - 1] == '\n' ||
		m->value[m->value_len - 1] == '\r'))
		m->value_len--;
	return end;
}

static const char *
unquoted(const char *p, const char *end, struct mimeparam *m)
{
	m->value = p;
	while (p < end && *p != ';') {
		if (!ascii_white(*p))
			p++;
		else if (parameter_ahead(p, end))
			break;
		else
			p = mimetype_skip(p, end); /* once over each blank */
	}
	m->value_len = p - m->value;
	while (m->value_len > 0 && ascii_white(m->value[m->value_len - 1]))
		m->value_len--;
	return p;
}

/* the number behind the first '*' of "name*12*"; what is none counts as 0 */
static unsigned
section(const char *p, const char *end)
{
	unsigned v = 0;
	const char *s;

	while (p < end && ascii_white(*p))
		p++;
	for (s = p; s < end && *s >= '0' && *s <= '9'; s++) {
		v = v * 10 + (*s - '0');
		if (v > MIMETYPE_SECTION_MAX)
			return 0;
	}
	while (s < end && ascii_white(*s))
		s++;
	return s == end || *s == '*' ? v : 0;
}

/* name, section and form out of what stands before the '=' */
static void
name(const char *p, const char *end, struct mimeparam *m)
{
	const char *star;

	while (p < end && (ascii_white(*p) || *p == '*'))
		p++;
	while (end > p && ascii_white(end[-1]))
		end--;
	star = memchr(p, '*', end - p);
	if (star != NULL) {
		m->extended = end[-1] == '*';
		m->sectioned = star + 1 < end;
		m->section = section(star + 1, end);
		end = star;
	}
	while (end > p && ascii_white(end[-1]))
		end--;
	/* behind a word that has no value */
	for (m->name = end; m->name > p && !ascii_white(m->name[-1]); m->name--)
		;
	m->name_len = end - m->name;
}

static const char *
parameter(const char *p, const char *end, struct mimeparam *m)
{
	const char *start = p, *stop = NULL;

	memset(m, 0, sizeof *m);
	while (p < end && *p != '=' && *p != ';') {
		if (*p != '(') {
			p++;
			continue;
		}
		if (stop == NULL)
			stop = p;
		p = comment(p, end);
	}
	if (p == end || *p == ';')
		return p;
	name(start, stop != NULL ? stop : p, m);
	p = mimetype_skip(p + 1, end);
	if (p < end && *p == '"')
		return quoted(p, end, m);
	return unquoted(p, end, m);
}

int
mimetype_parse(struct mimetype *t, const char *p, size_t n)
{
	const char *end = p + n;
	struct mimeparam m;

	t->n = 0;
	t->subtype = NULL;
	t->subtype_len = 0;
	t->type = word(&p, end, 1, &t->type_len);
	if (t->type_len == 0)
		return -1;
	if (p < end && *p == '/') {
		p++;
		t->subtype = word(&p, end, 0, &t->subtype_len);
		if (t->subtype_len == 0)
			t->subtype = NULL;
	}
	while (t->n < MIMETYPE_PARAMS_MAX) {
		while (p < end && *p == ';')
			p = mimetype_skip(p + 1, end);
		p = mimetype_skip(p, end);
		if (p == end)
			break;
		p = parameter(p, end, &m);
		if (m.name_len > 0 && (m.value_len > 0 || m.quoted))
			t->param[t->n++] = m;
	}
	return 0;
}

int
mimetype_is(const struct mimetype *t, const char *type, const char *subtype)
{
	return ascii_is(t->type, t->type_len, type) &&
	    (subtype == NULL ||
		(t->subtype != NULL &&
		    ascii_is(t->subtype, t->subtype_len, subtype)));
}
