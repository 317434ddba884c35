#include "format/dsnparam.h"
#include <string.h>
#include <strings.h>

static int
is_word(const char *p, size_t n, const char *word)
{
	return strlen(word) == n && strncasecmp(p, word, n) == 0;
}

int
dsnparam_xtext(const char *p, size_t n)
{
	static const char hex[] = "0123456789ABCDEF";
	size_t i;

	for (i = 0; i < n; i++) {
		if (p[i] < 33 || p[i] > 126 || p[i] == '=')
			return 0;
		if (p[i] != '+')
			continue;
		if (n - i < 3 || !strchr(hex, p[i + 1]) ||
		    !strchr(hex, p[i + 2]))
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

	if (is_word(p, n, "NEVER"))
		return 1;
	for (;;) {
		comma = memchr(p, ',', n);
		k = comma == NULL ? n : (size_t)(comma - p);
		if (!is_word(p, k, "SUCCESS") && !is_word(p, k, "FAILURE") &&
		    !is_word(p, k, "DELAY"))
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
	return is_word(p, n, "FULL") || is_word(p, n, "HDRS");
}
