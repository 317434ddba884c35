#include "tls/certname.h"
#include "base/ascii.h"
#include "base/ip.h"
#include <string.h>

/* letters, digits, - and _, and dots that have a label on both sides */
static int
is_name(const char *p, size_t n)
{
	size_t i;

	if (n == 0 || p[0] == '.' || p[n - 1] == '.')
		return 0;
	for (i = 0; i < n; i++)
		if (!ascii_alnum(p[i]) && p[i] != '-' && p[i] != '_' &&
		    (p[i] != '.' || p[i - 1] == '.'))
			return 0;
	return 1;
}

static int
same(const char *a, size_t n, const char *z)
{
	return n == strlen(z) && strncasecmp(a, z, n) == 0;
}

/* the name ends in ".x", and something stands before it */
static int
below(const char *p, size_t n, const char *dot)
{
	size_t len = strlen(dot);

	return n > len && strncasecmp(p + n - len, dot, len) == 0;
}

int
certname_fits(const unsigned char *name, size_t n, const char *want)
{
	const char *p = (const char *)name, *rest;
	unsigned char ip[IP_LEN];
	int wild = n > 2 && p[0] == '*' && p[1] == '.';
	size_t skip = wild ? 2 : 0;

	if (!is_name(p + skip, n - skip) || ip_scans(want, ip) != 0)
		return 0;
	if (wild && memchr(p + skip, '.', n - skip) == NULL)
		return 0;
	if (want[0] == '.')
		return below(p, n, want);
	if (!wild)
		return same(p, n, want);
	rest = strchr(want, '.');
	return rest != NULL && rest != want && same(p + 1, n - 1, rest);
}

int
certname_fits_ip(const unsigned char *p, size_t n, const char *want)
{
	unsigned char ip[IP_LEN];
	size_t len = want[0] == '[' ? ip_scan_literal(want, strlen(want), ip)
				    : ip_scans(want, ip);

	return len != 0 && len == n && memcmp(ip, p, n) == 0;
}
