/* unixtext: the same in any pieces; no CR, NUL or long line comes out */
#include "mime/unixtext.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const unsigned char *, size_t);

/* returns the bytes consumed; the header ends at the first empty line */
static size_t
run(const char *in, size_t n, size_t step, int dots, int body, struct buf *b)
{
	struct unixtext t = { .dots = dots, .body = body };
	enum unixtext_event ev = UNIXTEXT_MORE;
	size_t at = 0, chunk, used, line = 0;

	while (at < n) {
		chunk = n - at < step ? n - at : step;
		used = unixtext_feed(&t, in + at, chunk, b, &ev);
		if (used == 0 || (ev == UNIXTEXT_MORE && used != chunk))
			abort();
		at += used;
		if (ev == UNIXTEXT_END)
			return at;
		if (ev == UNIXTEXT_LINE) {
			t.body = buf_len(b) - line == 1;
			line = buf_len(b);
		}
	}
	unixtext_finish(&t, b);
	return at;
}

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t n)
{
	const char *in = (const char *)data + 1;
	struct buf a = { 0 }, b = { 0 };
	size_t i, col = 0;
	int dots, body;

	if (n < 2)
		return 0;
	dots = data[0] & 1;
	body = data[0] >> 1 & 1;
	if (run(in, n - 1, n, dots, body, &a) !=
		run(in, n - 1, 1 + (data[0] >> 2), dots, body, &b) ||
	    buf_len(&a) != buf_len(&b) ||
	    (buf_len(&a) > 0 &&
		memcmp(buf_data(&a), buf_data(&b), buf_len(&a)) != 0))
		abort();
	for (i = 0; i < buf_len(&a); i++) {
		col = buf_data(&a)[i] == '\n' ? 0 : col + 1;
		if (buf_data(&a)[i] == '\r' || buf_data(&a)[i] == '\0' ||
		    (body && col > LINEBREAK_MAX))
			abort();
	}
	if (buf_len(&a) > 0 && buf_data(&a)[buf_len(&a) - 1] != '\n')
		abort();
	buf_free(&a);
	buf_free(&b);
	return 0;
}
