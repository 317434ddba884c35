#include "base/ascii.h"
#include "mime/mimetype.h"
#include <string.h>
#include <strings.h>

/* what is made of a parameter, and how much room is left */
struct value {
	char *out;
	size_t len, cap;
};

static int
percent(const char *p, const char *end)
{
	int high, low;

	if (end - p < 3 || *p != '%' || (high = ascii_hex_value(p[1])) == -1 ||
	    (low = ascii_hex_value(p[2])) == -1)
		return -1;
	return high << 4 | low;
}

/* one section; start is where its own text begins */
static void
put(struct value *v, const struct mimeparam *m, const char *p)
{
	const char *end = m->value + m->value_len;
	int c;

	for (; p < end && v->len < v->cap; p++) {
		if (*p == '\r' || *p == '\n')
			continue; /* the blank behind stays */
		c = m->extended ? percent(p, end) : -1;
		if (c != -1) {
			p += 2;
		} else {
			if (m->quoted && *p == '\\' && p + 1 < end)
				p++;
			c = (unsigned char)*p;
			if (c == '\r' || c == '\n')
				continue;
		}
		v->out[v->len++] = c;
	}
}

/* behind charset'language' of a first section (RFC 2231 section 4) */
static const char *
introduced(const struct mimeparam *m, struct mimevalue *how)
{
	const char *p = m->value, *end = p + m->value_len, *a, *b;

	a = memchr(p, '\'', m->value_len);
	b = a == NULL ? NULL : memchr(a + 1, '\'', end - a - 1);
	if (b == NULL)
		return p;
	how->charset = p;
	how->charset_len = a - p;
	how->language = a + 1;
	how->language_len = b - a - 1;
	how->extended = 1;
	return b + 1;
}

/* some mailers repeat charset' in each section: it is no text */
static const char *
repeated(const struct mimeparam *m, const struct mimevalue *how)
{
	size_t n = how->charset_len;

	if (n > 0 && m->value_len > n && m->value[n] == '\'' &&
	    strncasecmp(m->value, how->charset, n) == 0)
		return m->value + n + 1;
	return m->value;
}

/* 3 for name*, 2 for name*0, 1 for name */
static unsigned
rank(const struct mimeparam *m)
{
	return m->sectioned ? 2 : m->extended ? 3 : 1;
}

/* the section that follows: the lowest above `above` */
static const struct mimeparam *
following(const struct mimetype *t, const char *name, size_t n, unsigned form,
    long above)
{
	const struct mimeparam *m, *found = NULL;
	unsigned i;

	for (i = 0; i < t->n; i++) {
		m = &t->param[i];
		if (rank(m) == form &&
		    ascii_same(m->name, m->name_len, name, n) &&
		    (long)m->section > above &&
		    (found == NULL || m->section < found->section))
			found = m;
	}
	return found;
}

long
mimetype_value(const struct mimetype *t, const char *name, size_t n, char *out,
    size_t cap, struct mimevalue *how)
{
	struct mimevalue mine, *h = how != NULL ? how : &mine;
	struct value v = { out, 0, cap };
	const struct mimeparam *m;
	unsigned i, form = 0;
	const char *p;
	long last;

	memset(h, 0, sizeof *h);
	for (i = 0; i < t->n; i++)
		if (ascii_same(t->param[i].name, t->param[i].name_len, name,
			n) &&
		    rank(&t->param[i]) > form)
			form = rank(&t->param[i]);
	if (form == 0)
		return -1;
	for (last = -1; (m = following(t, name, n, form, last)) != NULL;
	     last = m->section) {
		p = m->value;
		if (m->extended)
			p = last == -1 ? introduced(m, h) : repeated(m, h);
		put(&v, m, p);
		if (form != 2)
			break;
	}
	return (long)v.len;
}
