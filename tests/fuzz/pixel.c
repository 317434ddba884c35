/* pixel: only leaves that are text/html change; there the message grew at one
 * place, before encoding or after; all between the parts is as it was */
#include "mime/decode.h"
#include "mime/mimewalk.h"
#include "mime/pixel.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const unsigned char *, size_t);

/* is b what a is, with something put in at one place? */
static void
grown(const char *a, size_t n, const char *b, size_t k)
{
	size_t head = 0, tail = 0;

	if (k <= n)
		abort();
	while (head < n && a[head] == b[head])
		head++;
	while (tail < n && a[n - 1 - tail] == b[k - 1 - tail])
		tail++;
	if (head + tail < n)
		abort();
}

static void
decoded(const struct mimepart *a, const struct mimepart *b)
{
	char *p = malloc(a->body_len + DECODE_HELD_MAX),
	     *q = malloc(b->body_len + DECODE_HELD_MAX);
	size_t n, k;
	int bad;

	if (p == NULL || q == NULL)
		abort();
	n = decode_all(MIME_BASE64, a->body, a->body_len, p, &bad);
	k = decode_all(MIME_BASE64, b->body, b->body_len, q, &bad);
	if (bad)
		abort();
	grown(p, n, q, k);
	free(p);
	free(q);
}

/* 1 when it has the image */
static int
leaf(const struct mimepart *a, const struct mimepart *b)
{
	if (a->body_len == b->body_len &&
	    memcmp(a->body, b->body, a->body_len) == 0)
		return 0;
	if (!mimetype_is(&a->type, "text", "html"))
		abort();
	if (a->encoding == MIME_BASE64)
		decoded(a, b);
	else
		grown(a->body, a->body_len, b->body, b->body_len);
	return 1;
}

static void
same(const char *a, size_t n, const char *b, size_t k)
{
	if (n != k || memcmp(a, b, n) != 0)
		abort();
}

static void
check(const char *in, size_t n)
{
	static struct mimewalk wa, wb;
	static struct mimepart a, b;
	struct buf out = { 0 };
	const char *pa = in, *pb;
	int count = pixel_put(&out, in, n, "https://h.example/o?a=1&t=u1.A-Z"),
	    seen = 0, more;

	if (count <= 0) {
		if (count == -1 || buf_len(&out) > 0)
			abort();
		buf_free(&out);
		return;
	}
	pb = buf_data(&out);
	mimewalk_open(&wa, in, n);
	mimewalk_open(&wb, pb, buf_len(&out));
	while ((more = mimewalk_next(&wa, &a)) == mimewalk_next(&wb, &b) &&
	    more) {
		if (a.kind != b.kind || a.depth != b.depth)
			abort();
		if (a.kind != MIME_LEAF)
			continue;
		same(pa, a.body - pa, pb, b.body - pb);
		seen += leaf(&a, &b);
		pa = a.body + a.body_len;
		pb = b.body + b.body_len;
	}
	if (more || seen != count)
		abort();
	same(pa, in + n - pa, pb, buf_data(&out) + buf_len(&out) - pb);
	buf_free(&out);
}

/* the first byte says what header stands before the rest */
int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t n)
{
	static const char *const front[] = { "", "Content-Type: text/html\n",
		"Content-Type: text/html\n\n",
		"Content-Type: text/html\n"
		"Content-Transfer-Encoding: quoted-printable\n\n",
		"Content-Type: text/html\n"
		"Content-Transfer-Encoding: base64\n\n",
		"Content-Type: multipart/mixed; boundary=b\n\n--b\n"
		"Content-Type: text/html\n\n",
		"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
		"Content-Type: text/html\r\n"
		"Content-Transfer-Encoding: quoted-printable\r\n\r\n" };
	struct buf b = { 0 };

	if (n == 0)
		return 0;
	if (buf_puts(&b, front[data[0] % 7]) == -1 ||
	    buf_put(&b, data + 1, n - 1) == -1)
		abort();
	check(buf_data(&b), buf_len(&b));
	buf_free(&b);
	return 0;
}
