#include "dns/suffix.h"
#include "tap.h"

static const struct {
	const char *name, *want;
} cases[] = {
	{ "", "-" },
	{ "com", "-" },
	{ "COM", "-" },
	{ "example.com", "example.com" },
	{ "Www.Example.COM", "Example.COM" },
	{ "a.b.c.example.com", "example.com" },
	{ "co.uk", "-" },
	{ "example.co.uk", "example.co.uk" },
	{ "a.example.co.uk", "example.co.uk" },
	/* what is not listed has one label (the rule "*") */
	{ "nosuchtld", "-" },
	{ "a.nosuchtld", "a.nosuchtld" },
	{ "b.a.nosuchtld", "a.nosuchtld" },
	/* a wildcard and its exception */
	{ "ck", "-" },
	{ "test.ck", "-" },
	{ "b.test.ck", "b.test.ck" },
	{ "a.b.test.ck", "b.test.ck" },
	{ "www.ck", "www.ck" },
	{ "a.www.ck", "www.ck" },
	/* the list's private part counts as well */
	{ "github.io", "-" },
	{ "x.github.io", "x.github.io" },
	/* both forms of a name */
	{ "公司.cn", "-" },
	{ "食狮.公司.cn", "食狮.公司.cn" },
	{ "www.食狮.公司.cn", "食狮.公司.cn" },
	{ "www.xn--85x722f.xn--55qx5d.cn", "xn--85x722f.xn--55qx5d.cn" },
	{ "XN--FIQS8S", "-" },
	{ "a.b.XN--FIQS8S", "b.XN--FIQS8S" },
	{ "straße.de", "straße.de" },
	{ "www.STRASSE.de", "STRASSE.de" },
	/* dots that are ones in IDNA alone (RFC 3490 section 3.1) */
	{ "b。a。example.co.uk", "-" },
	{ "b．example。co.uk", "-" },
	{ "b｡example.co.uk", "-" },
	/* no names */
	{ ".com", "-" },
	{ ".example.com", "-" },
	{ "example.com.", "-" },
	{ "a..com", "-" },
	{ "\xff\xfe.com", "-" },
};

int
main(void)
{
	static char longest[400];
	const char *got;
	unsigned i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		got = suffix_organization(cases[i].name);
		is_str(got == NULL ? "-" : got, cases[i].want, cases[i].name);
		ok(got == NULL ||
			strcmp(cases[i].name + strlen(cases[i].name) -
				strlen(got),
			    got) == 0,
		    "a part of the name");
		if (got == NULL)
			got = cases[i].name;
		ok(suffix_dmarc(NULL, cases[i].name) == got, "for DMARC");
	}
	/* 253 bytes are a name, 254 are not */
	for (i = 0; i < 127; i++)
		memcpy(longest + 2 * i, "a.", 2);
	memcpy(longest + 250, "com", 4);
	is_num((long long)strlen(longest), 253, "the longest name");
	got = suffix_organization(longest);
	is_str(got == NULL ? "-" : got, "a.com", "has its organization");
	memmove(longest + 1, longest, strlen(longest) + 1);
	ok(suffix_organization(longest) == NULL, "one byte more: none");
	return done();
}
