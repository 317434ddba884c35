#include "mail/fixheader.h"
#include "base/ascii.h"
#include "mail/header.h"
#include <string.h>
#include <strings.h>

int
fixheader_name(const char *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (p[i] <= ' ' || p[i] >= 0x7f || p[i] == ':')
			return 0;
	return n > 0 && n <= FIXHEADER_NAME_MAX;
}

static int
blank(char c)
{
	return (unsigned char)c <= ' ' || c == 0x7f;
}

/* the next word; its length, 0 at the end */
static size_t
word(const char **p, const char *end)
{
	const char *e;

	while (*p < end && blank(**p))
		++*p;
	for (e = *p; e < end && !blank(*e); e++)
		;
	return e - *p;
}

/* a word that no line has room for is cut, but not within a character of
 * UTF-8 */
static size_t
cut(const char *p, size_t n, size_t room)
{
	size_t at = room;

	if (n <= room)
		return n;
	while (at > room - 4 && ((unsigned char)p[at] & 0xc0) == 0x80)
		at--;
	return at > room - 4 ? at : room;
}

static int
put_words(struct buf *b, const char *p, const char *end, size_t col)
{
	size_t n, part;
	int first = 1;

	while ((n = word(&p, end)) > 0) {
		/* the first stays beside its name where a line may hold it */
		if (first ? col + 1 + n > FIXHEADER_LINE_MAX
			  : col + 1 + n > FIXHEADER_FOLD) {
			if (buf_putc(b, '\n') == -1)
				return -1;
			col = 0;
		}
		first = 0;
		part = cut(p, n, FIXHEADER_LINE_MAX - 1);
		if (buf_putc(b, ' ') == -1 || buf_put(b, p, part) == -1)
			return -1;
		col += 1 + part;
		p += part;
		if (part < n && p < end)
			col = FIXHEADER_LINE_MAX; /* the rest goes below */
	}
	return 0;
}

int
fixheader_put(struct buf *b, const char *name, size_t name_len,
    const char *value, size_t n)
{
	size_t before = buf_len(b);

	if (n > FIXHEADER_VALUE_MAX)
		n = cut(value, n, FIXHEADER_VALUE_MAX);
	if (buf_put(b, name, name_len) == -1)
		return -1;
	if (buf_putc(b, ':') == -1 ||
	    put_words(b, value, value + n, name_len + 1) == -1 ||
	    buf_putc(b, '\n') == -1) {
		b->end = b->off + before;
		return -1;
	}
	return 0;
}

/* changes */

static int
matches(const struct header_field *f, const char *pattern, size_t n)
{
	if (n > 0 && pattern[n - 1] == '*')
		return f->name_len >= n - 1 &&
		    strncasecmp(f->name, pattern, n - 1) == 0;
	return ascii_same(f->name, f->name_len, pattern, n);
}

int
fixheader_has(const char *p, size_t n, const char *pattern, size_t len)
{
	const char *end = n == 0 ? p : p + n;
	struct header_field f;

	while (n > 0 && header_field(&p, end, &f))
		if (matches(&f, pattern, len))
			return 1;
	return 0;
}

/* where one may be added: behind the fields up to the empty line or, that
 * every reader sees it, a line that is no field */
static size_t
fields_len(const struct buf *h)
{
	enum header_end how;
	size_t n;

	if (buf_len(h) == 0)
		return 0;
	n = header_skip(buf_data(h), buf_len(h), &how);
	return how == HEADER_EMPTY ? n - 1 : n;
}

static void
take(struct buf *header, struct buf *made)
{
	buf_free(header);
	*header = *made;
}

/* all up to the end of the fields, each in a line of its own */
static int
put_fields(struct buf *b, const char *p, size_t n)
{
	if (n == 0)
		return 0;
	if (buf_put(b, p, n) == -1)
		return -1;
	return p[n - 1] == '\n' ? 0 : buf_putc(b, '\n');
}

int
fixheader_add(struct buf *h, const char *name, size_t name_len,
    const char *value, size_t n)
{
	struct buf b = { 0 };
	size_t at = fields_len(h), len = buf_len(h);
	const char *p = buf_data(h);

	/* mostly nothing stands behind the fields */
	if (at == len && len > 0 && p[len - 1] == '\n')
		return fixheader_put(h, name, name_len, value, n) == -1 ? -1
									: 1;
	if (put_fields(&b, p, at) == -1 ||
	    fixheader_put(&b, name, name_len, value, n) == -1 ||
	    (at == 0 && len > 0 && !header_fits(p, len, 1) &&
		buf_putc(&b, '\n') == -1) ||
	    (at < len && buf_put(&b, p + at, len - at) == -1)) {
		buf_free(&b);
		return -1;
	}
	take(h, &b);
	return 1;
}

/*
 * Without what matches; put in its place, when name is not NULL, the new
 * field.
 */
static int
rewrite(struct buf *h, const char *pattern, size_t plen, const char *value,
    size_t n, int replace)
{
	struct buf b = { 0 };
	const char *p = buf_data(h), *end, *from = p;
	struct header_field f;
	int hits = 0;

	if (!fixheader_has(p, buf_len(h), pattern, plen))
		return 0;
	end = p + buf_len(h);
	while (header_field(&p, end, &f)) {
		if (!matches(&f, pattern, plen))
			continue;
		if (buf_put(&b, from, f.raw - from) == -1 ||
		    (replace && hits == 0 &&
			fixheader_put(&b, pattern, plen, value, n) == -1))
			goto fail;
		hits++;
		from = p;
	}
	if (buf_put(&b, from, end - from) == -1)
		goto fail;
	take(h, &b);
	return 1;
fail:
	buf_free(&b);
	return -1;
}

int
fixheader_set(struct buf *h, const char *name, size_t name_len,
    const char *value, size_t n)
{
	int r = rewrite(h, name, name_len, value, n, 1);

	return r != 0 ? r : fixheader_add(h, name, name_len, value, n);
}

int
fixheader_remove(struct buf *h, const char *pattern, size_t n)
{
	return rewrite(h, pattern, n, NULL, 0, 0);
}

/* p[0..n) to *to, which moves behind it */
static void
keep(char **to, const char *p, size_t n)
{
	if (*to != p)
		memmove(*to, p, n);
	*to += n;
}

int
fixheader_remove_empty(struct buf *h, const char *name, size_t n)
{
	size_t before = buf_len(h);
	char *to = buf_data(h);
	const char *p = to, *end, *from = p;
	struct header_field f;

	if (before == 0)
		return 0;
	end = p + before;
	while (header_field(&p, end, &f)) {
		if (!matches(&f, name, n) || !header_silent(&f))
			continue;
		keep(&to, from, f.raw - from);
		from = p;
	}
	keep(&to, from, end - from);
	h->end = h->off + (to - buf_data(h));
	return buf_len(h) < before;
}
