#include "ship/filter.h"
#include "base/ascii.h"
#include <string.h>

/*
 *	any   := all { "|" all }
 *	all   := one { ["&"] one }
 *	one   := "!" one | "(" any ")" | condition
 */
enum { ANY, ALL, NOT, THERE, IS, LIKE, LESS, AT_MOST, MORE, AT_LEAST };

enum {
	MILLION = 1000000,
	NUMBER_DIGITS = 12 /* before the dot: room for millionths in 63 bits */
};

struct parse {
	struct filter *f;
	const char *text, *p, *end;
	const char *why;
	unsigned depth;
};

static int
wrong(struct parse *s, const char *why)
{
	if (s->why == NULL)
		s->why = why;
	return -1;
}

static void
blanks(struct parse *s)
{
	while (s->p < s->end && ascii_blank(*s->p))
		s->p++;
}

static int
node(struct parse *s, int kind, int a, int b)
{
	struct filter_node *n;

	if (s->f->n == FILTER_TERMS_MAX)
		return wrong(s, "too many conditions");
	n = &s->f->node[s->f->n];
	memset(n, 0, sizeof *n);
	n->kind = (uint8_t)kind;
	n->a = (uint16_t)a;
	n->b = (uint16_t)b;
	return (int)s->f->n++;
}

static int
label_byte(char c)
{
	return (ascii_alnum(c) && !ascii_upper(c)) || c == '_' || c == '-' ||
	    c == '.';
}

/* does a value end with this byte, where nothing quotes it? */
static int
ends_value(char c)
{
	return ascii_blank(c) || memchr(",|&!()", c, 6) != NULL;
}

/* text is as long as what was parsed at most */
static void
put(struct parse *s, char c)
{
	s->f->text[s->f->n_text++] = c;
}

static int
quoted(struct parse *s)
{
	for (s->p++; s->p < s->end && *s->p != '\''; s->p++) {
		if (*s->p == '\\' && s->p + 1 < s->end)
			s->p++;
		put(s, *s->p);
	}
	if (s->p == s->end)
		return wrong(s, "a quote is not closed");
	s->p++;
	return 0;
}

static int
value(struct parse *s)
{
	unsigned from = s->f->n_text;

	if (s->f->n_value == FILTER_VALUES_MAX)
		return wrong(s, "too many values");
	if (s->p < s->end && *s->p == '\'') {
		if (quoted(s) == -1)
			return -1;
	} else {
		while (s->p < s->end && !ends_value(*s->p)) {
			if (*s->p == '\\' && ++s->p == s->end)
				return wrong(s, "nothing behind a \\");
			put(s, *s->p++);
		}
	}
	s->f->value[s->f->n_value].at = (uint16_t)from;
	s->f->value[s->f->n_value++].len = (uint16_t)(s->f->n_text - from);
	return 0;
}

static int
values(struct parse *s, struct filter_node *n)
{
	n->a = (uint16_t)s->f->n_value;
	do {
		if (value(s) == -1)
			return -1;
		n->b++;
	} while (s->p < s->end && *s->p == ',' && s->p++ != NULL);
	return 0;
}

/* a decimal number with a sign and a fraction perhaps, in millionths; 0, or
 * -1: it is none */
static int
number(const char *p, size_t n, int64_t *out)
{
	int64_t v = 0, scale = MILLION;
	const char *end = p + n;
	int minus = n > 0 && *p == '-', digits = 0;

	for (p += minus; p < end && ascii_digit(*p); p++) {
		if (++digits > NUMBER_DIGITS)
			return -1;
		v = v * 10 + (*p - '0');
	}
	v *= MILLION;
	if (digits > 0 && p < end && *p == '.')
		for (p++; p < end && ascii_digit(*p); p++) {
			scale /= 10;
			v += (*p - '0') * scale;
		}
	*out = minus ? -v : v;
	return digits > 0 && p == end ? 0 : -1;
}

static int
comparison(struct parse *s, struct filter_node *n)
{
	int less = *s->p++ == '<';
	const char *from;

	if (s->p < s->end && *s->p == '=') {
		s->p++;
		n->kind = less ? AT_MOST : AT_LEAST;
	} else {
		n->kind = less ? LESS : MORE;
	}
	from = s->p;
	while (s->p < s->end && !ends_value(*s->p))
		s->p++;
	if (number(from, (size_t)(s->p - from), &n->number) == -1)
		return wrong(s, "not a number");
	return 0;
}

static int
condition(struct parse *s)
{
	const char *from = s->p;
	int at, r = 0;
	struct filter_node *n;

	while (s->p < s->end && label_byte(*s->p))
		s->p++;
	if (s->p == from)
		return wrong(s, "a condition is missing");
	if (s->p - from > LTSV_LABEL_MAX)
		return wrong(s, "a label is too long");
	at = node(s, THERE, 0, 0);
	if (at == -1)
		return -1;
	n = &s->f->node[at];
	n->label = (uint16_t)s->f->n_text;
	n->label_len = (uint8_t)(s->p - from);
	for (; from < s->p; from++)
		put(s, *from);
	if (s->p == s->end)
		return at;
	if (*s->p == ':' || *s->p == '~') {
		n->kind = *s->p++ == ':' ? IS : LIKE;
		r = values(s, n);
	} else if (*s->p == '<' || *s->p == '>') {
		r = comparison(s, n);
	} else if (!ends_value(*s->p)) {
		r = wrong(s, "want : ~ < or > behind a label");
	}
	return r == -1 ? -1 : at;
}

static int any(struct parse *);

static int
one(struct parse *s)
{
	int a;

	blanks(s);
	if (s->p == s->end || (*s->p != '!' && *s->p != '('))
		return condition(s);
	if (++s->depth > FILTER_DEPTH_MAX)
		return wrong(s, "too deep");
	if (*s->p++ == '!') {
		a = one(s);
		a = a == -1 ? -1 : node(s, NOT, a, 0);
	} else {
		a = any(s);
		blanks(s);
		if (a != -1 && (s->p == s->end || *s->p++ != ')'))
			a = wrong(s, "a parenthesis is not closed");
	}
	s->depth--;
	return a;
}

static int
all(struct parse *s)
{
	int a = one(s), b;

	for (;;) {
		blanks(s);
		if (a == -1 || s->p == s->end || *s->p == '|' || *s->p == ')')
			return a;
		if (*s->p == '&')
			s->p++;
		b = one(s);
		a = b == -1 ? -1 : node(s, ALL, a, b);
	}
}

static int
any(struct parse *s)
{
	int a = all(s), b;

	while (a != -1 && s->p < s->end && *s->p == '|') {
		s->p++;
		b = all(s);
		a = b == -1 ? -1 : node(s, ANY, a, b);
	}
	return a;
}

const char *
filter_parse(struct filter *f, const char *text, size_t n, size_t *at)
{
	struct parse s = { f, text, text, text + n, NULL, 0 };

	memset(f, 0, sizeof *f);
	f->root = -1;
	*at = 0;
	if (n > FILTER_TEXT_MAX)
		return "too long";
	blanks(&s);
	if (s.p == s.end)
		return NULL;
	f->root = any(&s);
	if (f->root != -1 && s.p < s.end)
		f->root = wrong(&s, "a parenthesis that nothing opens");
	*at = (size_t)(s.p - text);
	return f->root == -1 ? s.why : NULL;
}

/* is p[0..n) like the pattern?  The last * is the only one to come back to */
static int
like(const char *pat, size_t pat_len, const char *p, size_t n)
{
	size_t i = 0, k = 0, star = SIZE_MAX, from = 0;

	while (k < n) {
		if (i < pat_len && pat[i] == '*') {
			star = i++;
			from = k;
		} else if (i < pat_len && (pat[i] == '?' || pat[i] == p[k])) {
			i++;
			k++;
		} else if (star != SIZE_MAX) {
			i = star + 1;
			k = ++from;
		} else {
			return 0;
		}
	}
	while (i < pat_len && pat[i] == '*')
		i++;
	return i == pat_len;
}

static int
compare(const struct filter_node *n, const char *p, size_t len)
{
	int64_t v;

	if (number(p, len, &v) == -1)
		return 0;
	switch (n->kind) {
	case LESS: return v < n->number;
	case AT_MOST: return v <= n->number;
	case MORE: return v > n->number;
	default: return v >= n->number;
	}
}

static int
value_holds(const struct filter *f, const struct filter_node *n, const char *p,
    size_t len)
{
	const char *want;
	size_t i, k;

	if (n->kind == THERE)
		return 1;
	if (n->kind != IS && n->kind != LIKE)
		return compare(n, p, len);
	for (i = n->a; i < (size_t)n->a + n->b; i++) {
		want = f->text + f->value[i].at;
		k = f->value[i].len;
		if (n->kind == IS ? k == len && memcmp(want, p, k) == 0
				  : like(want, k, p, len))
			return 1;
	}
	return 0;
}

/* without its escapes, if it has any; one that is longer is compared by its
 * beginning */
static int
field_holds(const struct filter *f, const struct filter_node *n,
    const struct ltsv_field *v)
{
	char plain[FILTER_VALUE_MAX + 1];
	struct ltsv_field part = *v;
	long len;

	if (memchr(v->value, '\\', v->value_len) == NULL)
		return value_holds(f, n, v->value, v->value_len);
	part.value_len =
	    (unsigned)ltsv_cut(v->value, v->value_len, FILTER_VALUE_MAX);
	len = ltsv_value(&part, plain, sizeof plain);
	return len >= 0 && value_holds(f, n, plain, (size_t)len);
}

static int
condition_holds(const struct filter *f, const struct filter_node *n,
    const struct ltsv *e, const char *src)
{
	const char *label = f->text + n->label;
	unsigned i;

	if (n->label_len == 3 && memcmp(label, "src", 3) == 0)
		return value_holds(f, n, src, strlen(src));
	for (i = 0; i < e->n; i++)
		if (e->f[i].label_len == n->label_len &&
		    memcmp(e->f[i].label, label, n->label_len) == 0 &&
		    field_holds(f, n, &e->f[i]))
			return 1;
	return 0;
}

static int
holds(const struct filter *f, unsigned i, const struct ltsv *e, const char *src)
{
	const struct filter_node *n = &f->node[i];

	switch (n->kind) {
	case ANY: return holds(f, n->a, e, src) || holds(f, n->b, e, src);
	case ALL: return holds(f, n->a, e, src) && holds(f, n->b, e, src);
	case NOT: return !holds(f, n->a, e, src);
	default: return condition_holds(f, n, e, src);
	}
}

int
filter_holds(const struct filter *f, const struct ltsv *e, const char *src)
{
	return f->root == -1 || holds(f, (unsigned)f->root, e, src);
}
