#include "httpd/formbody.h"
#include "base/ascii.h"

/* one name or value of the urlencoded form; longer ones are none that anybody
 * asks for: their length is more than fits */
static size_t
decode(struct slice s, char out[FORMBODY_VALUE_MAX])
{
	size_t i, n = 0;
	int high, low, c;

	for (i = 0; i < s.n; i++) {
		c = s.p[i] == '+' ? ' ' : (unsigned char)s.p[i];
		if (c == '%' && i + 2 < s.n &&
		    (high = ascii_hex_value(s.p[i + 1])) != -1 &&
		    (low = ascii_hex_value(s.p[i + 2])) != -1) {
			c = high << 4 | low;
			i += 2;
		}
		if (n < FORMBODY_VALUE_MAX)
			out[n] = (char)c;
		n++;
	}
	return n;
}

static int
is_coded(struct slice s, const char *z)
{
	char t[FORMBODY_VALUE_MAX];
	size_t n = decode(s, t);

	return n <= sizeof t && ascii_is(t, n, z);
}

static enum formbody
urlencoded(struct slice body, const char *name, const char *value)
{
	struct slice field, key;
	unsigned n = 0;

	while (word_piece(&body, '&', &field) && n++ < FORMBODY_FIELDS_MAX) {
		if (!word_piece(&field, '=', &key))
			continue;
		while (field.n > 0 && ascii_white(field.p[field.n - 1]))
			field.n--;
		if (is_coded(key, name) && is_coded(field, value))
			return FORMBODY_HAS;
	}
	return FORMBODY_HAS_NOT;
}

/* a parameter of a header field's value: what stands behind `;name=', in quotes
 * or without; n 0: there is none */
static struct slice
param(struct slice v, const char *name)
{
	const char *p = v.p, *end = v.p + v.n, *e;
	size_t len = strlen(name);

	while ((p = memchr(p, ';', end - p)) != NULL) {
		p++;
		while (p < end && ascii_white(*p))
			p++;
		if ((size_t)(end - p) <= len || !ascii_is(p, len, name) ||
		    p[len] != '=')
			continue;
		p += len + 1;
		if (p < end && *p == '"') {
			e = memchr(p + 1, '"', end - p - 1);
			if (e == NULL)
				break;
			return (struct slice){ p + 1, (size_t)(e - p) - 1 };
		}
		for (e = p; e < end && *e != ';' && !ascii_white(*e); e++)
			;
		return (struct slice){ p, (size_t)(e - p) };
	}
	return (struct slice){ end, 0 };
}

/* the next line, without its end; 0: there is none */
static int
line(struct slice *rest, struct slice *l)
{
	const char *lf;

	if (rest->n == 0)
		return 0;
	lf = memchr(rest->p, '\n', rest->n);
	l->p = rest->p;
	l->n = lf == NULL ? rest->n : (size_t)(lf - rest->p);
	rest->p += l->n + (lf != NULL);
	rest->n -= l->n + (lf != NULL);
	if (l->n > 0 && l->p[l->n - 1] == '\r')
		l->n--;
	return 1;
}

/* 1: a line between parts, 2: behind the last */
static int
is_boundary(struct slice l, struct slice boundary)
{
	if (l.n < 2 + boundary.n || l.p[0] != '-' || l.p[1] != '-' ||
	    memcmp(l.p + 2, boundary.p, boundary.n) != 0)
		return 0;
	return l.n >= 4 + boundary.n && l.p[2 + boundary.n] == '-' &&
		l.p[3 + boundary.n] == '-'
	    ? 2
	    : 1;
}

/* the header of a part: is it the field of this name? */
static int
is_named(struct slice *rest, const char *name)
{
	static const char field[] = "Content-Disposition:";
	struct slice l, n;
	int is = 0;

	while (line(rest, &l) && l.n > 0)
		if (ascii_begins(l.p, l.n, field)) {
			n = param(l, "name");
			is = ascii_is(n.p, n.n, name);
		}
	return is;
}

static enum formbody
multipart(struct slice type, struct slice body, const char *name,
    const char *value)
{
	struct slice boundary = param(type, "boundary"), l;
	unsigned parts = 0;
	int b = 0, is = 0, has = 0;

	if (boundary.n == 0 || boundary.n > FORMBODY_BOUNDARY_MAX)
		return FORMBODY_NO_FORM;
	while (b == 0 && line(&body, &l))
		b = is_boundary(l, boundary);
	if (b == 0)
		return FORMBODY_NO_FORM;
	while (b == 1 && !has && parts++ < FORMBODY_FIELDS_MAX) {
		is = is_named(&body, name);
		/* a value of one line, and nothing else */
		b = line(&body, &l) ? is_boundary(l, boundary) : 2;
		if (b == 0) {
			is &= ascii_is(l.p, l.n, value);
			while (line(&body, &l) &&
			    (b = is_boundary(l, boundary)) == 0)
				is = 0;
			has = is && b != 0;
		}
	}
	return has ? FORMBODY_HAS : FORMBODY_HAS_NOT;
}

enum formbody
formbody_has(struct slice type, struct slice body, const char *name,
    const char *value)
{
	const char *semi = type.n == 0 ? NULL : memchr(type.p, ';', type.n);
	size_t n = semi == NULL ? type.n : (size_t)(semi - type.p);

	while (n > 0 && ascii_white(type.p[n - 1]))
		n--;
	if (n == 0 || ascii_is(type.p, n, "application/x-www-form-urlencoded"))
		return urlencoded(body, name, value);
	if (ascii_is(type.p, n, "multipart/form-data"))
		return multipart(type, body, name, value);
	return FORMBODY_NO_FORM;
}
