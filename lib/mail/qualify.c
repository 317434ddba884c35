#include "mail/qualify.h"
#include "base/ascii.h"
#include "mail/addrlist.h"
#include "mail/header.h"
#include <string.h>

int
qualify_bare(const char *s, size_t n)
{
	return memrchr(s, '@', n) == NULL || s[n - 1] == '"';
}

int
qualify_field(const char *name, size_t n)
{
	static const char *const names[] = { "From", "Sender", "Reply-To", "To",
		"Cc", "Bcc", "Return-Receipt-To", "Disposition-Notification-To",
		"Errors-To", "Apparently-To" };
	size_t i;

	if (ascii_begins(name, n, "Resent-")) {
		name += 7;
		n -= 7;
	}
	for (i = 0; i < sizeof names / sizeof *names; i++)
		if (ascii_is(name, n, names[i]))
			return 1;
	return 0;
}

static const char *
behind_string(const char *p, const char *end)
{
	for (p++; p < end && *p != '"'; p++)
		if (*p == '\\' && p + 1 < end)
			p++;
	return p < end ? p + 1 : end;
}

static const char *
behind_comment(const char *p, const char *end)
{
	int depth = 0;

	for (; p < end; p++)
		if (*p == '\\' && p + 1 < end)
			p++;
		else if (*p == '(')
			depth++;
		else if (*p == ')' && --depth == 0)
			return p + 1;
	return end;
}

static const char *
behind_atom(const char *p, const char *end)
{
	static const char special[] = " \t\r\n()<>:;,\"";

	/* a NUL is none of them */
	while (p < end && memchr(special, *p, sizeof special - 1) == NULL)
		p++;
	return p;
}

/* one behind the last word of the address in an entry that has one */
static const char *
address_end(const char *p, const char *end)
{
	const char *last = NULL;
	int angle = 0;

	while (p < end)
		switch (*p) {
		case '(': p = behind_comment(p, end); break;
		case '"': last = p = behind_string(p, end); break;
		case '<':
		case ':': /* what came before is a group, or a route */
			angle |= *p == '<';
			last = NULL;
			p++;
			break;
		case ',':
		case ';':
			/* empty entries stand in front of it */
			if (last != NULL && !angle)
				return last;
			p++;
			break;
		case '>': return last;
		case ' ':
		case '\t':
		case '\r':
		case '\n':
		case ')': p++; break;
		default: last = p = behind_atom(p, end);
		}
	return last;
}

/* the next address that is not complete: 1, where it ends, and whether it has
 * no domain or a dot behind it; 0: there is none */
static int
next_incomplete(const char **p, const char *end, const char **last, int *bare)
{
	const char *at;
	char one[ADDRLIST_ADDRESS_MAX + 1];
	long len;

	for (;;) {
		at = *p;
		len = addrlist_next(p, end, one);
		if (len == 0)
			return 0;
		*last = len == -1 ? NULL : address_end(at, *p);
		if (*last == NULL)
			continue;
		*bare = qualify_bare(one, len);
		/* addrlist_next() has left the dot behind it out */
		if (*bare || ((*last)[-1] == '.' && one[len - 1] != '.'))
			return 1;
	}
}

int
qualify_put(struct buf *b, const char *p, size_t n, const char *me)
{
	const char *end = p + n, *from = p, *last;
	int bare;

	while (next_incomplete(&p, end, &last, &bare)) {
		if (buf_put(b, from, last - from - !bare) == -1 ||
		    (bare && (buf_putc(b, '@') == -1 || buf_puts(b, me) == -1)))
			return -1;
		from = last;
	}
	return buf_put(b, from, end - from);
}

int
qualify_needed(const struct header_field *f)
{
	const char *p = f->value, *last;
	int bare;

	return qualify_field(f->name, f->name_len) &&
	    next_incomplete(&p, f->value + f->value_len, &last, &bare);
}

int
qualify_header(struct buf *header, const char *me)
{
	const char *p = buf_data(header), *end = p + buf_len(header), *from = p;
	struct header_field f;
	struct buf t = { 0 };
	int r = 0;

	if (buf_len(header) == 0 ||
	    header_find(p, end - p, "DKIM-Signature", &f))
		return 0;
	while (r == 0 && header_field(&p, end, &f)) {
		if (!qualify_needed(&f))
			continue;
		r = buf_put(&t, from, f.value - from);
		if (r == 0)
			r = qualify_put(&t, f.value, f.value_len, me);
		from = f.value + f.value_len;
	}
	if (r == 0 && buf_len(&t) > 0)
		r = buf_put(&t, from, end - from);
	if (r == 0 && buf_len(&t) > 0 && buf_len(&t) <= HEADER_MAX) {
		buf_clear(header);
		r = buf_put(header, buf_data(&t), buf_len(&t)) == -1 ? -1 : 1;
	}
	buf_free(&t);
	return r;
}
