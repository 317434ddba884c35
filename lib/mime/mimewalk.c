#include "mime/mimewalk.h"
#include "base/ascii.h"
#include "mail/header.h"
#include <stdio.h>
#include <string.h>

/* where a line with "--boundary" stands */
struct delimiter {
	const char *before; /* the end of what it ends */
	const char *after;  /* behind its line */
	int last;           /* "--boundary--" */
};

/*
 * Is the line at p, up to e without its LF, a delimiter?  VIOLATIONS.md:
 * BOUNDARY-WHOLE-LINE: the boundary must be all of the line.
 */
static int
delimits(const char *p, const char *e, const struct mimelevel *l, int *last)
{
	if ((size_t)(e - p) < l->boundary_len + 2 || p[0] != '-' ||
	    p[1] != '-' || memcmp(p + 2, l->boundary, l->boundary_len) != 0)
		return 0;
	p += 2 + l->boundary_len;
	*last = e - p >= 2 && p[0] == '-' && p[1] == '-';
	if (*last)
		p += 2;
	/* RFC 2046 section 5.1.1: transport-padding */
	while (p < e && (*p == ' ' || *p == '\t' || *p == '\r'))
		p++;
	return p == e;
}

/* the next one, from the beginning of a line on */
static int
find(const struct mimelevel *l, const char *p, struct delimiter *d)
{
	const char *start = p, *e;

	for (; p < l->end; p = e + 1) {
		e = memchr(p, '\n', l->end - p);
		if (e == NULL)
			e = l->end;
		if (delimits(p, e, l, &d->last)) {
			/* the line end before it is part of it */
			d->before = p;
			if (d->before > start)
				d->before--;
			if (d->before > start && d->before[-1] == '\r')
				d->before--;
			d->after = e == l->end ? e : e + 1;
			return 1;
		}
		if (e == l->end)
			break;
	}
	return 0;
}

void
mimewalk_open(struct mimewalk *w, const char *message, size_t n)
{
	w->cut = 0;
	w->parts = w->depth = 0;
	w->message = message;
	w->n = n;
}

static void
set_default(struct mimetype *t, int digest)
{
	t->type = digest ? "message" : "text";
	t->subtype = digest ? "rfc822" : "plain";
	t->type_len = strlen(t->type);
	t->subtype_len = strlen(t->subtype);
	t->n = 0;
}

static void
set_encoding(struct mimepart *m, const char *p, size_t n)
{
	static const struct {
		const char *word;
		enum mime_encoding encoding;
	} words[] = {
		{ "7bit", MIME_IDENTITY },
		{ "8bit", MIME_IDENTITY },
		{ "binary", MIME_IDENTITY },
		{ "quoted-printable", MIME_QUOTED_PRINTABLE },
		{ "base64", MIME_BASE64 },
	};
	const char *end = p + n, *s;
	size_t i;

	s = p = mimetype_skip(p, end);
	while (s<end && * s> ' ' && *s != ';' && *s != '(')
		s++;
	m->encoding_word = p;
	m->encoding_len = s - p;
	m->encoding = s == p ? MIME_IDENTITY : MIME_UNKNOWN;
	for (i = 0; i < sizeof words / sizeof *words; i++)
		if (ascii_is(p, m->encoding_len, words[i].word))
			m->encoding = words[i].encoding;
}

/* of several fields of one name the first one counts */
static void
set_field(struct mimepart *m, const struct header_field *f, unsigned *seen)
{
	struct mimetype t;

	if (header_is(f, "Content-Type") && !(*seen & 1)) {
		*seen |= 1;
		/* RFC 2045 section 5.2: a broken one is as none */
		if (mimetype_parse(&t, f->value, f->value_len) == 0 &&
		    t.subtype != NULL) {
			m->type = t;
			m->typed = 1;
		}
	} else if (header_is(f, "Content-Transfer-Encoding") && !(*seen & 2)) {
		*seen |= 2;
		set_encoding(m, f->value, f->value_len);
	} else if (header_is(f, "Content-Disposition") && !(*seen & 4)) {
		*seen |= 4;
		if (mimetype_parse(&t, f->value, f->value_len) == 0)
			m->disposition = t;
	}
}

/* behind a line "From ..." of a mailbox file that stands before a header */
static const char *
behind_from(const char *p, const char *end)
{
	const char *e;

	if ((end - p < 5 || memcmp(p, "From ", 5) != 0) &&
	    (end - p < 6 || memcmp(p, ">From ", 6) != 0))
		return p;
	e = memchr(p, '\n', end - p);
	return e == NULL ? end : e + 1;
}

static void
read_part(struct mimepart *m, const char *p, const char *end, int digest,
    int is_message)
{
	struct header_field f;
	unsigned seen = 0;

	set_default(&m->type, digest);
	memset(&m->disposition, 0, offsetof(struct mimetype, param));
	m->disposition.n = 0;
	m->encoding = MIME_IDENTITY;
	m->encoding_word = "";
	m->encoding_len = 0;
	m->typed = 0;
	if (is_message)
		p = behind_from(p, end);
	m->header = p;
	while (header_next_crlf(&p, end, &f) == HEADER_FIELD)
		set_field(m, &f, &seen);
	m->header_len = p - m->header;
	m->body = p;
	m->body_len = end - p;
}

/* a boundary; 0: none that can be used */
static size_t
boundary(const struct mimepart *m, char *out)
{
	char b[MIMEWALK_BOUNDARY_MAX + 1];
	long n = mimetype_value(&m->type, "boundary", 8, b, sizeof b, NULL);

	if (n > MIMEWALK_BOUNDARY_MAX)
		return 0;
	while (n > 0 && (b[n - 1] == ' ' || b[n - 1] == '\t'))
		n--;
	if (n <= 0)
		return 0;
	memcpy(out, b, n);
	return n;
}

static void
descend(struct mimewalk *w, struct mimepart *m)
{
	struct mimelevel *l = &w->level[w->depth];
	struct delimiter d;

	m->kind = MIME_LEAF;
	if (!mimetype_is(&m->type, "multipart", NULL) &&
	    !mimetype_is(&m->type, "message", "rfc822") &&
	    !mimetype_is(&m->type, "message", "global"))
		return;
	if (w->depth == MIMEWALK_DEPTH_MAX) {
		w->cut = 1;
		return;
	}
	l->n = 0;
	l->p = m->body;
	l->end = m->body + m->body_len;
	if (mimetype_is(&m->type, "message", NULL)) {
		if (m->encoding == MIME_BASE64 ||
		    m->encoding == MIME_QUOTED_PRINTABLE)
			return;
		l->kind = m->kind = MIME_MESSAGE;
		w->depth++;
		return;
	}
	l->boundary_len = boundary(m, l->boundary);
	if (l->boundary_len == 0)
		return;
	l->digest = mimetype_is(&m->type, "multipart", "digest");
	if (!find(l, l->p, &d) || d.last)
		l->p = NULL;
	else
		l->p = d.after;
	l->kind = m->kind = MIME_MULTIPART;
	w->depth++;
}

/* what the innermost level has next: 1, or 0 when it is through */
static int
within(struct mimelevel *l, struct mimepart *m)
{
	const char *p = l->p, *end = l->end;
	struct delimiter d;

	if (p == NULL)
		return 0;
	l->p = NULL;
	m->closed = 0;
	if (l->kind == MIME_MULTIPART && find(l, p, &d)) {
		m->closed = 1;
		end = d.before;
		if (!d.last)
			l->p = d.after;
	}
	l->n++;
	read_part(m, p, end, l->kind == MIME_MULTIPART && l->digest,
	    l->kind == MIME_MESSAGE);
	return 1;
}

int
mimewalk_next(struct mimewalk *w, struct mimepart *m)
{
	unsigned i;

	if (w->parts == 0) {
		m->closed = 0;
		read_part(m, w->message, w->message + w->n, 0, 1);
	} else {
		while (w->depth > 0 && w->level[w->depth - 1].p == NULL)
			w->depth--;
		if (w->depth == 0)
			return 0;
		if (w->parts == MIMEWALK_PARTS_MAX) {
			w->cut = 1;
			return 0;
		}
		within(&w->level[w->depth - 1], m);
	}
	w->parts++;
	m->depth = w->depth;
	for (i = 0; i < m->depth; i++)
		m->number[i] = w->level[i].n;
	descend(w, m);
	return 1;
}

size_t
mimepart_path(const struct mimepart *m, char *out)
{
	size_t len = 0;
	unsigned i;

	if (m->depth == 0) {
		memcpy(out, "0", 2);
		return 1;
	}
	for (i = 0; i < m->depth; i++)
		len += snprintf(out + len, MIMEWALK_PATH_LEN + 1 - len, "%s%u",
		    i > 0 ? "." : "", m->number[i]);
	return len;
}
