#include "base/utf8.h"
#include "tap.h"

static const struct {
	const char *p;
	size_t len; /* of the character at the front */
	uint32_t number;
	int printable; /* all of it */
} cases[] = {
	{ "", 0, 0, 1 },
	{ "a", 1, 'a', 1 },
	{ "ab", 1, 'a', 1 },
	{ " ", 1, ' ', 1 },
	{ "\x1f", 1, 0x1f, 0 },
	{ "\n", 1, '\n', 0 },
	{ "~", 1, '~', 1 },
	{ "\x7f", 1, 0x7f, 0 },
	{ "\x80", 0, 0, 0 },
	{ "\xc2\x80", 2, 0x80, 0 },
	{ "\xc2\x9f", 2, 0x9f, 0 },
	{ "\xc2\xa0", 2, 0xa0, 1 },
	{ "\xc3\xa4", 2, 0xe4, 1 },
	{ "\xc3\xa4\xc3", 2, 0xe4, 0 },
	{ "\xc3", 0, 0, 0 },
	{ "\xc1\xbf", 0, 0, 0 },
	{ "\xdf\xbf", 2, 0x7ff, 1 },
	{ "\xe0\x9f\xbf", 0, 0, 0 },
	{ "\xe0\xa0\x80", 3, 0x800, 1 },
	{ "\xe2\x82\xac", 3, 0x20ac, 1 },
	{ "\xe2\x82", 0, 0, 0 },
	{ "\xed\x9f\xbf", 3, 0xd7ff, 1 },
	{ "\xed\xa0\x80", 0, 0, 0 },
	{ "\xef\xbf\xbf", 3, 0xffff, 1 },
	{ "\xf0\x8f\xbf\xbf", 0, 0, 0 },
	{ "\xf0\x90\x80\x80", 4, 0x10000, 1 },
	{ "\xf4\x8f\xbf\xbf", 4, 0x10ffff, 1 },
	{ "\xf4\x90\x80\x80", 0, 0, 0 },
	{ "\xf5\x80\x80\x80", 0, 0, 0 },
	{ "a\xff", 1, 'a', 0 },
};

int
main(void)
{
	size_t i, n, k;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		n = strlen(cases[i].p);
		k = utf8_len(cases[i].p, n);
		is_num((long long)k, (long long)cases[i].len, cases[i].p);
		if (k > 0)
			is_num(utf8_number(cases[i].p, k), cases[i].number,
			    "its number");
		is_num(utf8_printable(cases[i].p, n), cases[i].printable,
		    "printable");
	}
	is_num((long long)utf8_len("\0", 1), 1, "a NUL is one");
	is_num(utf8_printable("\0", 1), 0, "but a control character");
	return done();
}
