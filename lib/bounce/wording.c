#include "bounce/wording.h"
#include "base/ascii.h"
#include <stdio.h>
#include <string.h>

/* line i of a key in lines "KEY VALUE\n"; 0: there are fewer */
static int
line_of(struct slice text, const char *key, unsigned i, struct slice *value)
{
	const char *p = text.p, *end = text.n == 0 ? p : p + text.n, *e;
	size_t n = strlen(key);

	for (; text.n > 0 && p < end; p = e + 1) {
		e = memchr(p, '\n', end - p);
		if (e == NULL)
			return 0;
		if ((size_t)(e - p) > n && memcmp(p, key, n) == 0 &&
		    p[n] == ' ' && i-- == 0) {
			*value = (struct slice){ p + n + 1, e - p - n - 1 };
			return 1;
		}
	}
	return 0;
}

int
wording_line(const struct wording *w, const char *key, unsigned i,
    struct slice *value)
{
	struct slice base = w->base, any;

	if (line_of(w->text, key, 0, &any))
		return line_of(w->text, key, i, value);
	if (base.n == 0)
		base = wording_builtin((struct slice){ "english", 7 });
	return line_of(base, key, i, value);
}

/* 1, 0 or -1, as lookup_get() */
static int
domain_text(const struct lookup *l, const char *domain, size_t n,
    struct slice *name)
{
	char key[8 + WORD_DOMAIN_MAX + 2];

	if (n > WORD_DOMAIN_MAX + 1)
		return 0;
	memcpy(key, "domain: ", 8);
	ascii_lower_copy(key + 8, domain, n);
	return lookup_get(l, key, 8 + n, &name->p, &name->n);
}

/* the name of the text: itself, then .itself, .parent, *  */
static int
name_of(const struct lookup *l, const char *address, struct slice *name)
{
	const char *at = strrchr(address, '@');
	char dotted[WORD_DOMAIN_MAX + 2], *p;
	size_t n = at == NULL ? 0 : strlen(at + 1);
	int r = 0;

	if (n > 0 && at[n] == '.')
		n--;
	if (n > 0 && n <= WORD_DOMAIN_MAX) {
		r = domain_text(l, at + 1, n, name);
		dotted[0] = '.';
		memcpy(dotted + 1, at + 1, n);
		dotted[n + 1] = '\0';
		for (p = dotted; r == 0 && p != NULL; p = strchr(p + 1, '.'))
			r = domain_text(l, p, dotted + n + 1 - p, name);
	}
	return r == 0 ? domain_text(l, "*", 1, name) : r;
}

int
wording_find(struct wording *w, const struct lookup *l, const char *address)
{
	char key[5 + WORD_NAME_MAX + 1];
	struct slice name;
	int r = name_of(l, address, &name);

	memset(w, 0, sizeof *w);
	if (r == 0)
		name = (struct slice){ "english", 7 };
	if (r == -1 || name.n > WORD_NAME_MAX)
		return -1;
	w->base = wording_builtin(name);
	r = lookup_get(l, key,
	    snprintf(key, sizeof key, "text %.*s", (int)name.n, name.p),
	    &w->text.p, &w->text.n);
	if (r == 0)
		w->text = (struct slice){ NULL, 0 };
	return r == -1 ? -1 : 0;
}

/* copies */

static int
is_kind(struct slice kinds, unsigned kind)
{
	static const char *const names[] = { "failed", "delayed", "double" };
	struct slice one;
	unsigned i;

	while (word_piece(&kinds, ',', &one))
		for (i = 0; i < 3; i++)
			if ((kind >> i & 1) && word_is(one, names[i]))
				return 1;
	return 0;
}

/* one more address, unless it is there; -1 with ENOMEM */
static int
add_address(struct buf *out, struct slice a, const char *me)
{
	struct buf one = { 0 };
	const char *p = buf_data(out), *end, *e;
	int r = buf_put(&one, a.p, a.n), there = 0;

	if (r == 0 && memchr(a.p, '@', a.n) == NULL)
		r = buf_printf(&one, "@%s", me);
	if (r == 0)
		r = buf_putc(&one, '\n');
	end = buf_len(out) == 0 ? p : p + buf_len(out);
	for (; r == 0 && !there && p < end; p = e + 1) {
		e = memchr(p, '\n', end - p);
		there = ascii_same(p, e + 1 - p, buf_data(&one), buf_len(&one));
	}
	if (r == 0 && !there)
		r = buf_put(out, buf_data(&one), buf_len(&one));
	buf_free(&one);
	return r;
}

/* "-" is any */
static int
is_class(struct slice classes, int (*has)(void *, struct slice), void *arg)
{
	struct slice one;

	if (word_is(classes, "-"))
		return 1;
	while (has != NULL && word_piece(&classes, ',', &one))
		if (has(arg, one))
			return 1;
	return 0;
}

int
wording_copies(const struct lookup *l, unsigned kind,
    int (*has)(void *, struct slice), void *arg, const char *me,
    struct buf *out)
{
	struct slice all, line, kinds, classes;
	int r = lookup_get(l, "copy", 4, &all.p, &all.n);

	if (r != 1)
		return r;
	while (word_piece(&all, '\n', &line)) {
		if (!word_piece(&line, ' ', &kinds) ||
		    !word_piece(&line, ' ', &classes) ||
		    !is_kind(kinds, kind) || !is_class(classes, has, arg))
			continue;
		if (line.n > 0 && add_address(out, line, me) == -1)
			return 1;
	}
	return 0;
}

int
wording_forged(const struct lookup *l)
{
	struct slice what;
	int r = lookup_get(l, "forged", 6, &what.p, &what.n);

	return r == 1 ? word_is(what, "doublebounce") : r;
}
