#include "confbuild/replypools.h"
#include "failure/replyfile.h"
#include <stdio.h>

int
replypools(const struct lookup *replies, const struct lookup *pools,
    failurecheck_told *told, void *arg)
{
	struct slice rest = { NULL, 0 }, name;
	char why[WORD_NAME_MAX + 64];
	const char *data;
	unsigned line;
	size_t n;
	int r;

	if (lookup_get(replies, "=pools", 6, &rest.p, &rest.n) == -1)
		return -1;
	while (replyfile_name(&rest, &line, &name)) {
		r = lookup_get(pools, name.p, name.n, &data, &n);
		if (r == -1)
			return -1;
		snprintf(why, sizeof why, "pool=: there is no pool %.*s",
		    (int)name.n, name.p);
		if (r == 0)
			told(arg, line, why);
	}
	return 0;
}
