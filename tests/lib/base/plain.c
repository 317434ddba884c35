#include "base/plain.h"
#include "tap.h"
#include <string.h>

static const struct {
	const char *name, *in, *want;
} cases[] = {
	{ "ASCII", " az~", " az~" },
	{ "UTF-8", "\xc3\xa4 \xe2\x82\xac \xf0\x9f\x93\xa8 \xed\x9f\xbf",
	    "\xc3\xa4 \xe2\x82\xac \xf0\x9f\x93\xa8 \xed\x9f\xbf" },
	{ "C0", "a\1b\33[2J\r\n", "a\\x01b\\x1b[2J\\x0d\\x0a" },
	{ "DEL", "\x7f", "\\x7f" },
	{ "C1, raw",
	    "\x9b"
	    "31m",
	    "\\x9b31m" },
	{ "C1, encoded",
	    "\xc2\x9b"
	    "31m\xc2\x80\xc2\x9f\xc2\xa0",
	    "\\xc2\\x9b31m\\xc2\\x80\\xc2\\x9f\xc2\xa0" },
	{ "what must stand may", "a\tb", "a\tb" },
	{ "a byte alone", "\xff\xc3", "\\xff\\xc3" },
	{ "half a character", "\xe2\x82", "\\xe2\\x82" },
	{ "and something behind",
	    "\xe2\x82"
	    "a",
	    "\\xe2\\x82a" },
	{ "a continuation", "\xbf", "\\xbf" },
	{ "too long a form", "\xc0\x9b\xe0\x82\x9b\xf0\x80\x82\x9b",
	    "\\xc0\\x9b\\xe0\\x82\\x9b\\xf0\\x80\\x82\\x9b" },
	{ "a surrogate", "\xed\xa0\x80", "\\xed\\xa0\\x80" },
	{ "too large", "\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80" },
	{ "empty", "", "" },
};

int
main(void)
{
	struct buf b = { 0 };
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		buf_clear(&b);
		is_num(plain_put(&b, cases[i].in, strlen(cases[i].in), "\t"), 0,
		    cases[i].name);
		buf_putc(&b, '\0');
		is_str(buf_data(&b), cases[i].want, cases[i].name);
	}
	buf_clear(&b);
	plain_put(&b, "a\0\t", 3, "");
	buf_putc(&b, '\0');
	is_str(buf_data(&b), "a\\x00\\x09", "NUL, and nothing that stands");
	/* what is written stands the second time */
	for (i = 1; i < 256; i++) {
		char c = (char)i;

		buf_clear(&b);
		plain_put(&b, &c, 1, "");
		is_num(plain_span(buf_data(&b), buf_len(&b), ""), buf_len(&b),
		    "plain");
	}
	buf_free(&b);
	return done();
}
