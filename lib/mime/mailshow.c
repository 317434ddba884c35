#include "mime/mailshow.h"
#include "base/ascii.h"
#include "format/ltsv.h"
#include "mime/charset.h"
#include "mime/decode.h"
#include "mime/encword.h"
#include "mime/mimetext.h"
#include "mime/showtext.h"
#include <string.h>

/* where a value ends: at a line end without a blank behind it */
static const char *
value_end(const char *p, const char *end)
{
	const char *e = p;

	if (end - p > MAILSHOW_VALUE_MAX)
		end = p + MAILSHOW_VALUE_MAX;
	while (p < end && (e = memchr(p, '\n', end - p)) != NULL) {
		p = e + 1;
		if (p == end || (*p != ' ' && *p != '\t'))
			return e;
	}
	return end;
}

static int
show_value(struct buf *b, struct buf *text, const char *name, size_t name_len,
    const char *p, const char *end)
{
	const char *s = p, *e = end;

	while (s < e && ascii_white(*s))
		s++;
	while (e > s && ascii_white(e[-1]))
		e--;
	if (encword_decode(text, s, e - s) == -1 ||
	    showtext_text(b, "value", text) == -1 || ltsv_end(b) == -1)
		return -1;
	return showtext_value(b, text, name, name_len, p, end);
}

int
mailshow_value(struct buf *b, const char *name, size_t name_len, const char *p,
    size_t n)
{
	struct buf text = { 0 };
	int r = charset_clean(&text, name, name_len);

	if (r == 0)
		r = showtext_text(b, "field", &text);
	if (r == 0)
		r = show_value(b, &text, name, name_len, p,
		    value_end(p, p + n));
	buf_free(&text);
	return r;
}

int
mailshow_field(struct buf *b, const char **p, const struct mimepart *m,
    const char *message)
{
	const char *end = m->header + m->header_len;
	char path[MIMEWALK_PATH_LEN + 1];
	struct buf text = { 0 };
	struct header_field f;
	int r;

	if (*p == NULL)
		*p = m->header;
	if (header_next_crlf(p, end, &f) != HEADER_FIELD)
		return 0;
	mimepart_path(m, path);
	r = ltsv_put(b, "field", f.name, f.name_len);
	if (r == 0 && m->depth > 0)
		r = ltsv_puts(b, "in", path);
	if (r == 0)
		r = ltsv_putnum(b, "at", f.raw - message);
	if (r == 0)
		r = ltsv_putnum(b, "length", f.raw_len);
	if (r == 0)
		r = show_value(b, &text, f.name, f.name_len, f.value,
		    f.value_len > MAILSHOW_VALUE_MAX
			? f.value + MAILSHOW_VALUE_MAX
			: f.value + f.value_len);
	buf_free(&text);
	return r == -1 ? -1 : 1;
}

/* the size of a part decoded, and whether something was wrong with it */
static size_t
size_of(const struct mimepart *m, int *bad)
{
	enum { PIECE = 16384 };
	char out[PIECE + DECODE_HELD_MAX];
	size_t at, n, size = 0;
	struct decode d;

	decode_init(&d, m->encoding);
	for (at = 0; at < m->body_len; at += n) {
		n = m->body_len - at < PIECE ? m->body_len - at : PIECE;
		size += decode_feed(&d, m->body + at, n, out);
	}
	size += decode_end(&d, out);
	*bad = d.bad;
	return size;
}

static int
part_line(struct buf *b, struct buf *text, const struct mimepart *m,
    const char *message)
{
	char path[MIMEWALK_PATH_LEN + 1];
	size_t size = m->body_len;
	int k, bad = 0;

	mimepart_path(m, path);
	if (ltsv_puts(b, "part", path) == -1 ||
	    showtext_type(b, "type", &m->type) == -1)
		return -1;
	k = mimetext_param(text, &m->type, "charset", 7);
	if (k == 1)
		k = showtext_word(b, "charset", buf_data(text), buf_len(text));
	buf_clear(text);
	if (k == -1 ||
	    (m->encoding_len > 0 &&
		showtext_word(b, "encoding", m->encoding_word,
		    m->encoding_len) == -1) ||
	    (m->disposition.type_len > 0 &&
		showtext_type(b, "disposition", &m->disposition) == -1))
		return -1;
	k = mimetext_filename(text, m);
	if (k == 1)
		k = showtext_text(b, "filename", text);
	if (m->kind == MIME_LEAF)
		size = size_of(m, &bad);
	if (k == -1 || ltsv_putnum(b, "header", m->header - message) == -1 ||
	    ltsv_putnum(b, "body", m->body - message) == -1 ||
	    ltsv_putnum(b, "length", m->body_len) == -1 ||
	    ltsv_putnum(b, "size", size) == -1 ||
	    (bad && ltsv_puts(b, "fault", "encoding") == -1))
		return -1;
	return ltsv_end(b);
}

int
mailshow_part(struct buf *b, const struct mimepart *m, const char *message)
{
	struct buf text = { 0 };
	int r = part_line(b, &text, m, message);

	buf_free(&text);
	return r;
}
