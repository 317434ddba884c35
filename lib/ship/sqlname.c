#include "ship/sqlname.h"
#include <string.h>

int
sqlname_ok(const char *p, size_t n)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789";
	size_t i;

	if (n == 0 || n > SQLNAME_MAX || (p[0] >= '0' && p[0] <= '9'))
		return 0;
	for (i = 0; i < n; i++)
		if (memchr(letters, p[i], sizeof letters - 1) == NULL)
			return 0;
	return 1;
}

const char *
sqlname_split(const char *p, size_t *schema)
{
	const char *dot = strchr(p, '.');

	*schema = dot == NULL ? 0 : (size_t)(dot - p);
	if (dot != NULL && !sqlname_ok(p, *schema))
		return NULL;
	p = dot == NULL ? p : dot + 1;
	return sqlname_ok(p, strlen(p)) ? p : NULL;
}
