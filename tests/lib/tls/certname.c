/* tls/certname: names of certificates, and those that they fit */
#include "tls/certname.h"
#include "tap.h"

static void
names(void)
{
	static const struct {
		const char *pattern, *want;
		int fits;
	} t[] = {
		{ "mx.example.org", "mx.example.org", 1 },
		{ "MX.Example.ORG", "mx.example.org", 1 },
		{ "mx.example.org", "mx2.example.org", 0 },
		{ "example.org", "mx.example.org", 0 },
		{ "mx.example.org.", "mx.example.org", 0 },
		{ "mx..example.org", "mx..example.org", 0 },
		{ "_25._tcp.example.org", "_25._tcp.example.org", 1 },
		{ "localhost", "localhost", 1 },
		{ "*.example.org", "mx.example.org", 1 },
		{ "*.example.org", "example.org", 0 },
		{ "*.example.org", "a.mx.example.org", 0 },
		{ "*.example.org", ".example.org", 1 },
		{ "*.org", "example.org", 0 },
		{ "*", "localhost", 0 },
		{ "*.*.org", "a.b.org", 0 },
		{ "m*.example.org", "mx.example.org", 0 },
		{ "*x.example.org", "mx.example.org", 0 },
		{ "mx.*.org", "mx.example.org", 0 },
		{ "**.example.org", "mx.example.org", 0 },
		{ "*.example.org", "mx.example.com", 0 },
		{ "*.example.org", "xexample.org", 0 },
		{ "mx.example.org", ".example.org", 1 },
		{ "a.mx.example.org", ".example.org", 1 },
		{ "example.org", ".example.org", 0 },
		{ "xexample.org", ".example.org", 0 },
		{ ".example.org", ".example.org", 0 },
		{ "192.0.2.1", "192.0.2.1", 0 },
		{ "*.0.2.1", "192.0.2.1", 0 },
		{ "", "", 0 },
		{ "", "mx.example.org", 0 },
		{ "mx.example.org", "", 0 },
		{ "mx.ex\xc3\xa4mple.org", "mx.ex\xc3\xa4mple.org", 0 },
		{ "mx example.org", "mx example.org", 0 },
	};
	char label[100];
	size_t i;

	for (i = 0; i < sizeof t / sizeof *t; i++) {
		snprintf(label, sizeof label, "%s for %s", t[i].pattern,
		    t[i].want);
		is_num(certname_fits((const unsigned char *)t[i].pattern,
			   strlen(t[i].pattern), t[i].want),
		    t[i].fits, label);
	}
	ok(!certname_fits((const unsigned char *)"mx.org\0.evil.example", 20,
	       "mx.org"),
	    "a NUL");
	ok(!certname_fits((const unsigned char *)"mx.org\0", 7, "mx.org"),
	    "at the end");
}

static void
addresses(void)
{
	static const unsigned char four[] = { 192, 0, 2, 1 };
	static const unsigned char six[16] = { 0x20, 1, 0xd, 0xb8, [15] = 1 };

	ok(certname_fits_ip(four, 4, "192.0.2.1"), "an address");
	ok(certname_fits_ip(four, 4, "[192.0.2.1]"), "in brackets");
	ok(!certname_fits_ip(four, 4, "192.0.2.2"), "another");
	ok(!certname_fits_ip(four, 3, "192.0.2.1"), "a part");
	ok(certname_fits_ip(six, 16, "2001:db8::1"), "six");
	ok(certname_fits_ip(six, 16, "[IPv6:2001:db8::1]"), "in brackets");
	ok(!certname_fits_ip(four, 4, "mx.example.org"), "a name");
	ok(!certname_fits_ip(four, 0, ""), "nothing");
}

int
main(void)
{
	names();
	addresses();
	return done();
}
