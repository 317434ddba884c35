#include "mail/mailshow.h"
#include "mail/addrlist.h"
#include "mail/addrname.h"
#include "mail/charset.h"
#include "mail/date.h"
#include "mail/decode.h"
#include "mail/encword.h"
#include "mail/mimetext.h"
#include "mail/msgid.h"
#include "proto/ltsv.h"
#include <string.h>
#include <strings.h>

enum kind { TEXT, ADDRESSES, DATE, RECEIVED, IDS, TYPE };

static const struct {
	const char *name;
	enum kind kind;
} fields[] = {
	{ "From", ADDRESSES },
	{ "Sender", ADDRESSES },
	{ "Reply-To", ADDRESSES },
	{ "To", ADDRESSES },
	{ "Cc", ADDRESSES },
	{ "Bcc", ADDRESSES },
	{ "Return-Path", ADDRESSES },
	{ "Resent-From", ADDRESSES },
	{ "Resent-Sender", ADDRESSES },
	{ "Resent-To", ADDRESSES },
	{ "Resent-Cc", ADDRESSES },
	{ "Resent-Bcc", ADDRESSES },
	{ "Date", DATE },
	{ "Resent-Date", DATE },
	{ "Received", RECEIVED },
	{ "Message-ID", IDS },
	{ "Resent-Message-ID", IDS },
	{ "In-Reply-To", IDS },
	{ "References", IDS },
	{ "Content-ID", IDS },
	{ "Content-Type", TYPE },
	{ "Content-Disposition", TYPE },
};

static enum kind
kind_of(const char *name, size_t n)
{
	size_t i;

	for (i = 0; i < sizeof fields / sizeof *fields; i++)
		if (strlen(fields[i].name) == n &&
		    strncasecmp(fields[i].name, name, n) == 0)
			return fields[i].kind;
	return TEXT;
}

/* "label:" and the text of a scratch buffer, which is emptied */
static int
put_text(struct buf *b, const char *label, struct buf *text)
{
	int r = ltsv_put(b, label, buf_len(text) > 0 ? buf_data(text) : "",
	    buf_len(text));

	buf_clear(text);
	return r;
}

static int
put_clean(struct buf *b, const char *label, const char *p, size_t n)
{
	struct buf text = { 0 };
	int r = charset_clean(&text, p, n);

	if (r == 0)
		r = put_text(b, label, &text);
	buf_free(&text);
	return r;
}

/* a name in lower case, made safe */
static int
put_word(struct buf *b, const char *label, const char *p, size_t n)
{
	struct buf text = { 0 };
	int r = charset_clean(&text, p, n);
	size_t i;

	for (i = 0; i < buf_len(&text); i++)
		if (buf_data(&text)[i] >= 'A' && buf_data(&text)[i] <= 'Z')
			buf_data(&text)[i] |= 32;
	if (r == 0)
		r = put_text(b, label, &text);
	buf_free(&text);
	return r;
}

/* type and subtype with the slash between, or what there is of it */
static int
put_type(struct buf *b, const char *label, const struct mimetype *t)
{
	struct buf text = { 0 };
	int r = buf_put(&text, t->type, t->type_len);

	if (r == 0 && t->subtype != NULL)
		r = buf_putc(&text, '/') == -1 ? -1
		    : buf_put(&text, t->subtype, t->subtype_len);
	if (r == 0)
		r = put_word(b, label, buf_data(&text), buf_len(&text));
	buf_free(&text);
	return r;
}

static int
show_addresses(struct buf *b, struct buf *text, const char *p,
    const char *end)
{
	char address[ADDRLIST_ADDRESS_MAX + 1];
	const char *before;
	int named, r;
	long n;

	do {
		before = p;
		n = addrlist_next(&p, end, address);
		named = addrname_put(text, before, p - before, n > 0);
		if (named == -1)
			return -1;
		if (n == 0 && !named)
			break;
		r = put_clean(b, "address", address, n > 0 ? n : 0);
		if (r == 0 && named)
			r = put_text(b, "name", text);
		if (r == -1 || ltsv_end(b) == -1)
			return -1;
	} while (n != 0);
	return 0;
}

static int
show_date(struct buf *b, const char *p, const char *end)
{
	char iso[DATE_ISO_LEN + 1];
	int64_t t;
	int offset;

	if (date_parse(p, end - p, &t, &offset) == -1)
		return ltsv_puts(b, "date", "") == -1 ? -1 : ltsv_end(b);
	date_iso(iso, t, offset);
	if (ltsv_puts(b, "date", "") == -1 ||
	    buf_printf(b, "%lld", (long long)t) == -1 ||
	    ltsv_puts(b, "iso", iso) == -1)
		return -1;
	return ltsv_end(b);
}

static int
show_ids(struct buf *b, struct buf *text, const char *p, const char *end)
{
	struct msgids m;
	const char *id;
	size_t n;

	msgid_open(&m, p, end - p);
	while (msgid_next(&m, &id, &n))
		if (charset_clean(text, id, n) == -1 ||
		    put_text(b, "id", text) == -1 || ltsv_end(b) == -1)
			return -1;
	return 0;
}

/* was the parameter of that name shown already? */
static int
shown(const struct mimetype *t, unsigned i)
{
	unsigned j;

	for (j = 0; j < i; j++)
		if (t->param[j].name_len == t->param[i].name_len &&
		    strncasecmp(t->param[j].name, t->param[i].name,
			t->param[i].name_len) == 0)
			return 1;
	return 0;
}

static int
show_type(struct buf *b, struct buf *text, const char *p, const char *end)
{
	struct mimevalue how;
	struct mimetype t;
	unsigned i;

	if (mimetype_parse(&t, p, end - p) == -1)
		return ltsv_puts(b, "type", "") == -1 ? -1 : ltsv_end(b);
	if (put_type(b, "type", &t) == -1 || ltsv_end(b) == -1)
		return -1;
	for (i = 0; i < t.n; i++) {
		const char *name = t.param[i].name;
		size_t n = t.param[i].name_len;

		if (shown(&t, i))
			continue;
		mimetype_value(&t, name, n, NULL, 0, &how);
		if (put_word(b, "param", name, n) == -1 ||
		    mimetext_param(text, &t, name, n) == -1 ||
		    put_text(b, "value", text) == -1 ||
		    (how.language_len > 0 && put_word(b, "language",
			how.language, how.language_len) == -1) ||
		    ltsv_end(b) == -1)
			return -1;
	}
	return 0;
}

static int
show_kind(struct buf *b, struct buf *text, enum kind kind, const char *p,
    const char *end)
{
	const char *date;

	switch (kind) {
	case ADDRESSES:
		return show_addresses(b, text, p, end);
	case RECEIVED: /* the date is behind the last semicolon */
		date = p < end ? memrchr(p, ';', end - p) : NULL;
		return date == NULL ? 0 : show_date(b, date + 1, end);
	case DATE:
		return show_date(b, p, end);
	case IDS:
		return show_ids(b, text, p, end);
	case TYPE:
		return show_type(b, text, p, end);
	case TEXT:
		break;
	}
	return 0;
}

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
blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static int
show_value(struct buf *b, struct buf *text, const char *name, size_t name_len,
    const char *p, const char *end)
{
	const char *s = p, *e = end;

	while (s < e && blank(*s))
		s++;
	while (e > s && blank(e[-1]))
		e--;
	if (encword_decode(text, s, e - s) == -1 ||
	    put_text(b, "value", text) == -1 || ltsv_end(b) == -1)
		return -1;
	return show_kind(b, text, kind_of(name, name_len), p, end);
}

int
mailshow_value(struct buf *b, const char *name, size_t name_len,
    const char *p, size_t n)
{
	struct buf text = { 0 };
	int r = charset_clean(&text, name, name_len);

	if (r == 0)
		r = put_text(b, "field", &text);
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
	    put_type(b, "type", &m->type) == -1)
		return -1;
	k = mimetext_param(text, &m->type, "charset", 7);
	if (k == 1)
		k = put_word(b, "charset", buf_data(text), buf_len(text));
	buf_clear(text);
	if (k == -1 || (m->encoding_len > 0 && put_word(b, "encoding",
		m->encoding_word, m->encoding_len) == -1) ||
	    (m->disposition.type_len > 0 &&
		put_type(b, "disposition", &m->disposition) == -1))
		return -1;
	k = mimetext_filename(text, m);
	if (k == 1)
		k = put_text(b, "filename", text);
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
