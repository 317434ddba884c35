#include "compose/mustachenode.h"
#include "base/ascii.h"
#include "compose/members.h"
#include <stdio.h>
#include <stdlib.h>

struct source {
	const char *start, *p, *end;
	char open[MUSTACHE_DELIMITER_MAX + 1],
	    close[MUSTACHE_DELIMITER_MAX + 1];
	unsigned depth; /* partials around it */
};

struct compiler {
	struct mustache *m;
	const json_t *partials;
	uint32_t within[MUSTACHE_DEPTH_MAX]; /* sections that are open */
	unsigned depth;
	struct compose_fault *fault;
};

/* a tag: what stands between its delimiters */
struct tag {
	const char *start, *end; /* with delimiters and, where it stands alone,
				  * its line */
	char sigil;              /* '\0': a name alone */
	struct slice name;
};

static int compile(struct compiler *, struct source *);

/* what is wrong, with the line where */
static int
wrong(struct compiler *c, const struct source *s, const char *at,
    const char *why)
{
	char text[COMPOSEFAULT_WHY_LEN];
	size_t line = 1;
	const char *p;

	for (p = s->start; p < at; p++)
		line += *p == '\n';
	snprintf(text, sizeof text, "line %zu: %s", line, why);
	return composefault_say(c->fault, text);
}

/* pieces */

static int
add(struct compiler *c, const struct source *s, enum mustache_what what,
    const char *p, size_t n)
{
	struct mustache *m = c->m;
	struct mustache_node *node;
	size_t cap = m->cap == 0 ? 16 : 2 * m->cap;

	if (m->n == MUSTACHE_NODES_MAX)
		return wrong(c, s, s->p, "more than 10000 pieces");
	if (n > MUSTACHE_SOURCE_MAX - buf_len(&m->text))
		return wrong(c, s, s->p, "more than 16 MiB");
	if (m->n == m->cap) {
		node = realloc(m->node, cap * sizeof *node);
		if (node == NULL)
			return composefault_memory(c->fault);
		m->node = node;
		m->cap = cap;
	}
	node = &m->node[m->n];
	node->what = what;
	node->at = (uint32_t)buf_len(&m->text);
	node->len = (uint32_t)n;
	if (buf_put(&m->text, p, n) == -1)
		return composefault_memory(c->fault);
	m->n++;
	return 0;
}

static int
add_text(struct compiler *c, const struct source *s, const char *end)
{
	return end > s->p ? add(c, s, MUSTACHE_PLAIN, s->p, end - s->p) : 0;
}

/* "a.b" as "a", "b", each with a NUL; "." as it is */
static int
add_name(struct compiler *c, const struct source *s, enum mustache_what what,
    const struct tag *t)
{
	char parts[MUSTACHE_NAME_MAX + 1];
	size_t i, n = t->name.n;
	int dot = n == 1 && t->name.p[0] == '.';

	if (n == 0 || n > MUSTACHE_NAME_MAX ||
	    memchr(t->name.p, '\0', n) != NULL)
		return wrong(c, s, t->start, "no name");
	memcpy(parts, t->name.p, n);
	parts[n] = '\0';
	for (i = 0; i < n && !dot; i++)
		if (parts[i] == '.') {
			if (i == 0 || parts[i - 1] == '\0' || i + 1 == n)
				return wrong(c, s, t->start, "no name");
			parts[i] = '\0';
		}
	return add(c, s, what, parts, n + 1);
}

/* tags */

static const char *
find(const char *p, const char *end, const char *what, size_t n)
{
	return p == end ? NULL : memmem(p, end - p, what, n);
}

/* its sigil and name; where its closing delimiter begins is put into t->end */
static int
read_tag(struct compiler *c, const struct source *s, struct tag *t)
{
	const char *p = t->start + strlen(s->open), *e;
	char close[MUSTACHE_DELIMITER_MAX + 2];
	size_t extra;

	while (p < s->end && ascii_white(*p))
		p++;
	t->sigil = p < s->end && strchr("{&#^/!>=<$", *p) != NULL && *p != '\0'
	    ? *p++
	    : '\0';
	extra = t->sigil == '{' || t->sigil == '=';
	close[0] = t->sigil == '{' ? '}' : '=';
	memcpy(close + extra, s->close, strlen(s->close) + 1);
	e = find(p, s->end, close, strlen(close));
	if (e == NULL)
		return wrong(c, s, t->start, "a tag has no end");
	t->name = slice_trim((struct slice){ p, (size_t)(e - p) });
	t->end = e + strlen(close);
	return 0;
}

/* what takes no room itself takes its line away, where nothing else is in it */
static void
stand_alone(const struct source *s, struct tag *t)
{
	const char *line = t->start, *e = t->end;

	if (t->sigil == '\0' || t->sigil == '{' || t->sigil == '&')
		return;
	while (line > s->start && ascii_blank(line[-1]))
		line--;
	while (e < s->end && ascii_blank(*e))
		e++;
	if ((line > s->start && line[-1] != '\n') || line < s->p)
		return;
	if (e + 1 < s->end && *e == '\r' && e[1] == '\n')
		e++;
	if (e < s->end && *e != '\n')
		return;
	t->start = line;
	t->end = e < s->end ? e + 1 : e;
}

static int
open_section(struct compiler *c, struct source *s, const struct tag *t)
{
	if (c->depth == MUSTACHE_DEPTH_MAX)
		return wrong(c, s, t->start, "more than 32 sections deep");
	c->within[c->depth++] = (uint32_t)c->m->n;
	return add_name(c, s,
	    t->sigil == '#' ? MUSTACHE_SECTION : MUSTACHE_INVERTED, t);
}

/* the names of both ends are the same, in parts and as they stand */
static int
close_section(struct compiler *c, struct source *s, const struct tag *t,
    unsigned depth)
{
	struct mustache_node *node;
	const char *name;
	size_t i;

	if (c->depth == depth)
		return wrong(c, s, t->start, "an end without a section");
	node = &c->m->node[c->within[--c->depth]];
	name = buf_data(&c->m->text) + node->at;
	for (i = 0; i < t->name.n && i < node->len; i++)
		if (t->name.p[i] != (name[i] == '\0' ? '.' : name[i]))
			break;
	if (i != t->name.n || i + 1 != node->len)
		return wrong(c, s, t->start, "the end of another section");
	node->end = (uint32_t)c->m->n;
	return 0;
}

static int
set_delimiters(struct compiler *c, struct source *s, const struct tag *t)
{
	const char *p = t->name.p, *end = p + t->name.n, *e = p, *q;

	while (e < end && !ascii_white(*e))
		e++;
	for (q = e; q < end && ascii_white(*q); q++)
		;
	if (e == p || q == e || q == end || e - p > MUSTACHE_DELIMITER_MAX ||
	    end - q > MUSTACHE_DELIMITER_MAX ||
	    memchr(p, '=', end - p) != NULL || memchr(p, '\0', end - p) != NULL)
		return wrong(c, s, t->start, "no delimiters");
	memcpy(s->open, p, e - p);
	s->open[e - p] = '\0';
	for (p = q; p < end; p++)
		if (ascii_white(*p))
			return wrong(c, s, t->start, "no delimiters");
	memcpy(s->close, q, end - q);
	s->close[end - q] = '\0';
	return 0;
}

/* each line as far in as the tag is */
static int
indent(struct buf *b, struct slice text, const char *blanks, size_t n)
{
	const char *p = text.p, *end = p + text.n, *lf;

	for (; p < end; p = lf + 1) {
		lf = memchr(p, '\n', end - p);
		if (buf_put(b, blanks, n) == -1 ||
		    buf_put(b, p, (lf == NULL ? end : lf + 1) - p) == -1)
			return -1;
		if (lf == NULL || buf_len(b) > MUSTACHE_SOURCE_MAX)
			break;
	}
	return 0;
}

/* where it stands: blanks behind the start of its line belong to it alone */
static int
add_partial(struct compiler *c, struct source *s, const struct tag *t)
{
	char name[MUSTACHE_NAME_MAX + 1];
	const char *e = t->start;
	struct source in = {
		.open = "{{", .close = "}}", .depth = s->depth + 1
	};
	struct buf text = { 0 };
	const json_t *j;
	int r;

	if (t->name.n > MUSTACHE_NAME_MAX)
		return wrong(c, s, t->start, "no name");
	snprintf(name, sizeof name, "%.*s", (int)t->name.n, t->name.p);
	j = json_object_get(c->partials, name);
	if (!json_is_string(j))
		return wrong(c, s, t->start, "no partial of that name");
	if (in.depth > MUSTACHE_DEPTH_MAX)
		return wrong(c, s, t->start, "more than 32 partials deep");
	while (ascii_blank(*e))
		e++;
	if (indent(&text, members_slice(j), t->start, e - t->start) == -1) {
		buf_free(&text);
		return composefault_memory(c->fault);
	}
	in.start = in.p = buf_len(&text) == 0 ? "" : buf_data(&text);
	in.end = in.start + buf_len(&text);
	r = compile(c, &in);
	buf_free(&text);
	return r;
}

static int
add_tag(struct compiler *c, struct source *s, const struct tag *t,
    unsigned depth)
{
	switch (t->sigil) {
	case '\0': return add_name(c, s, MUSTACHE_VALUE, t);
	case '{':
	case '&': return add_name(c, s, MUSTACHE_RAW, t);
	case '#':
	case '^': return open_section(c, s, t);
	case '/': return close_section(c, s, t, depth);
	case '>': return add_partial(c, s, t);
	case '=': return set_delimiters(c, s, t);
	case '!': return 0;
	default: return wrong(c, s, t->start, "no inheritance here");
	}
}

/* sections end in the source in which they begin */
static int
compile(struct compiler *c, struct source *s)
{
	unsigned depth = c->depth;
	struct tag t;

	for (;;) {
		t.start = find(s->p, s->end, s->open, strlen(s->open));
		if (t.start == NULL)
			break;
		if (read_tag(c, s, &t) == -1)
			return -1;
		stand_alone(s, &t);
		if (add_text(c, s, t.start) == -1 ||
		    add_tag(c, s, &t, depth) == -1)
			return -1;
		s->p = t.end;
	}
	if (add_text(c, s, s->end) == -1)
		return -1;
	return c->depth == depth ? 0
				 : wrong(c, s, s->end, "a section has no end");
}

int
mustache_compile(struct mustache *m, const char *p, size_t n,
    const json_t *partials, struct compose_fault *f)
{
	struct compiler c = { .m = m, .partials = partials, .fault = f };
	struct source s = {
		.start = p, .p = p, .end = p + n, .open = "{{", .close = "}}"
	};

	return compile(&c, &s);
}

void
mustache_free(struct mustache *m)
{
	free(m->node);
	buf_free(&m->text);
	memset(m, 0, sizeof *m);
}
