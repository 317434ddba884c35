#include "import/mailpattern.h"
#include "base/ascii.h"
#include "import/mailrow.h"
#include <string.h>

enum { DEPTH_MAX = 6 }; /* choices in choices */

static const char unsaid[] = MAILROW_UNSAID;

struct walk {
	struct mailpatterns *out;
	unsigned depth;
};

static const char *walk(struct walk *, struct mailrow, struct slice rest,
    unsigned group);

static struct slice
behind(struct slice s, size_t n)
{
	return (struct slice){ s.p + n, s.n - n };
}

static int
begins(struct slice s, const char *z)
{
	return s.n >= strlen(z) && memcmp(s.p, z, strlen(z)) == 0;
}

/* what stands for itself, or is one of the marks; how many bytes, 0: none */
static size_t
simple(struct slice s, char *mark)
{
	static const struct {
		const char *text;
		char mark;
	} t[] = { { "^", MAILROW_START }, { "$", MAILROW_END },
		{ ".*", MAILROW_ANY }, { ".+", MAILROW_ANY },
		{ "[^@]*", MAILROW_ANY }, { "[^@]+", MAILROW_ANY },
		{ "[@.]", MAILROW_AT }, { "[.@]", MAILROW_AT },
		{ "[@\\.]", MAILROW_AT }, { "[\\.@]", MAILROW_AT },
		{ "(.*\\.)?", MAILROW_BELOW }, { "(.+\\.)?", MAILROW_BELOW },
		{ "(?:.*\\.)?", MAILROW_BELOW },
		{ "(?:.+\\.)?", MAILROW_BELOW }, { ".", MAILROW_ONE } };
	size_t i;

	for (i = 0; i < sizeof t / sizeof *t; i++)
		if (begins(s, t[i].text)) {
			*mark = t[i].mark;
			return strlen(t[i].text);
		}
	if (s.p[0] == '\\' && s.n > 1 && !ascii_alnum(s.p[1]) &&
	    (unsigned char)s.p[1] >= ' ') {
		*mark = s.p[1];
		return 2;
	}
	*mark = s.p[0];
	return (unsigned char)s.p[0] > ' ' &&
		strchr("\\[](){}|*+?", s.p[0]) == NULL
	    ? 1
	    : 0;
}

/* is what stands in front repeated? */
static int
repeated(struct slice rest)
{
	return rest.n > 0 && strchr("*+?{", rest.p[0]) != NULL;
}

/* where the parenthesis that begins s ends; 0: nowhere */
static size_t
closing(struct slice s)
{
	size_t i, depth = 0;

	for (i = 0; i < s.n; i++) {
		if (s.p[i] == '\\')
			i++;
		else if (s.p[i] == '(')
			depth++;
		else if (s.p[i] == ')' && --depth == 0)
			return i;
	}
	return 0;
}

static int
put(struct mailrow *r, char c)
{
	if (r->n + 1 >= sizeof r->p)
		return -1;
	r->p[r->n++] = c;
	return 0;
}

static const char *
choice(struct walk *w, struct mailrow r, struct slice text, struct slice rest,
    unsigned group, unsigned number)
{
	struct mailrow all = { .n = 0 };
	const char *bad;

	/* what is chosen, with a mark behind it, and then the rest */
	if (text.n + rest.n + 2 > sizeof all.p || w->depth == DEPTH_MAX)
		return unsaid;
	memcpy(all.p, text.p, text.n);
	all.n = text.n;
	if (number > 0) {
		if (put(&r, MAILROW_OPEN) == -1 ||
		    put(&r, (char)('0' + number)) == -1)
			return unsaid;
		all.p[all.n++] = MAILROW_CLOSE;
		all.p[all.n++] = (char)('0' + number);
	}
	if (rest.n > 0)
		memcpy(all.p + all.n, rest.p, rest.n);
	all.n += rest.n;
	w->depth++;
	bad = walk(w, r, (struct slice){ all.p, all.n }, group);
	w->depth--;
	return bad;
}

/* a group: each of its choices */
static const char *
choices(struct walk *w, const struct mailrow *r, struct slice s, unsigned group)
{
	size_t end = closing(s), from = 1, i, deep = 0;
	int counts = !begins(s, "(?:");
	struct slice rest = behind(s, end + 1);
	const char *bad = NULL;

	from += counts ? 0 : 2;
	if (end < from || (counts && s.n > 1 && s.p[1] == '?') ||
	    repeated(rest) || (counts && group == 9))
		return unsaid;
	for (i = from; bad == NULL && i <= end; i++) {
		if (s.p[i] == '\\')
			i++;
		else if (s.p[i] == '(')
			deep++;
		else if (s.p[i] == ')' && i < end)
			deep--;
		else if (deep == 0 && (s.p[i] == '|' || i == end)) {
			bad = choice(w, *r,
			    (struct slice){ s.p + from, i - from }, rest,
			    group + (unsigned)counts, counts ? group + 1 : 0);
			from = i + 1;
		}
	}
	return bad;
}

static const char *
walk(struct walk *w, struct mailrow r, struct slice s, unsigned group)
{
	char mark;
	size_t n;

	while (s.n > 0) {
		if (s.p[0] == MAILROW_CLOSE) {
			if (put(&r, s.p[0]) == -1 || put(&r, s.p[1]) == -1)
				return unsaid;
			s = behind(s, 2);
			continue;
		}
		n = simple(s, &mark);
		if (n == 0)
			return s.p[0] == '(' ? choices(w, &r, s, group)
					     : unsaid;
		/* it has a number, too */
		if (mark == MAILROW_BELOW && s.p[1] != '?')
			group++;
		s = behind(s, n);
		if (repeated(s) || (mark == MAILROW_START && r.n > 0) ||
		    put(&r, mark) == -1)
			return unsaid;
	}
	if (w->out->n == MAILPATTERN_MAX)
		return "it is more than 64 patterns";
	return mailrow_pattern(&r, &w->out->one[w->out->n++]);
}

/* the flags behind the expression: i takes back that case does not count */
static const char *
flags(struct slice *re)
{
	size_t n = re->n;

	while (n > 0 && ascii_alnum(re->p[n - 1]))
		n--;
	if (n == 0)
		return unsaid;
	if (n < re->n)
		return "flags behind an expression: case never counts in "
		       "routes";
	re->n--;
	return NULL;
}

const char *
mailpattern_read(struct mailpatterns *out, struct slice re)
{
	struct walk w = { out, 0 };
	struct mailrow r = { .n = 0 };
	const char *bad = flags(&re);
	size_t i;

	out->n = 0;
	if (bad != NULL)
		return bad;
	if (re.n >= MAILPATTERN_TEXT_MAX)
		return "an expression that is too long";
	for (i = 0; i < re.n; i++)
		if ((unsigned char)re.p[i] < ' ')
			return unsaid;
	return walk(&w, r, re, 0);
}
