#include "format/dsnparam.h"
#include "base/ascii.h"
#include <string.h>

int
dsnparam_xtext(const char *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (p[i] < 33 || p[i] > 126 || p[i] == '=')
			return 0;
		if (p[i] != '+')
			continue;
		if (n - i < 3 || ascii_hex_value_upper(p[i + 1]) == -1 ||
		    ascii_hex_value_upper(p[i + 2]) == -1)
			return 0;
		i += 2;
	}
	return 1;
}

int
dsnparam_orcpt(const char *p, size_t n)
{
	const char *semi = memchr(p, ';', n);

	return semi != NULL && semi > p && semi + 1 < p + n &&
	    dsnparam_xtext(p, semi - p) &&
	    dsnparam_xtext(semi + 1, p + n - semi - 1);
}

int
dsnparam_notify(const char *p, size_t n)
{
	const char *comma;
	size_t k;

	if (ascii_is(p, n, "NEVER"))
		return 1;
	for (;;) {
		comma = memchr(p, ',', n);
		k = comma == NULL ? n : (size_t)(comma - p);
		if (!ascii_is(p, k, "SUCCESS") && !ascii_is(p, k, "FAILURE") &&
		    !ascii_is(p, k, "DELAY"))
			return 0;
		if (comma == NULL)
			return 1;
		p += k + 1;
		n -= k + 1;
	}
}

int
dsnparam_ret(const char *p, size_t n)
{
	return ascii_is(p, n, "FULL") || ascii_is(p, n, "HDRS");
}
