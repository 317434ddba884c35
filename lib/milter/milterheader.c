#include "milter/milterheader.h"
#include <string.h>
#include <strings.h>

const char *
milterheader_own(const char *p, size_t n)
{
	struct header_field f;

	return n > 0 && header_find(p, n, "received", &f) ? f.raw : NULL;
}

int
milterheader_name(const char *s)
{
	size_t n = strlen(s);

	if (n == 0 || n > HEADER_NAME_MAX)
		return 0;
	for (; *s != '\0'; s++)
		if (*s <= 0x20 || *s >= 0x7f || *s == ':')
			return 0;
	return 1;
}

/* the lines of a value, so that none of them is a field or the empty line */
static int
put_value(struct buf *out, const char *s)
{
	for (; *s != '\0'; s++) {
		if (*s == '\r' && s[1] == '\n')
			continue;
		if (buf_putc(out, *s == '\r' ? ' ' : *s) == -1)
			return -1;
		if (*s == '\n' && s[1] != ' ' && s[1] != '\t' &&
		    buf_putc(out, '\t') == -1)
			return -1;
	}
	return 0;
}

/* line ends behind a value are not its own */
static void
trim(struct buf *b, size_t from)
{
	while (buf_len(b) > from &&
	    strchr("\n\t ", buf_data(b)[buf_len(b) - 1]) != NULL)
		b->end--;
}

int
milterheader_put(struct buf *out, const char *name, const char *value,
    enum milterheader_space space)
{
	size_t from;

	if (buf_puts(out, name) == -1 || buf_putc(out, ':') == -1 ||
	    (space == MILTERHEADER_SPACE && buf_putc(out, ' ') == -1))
		return -1;
	from = buf_len(out);
	if (put_value(out, value) == -1)
		return -1;
	trim(out, from);
	return buf_putc(out, '\n');
}

/* n bytes in place of those from at to end */
static int
replace(struct buf *h, size_t at, size_t end, const char *p, size_t n)
{
	size_t rest = buf_len(h) - end;
	char *to;

	if (buf_reserve(h, n) == -1)
		return -1;
	to = buf_data(h) + at;
	memmove(to + n, to + (end - at), rest);
	if (n > 0)
		memcpy(to, p, n);
	h->end = h->end - (end - at) + n;
	return 0;
}

/* a field in place of those bytes; what stands in front of it ends its line */
static int
put_at(struct buf *h, size_t at, size_t end, const char *name,
    const char *value, enum milterheader_space space)
{
	struct buf field = { 0 };
	int r = 0;

	if (!milterheader_name(name))
		return 0;
	if (at > 0 && buf_data(h)[at - 1] != '\n')
		r = buf_putc(&field, '\n');
	if (r == 0)
		r = milterheader_put(&field, name, value, space);
	if (r == 0)
		r = replace(h, at, end, buf_data(&field), buf_len(&field));
	buf_free(&field);
	return r;
}

/* where a field goes that is behind so many others */
static size_t
behind(const struct buf *h, uint32_t fields)
{
	const char *p = buf_data(h), *end = p + buf_len(h), *last = p;
	struct header_field f;

	while (fields > 0 && p < end &&
	    header_next(&p, end, &f) == HEADER_FIELD) {
		last = p;
		fields--;
	}
	return (size_t)(last - buf_data(h));
}

int
milterheader_add(struct buf *h, const char *name, const char *value,
    enum milterheader_space space)
{
	return milterheader_insert(h, UINT32_MAX, name, value, space);
}

int
milterheader_insert(struct buf *h, uint32_t index, const char *name,
    const char *value, enum milterheader_space space)
{
	size_t at = buf_len(h) == 0 ? 0 : behind(h, index);

	return put_at(h, at, at, name, value, space);
}

int
milterheader_change(struct buf *h, int own, uint32_t index, const char *name,
    const char *value, enum milterheader_space space)
{
	const char *p = buf_data(h), *end = p + buf_len(h);
	const char *hidden = own ? milterheader_own(p, buf_len(h)) : NULL;
	struct header_field f;
	size_t at, to;

	if (index == 0)
		index = 1;
	while (buf_len(h) > 0 && header_field(&p, end, &f)) {
		if (f.raw == hidden || !header_is(&f, name) || --index > 0)
			continue;
		at = (size_t)(f.raw - buf_data(h));
		to = at + f.raw_len;
		if (*value == '\0')
			return replace(h, at, to, NULL, 0);
		return put_at(h, at, to, name, value, space);
	}
	return *value == '\0' ? 0 : milterheader_add(h, name, value, space);
}
