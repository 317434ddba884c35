#include "mail/msgid.h"
#include "base/ascii.h"
#include <string.h>

/* behind the comment or quoted string that begins at p, NULL when it does
 * not end */
static const char *
behind(const char *p, const char *end)
{
	const char *s = p;
	unsigned depth = 0;
	char q = *p;

	for (; s < end; s++) {
		if (*s == '\\' && s + 1 < end)
			s++;
		else if (q == '"' ? *s == '"' && s > p
				  : *s == ')' && --depth == 0)
			return s + 1;
		else if (q == '(' && *s == '(' && ++depth > MSGID_COMMENTS_MAX)
			break;
	}
	return NULL;
}

/* one behind the thing at p: a comment, a quoted string, a byte */
static const char *
step(const char *p, const char *end)
{
	const char *s = NULL;

	if (*p == '(' || *p == '"')
		s = behind(p, end);
	return s != NULL ? s : p + 1;
}

/* the '>' that ends the id which begins at p, or NULL */
static const char *
closing(const char *p, const char *end)
{
	if (end - p > MSGID_MAX + 1)
		end = p + MSGID_MAX + 1;
	while (p < end && *p != '<' && *p != '>')
		p = step(p, end);
	return p < end && *p == '>' ? p : NULL;
}

/* a slice without the blanks at its ends: its length, 0 for none */
static size_t
trimmed(const char *p, const char *e, const char **id, size_t *n)
{
	while (p < e && ascii_white(*p))
		p++;
	while (e > p && ascii_white(e[-1]))
		e--;
	*id = p;
	*n = e - p;
	return *n;
}

static int
angled(struct msgids *m, const char **id, size_t *n)
{
	const char *e;

	while (m->p < m->end) {
		if (*m->p != '<') {
			/* an escaped quote begins nothing: behind one that
			 * does not end, each would be looked at to the end */
			if (*m->p == '\\' && m->end - m->p > 1 &&
			    (m->p[1] == '"' || m->p[1] == '('))
				m->p += 2;
			else
				m->p = step(m->p, m->end);
			continue;
		}
		e = closing(++m->p, m->end);
		if (e == NULL)
			continue;
		trimmed(m->p, e, id, n);
		m->p = e + 1;
		if (*n > 0)
			return 1;
	}
	return 0;
}

static int
bare(struct msgids *m, const char **id, size_t *n)
{
	const char *s = m->p, *e;

	while (s < m->end) {
		for (e = s; e < m->end && !ascii_white(*e) && *e != ','; e++)
			;
		if (e > s && e - s <= MSGID_MAX &&
		    (m->word || memchr(s, '@', e - s) != NULL)) {
			*id = s;
			*n = e - s;
			m->p = e;
			return 1;
		}
		s = e < m->end ? e + 1 : e;
	}
	m->p = m->end;
	return 0;
}

void
msgid_open(struct msgids *m, const char *p, size_t n)
{
	m->angled = n > 0 && memchr(p, '<', n) != NULL;
	if (n > 0)
		trimmed(p, p + n, &p, &n);
	m->p = p;
	m->end = n > 0 ? p + n : p;
	/* blanks around it are gone */
	while (p < m->end && !ascii_white(*p))
		p++;
	m->word = p == m->end;
}

int
msgid_next(struct msgids *m, const char **id, size_t *n)
{
	return m->angled ? angled(m, id, n) : bare(m, id, n);
}
