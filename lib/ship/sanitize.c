#include "ship/sanitize.h"
#include "base/ascii.h"
#include "format/ltsv.h"
#include <string.h>

static int
in_local(char c)
{
	return ascii_alnum(c) || (unsigned char)c >= 0x80 ||
	    (c != '\0' && strchr("!#$%&'*+-/=?^_`{|}~.", c) != NULL);
}

static int
in_domain(char c)
{
	return ascii_alnum(c) || (unsigned char)c >= 0x80 || c == '.' ||
	    c == '-' || c == '_' || c == '[' || c == ']' || c == ':';
}

/* where the local part in front of p[at] begins, not before from; at: there is
 * none */
static size_t
local_begin(const char *p, size_t from, size_t at)
{
	size_t i = at;

	if (i > from && p[i - 1] == '"') {
		for (i--; i > from && p[i - 1] != '"';)
			i--;
		return i > from ? i - 1 : at;
	}
	while (i > from && in_local(p[i - 1]))
		i--;
	return i;
}

/* where the domain behind p[at] ends; a mark behind it is not its own */
static size_t
domain_end(const char *p, size_t n, size_t at)
{
	size_t i = at;

	while (i < n && in_domain(p[i]))
		i++;
	while (i > at && strchr(".:-", p[i - 1]) != NULL)
		i--;
	return i;
}

static int
without_addresses(struct buf *b, const char *p, size_t n)
{
	size_t from = 0, at = 0, begin, end;
	const char *q;

	while ((q = n == 0 ? NULL : memchr(p + at, '@', n - at)) != NULL) {
		at = (size_t)(q - p);
		begin = local_begin(p, from, at);
		end = domain_end(p, n, at + 1);
		if (begin < at && end > at + 1) {
			if (buf_put(b, p + from, begin - from) == -1 ||
			    buf_puts(b, "[address]") == -1)
				return -1;
			from = end;
		}
		at = end;
	}
	return buf_put(b, p + from, n - from);
}

/* the word of the list that stands at p: its length, 0: none */
static size_t
hidden_at(const char *p, size_t n, const char *hidden)
{
	size_t len;

	for (; *hidden != '\0'; hidden += len + (hidden[len] == '\n')) {
		len = strcspn(hidden, "\n");
		if (len > 0 && len <= n && strncasecmp(p, hidden, len) == 0)
			return len;
	}
	return 0;
}

int
sanitize_text(struct buf *out, const char *p, size_t n, const char *hidden)
{
	struct buf b = { 0 };
	size_t i, len, from = 0;
	int bad = 0;

	if (n == 0)
		return 0;
	if (hidden == NULL || hidden[0] == '\0')
		return without_addresses(out, p, n);
	if (without_addresses(&b, p, n) == -1) {
		buf_free(&b);
		return -1;
	}
	n = buf_len(&b);
	for (p = buf_data(&b), i = 0; i < n && !bad; i += len > 0 ? len : 1) {
		len = hidden_at(p + i, n - i, hidden);
		if (len == 0)
			continue;
		bad = buf_put(out, p + from, i - from) == -1 ||
		    buf_puts(out, "[hidden]") == -1;
		from = i + len;
	}
	bad |= buf_put(out, p + from, n - from);
	buf_free(&b);
	return bad ? -1 : 0;
}

static int
is_text(const struct ltsv_field *f)
{
	return (f->label_len == 4 && memcmp(f->label, "text", 4) == 0) ||
	    (f->label_len > 5 &&
		memcmp(f->label + f->label_len - 5, "-text", 5) == 0);
}

static int
put_text(struct buf *out, const struct ltsv_field *f, const char *hidden)
{
	char value[LTSV_LINE_MAX];
	long n = ltsv_value(f, value, sizeof value);
	struct buf b = { 0 };
	int bad = buf_put(out, f->label, f->label_len) == -1 ||
	    buf_putc(out, ':') == -1 ||
	    sanitize_text(&b, value, n > 0 ? (size_t)n : 0, hidden) == -1 ||
	    ltsv_plain(out, buf_data(&b), buf_len(&b)) == -1;

	buf_free(&b);
	return bad ? -1 : 0;
}

int
sanitize_line(struct buf *out, const char *line, size_t n, const char *hidden)
{
	struct ltsv l;
	unsigned i;
	int bad = 0;

	if (ltsv_parse(line, n, &l) == -1)
		return sanitize_text(out, line, n, hidden);
	for (i = 0; i < l.n && !bad; i++) {
		if (i > 0)
			bad |= buf_putc(out, '\t');
		if (is_text(&l.f[i]))
			bad |= put_text(out, &l.f[i], hidden);
		else
			bad |= buf_put(out, l.f[i].label,
			    (size_t)(l.f[i].value + l.f[i].value_len -
				l.f[i].label));
	}
	return bad ? -1 : 0;
}
