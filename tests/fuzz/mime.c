/* mimewalk, mimetype: every slice within the message, parts in order and
 * within each other, every byte of a message read at most once a level */
#include "base/utf8.h"
#include "format/ltsv.h"
#include "mime/mailshow.h"
#include "mime/mimewalk.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const unsigned char *, size_t);

static const char *in, *in_end;

static void
inside(const char *p, size_t n)
{
	if (p < in || n > (size_t)(in_end - p))
		abort();
}

static void
check_type(const struct mimetype *t, const char *lo, const char *hi)
{
	char a[64], b[MIMETYPE_VALUE_MAX];
	struct mimevalue how;
	unsigned i;
	long k;

	if (t->n > MIMETYPE_PARAMS_MAX || (t->type_len == 0 && t->n > 0))
		abort();
	for (i = 0; i < t->n; i++) {
		const struct mimeparam *m = &t->param[i];

		if (m->name < lo || m->name + m->name_len > hi ||
		    m->name_len == 0 || m->value < m->name ||
		    m->value + m->value_len > hi ||
		    m->section > MIMETYPE_SECTION_MAX)
			abort();
		k = mimetype_value(t, m->name, m->name_len, b, sizeof b, &how);
		if (k < 0 || (size_t)k > sizeof b || memchr(b, '\n', k) != NULL)
			if (k < 0 || !m->extended)
				abort();
		/* less room: the same, cut */
		if (mimetype_value(t, m->name, m->name_len, a, sizeof a,
			NULL) != (k < 64 ? k : 64) ||
		    memcmp(a, b, k < 64 ? k : 64) != 0)
			if (!m->sectioned)
				abort();
	}
}

static void
check_part(const struct mimepart *m)
{
	char path[MIMEWALK_PATH_LEN + 1];

	inside(m->header, m->header_len);
	inside(m->body, m->body_len);
	if (m->header + m->header_len != m->body ||
	    mimepart_path(m, path) != strlen(path) ||
	    m->depth > MIMEWALK_DEPTH_MAX ||
	    (m->encoding == MIME_IDENTITY) > (m->encoding_len < 7))
		abort();
	if (m->typed)
		check_type(&m->type, m->header, m->body);
	if (m->disposition.type_len > 0)
		check_type(&m->disposition, m->header, m->body);
}

/* what is shown is LTSV in UTF-8, without control characters */
static void
check_shown(struct buf *b)
{
	const char *p = buf_data(b), *end = p + buf_len(b), *e;
	struct ltsv l;
	size_t k;

	if (buf_len(b) == 0)
		return;
	if (end[-1] != '\n')
		abort();
	for (; p < end; p = e + 1) {
		e = memchr(p, '\n', end - p);
		if (ltsv_parse(p, e - p, &l) == -1 || l.n == 0)
			abort();
		for (; p < e; p += k) {
			k = utf8_len(p, e - p);
			if (k == 0 ||
			    (k == 1 && *p != '\t' && (*p < ' ' || *p == 0x7f)))
				abort();
		}
	}
	buf_clear(b);
}

static void
show(const struct mimepart *m)
{
	struct buf b = { 0 };
	const char *p = NULL;

	while (mailshow_field(&b, &p, m, in) == 1)
		check_shown(&b);
	mailshow_part(&b, m, in);
	check_shown(&b);
	buf_free(&b);
}

static void
show_values(void)
{
	static const char *const names[] = { "To", "Date", "Received",
		"References", "Content-Type", "Subject" };
	struct buf b = { 0 };
	size_t i;

	for (i = 0; i < sizeof names / sizeof *names; i++) {
		mailshow_value(&b, names[i], strlen(names[i]), in, in_end - in);
		check_shown(&b);
	}
	buf_free(&b);
}

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t n)
{
	static struct mimewalk w;
	static struct mimepart m;
	static const char *ends[MIMEWALK_DEPTH_MAX + 1];
	struct mimetype t;
	const char *last = NULL;
	unsigned parts = 0, depth = 0;

	in = (const char *)data;
	in_end = in + n;
	mimewalk_open(&w, in, n);
	while (mimewalk_next(&w, &m)) {
		check_part(&m);
		show(&m);
		if (m.depth > depth + 1 || (m.depth == 0) != (parts == 0))
			abort();
		depth = m.depth;
		if (m.header < last ||
		    (depth > 0 && m.body + m.body_len > ends[depth - 1]))
			abort();
		ends[depth] = m.body + m.body_len;
		last = m.kind == MIME_LEAF ? ends[depth] : m.body;
		if (++parts > MIMEWALK_PARTS_MAX)
			abort();
	}
	if (parts == 0)
		abort();
	show_values();
	if (mimetype_parse(&t, in, n) == 0)
		check_type(&t, in, in_end);
	return 0;
}
