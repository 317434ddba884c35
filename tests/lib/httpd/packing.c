/* gzip: there and back, in pieces, damaged, and more than may come of it */
#include "httpd/packing.h"
#include "tap.h"
#include <stdlib.h>

static enum packing
unpack(const char *p, size_t n, size_t step, uint64_t max, struct buf *out)
{
	struct unpacker *u = unpacker_new(max);
	enum packing ev = PACKING_MORE;
	struct slice in, piece;
	size_t at;

	buf_clear(out);
	for (at = 0; at < n && ev != PACKING_BAD && ev != PACKING_LARGE;
	     at += step) {
		size_t part = n - at < step ? n - at : step;
		char *copy = malloc(part);

		memcpy(copy, p + at, part);
		in = (struct slice){ copy, part };
		do {
			ev = unpacker_feed(u, &in, &piece);
			if (ev == PACKING_DATA)
				buf_put(out, piece.p, piece.n);
		} while (ev == PACKING_DATA || (ev == PACKING_END && in.n > 0));
		free(copy);
	}
	if (ev == PACKING_MORE && unpacker_ended(u))
		ev = PACKING_END;
	unpacker_free(u);
	return ev;
}

static void
there_and_back(size_t n, size_t step)
{
	struct buf plain = { 0 }, packed = { 0 }, out = { 0 };
	size_t i;

	for (i = 0; i < n; i++)
		buf_putc(&plain, (char)(i * i % 251));
	is_num(packing_put(&packed, buf_data(&plain), n), 0, "packed");
	is_num(unpack(buf_data(&packed), buf_len(&packed), step, n, &out),
	    PACKING_END, "whole");
	ok(buf_len(&out) == n &&
		(n == 0 || memcmp(buf_data(&out), buf_data(&plain), n) == 0),
	    "and the same");
	if (n > 0)
		is_num(unpack(buf_data(&packed), buf_len(&packed), step, n - 1,
			   &out),
		    PACKING_LARGE, "one byte more than may be");
	is_num(unpack(buf_data(&packed), buf_len(&packed) - 1, step, n, &out),
	    PACKING_MORE, "cut short");
	buf_put(&packed, buf_data(&packed), buf_len(&packed));
	is_num(unpack(buf_data(&packed), buf_len(&packed), step, 4 * n + 100,
		   &out),
	    PACKING_BAD, "a second one behind it");
	buf_free(&plain);
	buf_free(&packed);
	buf_free(&out);
}

/* a bomb: nothing but zeros, a thousand of one */
static void
ratio(void)
{
	struct buf packed = { 0 }, out = { 0 };
	size_t n = 64 << 20;
	char *zeros = calloc(1, n);

	packing_put(&packed, zeros, PACKING_FREE_MAX);
	is_num(unpack(buf_data(&packed), buf_len(&packed), 100, n, &out),
	    PACKING_END, "little may be packed as it likes");
	buf_clear(&packed);
	packing_put(&packed, zeros, n / 8);
	/* each of them is half of what it comes to or less */
	ok(n / 8 / buf_len(&packed) < PACKING_RATIO_MAX,
	    "zlib's fastest packs less than may be");
	is_num(unpack(buf_data(&packed), buf_len(&packed), 4096, n, &out),
	    PACKING_END, "so that is taken");
	free(zeros);
	buf_free(&packed);
	buf_free(&out);
}

int
main(void)
{
	struct buf out = { 0 };

	there_and_back(0, 1);
	there_and_back(1, 1);
	there_and_back(1000, 1);
	there_and_back(200000, 7);
	there_and_back(200000, 1 << 20);
	ratio();
	is_num(unpack("hello, this is no gzip", 22, 1, 100, &out), PACKING_BAD,
	    "no gzip");
	/* a stream of zlib, without gzip's head */
	is_num(unpack("\x78\x9c\x03\x00\x00\x00\x00\x01", 8, 8, 100, &out),
	    PACKING_BAD, "zlib's own form");
	buf_free(&out);
	return done();
}
