/* mimewalk, mimetype: every slice within the message, parts in order and
 * within each other, every byte of a message read at most once a level */
#include "mail/mimewalk.h"
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
		if (k < 0 || (size_t)k > sizeof b ||
		    memchr(b, '\n', k) != NULL)
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
	if (mimetype_parse(&t, in, n) == 0)
		check_type(&t, in, in_end);
	return 0;
}
