#include "feedback/htmltext.h"
#include "base/ascii.h"
#include "base/num.h"
#include <string.h>

/* of a tag, from behind the < on: its name, without the slash */
static size_t
tag_name(const char *p, const char *end, const char **name)
{
	size_t n = 0;

	if (p < end && *p == '/')
		p++;
	*name = p;
	while (p + n < end && ascii_alnum(p[n]))
		n++;
	return n;
}

/* does it end a line? */
static int
is_block(const char *p, size_t n)
{
	static const char *const words[] = { "br", "p", "div", "tr", "li", "h1",
		"h2", "h3", "h4", "table", "pre", "hr", "ul", "ol", "dt", "dd",
		"blockquote", "title", NULL };
	unsigned i;

	for (i = 0; words[i] != NULL; i++)
		if (ascii_is(p, n, words[i]))
			return 1;
	return 0;
}

/* behind the end tag of what is not shown; end: there is none */
static const char *
skip_element(const char *p, const char *end, const char *name, size_t n)
{
	for (; p + n + 2 < end; p++)
		if (p[0] == '<' && p[1] == '/' &&
		    ascii_same(p + 2, n, name, n)) {
			p = memchr(p, '>', end - p);
			return p == NULL ? end : p + 1;
		}
	return end;
}

/* a < alone, and an address in brackets, are text that nobody has escaped */
static int
is_tag(const char *p, const char *close, size_t name_len)
{
	if (close == NULL || (name_len == 0 && p[1] != '!'))
		return 0;
	return memchr(p, '@', close - p) == NULL ||
	    memchr(p, '=', close - p) != NULL;
}

/* p is at a <; where the text goes on */
static const char *
skip_tag(struct buf *out, const char *p, const char *end, int *failed)
{
	const char *name, *close;
	size_t n;

	if (end - p >= 4 && memcmp(p, "<!--", 4) == 0) {
		close = memmem(p, end - p, "-->", 3);
		return close == NULL ? end : close + 3;
	}
	n = tag_name(p + 1, end, &name);
	close = memchr(p, '>', end - p);
	if (!is_tag(p, close, n)) {
		*failed |= buf_putc(out, '<') == -1;
		return p + 1;
	}
	if (is_block(name, n))
		*failed |= buf_putc(out, '\n') == -1;
	if (p[1] != '/' &&
	    (ascii_is(name, n, "style") || ascii_is(name, n, "script")))
		return skip_element(close + 1, end, name, n);
	return close + 1;
}

/* the byte that an entity stands for; 0: none that we know */
static char
entity(const char *p, size_t n)
{
	static const struct {
		const char *name;
		char c;
	} known[] = { { "lt", '<' }, { "gt", '>' }, { "amp", '&' },
		{ "quot", '"' }, { "apos", '\'' }, { "nbsp", ' ' } };
	uint64_t u;
	unsigned i;

	for (i = 0; i < sizeof known / sizeof *known; i++)
		if (ascii_is(p, n, known[i].name))
			return known[i].c;
	if (n > 1 && p[0] == '#' && num_scan(p + 1, n - 1, 32, 126, &u) == 0)
		return (char)u;
	return '\0';
}

static const char *
put_entity(struct buf *out, const char *p, const char *end, int *failed)
{
	size_t room = end - p - 1;
	const char *semi;
	char c;

	if (room > HTMLTEXT_ENTITY_MAX + 1)
		room = HTMLTEXT_ENTITY_MAX + 1;
	semi = memchr(p + 1, ';', room);
	c = semi == NULL ? '\0' : entity(p + 1, semi - p - 1);
	*failed |= buf_putc(out, c == '\0' ? '&' : c) == -1;
	return c == '\0' ? p + 1 : semi + 1;
}

int
htmltext_put(struct buf *out, const char *p, size_t n)
{
	const char *end = p + n;
	int failed = 0;

	while (p < end && !failed)
		if (*p == '<')
			p = skip_tag(out, p, end, &failed);
		else if (*p == '&')
			p = put_entity(out, p, end, &failed);
		else
			failed |= buf_putc(out, *p++) == -1;
	return failed ? -1 : 0;
}
