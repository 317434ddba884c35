#include "many/csv.h"
#include <string.h>

struct read {
	struct csv *c;
	const char *p, *end;
	const char *why;
};

static int
line_end(const struct read *r)
{
	return r->p == r->end || *r->p == '\n' ||
	    (*r->p == '\r' && r->p + 1 < r->end && r->p[1] == '\n');
}

/* 1, -1 or -2, as csv_next() */
static int
quoted(struct read *r)
{
	const char *q;

	for (r->p++;; r->p = q + 2) {
		q = r->p == r->end ? NULL : memchr(r->p, '"', r->end - r->p);
		if (q == NULL) {
			r->why = "a quote that does not end";
			return -1;
		}
		if (buf_put(&r->c->text, r->p, q - r->p) == -1)
			return -2;
		if (q + 1 == r->end || q[1] != '"')
			break;
		if (buf_putc(&r->c->text, '"') == -1)
			return -2;
	}
	r->p = q + 1;
	if (line_end(r) || *r->p == ',')
		return 1;
	r->why = "text behind a quote";
	return -1;
}

static int
plain(struct read *r)
{
	const char *start = r->p;

	for (; !line_end(r) && *r->p != ','; r->p++)
		if (*r->p == '"' || *r->p == '\0') {
			r->why = "a quote, or a NUL, within a field";
			return -1;
		}
	return buf_put(&r->c->text, start, r->p - start) == -1 ? -2 : 1;
}

static int
record(struct read *r)
{
	struct csv *c = r->c;
	int k;

	for (;;) {
		if (c->n == CSV_FIELDS_MAX) {
			r->why = "more than 1000 fields";
			return -1;
		}
		c->at[c->n++] = buf_len(&c->text);
		k = r->p < r->end && *r->p == '"' ? quoted(r) : plain(r);
		if (k != 1)
			return k;
		if (buf_putc(&c->text, '\0') == -1)
			return -2;
		if (line_end(r))
			break;
		r->p++;
	}
	c->at[c->n] = buf_len(&c->text);
	r->p += r->p < r->end && *r->p == '\r';
	r->p += r->p < r->end;
	return 1;
}

/* to where the next line begins */
static const char *
skip_line(const char *p, const char *end)
{
	const char *lf = memchr(p, '\n', end - p);

	return lf == NULL ? end : lf + 1;
}

int
csv_next(struct csv *c, const char **p, const char *end, const char **why)
{
	struct read r = { .c = c };
	const char *q;
	int k;

	for (; *p < end &&
	     (**p == '\n' || (**p == '\r' && end - *p > 1 && (*p)[1] == '\n'));
	     *p = skip_line(*p, end))
		c->lines++;
	if (*p == end)
		return 0;
	r.p = c->raw = *p;
	r.end = end - *p > CSV_RECORD_MAX ? *p + CSV_RECORD_MAX : end;
	c->line = c->lines + 1;
	c->n = 0;
	buf_clear(&c->text);
	k = record(&r);
	if (k == 1 && r.p == r.end && r.end < end && r.p[-1] != '\n') {
		r.why = "more than 1 MiB";
		k = -1;
	}
	if (k != 1)
		r.p = skip_line(*p, end);
	for (q = *p; q < r.p; q++)
		c->lines += *q == '\n';
	c->raw_len = r.p - *p;
	*p = r.p;
	*why = r.why;
	return k;
}

struct slice
csv_field(const struct csv *c, unsigned i)
{
	return (struct slice){ buf_data(&c->text) + c->at[i],
		c->at[i + 1] - c->at[i] - 1 };
}

void
csv_free(struct csv *c)
{
	buf_free(&c->text);
}
