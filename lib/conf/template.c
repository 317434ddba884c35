#include "conf/template.h"
#include "base/ascii.h"
#include <string.h>

/* those that take :NAME have a colon at their end */
static const char *const fix_names[] = { "uuid", "from", "from-domain",
	"sender", "sender-domain", "tenant", "user", "rcpt", "rcpt-domain",
	"me", "date", "token", "tag:", "header:", NULL };

/* a piece of text, or a name; 1, 0 at the end, -1 not closed */
struct part {
	struct slice text, name, of;
};

static int
next(const char **p, const char *end, struct part *t)
{
	const char *s = *p, *e, *c;

	memset(t, 0, sizeof *t);
	if (s == end)
		return 0;
	t->text.p = s;
	if (*s != '%' || s + 1 == end || (s[1] != '{' && s[1] != '%')) {
		for (e = s + 1; e < end && *e != '%'; e++)
			;
		t->text.n = e - s;
		*p = e;
		return 1;
	}
	if (s[1] == '%') {
		t->text.n = 1;
		*p = s + 2;
		return 1;
	}
	e = memchr(s, '}', end - s);
	if (e == NULL)
		return -1;
	s += 2;
	c = memchr(s, ':', e - s);
	t->name = (struct slice){ s, (c == NULL ? e : c + 1) - s };
	if (c != NULL)
		t->of = (struct slice){ c + 1, e - c - 1 };
	*p = e + 1;
	return 1;
}

static int
known(const char *const *names, struct slice name)
{
	unsigned i;

	for (i = 0; names[i] != NULL; i++)
		if (word_is(name, names[i]))
			return 1;
	return 0;
}

const char *
template_fault_of(const char *p, size_t n, const char *const *names)
{
	const char *end = p + n;
	struct part t;
	size_t i;
	int r;

	while ((r = next(&p, end, &t)) == 1) {
		if (t.name.p == NULL)
			continue;
		if (!known(names, t.name))
			return "unknown name within %{}";
		if (t.name.p[t.name.n - 1] == ':' && t.of.n == 0)
			return "nothing behind the colon within %{}";
		for (i = 0; i < t.of.n; i++)
			if (t.of.p[i] <= ' ' || t.of.p[i] >= 0x7f ||
			    t.of.p[i] == ':' || t.of.n > WORD_NAME_MAX)
				return "not a name of a tag or field";
	}
	return r == -1 ? "%{ without }" : NULL;
}

const char *
template_fault(const char *p, size_t n)
{
	return template_fault_of(p, n, fix_names);
}

int
template_names(const char *p, size_t n, const char *name)
{
	const char *end = p + n;
	struct part t;

	while (next(&p, end, &t) == 1)
		if (t.name.p != NULL && word_is(t.name, name))
			return 1;
	return 0;
}

static int
unreserved(unsigned char c)
{
	return ascii_alnum((char)c) || (c != '\0' && strchr("-._~", c) != NULL);
}

/* one foreign byte */
static int
put_byte(struct buf *b, unsigned char c, enum template_form form)
{
	char e[3] = { '%' };

	if (form == TEMPLATE_URL && !unreserved(c)) {
		ascii_hex_upper(e + 1, c);
		return buf_put(b, e, 3);
	}
	if (form == TEMPLATE_WORD && (c <= ' ' || c >= 0x7f || c == ':'))
		c = '-';
	if (c < 0x20 || c == 0x7f)
		c = ' ';
	return buf_putc(b, (char)c);
}

/* the length that fits; a character of UTF-8 is left out whole */
static size_t
fitting(const char *p, size_t n, size_t max)
{
	size_t i;

	if (n <= max)
		return n;
	for (i = 0; i < 3 && ((unsigned char)p[max] & 0xc0) == 0x80; i++)
		max--;
	return max;
}

static int
put_value(struct buf *out, const struct part *t, enum template_form form,
    const struct template_source *src)
{
	struct buf v = { 0 };
	size_t i, n;
	int r = src->get(src->arg, t->name, t->of, &v);

	n = fitting(buf_data(&v), buf_len(&v),
	    word_is(t->name, "token") ? TEMPLATE_TOKEN_MAX
				      : TEMPLATE_VALUE_MAX);
	for (i = 0; i < n && r == 0; i++)
		r = put_byte(out, (unsigned char)buf_data(&v)[i], form);
	buf_free(&v);
	return r;
}

int
template_put(struct buf *out, const char *p, size_t n, enum template_form form,
    const struct template_source *src)
{
	const char *end = p + n;
	size_t start = buf_len(out), len;
	struct part t;

	while (buf_len(out) - start < TEMPLATE_MAX && next(&p, end, &t) == 1)
		if (t.name.p == NULL ? buf_put(out, t.text.p, t.text.n) == -1
				     : put_value(out, &t, form, src) == -1)
			return -1;
	if (buf_len(out) == start)
		return 0;
	len =
	    fitting(buf_data(out) + start, buf_len(out) - start, TEMPLATE_MAX);
	out->end = out->off + start + len;
	return 0;
}
