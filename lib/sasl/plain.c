#include "sasl/plain.h"
#include "base/ascii.h"
#include "sasl/saslname.h"
#include <string.h>

int
plain_same(struct slice authzid, struct slice name)
{
	return authzid.n == 0 ||
	    ascii_same(authzid.p, authzid.n, name.p, name.n);
}

int
plain_parse(struct plain *m, const char *p, size_t n)
{
	const char *end = p + n, *a, *b;
	struct slice authzid;

	a = n == 0 ? NULL : memchr(p, '\0', n);
	b = a == NULL ? NULL : memchr(a + 1, '\0', end - (a + 1));
	if (b == NULL || memchr(b + 1, '\0', end - (b + 1)) != NULL)
		return -1;
	authzid = (struct slice){ p, a - p };
	m->name = (struct slice){ a + 1, b - (a + 1) };
	m->password = (struct slice){ b + 1, end - (b + 1) };
	if (m->password.n == 0 || !saslname_login_ok(m->name.p, m->name.n))
		return -1;
	return plain_same(authzid, m->name) ? 0 : -1;
}
