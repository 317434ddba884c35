/* encword, charset, decode: what comes out is valid UTF-8 without control
 * characters; what is encoded and decoded is the same; pieces of any size
 * are decoded to the same bytes */
#include "base/utf8.h"
#include "mime/charset.h"
#include "mime/decode.h"
#include "mime/encword.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const unsigned char *, size_t);

static void
check_clean(const struct buf *b)
{
	const unsigned char *p = (const unsigned char *)buf_data(b);
	size_t i, k, n = buf_len(b);

	for (i = 0; i < n; i += k) {
		k = utf8_len((const char *)p + i, n - i);
		if (k == 0 || p[i] < ' ' || p[i] == 0x7f ||
		    (k == 2 && p[i] == 0xc2 && p[i + 1] < 0xa0))
			abort();
	}
}

static void
same(const struct buf *a, const struct buf *b)
{
	if (buf_len(a) != buf_len(b) ||
	    (buf_len(a) > 0 &&
		memcmp(buf_data(a), buf_data(b), buf_len(a)) != 0))
		abort();
}

static void
check_words(const char *in, size_t n)
{
	struct buf b = { 0 }, back = { 0 }, clean = { 0 };
	size_t i, col = 0;

	if (encword_decode(&b, in, n) == -1)
		abort();
	check_clean(&b);
	if (buf_len(&b) > 12 * n)
		abort();
	buf_clear(&b);
	if (charset_clean(&clean, in, n) == -1 || encword_put(&b, in, n) == -1)
		abort();
	check_clean(&clean);
	for (i = 0; i < buf_len(&b); i++) {
		col = buf_data(&b)[i] == '\n' ? 0 : col + 1;
		if (col > ENCWORD_LINE_LEN ||
		    (unsigned char)buf_data(&b)[i] > 126)
			abort();
	}
	if (encword_decode(&back, buf_data(&b), buf_len(&b)) == -1)
		abort();
	same(&back, &clean);
	buf_free(&b);
	buf_free(&back);
	buf_free(&clean);
}

static void
check_charset(const char *in, size_t n)
{
	static const char *const names[] = { "utf-8", "us-ascii", "iso-8859-1",
		"iso-8859-8", "windows-1255", "koi8-r", "shift_jis",
		"iso-2022-jp", "iso-2022-kr", "euc-jp", "euc-kr", "gb18030",
		"big5", "cp950", "utf-7", "utf-16", "utf-16le", "x-none" };
	const char *name;
	struct buf b = { 0 };

	if (n == 0)
		return;
	name = names[(unsigned char)*in % (sizeof names / sizeof *names)];
	if (charset_utf8(&b, name, strlen(name), in + 1, n - 1) == -1)
		abort();
	check_clean(&b);
	if (buf_len(&b) > 12 * n + 12)
		abort();
	buf_free(&b);
}

static void
check_decode(enum mime_encoding encoding, const char *in, size_t n,
    unsigned seed)
{
	char *whole = malloc(n + DECODE_HELD_MAX),
	     *out = malloc(n + 2 * DECODE_HELD_MAX);
	size_t i, k, a, len = 0;
	struct decode d;
	int bad;

	a = decode_all(encoding, in, n, whole, &bad);
	if (a > n)
		abort();
	decode_init(&d, encoding);
	for (i = 0; i < n; i += k) {
		seed = seed * 1103515245 + 12345;
		k = 1 + (seed >> 16) % 5;
		if (k > n - i)
			k = n - i;
		len += decode_feed(&d, in + i, k, out + len);
	}
	len += decode_end(&d, out + len);
	if (len != a || memcmp(out, whole, a) != 0 || (int)d.bad != bad)
		abort();
	free(whole);
	free(out);
}

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t n)
{
	const char *in = (const char *)data;

	check_words(in, n);
	check_charset(in, n);
	check_decode(MIME_QUOTED_PRINTABLE, in, n, n);
	check_decode(MIME_BASE64, in, n, n);
	return 0;
}
