/* bodies of requests: lengths and chunks, whole and byte by byte */
#include "httpd/httpbody.h"
#include "base/buf.h"
#include "tap.h"
#include <stdlib.h>

#define N(s) s, sizeof s - 1

/* length -1: chunked; end: bytes that belong to it; content NULL: bad */
static const struct {
	const char *name;
	long length;
	const char *bytes;
	size_t n;
	size_t end;
	const char *content;
} cases[] = {
	{ "a length", 3, N("abcGET"), 3, "abc" },
	{ "none", 0, N("GET"), 0, "" },
	{ "a chunk", -1, N("3\r\nabc\r\n0\r\n\r\nGET"), 13, "abc" },
	{ "two chunks", -1, N("1\r\na\r\n2\r\nbc\r\n0\r\n\r\n"), 18, "abc" },
	{ "no chunk", -1, N("0\r\n\r\n"), 5, "" },
	{ "zeros in front", -1, N("0003\r\nabc\r\n000\r\n\r\n"), 18, "abc" },
	{ "digits of hex", -1,
	    N("a\r\n0123456789\r\nB\r\n0123456789a\r\n0\r\n\r\n"), 36,
	    "01234567890123456789a" },
	{ "an extension", -1, N("3;x=\"y\"\r\nabc\r\n0;z\r\n\r\n"), 21, "abc" },
	{ "fields behind", -1, N("1\r\na\r\n0\r\nX: y\r\nZ:\r\n\r\n"), 21,
	    "a" },
	{ "bare LF behind a size", -1, N("3\nabc\r\n0\r\n\r\n"), 0, NULL },
	{ "bare LF behind a chunk", -1, N("3\r\nabc\n0\r\n\r\n"), 0, NULL },
	{ "bare CR behind a size", -1, N("3\rabc\r\n0\r\n\r\n"), 0, NULL },
	{ "bare LF in an extension", -1, N("3;a\nb\r\nabc\r\n"), 0, NULL },
	{ "NUL in an extension", -1, N("3;a\0b\r\nabc\r\n"), 0, NULL },
	{ "bare LF at the end", -1, N("0\r\n\n"), 0, NULL },
	{ "bare LF in a field", -1, N("0\r\nX: y\n\r\n"), 0, NULL },
	{ "folded field", -1, N("0\r\nX: y\r\n z\r\n\r\n"), 0, NULL },
	{ "no size", -1, N("\r\nabc\r\n"), 0, NULL },
	{ "a sign", -1, N("+3\r\nabc\r\n"), 0, NULL },
	{ "minus", -1, N("-1\r\nabc\r\n"), 0, NULL },
	{ "0x", -1, N("0x3\r\nabc\r\n"), 0, NULL },
	{ "a blank", -1, N("3 \r\nabc\r\n"), 0, NULL },
	{ "a blank in front", -1, N(" 3\r\nabc\r\n"), 0, NULL },
	{ "the content is longer", -1, N("3\r\nabcd\r\n0\r\n\r\n"), 0, NULL },
	{ "a size that wraps", -1, N("10000000000000003\r\nabc\r\n"), 0, NULL },
	{ "the longest size, too many digits", -1,
	    N("0000000000000003\r\nabc\r\n"), 0, NULL },
	{ "as many as may be", -1, N("000000000000003\r\nabc\r\n0\r\n\r\n"), 27,
	    "abc" },
};

static enum httpbody_event
feed(long length, const char *p, size_t n, size_t step, struct buf *out,
    size_t *end)
{
	struct httphead h = { .chunked = length < 0,
		.length = length < 0 ? 0 : (uint64_t)length };
	struct httpbody b;
	enum httpbody_event ev = HTTPBODY_MORE;
	struct slice piece;
	size_t at = 0;

	httpbody_init(&b, &h);
	do {
		size_t part = n - at < step ? n - at : step, used = 0;
		char *copy = malloc(part + 1);

		memcpy(copy, p + at, part);
		do {
			used += httpbody_feed(&b, copy + used, part - used,
			    &piece, &ev);
			if (ev == HTTPBODY_DATA)
				buf_put(out, piece.p, piece.n);
		} while (ev == HTTPBODY_DATA && used < part);
		free(copy);
		at += used;
	} while (at < n && ev != HTTPBODY_END && ev != HTTPBODY_BAD);
	if (ev == HTTPBODY_DATA || ev == HTTPBODY_MORE)
		httpbody_feed(&b, p, 0, &piece, &ev);
	*end = at;
	return ev;
}

static void
table(void)
{
	size_t i, step, end;

	for (i = 0; i < sizeof cases / sizeof *cases; i++)
		for (step = 1; step <= 1000; step *= 1000) {
			struct buf out = { 0 };
			enum httpbody_event ev = feed(cases[i].length,
			    cases[i].bytes, cases[i].n, step, &out, &end);

			if (cases[i].content == NULL) {
				is_num(ev, HTTPBODY_BAD, cases[i].name);
				buf_free(&out);
				continue;
			}
			is_num(ev, HTTPBODY_END, cases[i].name);
			is_num((long long)end, (long long)cases[i].end,
			    "all of it and no more");
			buf_putc(&out, '\0');
			is_str(buf_data(&out), cases[i].content, "its content");
			buf_free(&out);
		}
}

static enum httpbody_event
filled(const char *before, size_t n, const char *with, const char *behind)
{
	struct buf b = { 0 }, out = { 0 };
	enum httpbody_event ev;
	size_t end;

	buf_puts(&b, before);
	while (n-- > 0)
		buf_puts(&b, with);
	buf_puts(&b, behind);
	ev = feed(-1, buf_data(&b), buf_len(&b), 1 << 20, &out, &end);
	buf_free(&b);
	buf_free(&out);
	return ev;
}

static void
limits(void)
{
	size_t chunks = (HTTPBODY_IDLE_MAX - 5) / 4;

	is_num(filled("1;", HTTPBODY_EXT_MAX, "x", "\r\na\r\n0\r\n\r\n"),
	    HTTPBODY_END, "the longest extension");
	is_num(filled("1;", HTTPBODY_EXT_MAX + 1, "x", "\r\na\r\n0\r\n\r\n"),
	    HTTPBODY_BAD, "one byte more");
	is_num(filled("0\r\n", HTTPBODY_FIELDS_MAX - 3, "x", "\r\n\r\n"),
	    HTTPBODY_END, "the most fields behind");
	is_num(filled("0\r\n", HTTPBODY_FIELDS_MAX - 1, "x", "\r\n\r\n"),
	    HTTPBODY_BAD, "and more");
	is_num(filled("", chunks, "1\r\na\r\n", "0\r\n\r\n"), HTTPBODY_END,
	    "as many small chunks as may be");
	is_num(filled("", chunks + 2, "1\r\na\r\n", "0\r\n\r\n"), HTTPBODY_BAD,
	    "and more");
	is_num(filled("", 100000, "6\r\nabcdef\r\n", "0\r\n\r\n"), HTTPBODY_END,
	    "larger ones may be any number");
}

int
main(void)
{
	table();
	limits();
	return done();
}
