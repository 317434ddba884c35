#include "sasl/authwire.h"
#include "base/num.h"
#include <string.h>

static void
split(struct authwire_line *l, const char *p, const char *end)
{
	const char *tab;

	l->n = 0;
	while (l->n < AUTHWIRE_WORDS_MAX) {
		tab = memchr(p, '\t', end - p);
		if (tab == NULL)
			tab = end;
		l->w[l->n++] = (struct slice){ p, tab - p };
		if (tab == end)
			return;
		p = tab + 1;
	}
}

long
authwire_get(const char *p, size_t n, struct authwire_line *l)
{
	size_t max = n < AUTHWIRE_LINE_MAX ? n : AUTHWIRE_LINE_MAX;
	const char *lf = max == 0 ? NULL : memchr(p, '\n', max);

	if (lf == NULL)
		return n >= AUTHWIRE_LINE_MAX ? -1 : 0;
	if (memchr(p, '\0', lf - p) != NULL)
		return -1;
	split(l, p, lf);
	return lf + 1 - p;
}

int
authwire_is(const struct authwire_line *l, const char *command)
{
	return word_is(l->w[0], command);
}

int
authwire_id(const struct authwire_line *l, uint32_t *id)
{
	uint64_t u;

	if (l->n < 2 || num_scan(l->w[1].p, l->w[1].n, 0, UINT32_MAX, &u) == -1)
		return -1;
	*id = (uint32_t)u;
	return 0;
}

int
authwire_find(const struct authwire_line *l, unsigned k, const char *name,
    struct slice *value)
{
	size_t len = strlen(name);
	unsigned i;

	for (i = k; i < l->n; i++) {
		struct slice w = l->w[i];

		if (w.n < len || memcmp(w.p, name, len) != 0 ||
		    (w.n > len && w.p[len] != '='))
			continue;
		if (w.n > len)
			len++;
		*value = (struct slice){ w.p + len, w.n - len };
		return 1;
	}
	return 0;
}

static char
unescaped(char c)
{
	switch (c) {
	case '0': return '\0';
	case '1': return '\001';
	case 't': return '\t';
	case 'r': return '\r';
	case 'n': return '\n';
	}
	return c;
}

long
authwire_value(struct slice w, char *out, size_t cap)
{
	size_t i, n = 0;

	for (i = 0; i < w.n; i++) {
		if (n + 1 >= cap)
			return -1;
		if (w.p[i] == '\001' && i + 1 < w.n)
			out[n++] = unescaped(w.p[++i]);
		else
			out[n++] = w.p[i];
	}
	if (n >= cap)
		return -1;
	out[n] = '\0';
	return (long)n;
}

int
authwire_begin(struct buf *b, const char *command, uint32_t id)
{
	if (buf_puts(b, command) == -1 || buf_putc(b, '\t') == -1)
		return -1;
	return buf_putnum(b, id);
}

/* the letter behind the escape; 0: it needs none */
static char
escape_of(char c)
{
	switch (c) {
	case '\0': return '0';
	case '\001': return '1';
	case '\t': return 't';
	case '\r': return 'r';
	case '\n': return 'n';
	}
	return 0;
}

int
authwire_put(struct buf *b, const char *word, const char *value, size_t n)
{
	size_t i;
	char e;

	if (buf_putc(b, '\t') == -1 || buf_puts(b, word) == -1)
		return -1;
	for (i = 0; i < n; i++) {
		e = escape_of(value[i]);
		if (e != 0 && buf_putc(b, '\001') == -1)
			return -1;
		if (buf_putc(b, e != 0 ? e : value[i]) == -1)
			return -1;
	}
	return 0;
}
