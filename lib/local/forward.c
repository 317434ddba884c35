#include "local/forward.h"
#include <errno.h>
#include <string.h>

static int
blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

int
forward_address_ok(const char *s, size_t n)
{
	const char *at = NULL;
	int quoted = 0;
	size_t i;

	if (n < 3 || n > FORWARD_ADDRESS_MAX || s[0] == '@' || s[0] == '<' ||
	    s[0] == '-')
		return 0;
	for (i = 0; i < n; i++) {
		if ((unsigned char)s[i] < ' ' || s[i] == 0x7f)
			return 0;
		if (quoted && s[i] == '\\' && i + 1 < n)
			i++;
		else if (s[i] == '"')
			quoted = !quoted;
		else if (!quoted &&
		    (s[i] == ' ' || s[i] == ',' || s[i] == ';' ||
			(s[i] == '|' && (i == 0 || at != NULL))))
			return 0;
		else if (!quoted && s[i] == '@')
			at = s + i;
	}
	return !quoted && at != NULL && at + 1 < s + n;
}

int
forward_next(const char **p, const char *end, enum forward_kind *kind,
    const char **s, size_t *n)
{
	const char *b, *e, *lf;

	for (b = *p; b < end; b = *p) {
		lf = memchr(b, '\n', end - b);
		e = lf == NULL ? end : lf;
		*p = lf == NULL ? end : lf + 1;
		while (b < e && blank(*b))
			b++;
		while (e > b && blank(e[-1]))
			e--;
		if (b == e || *b == '#')
			continue;
		if (e - b > FORWARD_LINE_MAX || memchr(b, '\0', e - b))
			return -1;
		*kind = FORWARD_ADDRESS;
		if (*b == '|') {
			*kind = FORWARD_COMMAND;
			for (b++; b < e && blank(*b); b++)
				;
		} else if (e - b == 4 && memcmp(b, "keep", 4) == 0) {
			*kind = FORWARD_KEEP;
		} else if (!forward_address_ok(b, e - b)) {
			return -1;
		}
		*s = b;
		*n = e - b;
		return b < e ? 1 : -1;
	}
	return 0;
}

int
forward_word(const char **p, const char *end, const char **s, size_t *n)
{
	const char *b = *p, *e;
	int quoted = 0;

	while (b < end && blank(*b))
		b++;
	for (e = b; e < end && (quoted || !blank(*e)); e++) {
		if (quoted && *e == '\\' && e + 1 < end)
			e++;
		else if (*e == '"')
			quoted = !quoted;
	}
	*p = e;
	*s = b;
	*n = e - b;
	return e > b;
}

int
forward_add(struct forward_orders *o, const char *text, size_t len)
{
	const char *p = text, *end = text + len, *s;
	enum forward_kind kind;
	unsigned said = o->said;
	size_t n;
	int r;

	while ((r = forward_next(&p, end, &kind, &s, &n)) == 1) {
		o->forward |= kind == FORWARD_ADDRESS;
		o->keep |= kind == FORWARD_KEEP;
		if (++o->said - said > FORWARD_LINES_MAX)
			r = -1;
		if (r == -1)
			break;
	}
	if (r == -1) {
		errno = EINVAL;
		return -1;
	}
	if (buf_reserve(&o->lines, len + 1) == -1)
		return -1;
	buf_put(&o->lines, text, len);
	return buf_putc(&o->lines, '\n');
}

/* the next line of a kind from p on */
static int
find(const struct forward_orders *o, const char **p, enum forward_kind want,
    const char **s, size_t *n)
{
	const char *end = o->lines.p + o->lines.end;
	enum forward_kind kind;

	while (forward_next(p, end, &kind, s, n) == 1)
		if (kind == want)
			return 1;
	return 0;
}

int
forward_command(struct forward_orders *o, const char **s, size_t *n)
{
	const char *start = buf_data(&o->lines), *p;
	int r;

	if (buf_len(&o->lines) == 0)
		return 0;
	p = start + o->next;
	r = find(o, &p, FORWARD_COMMAND, s, n);
	o->next = p - start;
	return r;
}

int
forward_address(const struct forward_orders *o, const char **p, const char **s,
    size_t *n)
{
	if (*p == NULL)
		*p = buf_data(&o->lines);
	return *p != NULL && find(o, p, FORWARD_ADDRESS, s, n);
}

void
forward_free(struct forward_orders *o)
{
	buf_free(&o->lines);
	memset(o, 0, sizeof *o);
}
