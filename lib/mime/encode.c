#include "mime/encode.h"
#include "base/ascii.h"
#include "base/base64.h"
#include <string.h>

size_t
encode_faults(const char *p, size_t n)
{
	const char *end = p + n, *line = p;
	size_t count = 0;

	for (; p < end; p++) {
		if (*p == '\n') {
			count += p - line > ENCODE_PLAIN_LEN;
			line = p + 1;
		} else {
			count += (*p & 0x80) || *p == '\0' || *p == '\r';
		}
	}
	return count + (end - line > ENCODE_PLAIN_LEN);
}

/* quoted-printable writes three bytes for it */
static inline int
coded(char c)
{
	return c == '=' || c == 0x7f || (c & 0x80) ||
	    ((unsigned char)c < ' ' && c != '\t' && c != '\n');
}

int
encode_base64_is_shorter(const char *p, size_t n)
{
	size_t i, quoted = n, bytes = n;

	for (i = 0; i < n; i++) {
		quoted += coded(p[i]) ? 2 : 0;
		bytes += p[i] == '\n';
	}
	return quoted > bytes / 3 * 4 + ENCODE_LINE_LEN;
}

static int
unsafe_first(const char *p, const char *end)
{
	return *p == '.' || (end - p >= 2 && memcmp(p, "--", 2) == 0) ||
	    (end - p >= 5 && memcmp(p, "From ", 5) == 0);
}

/* one byte that is no line end; returns the end of what it wrote */
static inline char *
put_byte(char *o, size_t *column, const char *p, const char *end)
{
	int blank = *p == ' ' || *p == '\t',
	    code = coded(*p) || (blank && (p + 1 == end || p[1] == '\n'));

	/* one byte is kept for the = of a soft line break */
	if (*column + (code ? 3 : 1) > ENCODE_LINE_LEN - 1) {
		*o++ = '=';
		*o++ = '\n';
		*column = 0;
	}
	if (*column == 0)
		code |= unsafe_first(p, end);
	*column += code ? 3 : 1;
	if (!code) {
		*o++ = *p;
		return o;
	}
	*o++ = '=';
	ascii_hex_upper(o, (unsigned char)*p);
	return o + 2;
}

int
encode_quoted(struct buf *b, size_t *column, const char *p, size_t n,
    const char *end)
{
	const char *stop = p + n;
	char *o;

	/* three for each, and two for a break after 25 of these */
	if (buf_reserve(b, 3 * n + n / 12 + 4) == -1)
		return -1;
	for (o = buf_tail(b); p < stop; p++)
		if (*p == '\n') {
			*o++ = '\n';
			*column = 0;
		} else {
			o = put_byte(o, column, p, end);
		}
	buf_added(b, o - buf_tail(b));
	return 0;
}

/* 3 bytes to 4 */
enum { GROUP = ENCODE_LINE_LEN / 4 * 3 };

int
encode_base64(struct buf *b, const void *bytes, size_t n)
{
	const char *p = bytes;
	size_t part;

	if (buf_reserve(b, n / 3 * 4 + n / GROUP + 8) == -1)
		return -1;
	for (; n > 0; p += part, n -= part) {
		part = n < GROUP ? n : GROUP;
		if (base64_put(b, p, part) == -1 || buf_putc(b, '\n') == -1)
			return -1;
	}
	return 0;
}

int
encode_base64_text(struct buf *b, const char *p, size_t n)
{
	struct buf crlf = { 0 };
	const char *end = p + n, *lf;
	int r = 0;

	for (; r == 0 && p < end; p = lf + 1) {
		lf = memchr(p, '\n', end - p);
		if (lf == NULL) {
			r = buf_put(&crlf, p, end - p);
			break;
		}
		if (buf_put(&crlf, p, lf - p) == -1 ||
		    buf_put(&crlf, "\r\n", 2) == -1)
			r = -1;
	}
	if (r == 0)
		r = encode_base64(b, buf_data(&crlf), buf_len(&crlf));
	buf_free(&crlf);
	return r;
}

/* letters of p up to its padding or end, in lines; how many, or as below */
static long
put_letters(struct buf *b, const char **p, const char *end)
{
	char line[ENCODE_LINE_LEN + 1];
	size_t n = 0, all = 0;

	for (; *p < end && **p != '='; ++*p) {
		if (ascii_white(**p))
			continue;
		if (base64_value(**p) == -1)
			return -2;
		if (n == ENCODE_LINE_LEN) {
			line[n++] = '\n';
			if (b != NULL && buf_put(b, line, n) == -1)
				return -1;
			n = 0;
		}
		line[n++] = **p;
		all++;
	}
	return b != NULL && buf_put(b, line, n) == -1 ? -1 : (long)all;
}

int
encode_base64_lines(struct buf *b, const char *p, size_t n)
{
	const char *end = p + n;
	long letters = put_letters(b, &p, end);
	size_t pads = 0, want;

	if (letters < 0)
		return (int)letters;
	for (; p < end; p++) {
		pads += *p == '=';
		if (*p != '=' && !ascii_white(*p))
			return -2;
	}
	want = (4 - (size_t)letters % 4) % 4;
	if (want == 3 || (pads > 0 && pads != want))
		return -2;
	if (b == NULL || letters == 0)
		return 0;
	if (buf_put(b, "==", want) == -1 || buf_putc(b, '\n') == -1)
		return -1;
	return 0;
}
