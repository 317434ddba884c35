#include "import/erlterm.h"
#include "base/ascii.h"

struct reader {
	struct erlterms *t;
	const char *p, *end;
	unsigned depth;
};

static uint32_t term(struct reader *);

static uint32_t
wrong(struct reader *r, const char *why)
{
	if (r->t->why == NULL)
		r->t->why = why;
	return 0;
}

static struct erlterm *
at(struct erlterms *t, uint32_t i)
{
	return (struct erlterm *)(void *)buf_data(&t->nodes) + i;
}

const struct erlterm *
erlterm_node(const struct erlterms *t, uint32_t i)
{
	return (const struct erlterm *)(const void *)buf_data(&t->nodes) + i;
}

struct slice
erlterm_text(const struct erlterms *t, const struct erlterm *n)
{
	return (struct slice){
		n->text_len == 0 ? "" : buf_data(&t->bytes) + n->text_at,
		n->text_len
	};
}

const struct erlterm *
erlterm_child(const struct erlterms *t, const struct erlterm *n, uint32_t i)
{
	uint32_t c = i < n->n ? n->first : 0;

	while (c != 0 && i-- > 0)
		c = erlterm_node(t, c)->next;
	return c == 0 ? NULL : erlterm_node(t, c);
}

static uint32_t
add(struct reader *r, enum erlterm_kind kind)
{
	struct erlterm n = { .kind = kind,
		.line = r->t->line,
		.text_at = buf_len(&r->t->bytes) };
	uint32_t i = (uint32_t)(buf_len(&r->t->nodes) / sizeof n);

	if (i >= ERLTERM_NODES_MAX)
		return wrong(r, "more than 100000 terms");
	return buf_put(&r->t->nodes, &n, sizeof n) == -1
	    ? wrong(r, "out of memory")
	    : i;
}

static void
skip(struct reader *r)
{
	for (; r->p < r->end; r->p++) {
		if (*r->p == '%')
			while (r->p + 1 < r->end && r->p[1] != '\n')
				r->p++;
		else if (*r->p == '\n')
			r->t->line++;
		else if (!ascii_white(*r->p))
			return;
	}
}

static int
starts(const struct reader *r, const char *s)
{
	size_t n = strlen(s);

	return (size_t)(r->end - r->p) >= n && memcmp(r->p, s, n) == 0;
}

/* "..." or '...' */
static uint32_t
quoted(struct reader *r)
{
	char quote = *r->p++;
	uint32_t i = add(r, quote == '"' ? ERLTERM_STRING : ERLTERM_ATOM);

	for (; i != 0 && r->p < r->end && *r->p != quote; r->p++) {
		if (*r->p == '\\' && r->p + 1 < r->end)
			r->p++;
		r->t->line += *r->p == '\n';
		if (buf_putc(&r->t->bytes, *r->p) == -1)
			return wrong(r, "out of memory");
	}
	if (i == 0)
		return 0;
	if (r->p == r->end)
		return wrong(r, "a text that is not closed");
	r->p++;
	at(r->t, i)->text_len = buf_len(&r->t->bytes) - at(r->t, i)->text_at;
	return i;
}

static int
is_bare(char c)
{
	return ascii_alnum(c) || (c != '\0' && strchr("_@.-+", c) != NULL);
}

static uint32_t
bare(struct reader *r)
{
	uint32_t i = add(r, ERLTERM_ATOM);
	const char *start = r->p;

	while (r->p < r->end && is_bare(*r->p))
		r->p++;
	/* what ends the term is no part of it */
	if (r->p > start && r->p[-1] == '.')
		r->p--;
	if (i == 0 || r->p == start)
		return wrong(r, "no term");
	if (buf_put(&r->t->bytes, start, (size_t)(r->p - start)) == -1)
		return wrong(r, "out of memory");
	at(r->t, i)->text_len = (size_t)(r->p - start);
	return i;
}

static int
adopt(struct erlterms *t, uint32_t parent, uint32_t *last, uint32_t child)
{
	if (child == 0)
		return -1;
	*(*last == 0 ? &at(t, parent)->first : &at(t, *last)->next) = child;
	*last = child;
	at(t, parent)->n++;
	return 0;
}

static uint32_t
many(struct reader *r, enum erlterm_kind kind, const char *end)
{
	uint32_t i = add(r, kind), last = 0;

	if (i == 0 || r->depth == ERLTERM_DEPTH_MAX)
		return wrong(r, "terms too deep");
	r->p++;
	r->depth++;
	for (skip(r); !starts(r, end); skip(r)) {
		if (last != 0) {
			if (!starts(r, ","))
				return wrong(r, "a term that is not closed");
			r->p++;
			skip(r);
		}
		if (adopt(r->t, i, &last, term(r)) == -1)
			return 0;
	}
	r->p++;
	r->depth--;
	return i;
}

static uint32_t
term(struct reader *r)
{
	uint32_t i;

	if (r->p == r->end)
		return wrong(r, "no term");
	if (*r->p == '{')
		return many(r, ERLTERM_TUPLE, "}");
	if (*r->p == '[')
		return many(r, ERLTERM_LIST, "]");
	if (*r->p == '"' || *r->p == '\'')
		return quoted(r);
	if (!starts(r, "<<\""))
		return bare(r);
	r->p += 2;
	i = quoted(r);
	if (i != 0 && !starts(r, ">>"))
		return wrong(r, "a binary that is not closed");
	r->p += i != 0 ? 2 : 0;
	return i;
}

static uint32_t
terms(struct reader *r)
{
	uint32_t i = add(r, ERLTERM_LIST), last = 0;

	if (i == 0)
		return 0;
	for (skip(r); r->p < r->end; skip(r)) {
		if (adopt(r->t, i, &last, term(r)) == -1)
			return 0;
		skip(r);
		if (!starts(r, "."))
			return wrong(r, "no dot behind a term");
		r->p++;
	}
	return i;
}

uint32_t
erlterm_read(struct erlterms *t, struct slice s, unsigned line, int all)
{
	struct reader r = { t, s.p, s.p + s.n, 0 };
	static const struct erlterm none;
	uint32_t i;

	t->line = line;
	t->why = NULL;
	/* number 0 is none */
	if (buf_len(&t->nodes) == 0 &&
	    buf_put(&t->nodes, &none, sizeof none) == -1)
		return wrong(&r, "out of memory");
	if (all)
		return terms(&r);
	skip(&r);
	i = term(&r);
	skip(&r);
	return i != 0 && r.p < r.end ? wrong(&r, "more than one term") : i;
}

void
erlterm_free(struct erlterms *t)
{
	buf_free(&t->nodes);
	buf_free(&t->bytes);
	memset(t, 0, sizeof *t);
}
