#include "import/posixre.h"
#include "base/ascii.h"
#include "base/num.h"

struct work {
	struct buf *out;
	size_t base;                     /* where this one begins in it */
	size_t last;                     /* where what is repeated begins */
	size_t group[POSIXRE_DEPTH_MAX]; /* where those that are open begin */
	unsigned depth;
	unsigned can_repeat : 1;
};

static const char memory[] = "out of memory";

static struct slice
behind(struct slice s, size_t n)
{
	return (struct slice){ s.p + n, s.n - n };
}

static const char *
put(struct work *w, const char *p, size_t n)
{
	if (buf_len(w->out) - w->base + n > POSIXRE_BYTES_MAX)
		return "an expression that is too long";
	return buf_put(w->out, p, n) == -1 ? memory : NULL;
}

static const char *
atom(struct work *w, const char *text)
{
	w->last = buf_len(w->out);
	w->can_repeat = 1;
	return put(w, text, strlen(text));
}

/* \X outside of brackets, or within: what it stands for, NULL: itself */
static const char *
class_of(char c, int within)
{
	static const struct {
		char c;
		const char *outside, *within;
	} t[] = { { 'd', "[0-9]", "0-9" }, { 'D', "[^0-9]", NULL },
		{ 's', "[[:space:]]", "[:space:]" },
		{ 'S', "[^[:space:]]", NULL },
		{ 'w', "[[:alnum:]_]", "[:alnum:]_" },
		{ 'W', "[^[:alnum:]_]", NULL } };
	size_t i;

	for (i = 0; i < sizeof t / sizeof *t; i++)
		if (t[i].c == c)
			return within ? t[i].within : t[i].outside;
	return NULL;
}

/* a backslash and what is behind it */
static const char *
escape(struct work *w, char c)
{
	char text[3] = { c, 0, 0 };

	if (class_of(c, 0) != NULL)
		return atom(w, class_of(c, 0));
	if (ascii_alnum(c) || (unsigned char)c < ' ')
		return "an expression with \\ and a letter or digit that POSIX "
		       "does not have";
	if (strchr(".[]{}()*+?|^$\\", c) != NULL) {
		text[0] = '\\';
		text[1] = c;
	}
	return atom(w, text);
}

/* [...]: up to its end, whose place is *n */
static const char *
bracket(struct work *w, struct slice s, size_t *n)
{
	const char *bad = atom(w, "["), *class;
	size_t i = 1, start = 1;

	if (i < s.n && s.p[i] == '^') {
		bad = put(w, "^", 1);
		start = ++i;
	}
	for (; bad == NULL && i < s.n && (s.p[i] != ']' || i == start); i++) {
		if (s.p[i] == '[' && i + 1 < s.n &&
		    strchr(".=:", s.p[i + 1]) != NULL)
			return "a class in brackets";
		if (s.p[i] != '\\') {
			bad = put(w, s.p + i, 1);
			continue;
		}
		if (++i >= s.n)
			break;
		class = class_of(s.p[i], 1);
		if (class != NULL)
			bad = put(w, class, strlen(class));
		else if (ascii_alnum(s.p[i]) || strchr("]-^[", s.p[i]) != NULL)
			bad = "an escape in brackets";
		else
			bad = put(w, s.p + i, 1);
	}
	if (bad == NULL && i >= s.n)
		return "a bracket that is not closed";
	*n = i + 1;
	return bad == NULL ? put(w, "]", 1) : bad;
}

/* {N}, {N,} or {N,M}: what stands before it, so many times */
static const char *
count(struct work *w, struct slice s, size_t *used)
{
	const char *end = memchr(s.p, '}', s.n), *bad = NULL;
	char copy[POSIXRE_BYTES_MAX];
	size_t n = buf_len(w->out) - w->last;
	struct slice rest, low;
	uint64_t from, to, i;

	if (end == NULL || !w->can_repeat || n > sizeof copy)
		return "a { that is no count";
	rest = (struct slice){ s.p + 1, (size_t)(end - s.p) - 1 };
	*used = (size_t)(end - s.p) + 1;
	word_piece(&rest, ',', &low);
	if (num_scan(low.p, low.n, 0, POSIXRE_COUNT_MAX, &from) == -1)
		return "a count that is too large, or none";
	to = from;
	if (rest.p != NULL && rest.n > 0 &&
	    num_scan(rest.p, rest.n, from, POSIXRE_COUNT_MAX, &to) == -1)
		return "a count that is too large, or none";
	memcpy(copy, buf_data(w->out) + w->last, n);
	w->out->end -= n;
	for (i = 0; bad == NULL && i < to; i++) {
		bad = put(w, copy, n);
		if (bad == NULL && i >= from)
			bad = put(w, "?", 1);
	}
	/* without an end */
	if (bad == NULL && rest.p != NULL && rest.n == 0) {
		bad = put(w, copy, n);
		if (bad == NULL)
			bad = put(w, "*", 1);
	}
	w->can_repeat = 0;
	return bad;
}

static const char *
group(struct work *w, struct slice s, size_t *used)
{
	*used = 1;
	if (s.n > 1 && s.p[1] == '?') {
		if (s.n < 3 || s.p[2] != ':')
			return "a group that looks around, or sets something";
		*used = 3;
	}
	if (w->depth == POSIXRE_DEPTH_MAX)
		return "groups too deep";
	w->group[w->depth++] = buf_len(w->out);
	w->can_repeat = 0;
	return put(w, "(", 1);
}

/* one thing at the front of s; *used: its bytes */
static const char *
step(struct work *w, struct slice s, size_t *used)
{
	const char text[2] = { s.p[0], 0 };
	const char *bad;

	*used = 1;
	switch (s.p[0]) {
	case '\\':
		*used = 2;
		return s.n < 2 ? "a \\ at the end" : escape(w, s.p[1]);
	case '[': return bracket(w, s, used);
	case '{': return count(w, s, used);
	case '(': return group(w, s, used);
	case ')':
		if (w->depth == 0)
			return "a ) too much";
		w->last = w->group[--w->depth];
		w->can_repeat = 1;
		return put(w, ")", 1);
	case '*':
	case '+':
	case '?':
		if (!w->can_repeat)
			return "nothing that is repeated";
		bad = put(w, s.p, 1);
		/* how much it takes does not matter for whether it fits */
		if (s.n > 1 && s.p[1] == '?')
			*used = 2;
		w->can_repeat = 0;
		return bad;
	case '^':
	case '$':
	case '|': w->can_repeat = 0; return put(w, s.p, 1);
	default:
		return (unsigned char)s.p[0] < ' ' ? "a control character"
						   : atom(w, text);
	}
}

/* letter case never counts in replies */
static struct slice
without_case(struct slice re)
{
	return re.n >= 4 && memcmp(re.p, "(?i)", 4) == 0 ? behind(re, 4) : re;
}

const char *
posixre_put(struct buf *out, struct slice re)
{
	struct work w = { .out = out, .base = buf_len(out) };
	const char *bad = NULL;
	size_t used;

	re = without_case(re);
	if (re.n == 0)
		return "an empty expression";
	while (bad == NULL && re.n > 0) {
		bad = step(&w, re, &used);
		if (bad == NULL)
			re = behind(re, used);
	}
	if (bad == NULL && w.depth > 0)
		bad = "a group that is not closed";
	return bad;
}

const char *
posixre_phrases(struct buf *out, struct slice re)
{
	static const char bad[] = "not words alone, and classes knows no "
				  "expressions";
	int failed = 0;
	char c;

	for (re = without_case(re); re.n > 0; re = behind(re, 1)) {
		c = re.p[0];
		if (c == '\\' && re.n > 1 &&
		    (!ascii_alnum(re.p[1]) || re.p[1] == 's')) {
			re = behind(re, 1);
			/* one blank, or many, are the same */
			if (re.n > 1 && re.p[0] == 's' && re.p[1] == '+')
				re = behind(re, 1);
			c = ' ';
		} else if (c == '|') {
			failed |= buf_puts(out, " | ");
			continue;
		} else if (!ascii_alnum(c) && strchr(" '-_,:;@", c) == NULL) {
			return bad;
		}
		failed |= buf_putc(out, c);
	}
	return failed ? memory : NULL;
}
