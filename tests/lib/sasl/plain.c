/* the message of PLAIN */
#include "sasl/plain.h"
#include "sasl/saslname.h"
#include "base/base64.h"
#include "tap.h"

#define TEXT(s) s, sizeof s - 1

static void
good(const char *p, size_t n, const char *name, const char *password)
{
	struct plain m;

	if (!ok(plain_parse(&m, p, n) == 0, name))
		return;
	ok(word_is(m.name, name), "the name");
	ok(word_is(m.password, password), "the password");
}

static void
bad(const char *p, size_t n, const char *why)
{
	struct plain m;

	is_num(plain_parse(&m, p, n), -1, why);
}

static void
test_limits(void)
{
	static char t[600];
	size_t n = SASLNAME_LOGIN_MAX;
	struct plain m;

	memset(t, 'x', sizeof t);
	t[0] = t[1 + n] = '\0';
	ok(plain_parse(&m, t, 2 + n + 256) == 0, "a name of 255 bytes");
	ok(m.name.n == n && m.password.n == 256, "is whole");
	t[1 + n] = 'x';
	t[2 + n] = '\0';
	bad(t, 3 + n + 256, "one of 256");
}

int
main(void)
{
	char t[32];

	good(TEXT("\0ann\0secret"), "ann", "secret");
	good(TEXT("ann\0ann\0secret"), "ann", "secret");
	good(TEXT("ANN\0ann\0secret"), "ann", "secret");
	good(TEXT("\0j\xc3\xbcrgen\0p w\x01"), "j\xc3\xbcrgen", "p w\x01");
	bad(TEXT("bob\0ann\0secret"), "another's rights");
	bad(TEXT("\0\0secret"), "no name");
	bad(TEXT("\0ann\0"), "no password");
	bad(TEXT("ann\0secret"), "one NUL");
	bad(TEXT("annsecret"), "none");
	bad(TEXT("\0ann\0sec\0ret"), "three");
	bad(TEXT("\0ann\0secret\0"), "one behind it");
	bad(TEXT("\0j\xfcrgen\0secret"), "no UTF-8");
	bad(NULL, 0, "nothing");
	test_limits();
	ok(base64_get(TEXT(PLAIN_LOGIN_NAME), t, sizeof t) == 9 &&
		memcmp(t, "Username:", 9) == 0,
	    "what LOGIN asks first");
	ok(base64_get(TEXT(PLAIN_LOGIN_PASSWORD), t, sizeof t) == 9 &&
		memcmp(t, "Password:", 9) == 0,
	    "and then");
	return done();
}
