#include "mime/encword.h"
#include "base/base64.h"
#include "base/ascii.h"
#include "base/utf8.h"
#include "mime/charset.h"
#include "mime/decode.h"
#include <string.h>

/* "=?charset*language?encoding?text?=" as slices */
struct word {
	const char *charset, *text;
	size_t charset_len, text_len;
	int base64;
};

/* the length of the word at the front of p, 0: there is none.
 * VIOLATIONS.md: WORDS-ANYWHERE */
static size_t
read_word(const char *p, const char *end, struct word *w)
{
	const char *s = p + 2, *e;

	if (end - p > ENCWORD_READ_MAX)
		end = p + ENCWORD_READ_MAX;
	if (end - p < 8 || p[0] != '=' || p[1] != '?')
		return 0;
	w->charset = s;
	while (s < end && (unsigned char)*s > ' ' && *s != '?' && *s != 0x7f)
		s++;
	e = memchr(w->charset, '*', s - w->charset);
	w->charset_len = (e != NULL ? e : s) - w->charset;
	if (w->charset_len == 0 || end - s < 5 || s[2] != '?')
		return 0;
	w->base64 = (s[1] | 32) == 'b';
	if (!w->base64 && (s[1] | 32) != 'q')
		return 0;
	w->text = s + 3;
	e = memmem(w->text, end - w->text, "?=", 2);
	if (e == NULL)
		return 0;
	w->text_len = e - w->text;
	return e + 2 - p;
}

/* RFC 2047 section 4.2; what is no code stays */
static size_t
read_q(const struct word *w, char *out)
{
	const char *p = w->text, *end = p + w->text_len;
	size_t n = 0;

	for (; p < end; p++) {
		if (*p == '\r' || *p == '\n')
			continue;
		if (*p == '=' && end - p > 2 && ascii_hex_value(p[1]) != -1 &&
		    ascii_hex_value(p[2]) != -1) {
			out[n++] =
			    ascii_hex_value(p[1]) << 4 | ascii_hex_value(p[2]);
			p += 2;
		} else {
			out[n++] = *p == '_' ? ' ' : *p;
		}
	}
	return n;
}

/* append the bytes: 0, -1 with ENOMEM, 1 when it is no base64 */
static int
put_bytes(struct buf *b, const struct word *w)
{
	char out[ENCWORD_READ_MAX + DECODE_HELD_MAX];
	size_t n;
	int bad = 0;

	if (w->base64)
		n = decode_all(MIME_BASE64, w->text, w->text_len, out, &bad);
	else
		n = read_q(w, out);
	return bad ? 1 : buf_put(b, out, n);
}

/* words of one character set that stand side by side */
struct run {
	struct buf bytes;
	const char *charset;
	size_t charset_len;
	int on;
};

static int
flush(struct buf *b, struct run *r)
{
	int k;

	if (!r->on)
		return 0;
	k = charset_utf8(b, r->charset, r->charset_len, buf_data(&r->bytes),
	    buf_len(&r->bytes));
	buf_clear(&r->bytes);
	r->on = 0;
	return k;
}

/* blanks as they are, but one where there is a line end or a TAB */
static int
put_blanks(struct buf *b, const char *p, const char *e)
{
	const char *s;

	for (s = p; s < e && *s == ' '; s++)
		;
	return s < e ? buf_putc(b, ' ') : buf_put(b, p, e - p);
}

/* the word at p joins the run: its length, 0 for none, -1 with ENOMEM */
static long
join(struct buf *b, struct run *r, const char *p, const char *end)
{
	struct word w;
	size_t len = read_word(p, end, &w);
	int k;

	if (len == 0)
		return 0;
	if (r->on &&
	    !ascii_same(w.charset, w.charset_len, r->charset, r->charset_len) &&
	    flush(b, r) == -1)
		return -1;
	k = put_bytes(&r->bytes, &w);
	if (k != 0)
		return k == -1 ? -1 : 0;
	r->charset = w.charset;
	r->charset_len = w.charset_len;
	r->on = 1;
	return (long)len;
}

static int
decode(struct buf *b, struct run *r, const char *p, const char *end)
{
	const char *gap, *s;
	long len;

	while (p < end) {
		for (gap = p; p < end && ascii_white(*p); p++)
			;
		/* a run that is over when a bad word comes, or another
		 * character set, has no blank behind it yet */
		if (p > gap && !(r->on && p < end && *p == '=')) {
			if (flush(b, r) == -1 || put_blanks(b, gap, p) == -1)
				return -1;
			gap = p;
		}
		len = p < end && *p == '=' ? join(b, r, p, end) : 0;
		if (len == -1)
			return -1;
		if (len > 0) {
			p += len;
			continue;
		}
		if (flush(b, r) == -1 || put_blanks(b, gap, p) == -1)
			return -1;
		for (s = p;
		     p < end && !ascii_white(*p) && (p == s || *p != '=');)
			p++;
		if (charset_clean(b, s, p - s) == -1)
			return -1;
	}
	return flush(b, r);
}

int
encword_decode(struct buf *b, const char *p, size_t n)
{
	struct run r = { 0 };
	int k = n == 0 ? 0 : decode(b, &r, p, p + n);

	buf_free(&r.bytes);
	return k;
}

/* may stand in a word of a phrase as it is (section 5 rule 3) */
static int
plain(unsigned char c)
{
	return ascii_alnum((char)c) ||
	    (c != '\0' && strchr("!*+-/", c) != NULL);
}

static size_t
q_len(const char *p, size_t n)
{
	size_t i, len = 0;

	for (i = 0; i < n; i++)
		len += plain(p[i]) || p[i] == ' ' ? 1 : 3;
	return len;
}

static size_t
b_len(size_t n)
{
	return (n + 2) / 3 * 4;
}

static int
put_q(struct buf *b, const char *p, size_t n)
{
	size_t i;
	int k;

	for (i = 0; i < n; i++) {
		k = plain(p[i])   ? buf_putc(b, p[i])
		    : p[i] == ' ' ? buf_putc(b, '_')
				  : buf_printf(b, "=%02X", (unsigned char)p[i]);
		if (k == -1)
			return -1;
	}
	return 0;
}

/* how much of p, in whole characters, makes a word of room bytes */
static size_t
fits(const char *p, size_t n, size_t room, int base64)
{
	size_t len = 0, k, size = 12; /* =?utf-8?q? and ?= */

	if (room < size)
		return 0;
	while (len < n) {
		k = utf8_len(p + len, n - len);
		if (size + (base64 ? b_len(len + k) : q_len(p, len + k)) > room)
			break;
		len += k;
	}
	return len;
}

static int
put_words(struct buf *b, const char *p, size_t n, size_t column)
{
	int base64 = q_len(p, n) > 2 * n; /* Q can be read as it is */
	size_t len, room;

	while (n > 0) {
		room =
		    column < ENCWORD_LINE_LEN ? ENCWORD_LINE_LEN - column : 0;
		if (room > ENCWORD_LEN)
			room = ENCWORD_LEN;
		len = fits(p, n, room, base64);
		if (len == 0) {
			/* a line of its own */
			if (buf_puts(b, "\n ") == -1)
				return -1;
			column = 1;
			continue;
		}
		if (buf_puts(b, base64 ? "=?utf-8?b?" : "=?utf-8?q?") == -1 ||
		    (base64 ? base64_put(b, p, len) : put_q(b, p, len)) == -1 ||
		    buf_puts(b, "?=") == -1)
			return -1;
		p += len;
		n -= len;
		column = ENCWORD_LINE_LEN;
	}
	return 0;
}

int
encword_put(struct buf *b, const char *s, size_t n)
{
	const char *p = buf_data(b), *line;
	struct buf clean = { 0 };
	size_t len = buf_len(b);
	int k;

	line = len > 0 ? memrchr(p, '\n', len) : NULL;
	if (line != NULL)
		len -= line + 1 - p;
	k = charset_clean(&clean, s, n);
	if (k == 0)
		k = put_words(b, buf_data(&clean), buf_len(&clean), len);
	buf_free(&clean);
	return k;
}
