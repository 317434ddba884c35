#include "import/access.h"
#include "base/ascii.h"
#include "import/mailpattern.h"
#include <stdlib.h>

static struct slice
behind(struct slice s, size_t n)
{
	s.p += n;
	s.n -= n;
	while (s.n > 0 && ascii_white(s.p[0])) {
		s.p++;
		s.n--;
	}
	return s;
}

/* the first word, and the rest in its place */
static struct slice
word(struct slice *s)
{
	struct slice one = { s->p, 0 };

	while (one.n < s->n && !ascii_white(s->p[one.n]))
		one.n++;
	*s = behind(*s, one.n);
	return one;
}

static int
is_code(struct slice s)
{
	return s.n == 3 && s.p[0] == '5' && ascii_digit(s.p[1]) &&
	    ascii_digit(s.p[2]);
}

/* "5.7.1": we have one of our own */
static int
is_enhanced(struct slice s)
{
	size_t i;

	for (i = 0; i < s.n; i++)
		if (!ascii_digit(s.p[i]) && s.p[i] != '.')
			return 0;
	return s.n > 4 && s.p[0] == '5' && s.p[1] == '.';
}

/* REJECT [5.7.1] TEXT or 550 [5.7.1] TEXT: the text, which may be empty; 0, or
 * -1: it refuses nobody for good */
static int
refusal(struct slice value, struct slice *text)
{
	struct slice rest = value, action = word(&rest), after = rest;

	if (!ascii_is(action.p, action.n, "REJECT") && !is_code(action))
		return -1;
	if (is_enhanced(word(&after)))
		rest = after;
	*text = rest;
	return 0;
}

static void
line(struct import *m, const struct import_at *at, const char *side,
    const char *before, struct slice who, struct slice text)
{
	import_sayf(m, IMPORT_PROHIBITED, at, "%s%s%.*s%s%.*s", side, before,
	    (int)who.n, who.p, text.n > 0 ? " " : "", (int)text.n, text.p);
}

static const char *
expression(struct import *m, const struct maptable_line *l, const char *side,
    struct mailpatterns *x, struct slice re, struct slice text)
{
	const char *bad = mailpattern_read(x, re);
	unsigned i;

	if (bad == NULL && text.n > 0 && memchr(text.p, '$', text.n) != NULL)
		bad = "a text with $";
	for (i = 0; bad == NULL && i < x->n; i++)
		line(m, &l->at, side, "",
		    (struct slice){ x->one[i].text, strlen(x->one[i].text) },
		    text);
	return bad;
}

static void
entry(struct import *m, const struct maptable *t, const struct maptable_line *l,
    const char *side, struct mailpatterns *x)
{
	struct slice key = maptable_key(t, l), value = maptable_value(t, l),
		     text;
	const char *bad = NULL;

	if (value.n == 0 || refusal(value, &text) == -1)
		bad = "prohibited does nothing but refuse for good";
	else if (l->kind == MAPTABLE_REGEX)
		bad = expression(m, l, side, x, key, text);
	else if (key.p[0] == '.')
		bad = "Postfix looks for it only where a domain is not all "
		      "below it, too";
	else
		line(m, &l->at, side,
		    memchr(key.p, '@', key.n) != NULL ? "" : "@.", key, text);
	if (bad != NULL)
		import_left(m, IMPORT_PROHIBITED, &l->at,
		    l->kind == MAPTABLE_REGEX ? key : value, bad);
}

void
access_import(struct import *m, const struct maptable *t, const char *side)
{
	struct mailpatterns *x = malloc(sizeof *x);
	size_t i;

	if (x == NULL) {
		m->no_memory = 1;
		return;
	}
	for (i = 0; i < maptable_lines(t) && !import_enough(m); i++)
		entry(m, t, maptable_line(t, i), side, x);
	free(x);
}
