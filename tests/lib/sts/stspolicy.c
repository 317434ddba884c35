/* policies of MTA-STS: their grammar, their limits, hosts and patterns */
#include "sts/stspolicy.h"
#include "stsdata.h"
#include "tap.h"
#include <string.h>

#define OF "version: STSv1\nmode: enforce\nmax_age: 604800\n"

static const struct {
	const char *text, *why; /* NULL: it is good */
} cases[] = {
	{ OF "mx: mx.example.net\n", NULL },
	{ OF "mx: mx.example.net", NULL },
	{ "version: STSv1\r\nmode: testing\r\nmx: *.example.net\r\nmax_age: 1\r\n",
	    NULL },
	{ "max_age:1\nmx:a\nmode:none\nversion:STSv1", NULL },
	{ "version:STSv1\nmode:none\nmax_age:0", NULL },
	{ OF "mx:\t a.example \t\n", NULL },
	{ "\n" OF "\n\r\nmx: a.example\n\n", NULL },
	{ OF "mx: a.example\nmore: what ever, \xc3\xbc: and = so ;\n", NULL },
	{ OF "mx: a.example\nMode: x\nVersion: 7\n", NULL },
	/* the first of each */
	{ OF "mx: a.example\nversion: STSv2\nmode: x\nmax_age: y\n", NULL },
	{ OF "mx: a.example\na1234567890123456789012345678901: x\n", NULL },
	{ OF "mx: a.example\na12345678901234567890123456789012: x\n",
	    "bad name of a field" },
	{ "", "missing version" },
	{ "\n", "missing version" },
	{ "mode: none\nmax_age: 1\n", "missing version" },
	{ "version: STSv2\nmode: none\nmax_age: 1\n", "bad version" },
	{ "version: stsv1\nmode: none\nmax_age: 1\n", "bad version" },
	{ "version: STSv1\nmax_age: 1\n", "missing mode" },
	{ "version: STSv1\nmode: Enforce\nmax_age: 1\n", "bad mode" },
	{ "version: STSv1\nmode: enforced\nmax_age: 1\n", "bad mode" },
	{ "version: STSv1\nmode: none\n", "missing max_age" },
	{ "version: STSv1\nmode: none\nmax_age: -1\n", "bad max_age" },
	{ "version: STSv1\nmode: none\nmax_age: 1 2\n", "bad max_age" },
	{ "version: STSv1\nmode: none\nmax_age: 12345678901\n", "bad max_age" },
	{ OF, "missing mx" },
	{ "version: STSv1\nmode: testing\nmax_age: 1\n", "missing mx" },
	{ OF "mx: \n", "empty value" },
	{ OF "mx:\n", "empty value" },
	{ OF "mx: a.example\nx:\n", "empty value" },
	{ OF "mx: *\n", "bad mx" },
	{ OF "mx: *.\n", "bad mx" },
	{ OF "mx: *example.net\n", "bad mx" },
	{ OF "mx: a.*.example.net\n", "bad mx" },
	{ OF "mx: .example.net\n", "bad mx" },
	{ OF "mx: example..net\n", "bad mx" },
	{ OF "mx: example.net.\n", "bad mx" },
	{ OF "mx: -a.example\n", "bad mx" },
	{ OF "mx: a_b.example\n", "bad mx" },
	{ OF "mx: b\xc3\xbc"
	     "cher.example\n",
	    "bad mx" },
	{ OF "mx: a.example, b.example\n", "bad mx" },
	{ OF "mx: a.example b.example\n", "bad mx" },
	{ OF "mx: a.example\nno colon here\n", "bad name of a field" },
	{ OF "mx: a.example\n x: y\n", "bad name of a field" },
	{ OF "mx: a.example\nx : y\n", "bad name of a field" },
	{ OF "mx: a.example\n: y\n", "bad name of a field" },
	{ OF "mx: a.example\nx: \x01\n", "control bytes" },
	{ OF "mx: a.example\nx: a\rb\n", "control bytes" },
	{ OF "mx: a.example\nx: \x7f\n", "control bytes" },
	{ "<!DOCTYPE html>\n<html>", "bad name of a field" },
};

static const char *
parse(struct stspolicy *p, const char *text)
{
	return stspolicy_parse(p, text, strlen(text));
}

static void
ages(void)
{
	static const struct {
		const char *text;
		unsigned s;
	} age[] = { { "0", 300 }, { "299", 300 }, { "300", 300 },
		{ "301", 301 }, { "0000604800", 604800 },
		{ "31557600", 31557600 }, { "31557601", 31557600 },
		{ "9999999999", 31557600 } };
	struct stspolicy p;
	char text[100];
	size_t i;

	for (i = 0; i < sizeof age / sizeof *age; i++) {
		snprintf(text, sizeof text,
		    "version: STSv1\nmode: none\nmax_age: %s\n", age[i].text);
		ok(parse(&p, text) == NULL, age[i].text);
		is_num(p.max_age_s, age[i].s, "so long it holds");
	}
}

static void
limits(void)
{
	static char text[2 * STS_POLICY_MAX];
	struct stspolicy p;
	size_t n;
	int i;

	n = (size_t)snprintf(text, sizeof text, OF);
	for (i = 0; i < STS_MX_MAX; i++)
		n += (size_t)snprintf(text + n, sizeof text - n,
		    "mx: mx%d.example.net\n", i);
	ok(stspolicy_parse(&p, text, n) == NULL, "64 patterns");
	is_num(p.n_mx, STS_MX_MAX, "all of them");
	n += (size_t)snprintf(text + n, sizeof text - n, "mx: a.example\n");
	is_str(stspolicy_parse(&p, text, n), "too many mx", "65");
	n = (size_t)snprintf(text, sizeof text, OF "mx: a.example\nx: ");
	memset(text + n, 'y', sizeof text - n);
	ok(stspolicy_parse(&p, text, STS_POLICY_MAX) == NULL, "the longest");
	is_str(stspolicy_parse(&p, text, STS_POLICY_MAX + 1),
	    "longer than 65536 bytes", "a longer one");
	n = (size_t)snprintf(text, sizeof text, OF "mx: a.example\nx: ");
	text[n] = '\0';
	is_str(stspolicy_parse(&p, text, n + 1), "control bytes", "a NUL");
}

static void
names(void)
{
	static char name[300];
	size_t i;

	memset(name, 'a', sizeof name);
	is_num(stspolicy_pattern(name, 63), 1, "a label of 63 bytes");
	is_num(stspolicy_pattern(name, 64), 0, "of 64");
	for (i = 50; i < sizeof name; i += 51)
		name[i] = '.';
	is_num(stspolicy_pattern(name, 253), 1, "a name of 253 bytes");
	is_num(stspolicy_pattern(name, 254), 0, "of 254");
	is_num(stspolicy_pattern("", 0), 0, "of none");
}

static void
hosts(void)
{
	static const struct {
		const char *host;
		int fits;
	} host[] = { { "mx.example.net", 1 }, { "mx2.example.net", 0 },
		{ "a.example.com", 1 }, { "ab-c.example.com", 1 },
		{ "example.com", 0 }, { "a.b.example.com", 0 },
		{ "a.example.com.example.org", 0 }, { ".example.com", 0 },
		{ "aexample.com", 0 }, { "mixed.example", 1 }, { "", 0 },
		{ "a", 0 } };
	struct stspolicy p;
	size_t i;

	parse(&p,
	    OF "mx: mx.example.net\nmx: *.example.com\nmx: MixeD.Example\n");
	for (i = 0; i < sizeof host / sizeof *host; i++)
		is_num(stspolicy_matches(p.mx, p.n_mx, host[i].host,
			   strlen(host[i].host)),
		    host[i].fits, host[i].host);
	is_num(stspolicy_matches(p.mx, 0, "mx.example.net", 14), 0,
	    "none of no patterns");
}

static int
is_good(const char *p, size_t n)
{
	struct stspolicy policy;

	return stspolicy_parse(&policy, p, n) == NULL;
}

int
main(void)
{
	struct stspolicy p;
	const char *why;
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		why = parse(&p, cases[i].text);
		is_str(why == NULL ? "good" : why,
		    cases[i].why == NULL ? "good" : cases[i].why,
		    cases[i].text);
	}
	parse(&p, OF "mx: mx.example.net\nmode: none\n");
	is_num(p.mode, STS_ENFORCE, "its mode");
	is_num(p.max_age_s, 604800, "how long it holds");
	is_num(p.n_mx, 1, "its host");
	is_num((long long)p.mx[0].n, 14, "as it stands there");
	ages();
	limits();
	names();
	hosts();
	stsdata("mta-sts-policies-part.tsv", is_good);
	return done();
}
