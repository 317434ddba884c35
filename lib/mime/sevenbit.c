#include "mime/sevenbit.h"
#include "base/ascii.h"
#include "base/base64.h"
#include "base/utf8.h"
#include "mail/header.h"
#include "mime/encode.h"
#include <string.h>

/* of a part; bits */
enum {
	RELABEL = 1, /* it says 8bit or binary, and is 7bit */
	ENCODE = 2,
	BASE64 = 4, /* and not quoted-printable */
	ROOT = 8    /* the first part of a message */
};

/* what has to be done */

static size_t
high(const char *p, size_t n)
{
	size_t i, count = 0;

	for (i = 0; i < n; i++)
		count += (p[i] & 0x80) != 0;
	return count;
}

static int
ends_empty(const struct mimepart *m)
{
	const char *h = m->header;
	size_t n = m->header_len;

	return n > 0 && h[n - 1] == '\n' && (n == 1 || h[n - 2] == '\n');
}

/* is everything within it left alone? */
static int
closed(const struct mimepart *m)
{
	return m->encoding != MIME_IDENTITY || !ends_empty(m) ||
	    (m->kind == MIME_LEAF &&
		(mimetype_is(&m->type, "multipart", NULL) ||
		    mimetype_is(&m->type, "message", NULL))) ||
	    mimetype_is(&m->type, "message", "global") ||
	    mimetype_is(&m->type, "multipart", "signed") ||
	    mimetype_is(&m->type, "multipart", "encrypted");
}

/* does it say more than 7bit? */
static int
says_more(const struct mimepart *m)
{
	return ascii_is(m->encoding_word, m->encoding_len, "8bit") ||
	    ascii_is(m->encoding_word, m->encoding_len, "binary");
}

/* the parts around the one that is looked at, and itself */
struct around {
	unsigned index;
	unsigned message : 1; /* a message is within it */
	unsigned counts : 1;  /* it says more than 7bit and may say less */
	size_t faults;        /* then: those that stay */
};

struct look {
	struct sevenbit *s;
	struct around around[MIMEWALK_DEPTH_MAX + 1];
	unsigned n;
	size_t high; /* bytes that go */
};

/* containers up to this depth stay open; the others are known now */
static void
leave(struct look *l, unsigned depth)
{
	while (l->n > depth) {
		l->n--;
		if (l->around[l->n].counts && l->around[l->n].faults == 0)
			l->s->todo[l->around[l->n].index] |= RELABEL;
	}
}

static void
enter(struct look *l, const struct mimepart *m, unsigned index, int counts)
{
	struct around *a = &l->around[l->n++];

	a->index = index;
	a->message = m->kind == MIME_MESSAGE;
	a->counts = counts;
	a->faults = counts ? encode_faults(m->body, m->body_len) : 0;
}

static void
leaf(struct look *l, const struct mimepart *m, unsigned index)
{
	unsigned char *todo = &l->s->todo[index];
	size_t n = encode_faults(m->body, m->body_len);
	unsigned i;

	if (n == 0) {
		*todo |= says_more(m) ? RELABEL : 0;
		return;
	}
	*todo |= ENCODE;
	if (encode_base64_is_shorter(m->body, m->body_len))
		*todo |= BASE64;
	l->high += high(m->body, m->body_len);
	for (i = 0; i < m->depth; i++)
		if (l->around[i].counts)
			l->around[i].faults -= n;
}

static int
is_signed(const char *message, size_t n)
{
	struct header_field f;

	return header_find(message, n, "DKIM-Signature", &f) ||
	    header_find(message, n, "ARC-Message-Signature", &f);
}

/* programs differ about what is its header */
static int
unclear(const struct mimepart *m, const char *message, size_t n)
{
	const char *p = message;
	struct header_field f;

	while (header_field(&p, message + n, &f))
		;
	return p != m->body;
}

void
sevenbit_look(struct sevenbit *s, const char *message, size_t n)
{
	struct mimepart *m = &s->part;
	struct look l = { .s = s };
	unsigned below = MIMEWALK_DEPTH_MAX + 1, i;

	s->changes = s->clean = 0;
	if (is_signed(message, n))
		return;
	mimewalk_open(&s->walk, message, n);
	for (s->n = 0; mimewalk_next(&s->walk, m); s->n++) {
		leave(&l, m->depth);
		s->todo[s->n] =
		    m->depth == 0 || l.around[m->depth - 1].message ? ROOT : 0;
		if (s->n == 0 && unclear(m, message, n))
			return;
		if (m->depth <= below)
			below = closed(m) ? m->depth : MIMEWALK_DEPTH_MAX + 1;
		if (m->kind != MIME_LEAF)
			enter(&l, m, s->n, below > m->depth && says_more(m));
		else if (below > m->depth)
			leaf(&l, m, s->n);
	}
	leave(&l, 0);
	if (s->walk.cut)
		return;
	for (i = 0; i < s->n; i++)
		s->changes |= (s->todo[i] & (ENCODE | RELABEL)) != 0;
	s->clean = high(message, n) == l.high;
}

/* doing it */

struct out {
	int (*put)(void *arg, const char *, size_t n);
	void *arg;
	const char *at; /* what is still to be copied begins here */
	size_t n;
	char piece[8192];
};

static int
flush(struct out *o)
{
	int r = o->n == 0 ? 0 : o->put(o->arg, o->piece, o->n);

	o->n = 0;
	return r;
}

static int
add(struct out *o, const char *p, size_t n)
{
	if (n > sizeof o->piece - o->n && flush(o) == -1)
		return -1;
	if (n > sizeof o->piece)
		return o->put(o->arg, p, n);
	memcpy(o->piece + o->n, p, n);
	o->n += n;
	return 0;
}

static int
adds(struct out *o, const char *s)
{
	return add(o, s, strlen(s));
}

/* the message up to p */
static int
copy_to(struct out *o, const char *p)
{
	int r = add(o, o->at, p - o->at);

	o->at = p;
	return r;
}

/* a header */

/* RFC 1428 has a name for what nobody knows */
static const char *
content_type(const char *p, size_t n)
{
	const char *end = p + n;
	size_t len;
	int ascii = 1;

	for (; p < end; p += len) {
		ascii &= !(*p & 0x80);
		len = *p & 0x80 ? utf8_len(p, end - p) : 1;
		if (len == 0)
			return "Content-Type: text/plain; "
			       "charset=unknown-8bit\n";
	}
	return ascii ? "Content-Type: text/plain; charset=us-ascii\n"
		     : "Content-Type: text/plain; charset=utf-8\n";
}

static const char *
encoding(unsigned todo)
{
	return !(todo & ENCODE) ? "Content-Transfer-Encoding: 7bit\n"
	    : todo & BASE64     ? "Content-Transfer-Encoding: base64\n"
			    : "Content-Transfer-Encoding: quoted-printable\n";
}

/* what encoded text cannot be without, before the empty line at p */
static int
missing(struct out *o, const struct mimepart *m, unsigned todo, const char *p)
{
	const char *h = m->header;
	size_t n = m->header_len;
	struct header_field f;

	if (copy_to(o, p) == -1)
		return -1;
	if ((todo & ENCODE) && (todo & ROOT) &&
	    !header_find(h, n, "MIME-Version", &f) &&
	    adds(o, "MIME-Version: 1.0\n") == -1)
		return -1;
	if ((todo & ENCODE) && !header_find(h, n, "Content-Type", &f) &&
	    adds(o, content_type(m->body, m->body_len)) == -1)
		return -1;
	return header_find(h, n, "Content-Transfer-Encoding", &f)
	    ? 0
	    : adds(o, encoding(todo));
}

/* of several fields about the encoding the first one counts */
static int
put_header(struct out *o, const struct mimepart *m, unsigned todo)
{
	const char *p = m->header;
	struct header_field f;
	int seen = 0;

	while (header_next(&p, m->body, &f) == HEADER_FIELD) {
		if (!header_is(&f, "Content-Transfer-Encoding"))
			continue;
		if (copy_to(o, f.raw) == -1)
			return -1;
		if (!seen && adds(o, encoding(todo)) == -1)
			return -1;
		seen = 1;
		o->at = f.raw + f.raw_len;
	}
	if (missing(o, m, todo, m->body - 1) == -1)
		return -1;
	return copy_to(o, m->body);
}

/* a body */

enum { PIECE = 4096 }; /* of a text that is coded at once */

static int
put_quoted(struct out *o, const char *p, const char *end)
{
	struct buf code = { 0 };
	size_t column = 0, n;
	int r = 0;

	for (; r == 0 && p < end; p += n) {
		n = (size_t)(end - p) < PIECE ? (size_t)(end - p) : PIECE;
		buf_clear(&code);
		r = encode_quoted(&code, &column, p, n, end);
		if (r == 0)
			r = add(o, buf_data(&code), buf_len(&code));
	}
	buf_free(&code);
	return r;
}

/* 3 bytes to 4 */
enum { GROUP = ENCODE_LINE_LEN / 4 * 3 };

/* the last line has an end only where the message ends with it */
static int
put_base64(struct out *o, const char *p, const char *end, int last)
{
	char group[GROUP];
	struct buf line = { 0 };
	size_t n;
	int cr = 0, first = 1, r = 0;

	while (p < end && r == 0) {
		for (n = 0; n < GROUP && p < end; n++)
			if (*p == '\n' && !cr) {
				group[n] = '\r';
				cr = 1;
			} else {
				group[n] = *p++;
				cr = 0;
			}
		buf_clear(&line);
		if ((!first && add(o, "\n", 1) == -1) ||
		    base64_put(&line, group, n) == -1 ||
		    add(o, buf_data(&line), buf_len(&line)) == -1)
			r = -1;
		first = 0;
	}
	buf_free(&line);
	return r == 0 && last ? add(o, "\n", 1) : r;
}

static int
put_body(struct out *o, const struct mimepart *m, unsigned todo, int last)
{
	const char *end = m->body + m->body_len;

	o->at = end;
	return todo & BASE64 ? put_base64(o, m->body, end, last)
			     : put_quoted(o, m->body, end);
}

int
sevenbit_put(struct sevenbit *s, const char *message, size_t n,
    int (*put)(void *arg, const char *, size_t n), void *arg)
{
	struct out o = { .put = put, .arg = arg, .at = message };
	const struct mimepart *m = &s->part;
	unsigned i, todo;

	mimewalk_open(&s->walk, message, n);
	for (i = 0; i < s->n && mimewalk_next(&s->walk, &s->part); i++) {
		todo = s->todo[i];
		if ((todo & (ENCODE | RELABEL)) == 0)
			continue;
		if (put_header(&o, m, todo) == -1)
			return -1;
		if ((todo & ENCODE) &&
		    put_body(&o, m, todo,
			m->body + m->body_len == message + n) == -1)
			return -1;
	}
	return copy_to(&o, message + n) == -1 ? -1 : flush(&o);
}
