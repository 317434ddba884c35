/* sevenbit: the same parts with the same content, nothing above 127 where it
 * says so, and nothing left to do */
#include "base/buf.h"
#include "mime/decode.h"
#include "mime/sevenbit.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const unsigned char *, size_t);

static struct sevenbit s;

static void
must(int good)
{
	if (!good)
		abort();
}

static int
keep(void *arg, const char *p, size_t n)
{
	return buf_put(arg, p, n);
}

/* a body as it is on the way, where base64 is the code of it */
static void
canonical(struct buf *b, const struct mimepart *m)
{
	size_t i;

	for (i = 0; i < m->body_len; i++)
		must((m->body[i] != '\n' || buf_putc(b, '\r') == 0) &&
		    buf_putc(b, m->body[i]) == 0);
}

static void
same(const char *p, size_t n, const char *q, size_t k)
{
	must(n == k && (n == 0 || memcmp(p, q, n) == 0));
}

/* the lines of an encoded body */
static void
short_lines(const struct mimepart *m)
{
	size_t i, col = 0;

	for (i = 0; i < m->body_len; i++) {
		col = m->body[i] == '\n' ? 0 : col + 1;
		must(col <= SEVENBIT_CODE_MAX && !(m->body[i] & 0x80));
	}
}

static void
leaf(const struct mimepart *a, const struct mimepart *b)
{
	struct buf want = { 0 };
	char *got;
	size_t n;
	int bad;

	if (a->encoding == b->encoding) {
		same(a->body, a->body_len, b->body, b->body_len);
		return;
	}
	must(a->encoding == MIME_IDENTITY);
	short_lines(b);
	got = malloc(b->body_len + DECODE_HELD_MAX);
	must(got != NULL);
	n = decode_all(b->encoding, b->body, b->body_len, got, &bad);
	must(!bad);
	if (b->encoding == MIME_BASE64) {
		canonical(&want, a);
		same(buf_data(&want), buf_len(&want), got, n);
	} else {
		same(a->body, a->body_len, got, n);
	}
	buf_free(&want);
	free(got);
}

static void
compare(const char *p, size_t n, const char *q, size_t k)
{
	static struct mimewalk wa, wb;
	static struct mimepart a, b;
	int more;

	mimewalk_open(&wa, p, n);
	mimewalk_open(&wb, q, k);
	while ((more = mimewalk_next(&wa, &a)) == mimewalk_next(&wb, &b) &&
	    more) {
		must(a.kind == b.kind && a.depth == b.depth);
		same(a.type.type, a.type.type_len, b.type.type,
		    b.type.type_len);
		if (a.kind == MIME_LEAF)
			leaf(&a, &b);
	}
	must(!more);
}

static void
check(const char *p, size_t n)
{
	struct buf out = { 0 }, again = { 0 };
	size_t i;

	sevenbit_look(&s, p, n);
	must(sevenbit_put(&s, p, n, keep, &out) == 0);
	if (!s.changes) {
		same(p, n, buf_data(&out), buf_len(&out));
		buf_free(&out);
		return;
	}
	for (i = 0; s.clean && i < buf_len(&out); i++)
		must(!(buf_data(&out)[i] & 0x80));
	compare(p, n, buf_data(&out), buf_len(&out));
	sevenbit_look(&s, buf_data(&out), buf_len(&out));
	must(!s.changes);
	must(sevenbit_put(&s, buf_data(&out), buf_len(&out), keep, &again) ==
	    0);
	buf_free(&again);
	buf_free(&out);
}

/* the first byte says what header stands before the rest */
int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t n)
{
	static const char *const front[] = { "", "A: b\n\n",
		"Content-Type: text/html\nContent-Transfer-Encoding: 8bit\n\n",
		"Content-Type: message/rfc822\n"
		"Content-Transfer-Encoding: binary\n\nA: b\n\n",
		"Content-Type: multipart/mixed; boundary=b\n"
		"Content-Transfer-Encoding: 8bit\n\n--b\n"
		"Content-Type: text/html\n\n",
		"Content-Type: multipart/digest; boundary==\n\n--=\n\n",
		"Content-Type: multipart/mixed; boundary=b\n\n--b\n"
		"Content-Type: multipart/signed; boundary=c\n\n--c\n\n" };
	struct buf b = { 0 };

	if (n == 0)
		return 0;
	must(buf_puts(&b, front[data[0] % 7]) == 0);
	must(buf_put(&b, data + 1, n - 1) == 0);
	if (buf_len(&b) > 0)
		check(buf_data(&b), buf_len(&b));
	buf_free(&b);
	return 0;
}
