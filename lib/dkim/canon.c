#include "dkim/canon.h"
#include "base/ascii.h"
#include <string.h>

/* a field */

/* relaxed: name in lower case, one blank for any run of blanks and folds,
 * none around the colon and at the end (section 3.4.2) */
static void
relax(struct buf *out, const char *p, const char *end)
{
	char *o = buf_tail(out), *start = o;
	int gap = 0;

	for (; p < end && *p != ':'; p++)
		if (!ascii_blank(*p))
			*o++ = ascii_lower(*p);
	if (p < end)
		*o++ = *p++;
	while (p < end && (ascii_blank(*p) || *p == '\n'))
		p++;
	for (; p < end; p++) {
		if (ascii_blank(*p)) {
			gap = 1;
		} else if (*p != '\n') {
			if (gap)
				*o++ = ' ';
			gap = 0;
			*o++ = *p;
		}
	}
	*o++ = '\r';
	*o++ = '\n';
	buf_added(out, o - start);
}

int
canon_header(struct buf *out, enum canon canon, const char *raw, size_t n)
{
	const char *end = raw + n, *lf;

	if (n > 0 && end[-1] == '\n')
		end--;
	/* line ends grow, by at most as much as there are bytes */
	if (buf_reserve(out, 2 * (end - raw) + 3) == -1)
		return -1;
	if (canon == CANON_RELAXED) {
		relax(out, raw, end);
		return 0;
	}
	while ((lf = memchr(raw, '\n', end - raw)) != NULL) {
		buf_put(out, raw, lf - raw);
		buf_put(out, "\r\n", 2);
		raw = lf + 1;
	}
	buf_put(out, raw, end - raw);
	buf_put(out, "\r\n", 2);
	return 0;
}

/* a body */

enum { PIECE = 4096 };

/* the canonical form on its way out */
struct piece {
	struct canon_body *c;
	size_t n;
	char p[PIECE];
};

static void
flush(struct piece *o)
{
	struct canon_body *c = o->c;
	uint64_t left = c->total < c->limit ? c->limit - c->total : 0;

	if (o->n > 0 && left > 0)
		c->put(c->arg, o->p, o->n < left ? o->n : left);
	c->total += o->n;
	o->n = 0;
}

static void
put(struct piece *o, const char *p, size_t n)
{
	size_t k;

	for (; n > 0; p += k, n -= k) {
		if (o->n == PIECE)
			flush(o);
		k = n < PIECE - o->n ? n : PIECE - o->n;
		memcpy(o->p + o->n, p, k);
		o->n += k;
	}
}

static void
put_byte(struct piece *o, char b)
{
	if (o->n == PIECE)
		flush(o);
	o->p[o->n++] = b;
}

/* the line ends that turned out not to be the last ones */
static void
put_lines(struct piece *o)
{
	for (; o->c->lines > 0; o->c->lines--)
		put(o, "\r\n", 2);
}

static void
simple(struct piece *o, const char *p, const char *end)
{
	struct canon_body *c = o->c;
	const char *lf;

	while (p < end) {
		if (*p == '\n') {
			c->lines++;
			p++;
			continue;
		}
		put_lines(o);
		lf = memchr(p, '\n', end - p);
		if (lf == NULL)
			lf = end;
		put(o, p, lf - p);
		p = lf;
	}
}

/* sixteen bytes at once, where the processor can (gcc and clang know how) */
typedef signed char sixteen __attribute__((vector_size(16)));

/* one of the sixteen bytes at p does not go out as it is; p[16] is there */
static int
special(const char *p)
{
	uint64_t u[2];
	sixteen x, next, bad;

	memcpy(&x, p, 16);
	memcpy(&next, p + 1, 16);
	bad = (x == '\n') | (x == '\t') |
	    ((x == ' ') & ((next == ' ') | (next == '\t') | (next == '\n')));
	memcpy(u, &bad, 16);
	return (u[0] | u[1]) != 0;
}

/* how many bytes, the first of them no blank, go out as they are: blanks one
 * at a time with text behind, no TAB, no line end.  Most of any body */
static size_t
plain(const char *p, const char *end)
{
	const char *q = p + 1;

	while (end - q > 16 && !special(q))
		q += 16;
	for (; q < end; q++) {
		if ((unsigned char)*q > ' ')
			continue;
		if (*q == '\n' || *q == '\t')
			break;
		if (*q == ' ' &&
		    (q + 1 == end || ascii_blank(q[1]) || q[1] == '\n'))
			break;
	}
	return q - p;
}

static void
relaxed(struct piece *o, const char *p, const char *end)
{
	struct canon_body *c = o->c;
	size_t n;

	for (; p < end; p += n) {
		n = 1;
		if (ascii_blank(*p)) {
			c->blank = 1;
		} else if (*p == '\n') {
			/* blanks before it are gone with it */
			c->blank = 0;
			c->lines++;
		} else {
			if (c->lines > 0)
				put_lines(o);
			if (c->blank)
				put_byte(o, ' ');
			c->blank = 0;
			n = plain(p, end);
			put(o, p, n);
		}
	}
}

void
canon_body_init(struct canon_body *c, enum canon canon, uint64_t limit,
    void (*out)(void *, const void *, size_t), void *arg)
{
	memset(c, 0, sizeof *c);
	c->canon = canon;
	c->limit = limit;
	c->put = out;
	c->arg = arg;
}

void
canon_body_feed(struct canon_body *c, const char *p, size_t n)
{
	struct piece o;

	o.c = c;
	o.n = 0;
	if (c->canon == CANON_SIMPLE)
		simple(&o, p, p + n);
	else
		relaxed(&o, p, p + n);
	flush(&o);
}

/* the empty lines at the end are gone, but for the line end of the last line
 * that says something, which is there in any case; a body without any such
 * line is one line end when simple, and nothing when relaxed (3.4.3, 3.4.4) */
void
canon_body_end(struct canon_body *c)
{
	struct piece o;

	o.c = c;
	o.n = 0;
	if (c->total > 0 || c->canon == CANON_SIMPLE)
		put(&o, "\r\n", 2);
	flush(&o);
	c->lines = 0;
}
