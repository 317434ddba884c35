#include "smtp/reply.h"
#include <string.h>

static int
digit(char c)
{
	return c >= '0' && c <= '9';
}

/* length of d.d{1,3}.d{1,3} at the start, if its class is that of code */
static unsigned
esc_len(const char *p, size_t n, unsigned code)
{
	size_t i, from, part;

	if (n < 5 || (unsigned)(p[0] - '0') != code / 100 || p[1] != '.')
		return 0;
	for (part = 0, i = 2; part < 2; part++) {
		for (from = i; i < n && i < from + 3 && digit(p[i]); i++)
			;
		if (i == from)
			return 0;
		if (part == 0 && (i == n || p[i++] != '.'))
			return 0;
	}
	return i == n || p[i] == ' ' || p[i] == '\t' ? i : 0;
}

/* one line without its end: its code, 0 when it has none */
static unsigned
line_code(const char *p, size_t n)
{
	if (n < 3 || p[0] < '2' || p[0] > '5' || !digit(p[1]) || !digit(p[2]))
		return 0;
	if (n > 3 && p[3] != ' ' && p[3] != '-')
		return 0;
	return (p[0] - '0') * 100 + (p[1] - '0') * 10 + (p[2] - '0');
}

/* how long a line may be that begins so */
static size_t
line_max(const char *p, size_t n)
{
	return n >= 3 && memcmp(p, "334", 3) == 0 ? REPLY_AUTH_LINE_MAX
						  : REPLY_LINE_MAX;
}

/* the line at p+at: its length with end, 0 when unfinished; *bare without */
static size_t
line_at(const char *p, size_t n, size_t at, size_t *bare)
{
	const char *e = memchr(p + at, '\n', n - at);

	if (e == NULL)
		return 0;
	*bare = e - (p + at);
	if (*bare > 0 && e[-1] == '\r')
		--*bare;
	return (size_t)(e - (p + at)) + 1;
}

long
reply_parse(const char *p, size_t n, struct reply *r)
{
	size_t at = 0, len, bare;
	unsigned code;

	memset(r, 0, sizeof *r);
	if (n > REPLY_MAX)
		n = REPLY_MAX;
	while ((len = line_at(p, n, at, &bare)) > 0) {
		code = line_code(p + at, bare);
		if (code == 0 || len > line_max(p + at, bare) ||
		    (r->lines > 0 && code != r->code) ||
		    ++r->lines > REPLY_LINES_MAX)
			return -1;
		r->code = code;
		if (r->lines == 1 && bare > 4)
			r->esc_len = esc_len(p + at + 4, bare - 4, code);
		at += len;
		if (bare > 3 && p[at - len + 3] == '-')
			continue;
		r->p = p;
		r->n = at;
		r->esc = r->esc_len > 0 ? p + 4 : NULL;
		return at;
	}
	return n - at >= line_max(p + at, n - at) || n == REPLY_MAX ? -1 : 0;
}

int
reply_next(const struct reply *r, size_t *at, const char **line, size_t *len)
{
	size_t bare = 0, n;

	if (*at >= r->n)
		return 0;
	n = line_at(r->p, r->n, *at, &bare);
	*line = r->p + *at + (bare > 3 ? 4 : bare);
	*len = bare > 3 ? bare - 4 : 0;
	*at += n;
	return 1;
}

static size_t
add(char *out, size_t at, size_t cap, const char *p, size_t n)
{
	for (; n > 0 && at < cap; n--, p++)
		out[at++] = *p >= ' ' && *p <= '~' ? *p : '?';
	return at;
}

size_t
reply_text(const struct reply *r, char *out, size_t cap)
{
	size_t at = 0, len, got = 0;
	const char *line;
	char code[3] = { '0' + r->code / 100, '0' + r->code / 10 % 10,
		'0' + r->code % 10 };

	got = add(out, got, cap, code, 3);
	while (reply_next(r, &at, &line, &len)) {
		/* the enhanced code stands on every line: once is enough */
		if (r->esc != NULL && line != r->esc && len >= r->esc_len &&
		    memcmp(line, r->esc, r->esc_len) == 0) {
			line += r->esc_len;
			len -= r->esc_len;
		}
		while (len > 0 && *line == ' ')
			line++, len--;
		while (len > 0 && line[len - 1] == ' ')
			len--;
		if (len == 0)
			continue;
		got = add(out, got, cap, " ", 1);
		got = add(out, got, cap, line, len);
	}
	return got;
}

size_t
reply_noise(const char *p, size_t n, char *out, size_t cap)
{
	size_t i, got = 0;

	for (i = 0; i < n && got < cap; i++) {
		if (p[i] != '\r' && p[i] != '\n')
			got = add(out, got, cap, p + i, 1);
		else if (got > 0 && out[got - 1] != ' ')
			out[got++] = ' ';
	}
	while (got > 0 && out[got - 1] == ' ')
		got--;
	return got;
}
