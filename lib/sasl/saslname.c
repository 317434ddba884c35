#include "sasl/saslname.h"
#include "base/ascii.h"
#include "base/plain.h"
#include <string.h>

int
saslname_ok(const char *p, size_t n)
{
	size_t i;

	if (n == 0 || n > SASLNAME_MAX)
		return 0;
	for (i = 0; i < n; i++)
		if (!ascii_upper(p[i]) && !ascii_digit(p[i]) && p[i] != '-' &&
		    p[i] != '_')
			return 0;
	return 1;
}

int
saslname_offered(const char *p, size_t n)
{
	static const char *const never[] = { "ANONYMOUS", "EXTERNAL", "GSSAPI",
		"GSS-SPNEGO", "NTLM" };
	size_t i;

	if (!saslname_ok(p, n))
		return 0;
	for (i = 0; i < sizeof never / sizeof *never; i++)
		if (n == strlen(never[i]) && memcmp(p, never[i], n) == 0)
			return 0;
	return n < 5 || memcmp(p + n - 5, "-PLUS", 5) != 0;
}

int
saslname_login_ok(const char *p, size_t n)
{
	return n > 0 && n <= SASLNAME_LOGIN_MAX && p[0] != ' ' &&
	    p[n - 1] != ' ' && plain_span(p, n, "") == n;
}
