#include "local/forward.h"
#include "tap.h"
#include <stdlib.h>

/* A(address) C(command) K, ! at a bad line */
static void
show(const char *in, size_t n, char *out)
{
	const char *p = in, *s;
	enum forward_kind kind;
	size_t len;
	int r;

	*out = '\0';
	while ((r = forward_next(&p, in + n, &kind, &s, &len)) == 1)
		out += kind == FORWARD_KEEP
		    ? sprintf(out, "K ")
		    : sprintf(out, "%c(%.*s) ",
			  kind == FORWARD_ADDRESS ? 'A' : 'C', (int)len, s);
	if (r == -1)
		strcpy(out, "!");
}

static const struct {
	const char *in, *want;
} cases[] = {
	{ "", "" },
	{ "\n\n # x\n#y", "" },
	{ "a@b", "A(a@b) " },
	{ " a@b \r\nc@d\n", "A(a@b) A(c@d) " },
	{ "keep\n", "K " },
	{ "|cmd with words\n", "C(cmd with words) " },
	{ " | cmd \n", "C(cmd) " },
	{ "|a|b\nkeep\na@b", "C(a|b) K A(a@b) " },
	{ "\"x y\"@b\n", "A(\"x y\"@b) " },
	{ "\"x\\\" y\"@b\n", "A(\"x\\\" y\"@b) " },
	{ "x|y@b\n", "A(x|y@b) " },
	{ "\"|x\"@b\n", "A(\"|x\"@b) " },
	{ "a@b|cmd\n", "!" },
	{ "a|cmd\n", "!" },
	{ "a@b\nbob\nc@d\n", "A(a@b) !" },
	{ "|\n", "!" },
	{ "a b@c\n", "!" },
	{ "a@b c@d\n", "!" },
	{ "a@b,c@d\n", "!" },
	{ "@b\n", "!" },
	{ "a@\n", "!" },
	{ "-f@b\n", "!" },
	{ "<a@b>\n", "!" },
	{ "\"a@b\n", "!" },
	{ "a\001@b\n", "!" },
	{ "./Maildir/\n", "!" },
	{ "Keep\n", "!" },
};

static void
words(const char *in, const char *want)
{
	const char *p = in, *s;
	char out[256];
	size_t n, len = 0;

	while (forward_word(&p, in + strlen(in), &s, &n))
		len += sprintf(out + len, "(%.*s)", (int)n, s);
	out[len] = '\0';
	is_str(out, want, want);
}

static void
orders(void)
{
	struct forward_orders o = { 0 };
	const char *s, *at = NULL;
	size_t n;
	int i;

	ok(!forward_command(&o, &s, &n) && !forward_address(&o, &at, &s, &n),
	    "no orders");
	ok(forward_add(&o, "a@b", 3) == 0 && o.forward && !o.keep, "address");
	ok(forward_add(&o, "|one\n# x\nkeep\nc@d\n|two", 22) == 0 && o.keep,
	    "file");
	is_num(o.said, 5, "five say something");
	ok(forward_command(&o, &s, &n) && n == 3 && memcmp(s, "one", 3) == 0,
	    "first command");
	ok(forward_command(&o, &s, &n) && n == 3 && memcmp(s, "two", 3) == 0,
	    "second");
	ok(!forward_command(&o, &s, &n) && !forward_command(&o, &s, &n),
	    "no third");
	ok(forward_address(&o, &at, &s, &n) && memcmp(s, "a@b", 3) == 0 &&
		forward_address(&o, &at, &s, &n) && memcmp(s, "c@d", 3) == 0 &&
		!forward_address(&o, &at, &s, &n),
	    "addresses");
	ok(forward_add(&o, "bad line", 8) == -1, "bad line");
	for (i = 0, n = 0; i < 2 * FORWARD_LINES_MAX; i++)
		n += forward_add(&o, "x@y", 3) == 0;
	is_num(n, 2 * FORWARD_LINES_MAX, "one by one there is no limit");
	forward_free(&o);
}

int
main(void)
{
	char got[4096], *line, *exact;
	enum forward_kind kind;
	const char *p, *s;
	size_t i, n;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		n = strlen(cases[i].in);
		exact = malloc(n + 1);
		memcpy(exact, cases[i].in, n);
		show(exact, n, got);
		is_str(got, cases[i].want, cases[i].want);
		free(exact);
	}
	p = "|a\0b\n";
	is_num(forward_next(&p, p + 5, &kind, &s, &n), -1, "NUL");
	line = malloc(FORWARD_LINE_MAX + 2);
	memset(line, 'x', FORWARD_LINE_MAX + 2);
	*line = '|';
	p = line;
	is_num(forward_next(&p, line + FORWARD_LINE_MAX, &kind, &s, &n), 1,
	    "line at the limit");
	p = line;
	is_num(forward_next(&p, line + FORWARD_LINE_MAX + 1, &kind, &s, &n), -1,
	    "line one above");
	memset(line, 'x', FORWARD_ADDRESS_MAX + 1);
	line[1] = '@';
	ok(forward_address_ok(line, FORWARD_ADDRESS_MAX),
	    "address at the limit");
	ok(!forward_address_ok(line, FORWARD_ADDRESS_MAX + 1),
	    "address one above");
	free(line);
	orders();
	words("", "");
	words("a@b", "(a@b)");
	words("  a@b \"x y\"@c  d", "(a@b)(\"x y\"@c)(d)");
	words("\"a \\\" b\"@c d", "(\"a \\\" b\"@c)(d)");
	words("\"a b", "(\"a b)");
	return done();
}
