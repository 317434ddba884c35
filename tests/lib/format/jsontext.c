#include "format/jsontext.h"
#include "tap.h"
#include <stdlib.h>

static const struct {
	const char *name, *in;
	size_t n;
	const char *want;
} t[] = {
	{ "nothing", "", 0, "\"\"" },
	{ "letters", "abc ~", 5, "\"abc ~\"" },
	{ "a quote and a backslash", "a\"b\\c/", 6, "\"a\\\"b\\\\c/\"" },
	{ "NUL", "a\0b", 3, "\"a\\u0000b\"" },
	{ "controls", "\t\n\r\x1b\x1f\x7f", 6,
	    "\"\\u0009\\u000a\\u000d\\u001b\\u001f\\u007f\"" },
	{ "C1", "\xc2\x80\xc2\x9f\xc2\xa0", 6, "\"\\u0080\\u009f\xc2\xa0\"" },
	{ "two, three and four bytes", "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80",
	    9, "\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\"" },
	{ "a byte of none", "a\xff", 2, "\"a\\ufffd\"" },
	{ "cut", "\xe2\x82", 2, "\"\\ufffd\\ufffd\"" },
	{ "too long a form", "\xc0\xaf", 2, "\"\\ufffd\\ufffd\"" },
	{ "a surrogate", "\xed\xa0\x80", 3, "\"\\ufffd\\ufffd\\ufffd\"" },
	{ "above all", "\xf4\x90\x80\x80", 4,
	    "\"\\ufffd\\ufffd\\ufffd\\ufffd\"" },
};

int
main(void)
{
	struct buf b = { 0 };
	char most[JSONTEXT_GROWTH * 256], all[256];
	size_t i;

	for (i = 0; i < sizeof t / sizeof t[0]; i++) {
		buf_clear(&b);
		jsontext_string(&b, t[i].in, t[i].n);
		buf_putc(&b, '\0');
		is_str(buf_data(&b), t[i].want, t[i].name);
	}
	buf_clear(&b);
	buf_puts(&b, "[");
	jsontext_string(&b, NULL, 0);
	is_num(buf_len(&b), 3, "nothing at all, behind what is there");
	for (i = 0; i < sizeof all; i++)
		all[i] = (char)i;
	is_num(jsontext_span(&all[' '], 256 - ' '), '"' - ' ', "what stands");
	is_num(jsontext_span(&all['#'], 256 - '#'), '\\' - '#',
	    "up to the next");
	is_num(jsontext_span("abc", 3), 3, "all of it");
	memset(all, 0xff, sizeof all);
	is_num(jsontext_put(most, all, sizeof all) - most, sizeof most,
	    "no more than JSONTEXT_GROWTH says");
	ok(jsontext_string(&b, all, SIZE_MAX / 2) == -1 && buf_len(&b) == 3,
	    "too much for the memory");
	buf_free(&b);
	return done();
}
