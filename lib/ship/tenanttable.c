#include "ship/tenanttable.h"
#include <stdlib.h>
#include <string.h>

void
tenanttable_free(struct tenanttable *t)
{
	free(t->row);
	t->row = NULL;
	t->n = 0;
}

static int
by_tenant(const void *a, const void *b)
{
	const struct tenanttable_row *x = a, *y = b;

	return strcmp(x->tenant, y->tenant);
}

/* the next word, NUL put behind it; NULL: none.  *p is the rest */
static char *
word(char **p)
{
	char *w = *p + strspn(*p, " \t\r");
	size_t n = strcspn(w, " \t\r");

	if (n == 0)
		return NULL;
	*p = w + n + (w[n] != '\0');
	w[n] = '\0';
	return w;
}

/* 1, 0: nothing stands there, -1: it is none */
static int
parse_line(char *line, struct tenanttable_row *r)
{
	r->tenant = word(&line);
	if (r->tenant == NULL || r->tenant[0] == '#')
		return 0;
	r->url = word(&line);
	if (r->url == NULL ||
	    (strncmp(r->url, "http://", 7) != 0 &&
		strncmp(r->url, "https://", 8) != 0))
		return -1;
	r->secret = word(&line);
	return r->secret != NULL && word(&line) != NULL ? -1 : 1;
}

/* the line of text that has a tenant a second time is not known any more */
static int
has_doubles(const struct tenanttable *t)
{
	size_t i;

	for (i = 1; i < t->n; i++)
		if (by_tenant(&t->row[i - 1], &t->row[i]) == 0)
			return 1;
	return 0;
}

static int
grow(struct tenanttable *t)
{
	struct tenanttable_row *row;

	if ((t->n & (t->n - 1)) != 0 && t->n != 0)
		return 0;
	row = realloc(t->row, (t->n == 0 ? 1 : 2 * t->n) * sizeof *row);
	if (row == NULL)
		return -1;
	t->row = row;
	return 0;
}

long
tenanttable_parse(struct tenanttable *t, char *text)
{
	long line = 1;
	char *end;
	int r;

	tenanttable_free(t);
	for (; text != NULL; text = end == NULL ? NULL : end + 1, line++) {
		end = strchr(text, '\n');
		if (end != NULL)
			*end = '\0';
		if (grow(t) == -1)
			return -1;
		r = parse_line(text, &t->row[t->n]);
		if (r == -1 || (r == 1 && t->n == TENANTTABLE_MAX))
			return line;
		t->n += (size_t)r;
	}
	qsort(t->row, t->n, sizeof *t->row, by_tenant);
	return has_doubles(t) ? line - 1 : 0;
}

const struct tenanttable_row *
tenanttable_find(const struct tenanttable *t, const char *tenant)
{
	struct tenanttable_row key = { .tenant = tenant }, *r;

	if (t->n == 0)
		return NULL;
	r = bsearch(&key, t->row, t->n, sizeof key, by_tenant);
	if (r == NULL) {
		key.tenant = "*";
		r = bsearch(&key, t->row, t->n, sizeof key, by_tenant);
	}
	return r;
}
