#include "confbuild/textdiff.h"
#include "base/ascii.h"
#include "conf/conftext.h"
#include "conf/word.h"
#include <stdlib.h>
#include <string.h>

struct line {
	const char *p;
	size_t n;
	unsigned lineno;
	int other; /* it stands in the other text, too */
};

struct side {
	struct line *line;
	struct line **sorted;
	size_t n;
};

static int
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* as memcmp(), but that blanks count as one, however many */
static int
compare(const struct line *a, const struct line *b)
{
	size_t i = 0, k = 0;
	unsigned char x, y;

	while (i < a->n && k < b->n) {
		x = is_blank(a->p[i]) ? ' ' : (unsigned char)a->p[i];
		y = is_blank(b->p[k]) ? ' ' : (unsigned char)b->p[k];
		if (x != y)
			return x < y ? -1 : 1;
		i++;
		k++;
		while (x == ' ' && i < a->n && is_blank(a->p[i]))
			i++;
		while (y == ' ' && k < b->n && is_blank(b->p[k]))
			k++;
	}
	return (i < a->n) - (k < b->n);
}

static int
by_text(const void *va, const void *vb)
{
	const struct line *a = *(struct line *const *)va;
	const struct line *b = *(struct line *const *)vb;
	int r = compare(a, b);

	return r != 0 ? r : (a->lineno > b->lineno) - (a->lineno < b->lineno);
}

static size_t
count(const char *text, size_t n)
{
	const char *p = text, *line;
	unsigned lineno = 0;
	size_t len, lines = 0;

	while (conftext_next(&p, text + n, &lineno, &line, &len))
		lines++;
	return lines;
}

/* 0, or -1 with ENOMEM */
static int
read_side(struct side *s, const char *text, size_t n)
{
	const char *p = text, *line;
	unsigned lineno = 0;
	size_t len, lines;

	memset(s, 0, sizeof *s);
	if (text == NULL)
		return 0;
	lines = count(text, n) + 1;
	s->line = calloc(lines, sizeof *s->line);
	s->sorted = calloc(lines, sizeof *s->sorted);
	if (s->line == NULL || s->sorted == NULL)
		return -1;
	while (conftext_next(&p, text + n, &lineno, &line, &len)) {
		s->line[s->n] = (struct line){ line, len, lineno, 0 };
		s->sorted[s->n] = &s->line[s->n];
		s->n++;
	}
	qsort(s->sorted, s->n, sizeof *s->sorted, by_text);
	return 0;
}

static void
match(struct side *a, struct side *b)
{
	size_t i = 0, k = 0;
	int r;

	while (i < a->n && k < b->n) {
		r = compare(a->sorted[i], b->sorted[k]);
		if (r == 0)
			a->sorted[i]->other = b->sorted[k]->other = 1;
		i += r <= 0;
		k += r >= 0;
	}
}

/* do the lines that both have stand in the same order? */
static int
same_order(const struct side *a, const struct side *b)
{
	size_t i, k = 0;

	for (i = 0; i < a->n; i++) {
		if (!a->line[i].other)
			continue;
		while (!b->line[k].other)
			k++;
		if (compare(&a->line[i], &b->line[k++]) != 0)
			return 0;
	}
	return 1;
}

/* 0, or -1 with ENOMEM */
static int
put_side(struct buf *b, char sign, const char *name, const struct side *s,
    long *put)
{
	const struct line *l;

	for (l = s->line; l < s->line + s->n; l++) {
		if (l->other)
			continue;
		if (buf_printf(b, "%c %s:%u: %.*s\n", sign, name, l->lineno,
			(int)l->n, l->p) == -1)
			return -1;
		++*put;
	}
	return 0;
}

long
textdiff(struct buf *b, const char *name, const char *was, size_t was_n,
    const char *now, size_t now_n)
{
	struct side a, c = { 0 };
	long put = 0;
	int bad = read_side(&a, was, was_n);

	bad |= read_side(&c, now, now_n);
	if (!bad) {
		match(&a, &c);
		bad |= put_side(b, '-', name, &a, &put);
		bad |= put_side(b, '+', name, &c, &put);
		if (!same_order(&a, &c)) {
			put++;
			bad |= buf_printf(b,
			    "~ %s: lines stand in another order\n", name);
		}
	}
	free(a.line);
	free(a.sorted);
	free(c.line);
	free(c.sorted);
	return bad ? -1 : put;
}
