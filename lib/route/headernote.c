#include "route/headernote.h"
#include "base/ascii.h"
#include "mail/fixheader.h"
#include "mail/header.h"
#include "mime/encword.h"
#include <string.h>

const char *
headernote_read(struct slice v, char out[HEADERNOTE_VALUE_MAX + 1])
{
	const char *eq = v.n == 0 ? NULL : memchr(v.p, '=', v.n);
	size_t name = eq == NULL ? v.n : (size_t)(eq - v.p);

	if (v.n > HEADERNOTE_VALUE_MAX)
		return "more than 200 bytes";
	if (!fixheader_name(v.p, name) || memchr(v.p, '*', name) != NULL)
		return "want the name of a field, and perhaps =PATTERN";
	if (eq != NULL && name + 1 == v.n)
		return "nothing behind the =: leave it out for any value";
	ascii_lower_copy(out, v.p, v.n);
	out[v.n] = '\0';
	return NULL;
}

const char *
headernote_list(struct buf *list, const char *note)
{
	struct slice rest = { buf_data(list), buf_len(list) }, one;
	unsigned n = 0;

	while (rest.n > 0 && word_piece(&rest, '\n', &one)) {
		if (word_is(one, note))
			return NULL;
		n++;
	}
	if (n == HEADERNOTE_MAX)
		return "more than 16 different ones in the file";
	return buf_printf(list, "%s\n", note) == -1 ? "out of memory" : NULL;
}

/* a value as a reader sees it; one that cannot be decoded as it is */
static int
is_like(struct slice pattern, const struct header_field *f)
{
	struct buf shown = { 0 };
	int k;

	if (encword_decode(&shown, f->value, f->value_len) == -1)
		k = ascii_like(pattern.p, pattern.n, f->value, f->value_len);
	else
		k = ascii_like(pattern.p, pattern.n, buf_data(&shown),
		    buf_len(&shown));
	buf_free(&shown);
	return k;
}

/* has the header what is asked, FIELD or FIELD=PATTERN? */
static int
has(struct slice header, struct slice asked)
{
	const char *p = header.p, *end = p + header.n;
	struct slice pattern = asked, name;
	struct header_field f;

	word_piece(&pattern, '=', &name);
	while (header.n > 0 && header_field(&p, end, &f))
		if (ascii_same(f.name, f.name_len, name.p, name.n) &&
		    (pattern.p == NULL || is_like(pattern, &f)))
			return 1;
	return 0;
}

static int
get(const struct lookup *routes, struct slice *all)
{
	return lookup_get(routes, "=headers", 8, &all->p, &all->n);
}

int
headernote_any(const struct lookup *routes)
{
	struct slice all;

	return get(routes, &all);
}

int
headernote_find(const struct lookup *routes, struct slice header,
    int (*found)(void *arg, struct slice note), void *arg)
{
	struct slice rest, one;
	int r = get(routes, &rest);
	unsigned n;

	if (r != 1)
		return r;
	for (n = 0;
	     n < HEADERNOTE_MAX && word_piece(&rest, '\n', &one) && one.n > 0;
	     n++)
		if (has(header, one) && found(arg, one) == -1)
			return -1;
	return 0;
}
