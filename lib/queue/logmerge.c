#include "queue/logmerge.h"
#include "base/plain.h"
#include "queue/logline.h"
#include <stdlib.h>
#include <string.h>

struct line {
	int64_t us;
	uint64_t order; /* among lines of one time */
	size_t off, len;
};

static struct line *
line_at(const struct logmerge *m, size_t i)
{
	return (struct line *)(void *)buf_data(&m->list) + i;
}

size_t
logmerge_lines(const struct logmerge *m)
{
	return buf_len(&m->list) / sizeof(struct line);
}

int
logmerge_keep(struct logmerge *m, const char *p, size_t n)
{
	struct line l = { .order = m->order++, .off = buf_len(&m->text) };
	size_t skip;
	int64_t us = logline_time(p, n, &skip);

	if (us != -1)
		m->carry = us < m->latest ? us : m->latest;
	l.us = m->carry;
	if (plain_put(&m->text, p + skip, n - skip, "\t") == -1 ||
	    buf_putc(&m->text, '\n') == -1)
		return -1;
	l.len = buf_len(&m->text) - l.off;
	return buf_put(&m->list, &l, sizeof l);
}

static int
by_time(const void *a, const void *b)
{
	const struct line *s = a, *t = b;

	if (s->us != t->us)
		return s->us < t->us ? -1 : 1;
	return (s->order > t->order) - (s->order < t->order);
}

/* lines from `upto` on begin the list, and their text the text */
static int
leave(struct logmerge *m, size_t upto)
{
	size_t n = logmerge_lines(m), i;
	struct line *l;
	struct buf text = m->text;

	buf_clear(&m->behind);
	for (i = upto; i < n; i++) {
		l = line_at(m, i);
		if (buf_put(&m->behind, buf_data(&text) + l->off, l->len) == -1)
			return -1;
		l->off = buf_len(&m->behind) - l->len;
	}
	if (n > 0)
		memmove(line_at(m, 0), line_at(m, upto),
		    (n - upto) * sizeof *l);
	m->list.end = m->list.off + (n - upto) * sizeof *l;
	m->text = m->behind;
	m->behind = text;
	return 0;
}

int
logmerge_write(struct logmerge *m, int64_t until, size_t most,
    void (*write)(struct buf *))
{
	size_t n = logmerge_lines(m), i, upto = 0;
	const struct line *l;

	if (n > 1)
		qsort(buf_data(&m->list), n, sizeof *l, by_time);
	while (upto < n && line_at(m, upto)->us <= until)
		upto++;
	for (i = upto > most ? upto - most : 0; i < upto; i++) {
		l = line_at(m, i);
		if (buf_put(&m->out, buf_data(&m->text) + l->off, l->len) == -1)
			return -1;
		if (buf_len(&m->out) >= LOGMERGE_OUT_MAX)
			write(&m->out);
	}
	if (buf_len(&m->out) > 0)
		write(&m->out);
	return leave(m, upto);
}

void
logmerge_free(struct logmerge *m)
{
	buf_free(&m->text);
	buf_free(&m->list);
	buf_free(&m->out);
	buf_free(&m->behind);
	memset(m, 0, sizeof *m);
}
