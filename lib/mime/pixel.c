#include "mime/pixel.h"
#include "base/base64.h"
#include "base/ascii.h"
#include "mime/charset.h"
#include "mime/decode.h"
#include "mime/mimewalk.h"
#include <limits.h>
#include <stdlib.h>
#include <string.h>

enum {
	LINE_MAX_TEXT = 998, /* RFC 5322 section 2.1.1 */
	LINE_MAX_CODE = 76   /* RFC 2045 sections 6.7 (5) and 6.8 */
};

struct work {
	struct buf *out;
	struct buf img;
	const char *eol; /* as the message has it */
	const char *at;  /* what is still to be copied begins here */
	int count;
};

/* where */

/* looks for </body> in text that comes byte by byte */
struct finder {
	unsigned have;     /* bytes of it that match */
	const char *start; /* where they begin */
	const char *found; /* the last one */
};

static void
find_byte(struct finder *f, char c, const char *at)
{
	static const char want[] = "</body";

	c = ascii_lower(c);
	if (c == '<') {
		f->have = 1;
		f->start = at;
	} else if (f->have == sizeof want - 1 && strchr(" \t\r\n", c) &&
	    c != '\0') {
		/* blanks may stand before > */
	} else if (f->have == sizeof want - 1) {
		if (c == '>')
			f->found = f->start;
		f->have = 0;
	} else if (f->have > 0 && c == want[f->have]) {
		f->have++;
	} else {
		f->have = 0;
	}
}

static const char *
find_plain(const char *p, const char *end)
{
	struct finder f = { 0 };

	for (; p < end; p++)
		find_byte(&f, *p, p);
	return f.found;
}

/* one behind the soft line break at p, or NULL */
static const char *
soft(const char *p, const char *end)
{
	for (p++; p < end && (*p == ' ' || *p == '\t' || *p == '\r'); p++)
		;
	return p == end ? end : *p == '\n' ? p + 1 : NULL;
}

/* soft line breaks and codes may stand within the tag */
static const char *
find_quoted(const char *p, const char *end)
{
	struct finder f = { 0 };
	const char *q;

	while (p < end) {
		if (*p == '=' && (q = soft(p, end)) != NULL) {
			p = q;
		} else if (*p == '=' && end - p >= 3 &&
		    ascii_hex_value(p[1]) != -1 &&
		    ascii_hex_value(p[2]) != -1) {
			find_byte(&f,
			    (char)(ascii_hex_value(p[1]) << 4 |
				ascii_hex_value(p[2])),
			    p);
			p += 3;
		} else {
			find_byte(&f, *p, p);
			p++;
		}
	}
	return f.found;
}

/* bytes of the line before p */
static size_t
column(const char *start, const char *p)
{
	const char *lf = memrchr(start, '\n', p - start);

	return p - (lf == NULL ? start : lf + 1);
}

/* what is put there */

static int
put(struct work *w, const char *p, size_t n)
{
	return buf_put(w->out, p, n);
}

/* the message up to p */
static int
copy_to(struct work *w, const char *p)
{
	int r = put(w, w->at, p - w->at);

	w->at = p;
	return r;
}

static int
put_img(struct work *w)
{
	return put(w, buf_data(&w->img), buf_len(&w->img));
}

/* a line of its own where it would make one that is too long */
static int
put_plain(struct work *w, const char *p, const char *end)
{
	const char *at = find_plain(p, end), *lf;
	const char *after = "";
	size_t before, line;

	if (at == NULL) {
		at = end;
		if (end[-1] == '\n')
			after = w->eol;
	}
	before = column(p, at);
	lf = memchr(at, '\n', end - at);
	line = before + ((lf == NULL ? end : lf) - at) + buf_len(&w->img);
	if (at < end && line > LINE_MAX_TEXT)
		after = w->eol;
	if (copy_to(w, at) == -1)
		return -1;
	if (before > 0 && line > LINE_MAX_TEXT &&
	    buf_puts(w->out, w->eol) == -1)
		return -1;
	return put_img(w) == -1 ? -1 : buf_puts(w->out, after);
}

/* the image as quoted-printable, from the beginning of a line on */
static int
put_code(struct work *w)
{
	const char *p = buf_data(&w->img), *end = p + buf_len(&w->img);
	size_t col = 0, len;
	int code;

	for (; p < end; p++) {
		/* nothing that a line should not begin with, RFC 2049
		 * section 3; a boundary does with - */
		code = *p == '=' || (col == 0 && strchr(".-F", *p) != NULL);
		len = code ? 3 : 1;
		if (col + len > LINE_MAX_CODE - 1) {
			if (buf_puts(w->out, "=") == -1 ||
			    buf_puts(w->out, w->eol) == -1)
				return -1;
			col = 0;
			code |= strchr(".-F", *p) != NULL;
			len = code ? 3 : 1;
		}
		if ((code ? buf_printf(w->out, "=%02X", (unsigned char)*p)
			  : buf_putc(w->out, *p)) == -1)
			return -1;
		col += len;
	}
	return 0;
}

/* what ends the last line of a part, so that the image can follow */
static int
end_quoted_line(struct work *w, const char *p, const char *end)
{
	size_t col = column(p, end);
	const char *last = end;

	if (col == 0)
		return 0;
	while (last > end - col && (last[-1] == ' ' || last[-1] == '\t'))
		last--;
	/* a soft line break that has no line end, or no room for one */
	if ((last > end - col && last[-1] == '=') || last < end ||
	    col >= LINE_MAX_CODE)
		return buf_puts(w->out, w->eol);
	return buf_puts(w->out, "=") == -1 ? -1 : buf_puts(w->out, w->eol);
}

static int
put_quoted(struct work *w, const char *p, const char *end)
{
	const char *at = find_quoted(p, end);

	if (at == NULL) {
		if (copy_to(w, end) == -1 || end_quoted_line(w, p, end) == -1 ||
		    put_code(w) == -1)
			return -1;
		return end[-1] == '\n' ? buf_puts(w->out, w->eol) : 0;
	}
	if (copy_to(w, at) == -1)
		return -1;
	if (column(p, at) > 0 &&
	    (buf_puts(w->out, "=") == -1 || buf_puts(w->out, w->eol) == -1))
		return -1;
	if (put_code(w) == -1 || buf_puts(w->out, "=") == -1)
		return -1;
	return buf_puts(w->out, w->eol);
}

/* base64 */

/* text with the image in it, encoded, in lines */
static int
put_base64(struct work *w, const char *text, size_t n)
{
	const char *at = find_plain(text, text + n);
	size_t before = at == NULL ? n : (size_t)(at - text), i, len;
	struct buf t = { 0 }, code = { 0 };
	int r = -1;

	if (buf_put(&t, text, before) == -1 ||
	    buf_put(&t, buf_data(&w->img), buf_len(&w->img)) == -1 ||
	    buf_put(&t, text + before, n - before) == -1)
		goto out;
	if (at == NULL && text[n - 1] == '\n' &&
	    buf_puts(&t, n > 1 && text[n - 2] == '\r' ? "\r\n" : "\n") == -1)
		goto out;
	if (base64_put(&code, buf_data(&t), buf_len(&t)) == -1)
		goto out;
	for (i = 0; i < buf_len(&code); i += len) {
		len = buf_len(&code) - i;
		if (len > LINE_MAX_CODE)
			len = LINE_MAX_CODE;
		if (i > 0 && buf_puts(w->out, w->eol) == -1)
			goto out;
		if (put(w, buf_data(&code) + i, len) == -1)
			goto out;
	}
	r = 0;
out:
	buf_free(&t);
	buf_free(&code);
	return r;
}

/* is there nothing behind the padding? */
static int
ends_there(const char *p, const char *end)
{
	for (p = memchr(p, '=', end - p); p != NULL && p < end; p++)
		if (*p != '=' && !ascii_white(*p))
			return 0;
	return 1;
}

/* 1 put, 0 not, -1 */
static int
recode(struct work *w, const char *p, const char *end)
{
	char *text;
	size_t n;
	int bad, r = 0;

	while (p < end && ascii_white(*p))
		p++;
	while (end > p && ascii_white(end[-1]))
		end--;
	if (!ends_there(p, end))
		return 0;
	text = malloc(end - p + DECODE_HELD_MAX);
	if (text == NULL)
		return -1;
	n = decode_all(MIME_BASE64, p, end - p, text, &bad);
	if (n > 0 && !bad) {
		r = copy_to(w, p) == -1 || put_base64(w, text, n) == -1 ? -1
									: 1;
		w->at = end;
	}
	free(text);
	return r;
}

/* parts */

/* not inline; RFC 2183 section 2.8: what is not known is an attachment */
static int
attached(const struct mimepart *m)
{
	return m->disposition.type_len > 0 &&
	    !mimetype_is(&m->disposition, "inline", NULL);
}

/* does nothing within it get an image? */
static int
closed(const struct mimepart *m)
{
	return m->kind == MIME_MESSAGE || attached(m) ||
	    mimetype_is(&m->type, "multipart", "signed") ||
	    mimetype_is(&m->type, "multipart", "encrypted");
}

/* is ASCII in it what it is elsewhere? */
static int
ascii_within(const struct mimetype *t)
{
	static const char *const others[] = { "utf-7", "utf7", "unicode",
		"utf-16", "utf16", "utf-32", "utf32", "ucs", "iso-10646",
		"csunicode", "hz", "iso-2022", "csiso2022", "ebcdic", "cp037",
		"ibm037" };
	char name[CHARSET_NAME_MAX + 1];
	long n = mimetype_value(t, "charset", 7, name, sizeof name, NULL);
	size_t i;

	if (n <= 0)
		return 1;
	for (i = 0; i < sizeof others / sizeof *others; i++)
		if (ascii_begins(name, n, others[i]))
			return 0;
	return charset_known(name, n);
}

/* 0, or -1 */
static int
do_part(struct work *w, const struct mimepart *m)
{
	const char *end = m->body + m->body_len;
	int r;

	if (m->kind != MIME_LEAF || m->body_len == 0 || attached(m) ||
	    !mimetype_is(&m->type, "text", "html") || !ascii_within(&m->type))
		return 0;
	switch (m->encoding) {
	case MIME_IDENTITY:
		r = put_plain(w, m->body, end) == -1 ? -1 : 1;
		break;
	case MIME_QUOTED_PRINTABLE:
		r = put_quoted(w, m->body, end) == -1 ? -1 : 1;
		break;
	case MIME_BASE64: r = recode(w, m->body, end); break;
	default: r = 0;
	}
	w->count += r == 1;
	return r == -1 ? -1 : 0;
}

static int
walk(struct work *w, const char *message, size_t n)
{
	struct mimewalk *walk = malloc(sizeof *walk);
	struct mimepart m;
	unsigned below = UINT_MAX; /* parts deeper than this are closed */
	int r = 0;

	if (walk == NULL)
		return -1;
	mimewalk_open(walk, message, n);
	while (r == 0 && mimewalk_next(walk, &m)) {
		if (m.depth > below)
			continue;
		below = closed(&m) ? m.depth : UINT_MAX;
		r = do_part(w, &m);
	}
	free(walk);
	return r;
}

/* & begins a character reference in HTML */
static int
make_img(struct buf *b, const char *url)
{
	int r = buf_puts(b, "<img src=\"");

	for (; r == 0 && *url != '\0'; url++)
		r = *url == '&' ? buf_puts(b, "&amp;") : buf_putc(b, *url);
	return r == -1 ? -1
		       : buf_puts(b, "\" width=\"1\" height=\"1\" alt=\"\">");
}

int
pixel_put(struct buf *out, const char *message, size_t n, const char *url)
{
	struct work w = { .out = out, .eol = "\n", .at = message };
	size_t had = buf_len(out);
	const char *lf;
	int r = 0;

	if (n == 0 || n > PIXEL_MESSAGE_MAX)
		return 0;
	lf = memchr(message, '\n', n);
	if (lf != NULL && lf > message && lf[-1] == '\r')
		w.eol = "\r\n";
	if (make_img(&w.img, url) == -1)
		r = -1;
	else if (buf_len(&w.img) <= PIXEL_TAG_MAX)
		r = walk(&w, message, n);
	if (r == 0 && w.count > 0)
		r = copy_to(&w, message + n);
	buf_free(&w.img);
	if (r == -1 || w.count == 0)
		out->end = out->off + had;
	return r == -1 ? -1 : w.count;
}
