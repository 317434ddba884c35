#include "feedback/mailparts.h"
#include "base/ascii.h"
#include "feedback/htmltext.h"
#include "mail/header.h"
#include "mime/charset.h"
#include "mime/decode.h"
#include "mime/encword.h"
#include "mime/mimetext.h"
#include <stdlib.h>
#include <string.h>

struct work {
	struct mailparts *m;
	struct buf html;
	unsigned skip; /* what is deeper belongs to the returned message */
	int in_original;
	unsigned again; /* parts that were walked through once more */
};

/* a piece of text in some character set, line by line: an escape sequence
 * does not go beyond its line, and line ends stay */
static int
add_text(struct buf *out, const char *charset, size_t charset_len,
    const char *p, size_t n)
{
	const char *end = p + n, *lf;
	size_t len;

	while (p < end && buf_len(out) < MAILPARTS_TEXT_MAX) {
		lf = memchr(p, '\n', end - p);
		len = lf == NULL ? (size_t)(end - p) : (size_t)(lf - p);
		if (len > 0 && p[len - 1] == '\r')
			len--;
		if (charset_utf8(out, charset, charset_len, p, len) == -1 ||
		    buf_putc(out, '\n') == -1)
			return -1;
		p = lf == NULL ? end : lf + 1;
	}
	return 0;
}

/* 7bit is what many say of text that is not: UTF-8 where it is that */
static const char *
charset_of(const struct mimepart *part, char *room, size_t *n)
{
	long len = mimetype_value(&part->type, "charset", 7, room,
	    CHARSET_NAME_MAX, NULL);

	*n = len > 0 ? (size_t)len : 0;
	if (len > 0 && charset_known(room, *n) &&
	    !ascii_is(room, *n, "us-ascii"))
		return room;
	*n = 5;
	return "utf-8";
}

/* a part, decoded, into out as it is (raw) or as text */
static int
put_part(struct buf *out, const struct mimepart *part, int raw)
{
	size_t n = part->body_len, len, set_len;
	char set[CHARSET_NAME_MAX + 1], *bytes;
	const char *name = charset_of(part, set, &set_len);
	int r;

	bytes = malloc(n + DECODE_HELD_MAX);
	if (bytes == NULL)
		return -1;
	len = decode_all(part->encoding, part->body, n, bytes, NULL);
	if (raw) {
		name = "utf-8";
		set_len = 5;
	}
	r = add_text(out, name, set_len, bytes, len);
	free(bytes);
	return r;
}

static int
type_is(const struct mimepart *p, const char *const *subtypes)
{
	for (; *subtypes != NULL; subtypes++)
		if (mimetype_is(&p->type, "message", *subtypes))
			return 1;
	return 0;
}

/* does it begin like a header: some fields, one of which only messages
 * have? */
static int
is_header(const char *p, const char *end)
{
	static const char *const sure[] = { "Received", "Message-ID",
		"Return-Path", "DKIM-Signature", "From", "MIME-Version",
		"X-Mailer", "Delivered-To", NULL };
	struct header_field f;
	unsigned n = 0, known = 0, i;

	while (n < 20 && header_next(&p, end, &f) == HEADER_FIELD) {
		n++;
		for (i = 0; sure[i] != NULL; i++)
			known += header_is(&f, sure[i]);
	}
	return n >= MAILPARTS_FIELDS_MIN && known > 0;
}

/* a returned message that came as text: where it begins; NULL: it does not */
static const char *
find_header(const char *p, const char *end)
{
	const char *lf;

	for (; p < end; p = lf == NULL ? end : lf + 1) {
		lf = memchr(p, '\n', end - p);
		if (ascii_alnum(*p) && is_header(p, end))
			return p;
	}
	return NULL;
}

static int
put_original(struct work *w, const struct mimepart *part)
{
	struct buf *b = &w->m->original;

	w->in_original = 1;
	w->skip = part->depth;
	return buf_len(b) > 0 ? 0 : put_part(b, part, 1);
}

/* text for people, or the returned header as a file of text */
static int
put_plain(struct work *w, const struct mimepart *part)
{
	struct buf b = { 0 };
	const char *p, *end;
	int r;

	r = put_part(&b, part, 0);
	p = mailparts_bytes(&b).p;
	end = p + buf_len(&b);
	while (p < end && *p == '\n')
		p++;
	if (r == 0 && buf_len(&b) > 0 && buf_len(&w->m->text) > 0 &&
	    buf_len(&w->m->original) == 0 && is_header(p, end))
		r = buf_put(&w->m->original, p, end - p);
	else if (r == 0 && buf_len(&w->m->text) < MAILPARTS_TEXT_MAX)
		r = buf_put(&w->m->text, p, end - p);
	buf_free(&b);
	return r;
}

static int
put_any(struct work *w, const struct mimepart *part)
{
	static const char *const status[] = { "delivery-status",
		"global-delivery-status", NULL };
	static const char *const feedback[] = { "feedback-report", NULL };
	static const char *const mdn[] = { "disposition-notification",
		"global-disposition-notification", NULL };
	static const char *const whole[] = { "rfc822", "global", "partial",
		"rfc822-headers", "global-headers", "news", NULL };

	if (type_is(part, status))
		return put_part(&w->m->status, part, 1);
	if (type_is(part, feedback))
		return put_part(&w->m->feedback, part, 1);
	if (type_is(part, mdn)) {
		w->m->mdn = 1;
		return 0;
	}
	if (part->depth > 0 &&
	    (type_is(part, whole) ||
		mimetype_is(&part->type, "text", "rfc822-headers") ||
		mimetype_is(&part->type, "text", "rfc822")))
		return put_original(w, part);
	if (mimetype_is(&part->type, "text", "html"))
		return buf_len(&w->html) > 0 ? 0 : put_part(&w->html, part, 0);
	if (part->kind == MIME_LEAF && mimetype_is(&part->type, "text", NULL))
		return put_plain(w, part);
	return 0;
}

static int walk(struct work *, const char *, size_t n);

/* a boundary that stands in the body, where the header names none, or another
 * one: "--WORD", and a field of a part behind it.  Its length, 0: there is
 * none */
static size_t
find_boundary(const char *p, const char *end, const char **word)
{
	const char *lf;
	unsigned lines = 0;

	for (; p < end && lines < 100; p = lf + 1, lines++) {
		lf = memchr(p, '\n', end - p);
		if (lf == NULL)
			return 0;
		if (lf - p > 2 && p[0] == '-' && p[1] == '-' && lf - p < 200 &&
		    memchr(p, '"', lf - p) == NULL &&
		    ascii_begins(lf + 1, end - lf - 1, "Content-")) {
			*word = p + 2;
			return (size_t)(lf - p) - 2;
		}
	}
	return 0;
}

/* once more, with the type that it should have had; a multipart without any
 * parts is text */
static int
walk_again(struct work *w, const char *body, const char *end)
{
	struct buf b = { 0 };
	const char *word = NULL, *at = find_header(body, end);
	/* one behind a header belongs to the returned message */
	size_t n = find_boundary(body, at == NULL ? end : at, &word);
	int r = 0;

	if (w->again == MAILPARTS_AGAIN_MAX)
		return 0;
	if (n == 0 && buf_len(&w->m->text) == 0)
		return add_text(&w->m->text, "utf-8", 5, body, end - body);
	if (n == 0)
		return 0;
	w->again++;
	r = buf_puts(&b, "Content-Type: multipart/mixed; boundary=\"") == -1 ||
		buf_put(&b, word, n) == -1 || buf_puts(&b, "\"\n\n") == -1 ||
		buf_put(&b, body, end - body) == -1
	    ? -1
	    : walk(w, buf_data(&b), buf_len(&b));
	buf_free(&b);
	return r;
}

/* a multipart in which no part was found */
struct hollow {
	const char *body;
	size_t n;
	unsigned depth;
};

/* the part before this one, at this depth, was one: it is walked through as it
 * should have been */
static int
fill(struct work *w, struct hollow *h, unsigned depth)
{
	struct hollow of = *h;

	h->body = NULL;
	return of.body == NULL || depth > of.depth
	    ? 0
	    : walk_again(w, of.body, of.body + of.n);
}

static int
walk_part(struct work *w, const struct mimepart *part, struct hollow *h)
{
	if (fill(w, h, part->depth) == -1)
		return -1;
	if (w->in_original && part->depth > w->skip)
		return 0;
	w->in_original = 0;
	if (mimetype_is(&part->type, "multipart", NULL)) {
		h->body = part->body;
		h->n = part->body_len;
		h->depth = part->depth;
	}
	return put_any(w, part);
}

static int
walk(struct work *w, const char *p, size_t n)
{
	struct mimewalk *walk = malloc(sizeof *walk);
	struct mimepart *part = malloc(sizeof *part);
	struct hollow h = { .body = NULL };
	int r = walk == NULL || part == NULL ? -1 : 0;

	if (r == 0)
		mimewalk_open(walk, p, n);
	while (r == 0 && mimewalk_next(walk, part))
		r = walk_part(w, part, &h);
	free(part);
	free(walk);
	return r == 0 ? fill(w, &h, 0) : -1;
}

/* the returned message behind the text is cut off */
static int
split_text(struct mailparts *m)
{
	struct slice t = mailparts_bytes(&m->text);
	const char *end = t.p + t.n, *at = find_header(t.p, end);
	int r;

	if (at == NULL)
		return 0;
	r = buf_len(&m->original) > 0 ? 0 : buf_put(&m->original, at, end - at);
	m->text.end -= (size_t)(end - at);
	return r;
}

/* text that is a multipart, of which the header does not say so */
static int
untyped(struct work *w, const char *body, const char *end)
{
	struct mailparts *m = w->m;
	const char *word;

	if (w->again > 0 || buf_len(&m->status) > 0 ||
	    buf_len(&m->feedback) > 0 || buf_len(&m->original) > 0 ||
	    find_boundary(body, end - body > 2000 ? body + 2000 : end, &word) ==
		0)
		return 0;
	buf_clear(&m->text);
	return walk_again(w, body, end);
}

static void
note_report(struct mailparts *m)
{
	struct header_field f;
	struct mimetype *t = malloc(sizeof *t);
	long n = 0;

	if (t != NULL &&
	    header_find(m->header, m->header_len, "Content-Type", &f) &&
	    mimetype_parse(t, f.value, f.value_len) == 0)
		n = mimetype_value(t, "report-type", 11, m->report,
		    MAILPARTS_WORD_MAX, NULL);
	m->report[n > 0 ? n : 0] = '\0';
	ascii_lower_copy(m->report, m->report, strlen(m->report));
	free(t);
}

static int
take(struct work *w, const char *p, size_t n)
{
	struct mailparts *m = w->m;
	struct header_field f;
	const char *body = p;

	while (header_field(&body, p + n, &f))
		;
	m->header = p;
	m->header_len = body - p;
	note_report(m);
	if (walk(w, p, n) == -1 || untyped(w, body, p + n) == -1)
		return -1;
	if (buf_len(&m->text) == 0 && buf_len(&w->html) > 0) {
		m->html = 1;
		if (htmltext_put(&m->text, buf_data(&w->html),
			buf_len(&w->html)) == -1)
			return -1;
	}
	return split_text(m);
}

int
mailparts_take(struct mailparts *m, const char *p, size_t n)
{
	struct work w = { .m = m };
	int r;

	if (n > MAILPARTS_LOOK_MAX)
		n = MAILPARTS_LOOK_MAX;
	r = take(&w, p, n);
	buf_free(&w.html);
	return r;
}

void
mailparts_free(struct mailparts *m)
{
	buf_free(&m->text);
	buf_free(&m->status);
	buf_free(&m->feedback);
	buf_free(&m->original);
}

int
mailparts_field(struct buf *out, const char *header, size_t n, const char *name)
{
	struct header_field f;
	int r = n == 0 ? 0 : header_find(header, n, name, &f);

	buf_clear(out);
	if (r == 1 && encword_decode(out, f.value, f.value_len) == -1)
		return -1;
	if (buf_putc(out, '\0') == -1)
		return -1;
	out->end--;
	return r;
}
