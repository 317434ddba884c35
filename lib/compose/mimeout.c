#include "compose/mimeout.h"
#include "mail/fixheader.h"
#include "mime/encode.h"
#include "mime/paramput.h"
#include <string.h>

/* a delimiter's name: what no encoding makes, RFC 2045 section 6.7 */
enum { BOUNDARY_ROOM = 32 };

int
mimeout_lines(struct slice *s, struct buf *room)
{
	const char *p = s->p, *end, *cr;

	if (s->n == 0)
		return 0;
	end = p + s->n;
	if (end[-1] == '\n' && memchr(p, '\r', s->n) == NULL)
		return 0;
	buf_clear(room);
	if (buf_reserve(room, s->n + 1) == -1)
		return -1;
	for (; p < end; p = cr + 1) {
		cr = memchr(p, '\r', end - p);
		if (buf_put(room, p, (cr == NULL ? end : cr) - p) == -1)
			return -1;
		if (cr == NULL)
			break;
		if ((cr + 1 == end || cr[1] != '\n') &&
		    buf_putc(room, '\n') == -1)
			return -1;
	}
	if (buf_data(room)[buf_len(room) - 1] != '\n' &&
	    buf_putc(room, '\n') == -1)
		return -1;
	s->p = buf_data(room);
	s->n = buf_len(room);
	return 0;
}

/* delimiters */

/* splitmix64: every seed has its own numbers */
static uint64_t
next(uint64_t *seed)
{
	uint64_t z = *seed += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

static int
has(struct slice s, const char *boundary)
{
	return s.n > 0 && memmem(s.p, s.n, boundary, strlen(boundary)) != NULL;
}

static int
occurs(const struct mimeout *m, const char *boundary)
{
	size_t i;

	if (has(m->text, boundary) || has(m->amp, boundary) ||
	    has(m->html, boundary))
		return 1;
	for (i = 0; i < m->n_files; i++)
		if (m->files[i].form == MIMEOUT_TEXT &&
		    has(m->files[i].content, boundary))
			return 1;
	for (i = 0; i < m->n_inlines; i++)
		if (m->inlines[i].form == MIMEOUT_TEXT &&
		    has(m->inlines[i].content, boundary))
			return 1;
	return 0;
}

static void
choose(const struct mimeout *m, char boundary[BOUNDARY_ROOM])
{
	uint64_t seed = m->seed;
	size_t i;

	do {
		uint64_t z = next(&seed);

		memcpy(boundary, "=_", 2);
		for (i = 0; i < 16; i++)
			boundary[2 + i] = "0123456789abcdef"[z >> 4 * i & 15];
		boundary[18] = '\0';
	} while (occurs(m, boundary));
}

static int
open_multipart(struct buf *b, const char *type, const char *boundary,
    char level)
{
	return buf_printf(b,
	    "Content-Type: multipart/%s;\n boundary=\"%s.%c\"\n", type,
	    boundary, level);
}

/* a LF in front belongs to it, so that each part ends as it ends */
static int
delimit(struct buf *b, const char *boundary, char level)
{
	return buf_printf(b, "\n--%s.%c\n", boundary, level);
}

static int
close_multipart(struct buf *b, const char *boundary, char level)
{
	return buf_printf(b, "\n--%s.%c--\n", boundary, level);
}

/* parts */

static int
put_encoding(struct buf *b, const char *encoding)
{
	return buf_puts(b, "Content-Transfer-Encoding: ") == -1 ||
		buf_puts(b, encoding) == -1 || buf_putc(b, '\n') == -1
	    ? -1
	    : 0;
}

enum way { SEVEN_BIT, QUOTED, BASE64 };

static enum way
way_of(struct slice s)
{
	if (encode_faults(s.p, s.n) == 0)
		return SEVEN_BIT;
	return encode_base64_is_shorter(s.p, s.n) ? BASE64 : QUOTED;
}

static const char *
way_name(enum way w)
{
	return w == SEVEN_BIT ? "7bit"
	    : w == QUOTED     ? "quoted-printable"
			      : "base64";
}

static int
put_body(struct buf *b, struct slice s, enum way w)
{
	size_t column = 0;

	if (buf_putc(b, '\n') == -1)
		return -1;
	if (w == SEVEN_BIT)
		return buf_put(b, s.p, s.n);
	return w == QUOTED ? encode_quoted(b, &column, s.p, s.n, s.p + s.n)
			   : encode_base64_text(b, s.p, s.n);
}

static int
put_text(struct buf *b, const char *subtype, struct slice s)
{
	enum way w = way_of(s);

	if (buf_printf(b, "Content-Type: text/%s; charset=utf-8\n", subtype) ==
		-1 ||
	    put_encoding(b, way_name(w)) == -1)
		return -1;
	return put_body(b, s, w);
}

static int
put_disposition(struct buf *b, const struct mimeout_file *f, int within)
{
	if (buf_printf(b, "Content-Disposition: %s",
		within ? "inline" : "attachment") == -1 ||
	    (f->name.n > 0 &&
		paramput(b, "filename", f->name.p, f->name.n) == -1) ||
	    buf_putc(b, '\n') == -1)
		return -1;
	return f->cid.n == 0
	    ? 0
	    : buf_printf(b, "Content-ID: <%.*s>\n", (int)f->cid.n, f->cid.p);
}

static int
put_file(struct buf *b, const struct mimeout_file *f, int within)
{
	enum way w = f->form == MIMEOUT_TEXT ? way_of(f->content) : BASE64;

	if (fixheader_put(b, "Content-Type", 12, f->type.p, f->type.n) == -1 ||
	    put_encoding(b, way_name(w)) == -1 ||
	    put_disposition(b, f, within) == -1)
		return -1;
	if (f->form == MIMEOUT_TEXT)
		return put_body(b, f->content, w);
	if (buf_putc(b, '\n') == -1)
		return -1;
	return f->form == MIMEOUT_BYTES
	    ? encode_base64(b, f->content.p, f->content.n)
	    : encode_base64_lines(b, f->content.p, f->content.n) == 0 ? 0
								      : -1;
}

static int
put_files(struct buf *b, const struct mimeout_file *f, size_t n, int within,
    const char *boundary, char level)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (delimit(b, boundary, level) == -1 ||
		    put_file(b, &f[i], within) == -1)
			return -1;
	return close_multipart(b, boundary, level);
}

static int
put_html(struct buf *b, const struct mimeout *m, const char *boundary)
{
	if (m->n_inlines == 0)
		return put_text(b, "html", m->html);
	if (open_multipart(b, "related", boundary, 'r') == -1 ||
	    delimit(b, boundary, 'r') == -1 ||
	    put_text(b, "html", m->html) == -1)
		return -1;
	return put_files(b, m->inlines, m->n_inlines, 1, boundary, 'r');
}

static int
put_alternative(struct buf *b, const struct mimeout *m, const char *boundary)
{
	if (open_multipart(b, "alternative", boundary, 'a') == -1)
		return -1;
	if (m->text.p != NULL &&
	    (delimit(b, boundary, 'a') == -1 ||
		put_text(b, "plain", m->text) == -1))
		return -1;
	if (m->amp.p != NULL &&
	    (delimit(b, boundary, 'a') == -1 ||
		put_text(b, "x-amp-html", m->amp) == -1))
		return -1;
	if (m->html.p != NULL &&
	    (delimit(b, boundary, 'a') == -1 || put_html(b, m, boundary) == -1))
		return -1;
	return close_multipart(b, boundary, 'a');
}

static int
put_texts(struct buf *b, const struct mimeout *m, const char *boundary)
{
	static const struct slice nothing = { "", 0 };
	int n = (m->text.p != NULL) + (m->amp.p != NULL) + (m->html.p != NULL);

	if (n > 1)
		return put_alternative(b, m, boundary);
	if (m->html.p != NULL)
		return put_html(b, m, boundary);
	return m->amp.p != NULL
	    ? put_text(b, "x-amp-html", m->amp)
	    : put_text(b, "plain", m->text.p != NULL ? m->text : nothing);
}

int
mimeout_put(struct buf *b, const struct mimeout *m)
{
	char boundary[BOUNDARY_ROOM];
	int texts = m->text.p != NULL || m->amp.p != NULL || m->html.p != NULL;

	choose(m, boundary);
	if (buf_puts(b, "MIME-Version: 1.0\n") == -1)
		return -1;
	if (m->n_files == 0)
		return put_texts(b, m, boundary);
	if (open_multipart(b, "mixed", boundary, 'm') == -1)
		return -1;
	if (texts &&
	    (delimit(b, boundary, 'm') == -1 ||
		put_texts(b, m, boundary) == -1))
		return -1;
	return put_files(b, m->files, m->n_files, 0, boundary, 'm');
}
