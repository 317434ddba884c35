/* names of mechanisms and of logins */
#include "sasl/saslname.h"
#include "tap.h"

static void
test_mechanisms(void)
{
	static const struct {
		const char *name;
		int is, offered;
	} t[] = { { "PLAIN", 1, 1 }, { "LOGIN", 1, 1 }, { "CRAM-MD5", 1, 1 },
		{ "SCRAM-SHA-256", 1, 1 }, { "SCRAM-SHA-256-PLUS", 1, 0 },
		{ "OAUTHBEARER", 1, 1 }, { "A_B", 1, 1 }, { "-PLUS", 1, 0 },
		{ "PLUS", 1, 1 }, { "ANONYMOUS", 1, 0 }, { "ANONYMOUS2", 1, 1 },
		{ "EXTERNAL", 1, 0 }, { "GSSAPI", 1, 0 },
		{ "GSS-SPNEGO", 1, 0 }, { "NTLM", 1, 0 }, { "", 0, 0 },
		{ "plain", 0, 0 }, { "PLA IN", 0, 0 }, { "PL\nAIN", 0, 0 },
		{ "ABCDEFGHIJKLMNOPQRST", 1, 1 },
		{ "ABCDEFGHIJKLMNOPQRSTU", 0, 0 } };
	size_t i;

	for (i = 0; i < sizeof t / sizeof *t; i++) {
		is_num(saslname_ok(t[i].name, strlen(t[i].name)), t[i].is,
		    t[i].name);
		is_num(saslname_offered(t[i].name, strlen(t[i].name)),
		    t[i].offered, "and offered");
	}
}

static void
test_logins(void)
{
	static const struct {
		const char *name;
		int ok;
	} t[] = { { "ann", 1 }, { "Ann@example.org", 1 },
		{ "j\xc3\xbcrgen", 1 }, { "two words", 1 }, { "", 0 },
		{ " ann", 0 }, { "ann ", 0 }, { "an\tn", 0 }, { "an\nn", 0 },
		{ "\x7f", 0 }, { "\xc2\x85", 0 }, { "j\xfcrgen", 0 } };
	char max[SASLNAME_LOGIN_MAX + 1];
	size_t i;

	for (i = 0; i < sizeof t / sizeof *t; i++)
		is_num(saslname_login_ok(t[i].name, strlen(t[i].name)), t[i].ok,
		    t[i].name);
	ok(!saslname_login_ok("a\0b", 3), "a NUL");
	memset(max, 'x', sizeof max);
	ok(saslname_login_ok(max, sizeof max - 1), "255 bytes");
	ok(!saslname_login_ok(max, sizeof max), "one more");
}

int
main(void)
{
	test_mechanisms();
	test_logins();
	return done();
}
