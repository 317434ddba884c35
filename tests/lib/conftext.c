/* the lines of a configuration file */
#include "policy/conftext.h"
#include "policy/text.h"
#include "tap.h"

/* the lines that count, as "NUMBER[LINE]" */
static const struct {
	const char *text, *want;
} cases[] = {
	{ "", "" },
	{ "\n\n", "" },
	{ "a", "1[a]" },
	{ "a\n", "1[a]" },
	{ "a\nb", "1[a]2[b]" },
	{ "a\n\nb\n", "1[a]3[b]" },
	{ " \t a b\t \n", "1[a b]" },
	{ "# a\n  # b\nc # d\n", "3[c # d]" },
	{ " \n\t\n", "" },
	{ " ", "" },
	{ "a\r\n", "1[a\r]" },
};

static void
lines(void)
{
	char got[200];
	const char *p, *end, *line;
	unsigned i, lineno;
	size_t n, used;

	for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		p = cases[i].text;
		end = p + strlen(p);
		lineno = 0;
		used = 0;
		got[0] = '\0';
		while (conftext_next(&p, end, &lineno, &line, &n))
			used += snprintf(got + used, sizeof got - used,
			    "%u[%.*s]", lineno, (int)n, line);
		is_str(got, cases[i].want, cases[i].want);
		ok(p == end, "all of it");
	}
}

static void
faults(void)
{
	static char line[TEXT_LINE_MAX + 1];
	char one[3] = "x?";
	unsigned c, bad = 0;

	memset(line, 'x', sizeof line);
	ok(conftext_fault(line, TEXT_LINE_MAX) == NULL, "the longest line");
	is_str(conftext_fault(line, TEXT_LINE_MAX + 1),
	    "line too long: 4096 bytes are the most", "one byte more");
	for (c = 0; c < 256; c++) {
		one[1] = (char)c;
		if ((conftext_fault(one, 2) != NULL) !=
		    ((c < 0x20 && c != '\t') || c == 0x7f))
			bad++;
	}
	is_num(bad, 0, "each byte");
	is_str(conftext_fault("a\r", 2), "carriage return in the line", "CR");
	is_str(conftext_fault("a\0b", 3), "control byte in the line", "NUL");
}

int
main(void)
{
	lines();
	faults();
	return done();
}
