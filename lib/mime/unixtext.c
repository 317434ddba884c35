#include "mime/unixtext.h"
#include <string.h>

/* as much of the line as tells where to break it is there */
static int
too_long(const struct unixtext *t)
{
	return t->body && !t->whole &&
	    t->column == LINEBREAK_MAX + LINEBREAK_AHEAD;
}

/* one byte of a line; room for it is there */
static void
put(struct unixtext *t, char c, struct buf *out)
{
	buf_putc(out, c);
	t->column++;
	if ((unsigned char)c > 0x7f)
		t->eight_bit = 1;
}

/* CRs that turn out to be within a line, and a dot that is not alone */
static int
release(struct unixtext *t, struct buf *out)
{
	if (buf_reserve(out, t->crs + 8) == -1)
		return -1;
	if (t->dot)
		put(t, '.', out);
	t->dot = 0;
	for (; t->crs > 0; t->crs--) {
		if (too_long(t) && linebreak_tail(out, &t->column) == -1)
			return -1;
		if (buf_reserve(out, t->crs) == -1)
			return -1;
		put(t, ' ', out);
	}
	return 0;
}

/* as much of a line as holds nothing special, in one go */
static size_t
plain(struct unixtext *t, const char *in, size_t n, struct buf *out)
{
	size_t i, max = n;

	if (t->body && !t->whole &&
	    LINEBREAK_MAX + LINEBREAK_AHEAD - t->column < max)
		max = LINEBREAK_MAX + LINEBREAK_AHEAD - t->column;
	for (i = 0; i < max; i++) {
		if (in[i] == '\n' || in[i] == '\r' || in[i] == '\0')
			break;
		if ((unsigned char)in[i] > 0x7f)
			t->eight_bit = 1;
	}
	if (buf_put(out, in, i) == -1)
		return 0;
	t->column += i;
	return i;
}

/* the end of a line */
static int
end_line(struct unixtext *t, struct buf *out)
{
	while (t->body && !t->whole && t->column > LINEBREAK_MAX)
		if (linebreak_tail(out, &t->column) == -1)
			return -1;
	if (buf_putc(out, '\n') == -1)
		return -1;
	t->column = 0;
	return 0;
}

/* an LF came: 0, or -1 with ENOMEM and nothing done; *ev says whether the
 * caller is to be told */
static int
on_lf(struct unixtext *t, struct buf *out, enum unixtext_event *ev)
{
	t->crs = 0;
	if (t->dot) {
		*ev = UNIXTEXT_END;
		return 0;
	}
	if (end_line(t, out) == -1)
		return -1;
	if (!t->body)
		*ev = UNIXTEXT_LINE;
	return 0;
}

/* bytes that are neither CR nor LF: how many were taken, 0 with ENOMEM */
static size_t
on_text(struct unixtext *t, const char *in, size_t n, struct buf *out)
{
	if (*in == '.' && t->dots && t->column == 0 && !t->dot && t->crs == 0) {
		t->dot = 1;
		return 1;
	}
	if (release(t, out) == -1 ||
	    (too_long(t) && linebreak_tail(out, &t->column) == -1))
		return 0;
	if (*in != '\0')
		return plain(t, in, n, out);
	if (buf_reserve(out, 1) == -1)
		return 0;
	put(t, ' ', out);
	return 1;
}

size_t
unixtext_feed(struct unixtext *t, const char *in, size_t n, struct buf *out,
    enum unixtext_event *ev)
{
	size_t i = 0, k;

	*ev = UNIXTEXT_MORE;
	while (i < n && *ev == UNIXTEXT_MORE) {
		if (in[i] == '\r') {
			if (t->crs == UNIXTEXT_CRS_MAX && release(t, out) == -1)
				break;
			t->crs++;
			k = 1;
		} else if (in[i] == '\n') {
			if (on_lf(t, out, ev) == -1)
				break;
			k = 1;
		} else {
			k = on_text(t, in + i, n - i, out);
			if (k == 0)
				break;
		}
		i += k;
	}
	return i;
}

int
unixtext_finish(struct unixtext *t, struct buf *out)
{
	/* a dot alone is the end here, too */
	if (t->dot && t->dots) {
		t->dot = 0;
		t->crs = 0;
		return 0;
	}
	t->crs = 0;
	return t->column == 0 ? 0 : end_line(t, out);
}
