#include "format/ltsv.h"
#include "base/num.h"
#include "base/plain.h"
#include <string.h>

static int
label_byte(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' ||
	    c == '-' || c == '.';
}

static int
hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* what an escape stands for, p behind its backslash, and how long it is
 * there; or -1 */
static int
unescape(const char *p, const char *end, size_t *len)
{
	*len = 1;
	if (p == end)
		return -1;
	switch (*p) {
	case 't': return '\t';
	case 'n': return '\n';
	case 'r': return '\r';
	case '0': return '\0';
	case '\\': return '\\';
	case 'x':
		*len = 3;
		if (end - p < 3 || hex(p[1]) == -1 || hex(p[2]) == -1)
			return -1;
		return hex(p[1]) << 4 | hex(p[2]);
	}
	return -1;
}

/* the letter that stands for a byte behind a backslash, or 0 */
static char
escape(char c)
{
	switch (c) {
	case '\t': return 't';
	case '\n': return 'n';
	case '\r': return 'r';
	case '\0': return '0';
	case '\\': return '\\';
	}
	return 0;
}

static int
parse_field(const char *p, const char *end, struct ltsv_field *f)
{
	const char *v = p;
	size_t len;

	while (v < end && label_byte(*v))
		v++;
	if (v == p || v == end || *v != ':' || v - p > LTSV_LABEL_MAX)
		return -1;
	f->label = p;
	f->label_len = v - p;
	f->value = ++v;
	f->value_len = end - v;
	for (; v < end; v++) {
		if (*v == '\\') {
			if (unescape(v + 1, end, &len) == -1)
				return -1;
			v += len;
		} else if (*v == '\r' || *v == '\0' || *v == '\n') {
			return -1;
		}
	}
	return 0;
}

int
ltsv_parse(const char *line, size_t n, struct ltsv *out)
{
	const char *p = line, *end, *tab;

	out->n = 0;
	if (n > 0 && line[n - 1] == '\n')
		n--;
	if (n >= LTSV_LINE_MAX)
		return -1;
	end = line + n;
	if (n == 0)
		return 0;
	for (;;) {
		tab = memchr(p, '\t', end - p);
		if (tab == NULL)
			tab = end;
		if (out->n == LTSV_FIELDS_MAX ||
		    parse_field(p, tab, &out->f[out->n]) == -1)
			return -1;
		out->n++;
		if (tab == end)
			return 0;
		p = tab + 1;
	}
}

const struct ltsv_field *
ltsv_find(const struct ltsv *l, const char *label)
{
	size_t n = strlen(label);
	unsigned i;

	for (i = 0; i < l->n; i++)
		if (l->f[i].label_len == n &&
		    memcmp(l->f[i].label, label, n) == 0)
			return &l->f[i];
	return NULL;
}

struct slice
ltsv_slice(const struct ltsv *l, const char *label)
{
	const struct ltsv_field *f = ltsv_find(l, label);

	return f == NULL ? (struct slice){ "", 0 }
			 : (struct slice){ f->value, f->value_len };
}

int
ltsv_is(const struct ltsv_field *f, const char *s)
{
	size_t n = strlen(s);

	return f != NULL && f->value_len == n && memcmp(f->value, s, n) == 0;
}

int
ltsv_num(const struct ltsv *l, const char *label, uint64_t min, uint64_t max,
    uint64_t *out)
{
	const struct ltsv_field *f = ltsv_find(l, label);

	return f == NULL ? -1 : num_scan(f->value, f->value_len, min, max, out);
}

long
ltsv_value(const struct ltsv_field *f, char *out, size_t cap)
{
	const char *end = f->value + f->value_len;
	size_t i, n = 0, len;
	char c;

	for (i = 0; i < f->value_len; i++) {
		c = f->value[i];
		if (c == '\\') {
			c = (char)unescape(f->value + i + 1, end, &len);
			i += len;
		}
		if (n + 1 >= cap)
			return -1;
		out[n++] = c;
	}
	if (cap == 0)
		return -1;
	out[n] = '\0';
	return n;
}

long
ltsv_get(const struct ltsv *l, const char *label, char *out, size_t cap)
{
	const struct ltsv_field *f = ltsv_find(l, label);

	return f == NULL ? -1 : ltsv_value(f, out, cap);
}

size_t
ltsv_cut(const char *p, size_t n, size_t max)
{
	size_t i = 0, len;

	for (; i < n; i += len) {
		len = 0;
		if (p[i] == '\\' && unescape(p + i + 1, p + n, &len) == -1)
			break;
		if (i + ++len > max)
			break;
	}
	return i;
}

int
ltsv_escape(struct buf *b, const char *s, size_t n)
{
	size_t i, from = 0;
	char e;

	if (n == 0)
		return 0;
	if (buf_reserve(b, 2 * n) == -1)
		return -1;
	for (i = 0; i < n; i++) {
		e = escape(s[i]);
		if (e == 0)
			continue;
		buf_put(b, s + from, i - from);
		buf_putc(b, '\\');
		buf_putc(b, e);
		from = i + 1;
	}
	return buf_put(b, s + from, n - from);
}

static int
begin(struct buf *b, const char *label, size_t n)
{
	if (buf_reserve(b, n + 2) == -1)
		return -1;
	if (buf_len(b) > 0 && b->p[b->end - 1] != '\n')
		buf_putc(b, '\t');
	buf_put(b, label, n);
	return buf_putc(b, ':');
}

int
ltsv_put(struct buf *b, const char *label, const char *value, size_t n)
{
	if (begin(b, label, strlen(label)) == -1)
		return -1;
	return ltsv_escape(b, value, n);
}

int
ltsv_plain(struct buf *b, const char *s, size_t n)
{
	size_t before = buf_len(b), i, span;
	char c;

	for (i = 0; i < n; i++) {
		span = plain_span(s + i, n - i, "\t\n\r");
		if (span > 0 && ltsv_escape(b, s + i, span) == -1)
			break;
		i += span;
		if (i == n)
			return 0;
		c = s[i];
		if ((c == '\0' ? ltsv_escape(b, &c, 1)
			       : plain_put(b, &c, 1, "")) == -1)
			break;
	}
	if (i == n)
		return 0;
	b->end = b->off + before;
	return -1;
}

int
ltsv_show(struct buf *b, const char *label, const char *value, size_t n)
{
	if (begin(b, label, strlen(label)) == -1)
		return -1;
	return ltsv_plain(b, value, n);
}

int
ltsv_shows(struct buf *b, const char *label, const char *value)
{
	return ltsv_show(b, label, value, strlen(value));
}

int
ltsv_puts(struct buf *b, const char *label, const char *value)
{
	return ltsv_put(b, label, value, strlen(value));
}

int
ltsv_putnum(struct buf *b, const char *label, uint64_t u)
{
	if (begin(b, label, strlen(label)) == -1)
		return -1;
	return buf_putnum(b, u);
}

int
ltsv_copy(struct buf *b, const struct ltsv_field *f)
{
	if (begin(b, f->label, f->label_len) == -1)
		return -1;
	return buf_put(b, f->value, f->value_len);
}

int
ltsv_show_field(struct buf *b, const struct ltsv_field *f)
{
	if (begin(b, f->label, f->label_len) == -1)
		return -1;
	return plain_put(b, f->value, f->value_len, "");
}

int
ltsv_end(struct buf *b)
{
	return buf_putc(b, '\n');
}
