/* macros of SPF: syntax, values, what is too long */
#include "spf/macro.h"
#include "tap.h"
#include <stdlib.h>

static const unsigned char ip4[] = { 192, 0, 2, 3 };
static const unsigned char ip6[] = { 0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0,
	0, 0, 0xcb, 1 };

static const struct spfmacro facts = { .local = "strong-bad",
	.local_len = 10,
	.origin = "email.example.com",
	.domain = "email.example.com",
	.helo = "mx.example.org",
	.valid = "mx.example.org",
	.receiver = "us.example",
	.ip = ip4,
	.ip_len = 4,
	.now = 1790000000 };

/* RFC 7208 section 7.4 and beyond */
static const struct {
	const char *macro, *name;
} names[] = {
	{ "%{s}", "strong-bad@email.example.com" },
	{ "%{o}", "email.example.com" },
	{ "%{d}", "email.example.com" },
	{ "%{d4}", "email.example.com" },
	{ "%{d3}", "email.example.com" },
	{ "%{d2}", "example.com" },
	{ "%{d1}", "com" },
	{ "%{d127}", "email.example.com" },
	{ "%{d99999999999999999999}", "email.example.com" },
	{ "%{dr}", "com.example.email" },
	{ "%{dR}", "com.example.email" },
	{ "%{d2r}", "example.email" },
	{ "%{l}", "strong-bad" },
	{ "%{l-}", "strong.bad" },
	{ "%{lr}", "strong-bad" },
	{ "%{lr-}", "bad.strong" },
	{ "%{l1r-}", "strong" },
	{ "%{ir}.%{v}._spf.%{d2}", "3.2.0.192.in-addr._spf.example.com" },
	{ "%{lr-}.lp._spf.%{d2}", "bad.strong.lp._spf.example.com" },
	{ "%{lr-}.lp.%{ir}.%{v}._spf.%{d2}",
	    "bad.strong.lp.3.2.0.192.in-addr._spf.example.com" },
	{ "%{ir}.%{v}.%{l1r-}.lp._spf.%{d2}",
	    "3.2.0.192.in-addr.strong.lp._spf.example.com" },
	{ "%{d2}.trusted-domains.example.net",
	    "example.com.trusted-domains.example.net" },
	{ "%{p}.%{h1}.%{p2}", "mx.example.org.org.example.org" },
	{ "a.b.", "a.b" },
	{ "a..b", "a..b" },
	{ "%%%_%-x.y", "% %20x.y" },
	{ "%{s-.@}", NULL },
	{ "%{d.-+,/_=}", "email.example.com" },
	{ "%{d-}", "email.example.com" }, /* one part */
	{ "%{d1-}", "email.example.com" },
	{ "%{S}", "strong-bad%40email.example.com" },
	{ "%{D2}", "example.com" },
	{ "", "" },
	{ ".", "" },
};

static const char *const bad[] = { "%", "%a", "a%", "%{", "%{}", "%{d", "%{x}",
	"%{1d}", "%{d0}", "%{d00}", "%{dr2}", "%{drr}", "%{d.r}", "%{d*}",
	"%{d }", "%(d)", "% ", "a b", "\t", "\177", "\200", "%{d2r-", "%{c}",
	"%{r}", "%{T}", "%{i}%{e}", "\n" };

static const char *const good_in_exp[] = { "%{c}", "%{R}", "%{tr-}", "a b", " ",
	"%_ x" };

static void
syntax(void)
{
	size_t i;

	for (i = 0; i < sizeof bad / sizeof *bad; i++)
		ok(!spfmacro_good(bad[i], strlen(bad[i]), SPFMACRO_SPEC),
		    bad[i]);
	for (i = 0; i < sizeof good_in_exp / sizeof *good_in_exp; i++) {
		ok(spfmacro_good(good_in_exp[i], strlen(good_in_exp[i]),
		       SPFMACRO_EXP),
		    good_in_exp[i]);
		ok(!spfmacro_good(good_in_exp[i], strlen(good_in_exp[i]),
		       SPFMACRO_SPEC) ||
			i == 5,
		    "not in a record");
	}
	ok(!spfmacro_good("a\0b", 3, SPFMACRO_EXP), "NUL");
	ok(!spfmacro_good("%{\0}", 4, SPFMACRO_EXP), "NUL for a letter");
	ok(!spfmacro_good("%\0", 2, SPFMACRO_EXP), "NUL behind %");
	ok(spfmacro_has("%{d}.%{L2}", 10, "sl"), "has l");
	ok(!spfmacro_has("%{d}.%{p}sl", 11, "sl"), "has no l");
	ok(!spfmacro_has("%%{l}", 5, "l"), "%%{l} is none");
}

static void
values(void)
{
	char out[SPFMACRO_NAME_MAX + 1];
	struct spfmacro f = facts;
	size_t i, n;

	for (i = 0; i < sizeof names / sizeof *names; i++) {
		n = strlen(names[i].macro);
		if (names[i].name == NULL) {
			ok(!spfmacro_good(names[i].macro, n, SPFMACRO_SPEC),
			    names[i].macro);
			continue;
		}
		ok(spfmacro_good(names[i].macro, n, SPFMACRO_SPEC),
		    names[i].macro);
		is_num(spfmacro_name(&f, names[i].macro, n, out),
		    strlen(names[i].name), "length");
		is_str(out, names[i].name, names[i].macro);
	}
	f.ip = ip6;
	f.ip_len = 16;
	f.valid = NULL;
	spfmacro_name(&f, "%{ir}.%{v}._spf.%{d2}", 21, out);
	is_str(out,
	    "1.0.B.C.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.B.D.0"
	    ".1.0.0.2.ip6._spf.example.com",
	    "IPv6");
	spfmacro_name(&f, "%{p}", 4, out);
	is_str(out, "unknown", "no name");
	/* parts may be empty (section 7.3) */
	f.local = "--a--b";
	f.local_len = 6;
	spfmacro_name(&f, "%{l-}", 5, out);
	is_str(out, "..a..b", "delimiters side by side");
	spfmacro_name(&f, "%{l3-}", 6, out);
	is_str(out, "a..b", "empty parts count");
	spfmacro_name(&f, "%{lr-}x", 7, out);
	is_str(out, "b..a..x", "and are turned round");
	spfmacro_name(&f, "%{lr+-}", 7, out);
	is_str(out, "b..a.", "the dot at the end is taken off");
	f.local = "a+b-c.d";
	f.local_len = 7;
	spfmacro_name(&f, "%{l2+-.}", 8, out);
	is_str(out, "c.d", "several delimiters");
}

static void
texts(void)
{
	char out[1025], small[9];
	struct spfmacro f = facts;

	spfmacro_text(&f, "%{c}, %{r}: %{t}%%.", 19, out, 1024);
	is_str(out, "192.0.2.3, us.example: 1790000000%.", "text");
	f.receiver = NULL;
	f.ip = ip6;
	f.ip_len = 16;
	f.local = "\001\303\274 \\";
	f.local_len = 5;
	spfmacro_text(&f, "%{c} %{R} %{l} %{L}", 19, out, 1024);
	is_str(out, "2001:db8::cb01 unknown ??? \\ %01%C3%BC%20%5C", "odd");
	spfmacro_text(&f, "12345678", 8, small, 8);
	is_str(small, "12345678", "just fits");
	spfmacro_text(&f, "123456789%{d}", 13, small, 8);
	is_str(small, "12345678", "cut");
}

/* section 7.3: labels go on the left */
static void
too_long(void)
{
	static char in[9000], label[100];
	char out[SPFMACRO_NAME_MAX + 1];
	struct spfmacro f = facts;
	size_t i, n;

	for (n = 252; n <= 256; n++) {
		/* ab.ccc.. */
		memset(in, 'c', n);
		memcpy(in, "ab.", 3);
		for (i = 60; i < n; i += 60)
			in[i] = '.';
		is_num(spfmacro_name(&f, in, n, out), n > 253 ? n - 3 : n,
		    "length");
		ok(strcmp(out, in + (n > 253 ? 3 : 0)) == 0, "the end of it");
	}
	/* exactly: with the dot at the end it is one longer */
	memset(in, 'x', 254);
	in[100] = '.';
	in[253] = '.';
	is_num(spfmacro_name(&f, in, 254, out), 253, "253 and a dot");
	/* one label that does not fit leaves nothing */
	memset(in, 'x', 254);
	is_num(spfmacro_name(&f, in, 254, out), 0, "no dot");
	is_str(out, "", "nothing");
	memset(in, 'x', 300);
	in[10] = '.';
	is_num(spfmacro_name(&f, in, 300, out), 0, "last label too long");
	/* much too long: what is thrown away on the way does not matter */
	for (i = 0, n = 0; n + 20 < sizeof in; i++)
		n += (size_t)snprintf(in + n, sizeof in - n, "%%{d}.%zu.", i);
	is_num(spfmacro_name(&f, in, n, out) <= 253, 1, "thousands of bytes");
	snprintf(label, sizeof label, "email.example.com.%zu", i - 1);
	ok(strlen(out) > 230 &&
		strcmp(out + strlen(out) - strlen(label), label) == 0,
	    "their end is left");
	ok(out[0] != '.', "from a label on");
}

/* values of the largest size, and larger: no byte beyond */
static void
large(void)
{
	static char local[SPFMACRO_VALUE_MAX + 10], text[5000];
	struct spfmacro f = facts;
	size_t n;

	memset(local, 'a', sizeof local - 1);
	f.local = f.helo = local;
	for (n = SPFMACRO_VALUE_MAX - 301; n <= SPFMACRO_VALUE_MAX - 300; n++) {
		f.local_len = n;
		spfmacro_text(&f, "%{l}", 4, text, sizeof text - 1);
		is_num(strlen(text), n < SPFMACRO_VALUE_MAX - 300 ? n : 0,
		    "local part");
		spfmacro_text(&f, "%{s}", 4, text, sizeof text - 1);
		is_num(strlen(text), n < SPFMACRO_VALUE_MAX - 300 ? n + 18 : 0,
		    "address");
	}
	spfmacro_text(&f, "%{h}", 4, text, sizeof text - 1);
	is_num(strlen(text), SPFMACRO_VALUE_MAX, "HELO is cut");
	memset(local, '.', sizeof local - 1);
	spfmacro_text(&f, "%{h2r}", 6, text, sizeof text - 1);
	is_str(text, ".", "all dots");
}

int
main(void)
{
	syntax();
	values();
	texts();
	too_long();
	large();
	return done();
}
