#include "mail/author.h"
#include "tap.h"
#include <stdlib.h>

static const struct {
	const char *in;
	enum author a;
	const char *domain;
} cases[] = {
	{ "From: a@example.org\n", AUTHOR_FOUND, "example.org" },
	{ "X: y\nfrom: A B <a@Example.ORG>\n", AUTHOR_FOUND, "example.org" },
	{ "From:\n \"a@b\" (c@d)\n <a@example.org>\n", AUTHOR_FOUND,
	    "example.org" },
	{ "From: \"a@x.example\"@example.org\n", AUTHOR_FOUND,
	    "example.org" },
	{ "From: a@example.org, b@EXAMPLE.org\n", AUTHOR_FOUND,
	    "example.org" },
	{ "From: a@example.org, b@example.net\n", AUTHOR_DOMAINS, "" },
	{ "From: a@example.org, b\n", AUTHOR_NO_ADDRESS, "" },
	{ "From: a@example.org\nFrom: a@example.org\n", AUTHOR_FIELDS, "" },
	{ "From: a@example.org\nno field\nFROM : b@x\n", AUTHOR_FIELDS, "" },
	{ "Resent-From: a@example.org\n", AUTHOR_NO_FIELD, "" },
	{ "", AUTHOR_NO_FIELD, "" },
	{ "From:\n", AUTHOR_NO_ADDRESS, "" },
	{ "From: a\n", AUTHOR_NO_ADDRESS, "" },
	{ "From: <>\n", AUTHOR_NO_ADDRESS, "" },
	{ "From: undisclosed:;\n", AUTHOR_NO_ADDRESS, "" },
	{ "From: us: a@example.org, b@example.org;\n", AUTHOR_FOUND,
	    "example.org" },
	{ "From: a@[192.0.2.1]\n", AUTHOR_NO_ADDRESS, "" },
	{ "From: a@example..org\n", AUTHOR_NO_ADDRESS, "" },
	{ "From: a@b\303\274cher.example\n", AUTHOR_FOUND,
	    "xn--bcher-kva.example" },
	{ "From: a@b\303\274cher.example, b@xn--bcher-kva.example\n",
	    AUTHOR_FOUND, "xn--bcher-kva.example" },
	{ "From: =?utf-8?q?a=40example.net?= <a@example.org>\n",
	    AUTHOR_FOUND, "example.org" },
};

int
main(void)
{
	char out[DNSQ_NAME_MAX + 1], *exact;
	size_t i, k, n;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		n = strlen(cases[i].in);
		exact = malloc(n + 1);
		memcpy(exact, cases[i].in, n);
		is_num(author_domain(exact, n, out), cases[i].a, cases[i].in);
		is_str(out, cases[i].domain, "  the domain");
		for (k = 0; k < n; k++)
			author_domain(exact, k, out);
		free(exact);
	}
	is_str(author_text(AUTHOR_FOUND), "", "found");
	is_str(author_text(AUTHOR_DOMAINS), "several domains in From", "not");
	return done();
}
