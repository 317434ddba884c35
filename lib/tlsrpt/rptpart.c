#include "tlsrpt/rptpart.h"
#include "base/ascii.h"
#include "mime/decode.h"
#include <string.h>

int
rptpart_packed(const char *p, size_t n)
{
	return n >= 2 && memcmp(p, "\037\213", 2) == 0;
}

/* it begins as a report does, and as no message can */
static int
is_bare(const char *p, size_t n)
{
	size_t i = n >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;

	if (rptpart_packed(p, n))
		return 1;
	while (i < n && strchr(" \t\r\n", p[i]) != NULL && p[i] != '\0')
		i++;
	return i < n && p[i] == '{';
}

static int
ends(const char *p, size_t n, const char *end)
{
	size_t len = strlen(end);

	return n > len && ascii_same(p + n - len, len, end, len);
}

/* is its file named as a report is (RFC 8460 section 5.1)? */
static int
is_named(const struct mimepart *m)
{
	char name[MIMETYPE_VALUE_MAX];
	long n = -1;

	if (m->disposition.type_len > 0)
		n = mimetype_value(&m->disposition, "filename", 8, name,
		    sizeof name, NULL);
	if (n == -1)
		n = mimetype_value(&m->type, "name", 4, name, sizeof name,
		    NULL);
	return n > 0 &&
	    (ends(name, (size_t)n, ".json") ||
		ends(name, (size_t)n, ".json.gz"));
}

/* how much a part looks like one: 2 surely, 1 perhaps, 0 not */
static int
likely(const struct mimepart *m)
{
	static const char *const types[] = { "json", "gzip", "x-gzip" };
	size_t i;

	if (m->kind != MIME_LEAF)
		return 0;
	if (mimetype_is(&m->type, "application", "tlsrpt+gzip") ||
	    mimetype_is(&m->type, "application", "tlsrpt+json"))
		return 2;
	for (i = 0; i < sizeof types / sizeof *types; i++)
		if (mimetype_is(&m->type, "application", types[i]))
			return 1;
	return mimetype_is(&m->type, "application", "octet-stream") &&
	    is_named(m);
}

static int
put_decoded(struct buf *out, const struct mimepart *m)
{
	if (buf_reserve(out, m->body_len + DECODE_HELD_MAX) == -1)
		return -1;
	buf_added(out,
	    decode_all(m->encoding, m->body, m->body_len, buf_tail(out), NULL));
	return 1;
}

int
rptpart_find(struct buf *out, const char *p, size_t n)
{
	static struct mimewalk w;
	static struct mimepart m, best;
	int had = 0, now;

	if (is_bare(p, n))
		return buf_put(out, p, n) == -1 ? -1 : 1;
	mimewalk_open(&w, p, n);
	while (had < 2 && mimewalk_next(&w, &m)) {
		now = likely(&m);
		if (now <= had)
			continue;
		had = now;
		best = m;
	}
	return had == 0 ? 0 : put_decoded(out, &best);
}
