/* which lines of a file are gone, and which are new */
#include "confbuild/textdiff.h"
#include "tap.h"

static const struct {
	const char *was, *now, *said;
	long n;
} cases[] = {
	{ "a\nb\n", "a\nb\n", "", 0 },
	{ "", "", "", 0 },
	{ NULL, "a\n", "+ f:1: a\n", 1 },
	{ "a\n", NULL, "- f:1: a\n", 1 },
	{ NULL, NULL, "", 0 },
	{ "# x\n\na  b\n", " a\tb \n# y\n", "", 0 },
	{ "a\nb\nc\n", "a\nx\nc\n", "- f:2: b\n+ f:2: x\n", 2 },
	{ "a\na\n", "a\n", "- f:2: a\n", 1 },
	{ "a\n", "a\n# c\na", "+ f:3: a\n", 1 },
	{ "a\nb\n", "b\na\n", "~ f: lines stand in another order\n", 1 },
	{ "a\nb\nc\n", "b\nx\na\n",
	    "- f:3: c\n+ f:2: x\n~ f: lines stand in another order\n", 3 },
	{ "a\nb\nc\n", "b\nc\n", "- f:1: a\n", 1 },
	{ "ab\n", "a b\n", "- f:1: ab\n+ f:1: a b\n", 2 },
	{ "a b\n", "a\n", "- f:1: a b\n+ f:1: a\n", 2 },
};

int
main(void)
{
	struct buf b = { 0 };
	size_t i;
	long n;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *was = cases[i].was, *now = cases[i].now;

		buf_clear(&b);
		n = textdiff(&b, "f", was, was == NULL ? 0 : strlen(was), now,
		    now == NULL ? 0 : strlen(now));
		buf_putc(&b, '\0');
		is_str(buf_data(&b), cases[i].said, "what is said");
		is_num(n, cases[i].n, "lines");
	}
	buf_free(&b);
	return done();
}
