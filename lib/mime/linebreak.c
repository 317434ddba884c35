#include "mime/linebreak.h"
#include "base/ascii.h"
#include "base/utf8.h"
#include <string.h>

enum { ESC = 033, SO = 016, SI = 017, CLOSE_LEN = 3, UTF8_LEN = 4 };

/* what has been read of a line, character by character */
struct scan {
	const char *p;
	size_t n, i;
	int utf8;
	int wide;     /* within ISO-2022, characters have two bytes */
	char open[5]; /* what led there; empty: ASCII */
	/* the last places that would do, 0: none */
	size_t blank, mark, edge, inner;
	char inner_open[5];
};

/* is it UTF-8, but for what may be cut off at the end? */
static int
is_utf8(const char *p, size_t n)
{
	size_t i, k;

	for (i = 0; i < n; i += k) {
		k = (unsigned char)p[i] < 0x80 ? 1 : utf8_len(p + i, n - i);
		if (k == 0)
			return n - i < UTF8_LEN && (unsigned char)p[i] >= 0xc2;
	}
	return 1;
}

/* an escape sequence of ISO-2022 (RFC 1468, 1554, 1557); its length, or 0 */
static size_t
escape(struct scan *s)
{
	const char *p = s->p + s->i;
	size_t left = s->n - s->i, len = 3;

	if (*p == SO || *p == SI) {
		s->wide = *p == SO;
		len = 1;
	} else if (*p != ESC || left < 3) {
		return 0;
	} else if (p[1] == '(') {
		s->wide = 0;
	} else if (p[1] == '$' && p[2] == ')') {
		return left < 4 ? 0 : 4; /* only names what SO leads to */
	} else if (p[1] == '$') {
		if (p[2] == '(')
			len = 4;
		if (left < len)
			return 0;
		s->wide = 1;
	} else {
		return 0;
	}
	memset(s->open, 0, sizeof s->open);
	/* ASCII, and what differs from it in two characters */
	if (s->wide || (len == 3 && p[2] != 'B' && p[2] != 'J'))
		memcpy(s->open, p, len);
	return len;
}

/* the byte that =XX stands for, or -1 */
static int
escaped(const char *p, size_t n)
{
	int high, low;

	if (n < 3 || *p != '=' || (high = ascii_hex_value(p[1])) == -1 ||
	    (low = ascii_hex_value(p[2])) == -1)
		return -1;
	return high << 4 | low;
}

/* bytes of a character in quoted-printable, also of UTF-8; 0: it is none */
static size_t
quoted(const char *p, size_t n)
{
	char text[UTF8_LEN];
	size_t i, k;
	int c;

	for (i = 0; i < UTF8_LEN && i * 3 < n; i++) {
		if ((c = escaped(p + i * 3, n - i * 3)) == -1)
			break;
		text[i] = c;
	}
	if (i == 0)
		return 0;
	k = (text[0] & 0x80) == 0 ? 1 : utf8_len(text, i);
	return (k == 0 ? 1 : k) * 3;
}

/* bytes of the character at i */
static size_t
character(const struct scan *s)
{
	const unsigned char *p = (const unsigned char *)s->p + s->i;
	size_t left = s->n - s->i, k = 1;

	if (s->wide)
		k = 2;
	else if (*p == '=' && (k = quoted(s->p + s->i, left)) > 0)
		;
	else if (*p < 0x80)
		k = 1;
	else if (s->utf8)
		k = utf8_len(s->p + s->i, left);
	else if (left >= 4 && p[1] >= '0' && p[1] <= '9' && p[2] > 0x80 &&
	    p[3] >= '0' && p[3] <= '9')
		k = 4; /* GB 18030 */
	else if (left >= 2 && p[1] >= 0x40)
		k = 2;
	return k == 0 || k > left ? left : k;
}

/* would a break before i do? */
static void
note(struct scan *s, size_t start, size_t max, enum linebreak_kind kind)
{
	const char *at = s->p + s->i;

	if (s->open[0] != '\0') {
		if (s->i + CLOSE_LEN > max)
			return;
		s->inner = s->i;
		memcpy(s->inner_open, s->open, sizeof s->open);
		return;
	}
	s->edge = s->i;
	if (s->i <= start)
		return;
	if (ascii_blank(kind == LINEBREAK_BODY ? at[-1] : *at))
		s->blank = s->i;
	if (s->i > max / 2 && (at[-1] == '>' || at[-1] == ',' || at[-1] == ';'))
		s->mark = s->i;
}

/* what stays together: blanks in front, a field's name and its colon */
static size_t
lead(const char *p, size_t n, enum linebreak_kind kind)
{
	const char *colon = kind == LINEBREAK_FIELD ? memchr(p, ':', n) : NULL;
	size_t i = colon == NULL ? 0 : colon + 1 - p;

	while (i < n && ascii_blank(p[i]))
		i++;
	return i;
}

/* the blank behind a field's name, where that keeps a word whole; or 0 */
static size_t
behind_name(const char *p, size_t n, size_t start)
{
	size_t i;

	if (start < 2 || !ascii_blank(p[start - 1]))
		return 0;
	for (i = start; i < n && !ascii_blank(p[i]); i++)
		if (i - start >= LINEBREAK_MAX - 1)
			return 0;
	return start - 1;
}

static void
between_characters(struct linebreak *b, const struct scan *s, size_t max)
{
	b->at = s->edge > 0 ? s->edge : max;
	if (s->inner <= s->edge)
		return;
	b->at = s->inner;
	memcpy(b->open, s->inner_open, sizeof b->open);
	if (s->inner_open[0] == SO)
		b->close[0] = SI;
	else
		memcpy(b->close, "\033(B", CLOSE_LEN);
}

void
linebreak_find(struct linebreak *b, const char *p, size_t n, size_t max,
    enum linebreak_kind kind)
{
	struct scan s = { .p = p };
	size_t start, len;

	memset(b, 0, sizeof *b);
	s.n = n < max + LINEBREAK_AHEAD ? n : max + LINEBREAK_AHEAD;
	start = lead(p, s.n, kind);
	s.utf8 = is_utf8(p, s.n);
	while (s.i <= max) {
		if (s.i > 0)
			note(&s, start, max, kind);
		len = escape(&s);
		s.i += len > 0 ? len : character(&s);
	}
	if (s.blank == 0 && kind == LINEBREAK_FIELD && start <= max)
		s.blank = behind_name(p, n, start);
	b->at = s.blank > 0 ? s.blank : s.mark;
	if (b->at == 0)
		between_characters(b, &s, max);
	/* a line that goes on begins with a blank, before what opens */
	if (kind == LINEBREAK_BODY ||
	    (b->open[0] == '\0' && ascii_blank(p[b->at])))
		return;
	memmove(b->open + 1, b->open, sizeof b->open - 1);
	b->open[0] = ' ';
}

int
linebreak_tail(struct buf *b, size_t *n)
{
	struct linebreak k;
	size_t open, put;
	char *p;

	linebreak_find(&k, buf_tail(b) - *n, *n, LINEBREAK_MAX, LINEBREAK_BODY);
	open = strlen(k.open);
	put = strlen(k.close) + 1 + open;
	if (buf_reserve(b, put) == -1)
		return -1;
	p = buf_tail(b) - *n + k.at;
	*n -= k.at;
	memmove(p + put, p, *n);
	memcpy(p, k.close, strlen(k.close));
	p[put - open - 1] = '\n';
	memcpy(p + put - open, k.open, open);
	buf_added(b, put);
	*n += open;
	return 0;
}

static int
put_line(struct buf *b, const char *p, size_t n, enum linebreak_kind kind)
{
	struct linebreak k = { 0 }, next;

	while (strlen(k.open) + n > LINEBREAK_MAX) {
		linebreak_find(&next, p, n, LINEBREAK_MAX - strlen(k.open),
		    kind);
		if (buf_puts(b, k.open) == -1 || buf_put(b, p, next.at) == -1 ||
		    buf_puts(b, next.close) == -1 || buf_putc(b, '\n') == -1)
			return -1;
		k = next;
		p += k.at;
		n -= k.at;
		if (kind == LINEBREAK_FIELD)
			kind = LINEBREAK_FOLDED;
	}
	return buf_puts(b, k.open) == -1 || buf_put(b, p, n) == -1
	    ? -1
	    : buf_putc(b, '\n');
}

int
linebreak_body(struct buf *b, const char *p, size_t n)
{
	return put_line(b, p, n, LINEBREAK_BODY);
}

int
linebreak_header(struct buf *b, const char *p, size_t n)
{
	if (n > LINEBREAK_MAX)
		while (n > 1 && ascii_blank(p[n - 1]))
			n--;
	return put_line(b, p, n,
	    n > 0 && ascii_blank(*p) ? LINEBREAK_FOLDED : LINEBREAK_FIELD);
}
