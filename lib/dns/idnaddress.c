#include "dns/idnaddress.h"
#include "dns/idn.h"
#include <stdio.h>

int
idnaddress_form(const char *p, size_t n, char out[WORD_ADDRESS_MAX + 1])
{
	char domain[WORD_DOMAIN_MAX + 1];
	struct address a;
	int len;

	if (n == 0 || address_set(&a, p, n) == -1 || a.user_len == 0 ||
	    a.domain_len == 0)
		return -1;
	if (!idn_needed(a.domain, a.domain_len) ||
	    idn_ascii(a.domain, a.domain_len, domain) == -1)
		len = snprintf(out, WORD_ADDRESS_MAX + 1, "%s", a.key);
	else
		len = snprintf(out, WORD_ADDRESS_MAX + 1, "%.*s@%s",
		    (int)a.user_len, a.key, domain);
	return len > WORD_ADDRESS_MAX ? -1 : len;
}
