/* the lines of a configuration file */
#include "conf/conftext.h"
#include "conf/word.h"
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
	static char line[WORD_LINE_MAX + 1];
	char one[3] = "x?";
	unsigned c, bad = 0;

	memset(line, 'x', sizeof line);
	ok(conftext_fault(line, WORD_LINE_MAX) == NULL, "the longest line");
	is_str(conftext_fault(line, WORD_LINE_MAX + 1),
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
	is_str(conftext_fault("\xef\xbb\xbf"
			      "a",
		   4),
	    "a byte order mark in front of the line: take it out", "BOM");
	is_str(conftext_fault("\xef\xbb\xbf", 3),
	    "a byte order mark in front of the line: take it out", "alone");
	ok(conftext_fault("\xef\xbb", 2) == NULL &&
		conftext_fault("a\xef\xbb\xbf", 4) == NULL,
	    "none");
}

static void
servers(void)
{
	static const struct {
		const char *line;
		unsigned nth;
		const char *why; /* its beginning; NULL: good */
	} t[] = {
		{ "127.0.0.1", 1, NULL },
		{ "::1@53", 8, NULL },
		{ "127.0.0.1@1", 1, NULL },
		{ "127.0.0.1@65535", 1, NULL },
		{ "127.0.0.1@65536", 1, "not a port" },
		{ "127.0.0.1@0", 1, "not a port" },
		{ "127.0.0.1@", 1, "not a port" },
		{ "127.0.0.1", 9, "too many" },
		{ "ns.test", 1, "not a name" },
		{ "127.0.0.1 9.9.9.9", 1, "more than a name server" },
		{ "127.0.0.1\t# ours", 1, "more than a name server" },
	};
	const char *why;
	size_t i;

	for (i = 0; i < sizeof t / sizeof *t; i++) {
		why = conftext_server_fault(t[i].line, strlen(t[i].line),
		    t[i].nth);
		ok(t[i].why == NULL ? why == NULL
				    : why != NULL &&
			    strncmp(why, t[i].why, strlen(t[i].why)) == 0,
		    t[i].line);
	}
}

/* the lines of one file, its end NULL */
static void
resolver(void)
{
	static const struct {
		const char *line, *value, *why; /* why NULL: good */
		enum conftext_resolver_kind kind;
	} t[] = {
		{ "127.0.0.1", "127.0.0.1", NULL, CONFTEXT_SERVER },
		{ "anchor /etc/a key", "/etc/a key", NULL, CONFTEXT_ANCHOR },
		{ "anchor\tb", "b", NULL, CONFTEXT_ANCHOR },
		{ "anchor", "", "want anchor FILE", CONFTEXT_ANCHOR },
		{ "anchor d", "d", NULL, CONFTEXT_ANCHOR },
		{ "anchor e", "e", "too many anchors: 4 are the most",
		    CONFTEXT_ANCHOR },
		{ "validate", "", "want validate auto, yes or no",
		    CONFTEXT_VALIDATE },
		{ "validate Yes", "Yes", "want validate auto, yes or no",
		    CONFTEXT_VALIDATE },
		{ "validate  no", "no", NULL, CONFTEXT_VALIDATE },
		{ "validate yes", "yes", "validate stands twice",
		    CONFTEXT_VALIDATE },
		{ "anchors f", "anchors f",
		    "not a name server: want ADDR or ADDR@PORT, a number and "
		    "no name",
		    CONFTEXT_SERVER },
	};
	struct conftext_resolver r = { 0 };
	const char *why;
	size_t i;

	for (i = 0; i < sizeof t / sizeof *t; i++) {
		why = conftext_resolver_line(t[i].line, strlen(t[i].line), &r);
		is_str(why == NULL ? "good" : why,
		    t[i].why == NULL ? "good" : t[i].why, t[i].line);
		is_num(r.kind, t[i].kind, "its kind");
		ok(r.n == strlen(t[i].value) &&
			memcmp(r.value, t[i].value, r.n) == 0,
		    t[i].value);
	}
}

int
main(void)
{
	lines();
	faults();
	servers();
	resolver();
	return done();
}
