/* names in signatures */
#include "dkim/dkimname.h"
#include "tap.h"

static void
test_ok(const char *name, unsigned labels, int want)
{
	char text[400];

	snprintf(text, sizeof text, "%.60s, %u labels: %s", name, labels,
	    want ? "good" : "bad");
	is_num(dkimname_ok(name, strlen(name), labels), want, text);
}

static void
test_within(const char *a, const char *b, int want)
{
	char text[200];

	snprintf(text, sizeof text, "%s in %s", a, b);
	is_num(dkimname_within(a, strlen(a), b, strlen(b)), want, text);
}

static void
test_unquote(const char *in, const char *want)
{
	char out[100];
	long n = dkimname_unquote(in, in + strlen(in), out, sizeof out - 1);

	out[n < 0 ? 0 : n] = '\0';
	is_str(out, want, in);
}

int
main(void)
{
	static char long_label[] =
	    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
	char long_name[300], out[4];
	size_t i;

	test_ok("example.com", 2, 1);
	test_ok("a", 1, 1);
	test_ok("com", 2, 0);
	test_ok("", 1, 0);
	test_ok(".", 1, 0);
	test_ok("a..b", 2, 0);
	test_ok(".a.b", 2, 0);
	test_ok("a.b.", 2, 0);
	test_ok("a_b.c-d", 2, 1);
	test_ok("a b.c", 2, 0);
	test_ok("a@b.c", 2, 0);
	test_ok("m\303\274ller.example", 2, 1);
	test_ok("a\001b", 1, 0);
	test_ok(long_label, 1, 0);
	long_label[63] = '\0';
	test_ok(long_label, 1, 1);
	for (i = 0; i < 253; i++)
		long_name[i] = i % 2 ? '.' : 'a';
	long_name[253] = '\0';
	test_ok(long_name, 2, 1);
	memcpy(long_name + 253, "a", 2);
	test_ok(long_name, 2, 0);

	test_within("example.com", "example.com", 1);
	test_within("EXAMPLE.com", "example.COM", 1);
	test_within("a.example.com", "example.com", 2);
	test_within("a.b.example.com", "example.com", 2);
	test_within("aexample.com", "example.com", 0);
	test_within("example.com", "a.example.com", 0);
	test_within("example.org", "example.com", 0);
	test_within("b\303\274cher.example", "xn--bcher-kva.example", 1);
	test_within("xn--bcher-kva.example", "b\303\274cher.example", 1);
	test_within("a.b\303\274cher.example", "xn--bcher-kva.example", 2);
	test_within("b\303\244cher.example", "xn--bcher-kva.example", 0);

	test_unquote("", "");
	test_unquote("a@b", "a@b");
	test_unquote("a=40b", "a@b");
	test_unquote("a=3D=3b", "a=;");
	test_unquote("a\n\t b", "ab");
	test_unquote("a=4", "a=4");
	test_unquote("a=", "a=");
	test_unquote("a=xy", "a=xy");
	is_num(dkimname_unquote("abcd", "abcd", out, 4), 0, "nothing");
	{
		static const char five[] = "abcde";

		is_num(dkimname_unquote(five, five + 4, out, 4), 4, "fits");
		is_num(dkimname_unquote(five, five + 5, out, 4), -1,
		    "does not fit");
	}
	return done();
}
