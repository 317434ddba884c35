#include "dmarc/author.h"
#include "tap.h"
#include <stdlib.h>

#define D16 "dddddddddddddddd"
#define D64 D16 D16 D16 D16
#define L16 "l.l.l.l.l.l.l.l."
#define L64 L16 L16 L16 L16

static const struct {
	const char *in;
	enum author a;
	const char *domain; /* else what is mentioned */
} cases[] = {
	{ "From: a@example.org\n", AUTHOR_FOUND, "example.org" },
	{ "X: y\nfrom: A B <a@Example.ORG>\n", AUTHOR_FOUND, "example.org" },
	{ "From:\n \"a@b\" (c@d)\n <a@example.org>\n", AUTHOR_FOUND,
	    "example.org" },
	{ "From: \"a@x.example\"@example.org\n", AUTHOR_FOUND, "example.org" },
	{ "From: a@example.org, b@EXAMPLE.org\n", AUTHOR_FOUND, "example.org" },
	{ "From: a@example.org, b@example.net\n", AUTHOR_DOMAINS,
	    "example.org example.net" },
	{ "From: a@example.org, b\n", AUTHOR_NO_ADDRESS, "example.org" },
	{ "From: a@example.org\nFrom: a@example.org\n", AUTHOR_FIELDS,
	    "example.org" },
	{ "From: a@example.org\nno field\nFROM : b@x\n", AUTHOR_FIELDS,
	    "example.org x" },
	{ "Resent-From: a@example.org\n", AUTHOR_NO_FIELD, "" },
	{ "", AUTHOR_NO_FIELD, "" },
	{ "From:\n", AUTHOR_NO_ADDRESS, "" },
	{ "From: a\n", AUTHOR_NO_ADDRESS, "" },
	{ "From: <>\n", AUTHOR_NO_ADDRESS, "" },
	{ "From: undisclosed:;\n", AUTHOR_NO_ADDRESS, "" },
	{ "From: us: a@example.org, b@example.org;\n", AUTHOR_FOUND,
	    "example.org" },
	{ "From: a@[192.0.2.1]\n", AUTHOR_NO_ADDRESS, "192.0.2.1" },
	{ "From: a@example..org\n", AUTHOR_NO_ADDRESS, "example.org" },
	/* names that no host has, but a policy */
	{ "From: a@-x.example.org\n", AUTHOR_NO_ADDRESS, "example.org" },
	{ "From: a@x-.-y.example.org\n", AUTHOR_NO_ADDRESS, "example.org" },
	{ "From: a@" D64 ".example.org\n", AUTHOR_NO_ADDRESS, "example.org" },
	{ "From: a@" D64 D64 D64 D64 ".example.org\n", AUTHOR_NO_ADDRESS,
	    "example.org" },
	{ "From: a@" L64 L64 L64 L64 "example.org\n", AUTHOR_NO_ADDRESS,
	    "l.l.l.l.l.l.l.l.l." L64 L64 L64 L16 L16 "example.org" },
	{ "From: a@b\303\274cher.example\n", AUTHOR_FOUND,
	    "xn--bcher-kva.example" },
	{ "From: a@b\303\274cher.example, b@xn--bcher-kva.example\n",
	    AUTHOR_FOUND, "xn--bcher-kva.example" },
	{ "From: =?utf-8?q?a=40example.net?= <a@example.org>\n", AUTHOR_FOUND,
	    "example.org" },
	/* what mailers really write */
	{ "From: J. R. Ewing, jr. <a@j>\n", AUTHOR_NO_ADDRESS, "j" },
	{ "From: J. R. Ewing <a@j>\n", AUTHOR_FOUND, "j" },
	{ "From: .NET <a@j>\n", AUTHOR_FOUND, "j" },
	{ "From: A.. <a@j>\n", AUTHOR_FOUND, "j" },
	{ "From: a@j <a@j>\n", AUTHOR_FOUND, "j" },
	{ "From: [News] A: B <a@j>\n", AUTHOR_FOUND, "j" },
	{ "From: J\366rg <a@j>\n", AUTHOR_FOUND, "j" },
	{ "From: J\303\266rg \"a@b\" <a@j> (on the way)\n", AUTHOR_FOUND, "j" },
	{ "From: \"A <a@b> via L\" <a@j>;\n", AUTHOR_FOUND, "j" },
	{ "From: a@j (A <a@b>)\n", AUTHOR_FOUND, "j" },
	{ "From: <a@j> A\n", AUTHOR_FOUND, "j" },
	/* what readers take in different ways */
	{ "From: <any@a>x@b\n", AUTHOR_UNCLEAR, "a b" },
	{ "From: <any@a> x@b\n", AUTHOR_UNCLEAR, "a b" },
	{ "From: <any@a> \"x@b\"\n", AUTHOR_UNCLEAR, "a b" },
	{ "From: <any@a> <x@b>\n", AUTHOR_NO_ADDRESS, "a b" },
	{ "From: x@b <any@a>\n", AUTHOR_UNCLEAR, "b a" },
	{ "From: X x@b <any@a>\n", AUTHOR_UNCLEAR, "b a" },
	{ "From: [x@b] <any@a>\n", AUTHOR_UNCLEAR, "b a" },
	{ "From: x@b: any@a;\n", AUTHOR_UNCLEAR, "b a" },
	{ "From: <@b:any@a>\n", AUTHOR_UNCLEAR, "b a" },
	{ "From: <@a:any@a>\n", AUTHOR_FOUND, "a" },
	{ "From: \"x@b\001\" <any@a>\n", AUTHOR_UNCLEAR, "b a" },
	{ "From: any@a (x@b\177)\n", AUTHOR_UNCLEAR, "a b" },
	{ "From: X\001 <any@a>\n", AUTHOR_FOUND, "a" },
	{ "From: =?utf-8?q?x=40b=00?=@a\n", AUTHOR_UNCLEAR, "a b" },
	{ "From: =?utf-8?q?x=40b?= <=?utf-8?q?x?=@a>\n", AUTHOR_UNCLEAR,
	    "a b" },
	{ "From: =?utf-8?q?X_=3Cx=40b.c=3E?=\n", AUTHOR_NO_ADDRESS, "b.c" },
	{ "From: x@b.c.\n", AUTHOR_NO_ADDRESS, "b.c" },
	{ "From: <x@b.c.>\n", AUTHOR_NO_ADDRESS, "b.c" },
	{ "From: x..y@b.c\n", AUTHOR_NO_ADDRESS, "b.c" },
	{ "From: .x@b.c\n", AUTHOR_NO_ADDRESS, "b.c" },
	{ "From: x.@b.c\n", AUTHOR_NO_ADDRESS, "b.c" },
	{ "From: x y@b.c\n", AUTHOR_NO_ADDRESS, "b.c" },
	{ "From: X <x@b.c\n", AUTHOR_NO_ADDRESS, "b.c" },
	{ "From: \"X <x@b.c>\n", AUTHOR_NO_ADDRESS, "b.c" },
	{ "From: X (<x@b.c>\n", AUTHOR_NO_ADDRESS, "b.c" },
	{ "From: <<x@b.c>>\n", AUTHOR_NO_ADDRESS, "b.c" },
	{ "From: x@@b.c\n", AUTHOR_NO_ADDRESS, "b.c" },
	{ "From: x@b.\n c. D <\n", AUTHOR_NO_ADDRESS, "b b.c b.c.d" },
	{ "From: x@(c) b (c) . (c) c, y\n", AUTHOR_NO_ADDRESS, "b b.c" },
	{ "From: x@\"b.c\"\n", AUTHOR_NO_ADDRESS, "b.c" },
	{ "From: x@b\001.c\n", AUTHOR_NO_ADDRESS, "b b.c" },
	{ "From: x\357\274\240b.c\n", AUTHOR_NO_ADDRESS, "b.c" },
	{ "From: x@b\343\200\202c\n", AUTHOR_FOUND, "b.c" },
	{ "From: <x@b.c\357\274\236\n", AUTHOR_NO_ADDRESS, "b.c" },
	{ "From: x@b.c\377\n", AUTHOR_NO_ADDRESS, "b.c" },
	{ "From: x@b\nFrom:\nFrom: X <x@c>\n", AUTHOR_FIELDS, "b c" },
};

/* what is mentioned, a blank between */
static const char *
mentioned(const struct mention *m)
{
	static char t[MENTION_DOMAINS_MAX * (DNSQ_NAME_MAX + 1) + 1];
	unsigned i;

	*t = '\0';
	for (i = 0; i < m->n; i++) {
		strcat(t, i > 0 ? " " : "");
		strcat(t, m->domain[i]);
	}
	return t;
}

int
main(void)
{
	static struct author_found a;
	char *exact;
	size_t i, k, n;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		n = strlen(cases[i].in);
		exact = malloc(n + 1);
		memcpy(exact, cases[i].in, n);
		is_num(author_read(&a, exact, n), 0, cases[i].in);
		is_num(a.how, cases[i].a, "  what it is");
		is_str(a.how == AUTHOR_FOUND ? a.domain : mentioned(&a.mention),
		    cases[i].domain, "  the domain");
		for (k = 0; k < n; k++)
			author_read(&a, exact, k);
		free(exact);
	}
	is_str(author_text(AUTHOR_FOUND), "", "found");
	is_str(author_text(AUTHOR_DOMAINS), "several domains in From", "not");
	return done();
}
