#include "dkim/taglist.h"
#include "base/ascii.h"
#include <string.h>

static void
trim(const char **p, size_t *n)
{
	while (*n > 0 && ascii_white(**p)) {
		(*p)++;
		(*n)--;
	}
	while (*n > 0 && ascii_white((*p)[*n - 1]))
		(*n)--;
}

static int
name_ok(const char *p, size_t n)
{
	size_t i;

	if (n == 0 || !((*p | 32) >= 'a' && (*p | 32) <= 'z'))
		return 0;
	for (i = 1; i < n; i++)
		if (!((p[i] | 32) >= 'a' && (p[i] | 32) <= 'z') &&
		    !(p[i] >= '0' && p[i] <= '9') && p[i] != '_')
			return 0;
	return 1;
}

static int
value_ok(const char *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (((unsigned char)p[i] < 0x20 && !ascii_white(p[i])) ||
		    p[i] == 0x7f)
			return 0;
	return 1;
}

int
taglist_each(const char **p, const char *end, struct tag *t)
{
	const char *start = *p, *stop, *eq;

	if (start == end)
		return 0;
	stop = memchr(start, ';', end - start);
	if (stop == NULL)
		stop = end;
	*p = stop < end ? stop + 1 : end;
	t->name = t->value = start;
	t->name_len = stop - start;
	t->value_len = 0;
	trim(&t->name, &t->name_len);
	/* nothing at all: the grammar has that at the end only */
	if (t->name_len == 0)
		return stop == end ? 0 : -1;
	eq = memchr(t->name, '=', t->name_len);
	if (eq == NULL)
		return -1;
	t->value = eq + 1;
	t->value_len = t->name + t->name_len - t->value;
	t->name_len = eq - t->name;
	trim(&t->name, &t->name_len);
	trim(&t->value, &t->value_len);
	return name_ok(t->name, t->name_len) && value_ok(t->value, t->value_len)
	    ? 1
	    : -1;
}

int
taglist_parse(struct taglist *l, const char *p, size_t n)
{
	const char *end = p + n;
	struct tag t;
	unsigned i;
	int r;

	l->n = 0;
	while ((r = taglist_each(&p, end, &t)) == 1) {
		for (i = 0; i < l->n; i++)
			if (l->tag[i].name_len == t.name_len &&
			    memcmp(l->tag[i].name, t.name, t.name_len) == 0)
				return -1;
		if (l->n == TAGLIST_MAX)
			return -1;
		l->tag[l->n++] = t;
	}
	return r;
}

const struct tag *
taglist_find(const struct taglist *l, const char *name)
{
	size_t n = strlen(name);
	unsigned i;

	for (i = 0; i < l->n; i++)
		if (l->tag[i].name_len == n &&
		    memcmp(l->tag[i].name, name, n) == 0)
			return &l->tag[i];
	return NULL;
}

int
tag_is(const struct tag *t, const char *word)
{
	return ascii_is(t->value, t->value_len, word);
}

int
tag_item(const char **p, const char *end, const char **item, size_t *n)
{
	const char *stop;

	if (*p == NULL)
		return 0;
	stop = memchr(*p, ':', end - *p);
	if (stop == NULL)
		stop = end;
	*item = *p;
	*n = stop - *p;
	trim(item, n);
	*p = stop < end ? stop + 1 : NULL; /* that was the last one */
	return 1;
}
