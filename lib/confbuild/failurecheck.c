#include "confbuild/failurecheck.h"
#include "failure/failurefile.h"
#include "failure/replyfile.h"
#include "queue/retry.h"
#include "route/routes.h"
#include <stdio.h>

static int
check(const struct lookup *classes, unsigned line, struct slice name,
    failurecheck_told *told, void *arg)
{
	char why[WORD_NAME_MAX + 80];
	int known = failure_class_hard(name) != -1
	    ? 1
	    : failure_class_own(classes, name);

	if (known == -1)
		return -1;
	snprintf(why, sizeof why,
	    "failure: no line of classes calls any so: %.*s", (int)name.n,
	    name.p);
	if (!known)
		told(arg, line, why);
	return 0;
}

int
failurecheck_retry(const struct lookup *retry, const struct lookup *classes,
    failurecheck_told *told, void *arg)
{
	struct slice rest = { NULL, 0 }, label, name;
	unsigned line;

	if (lookup_get(retry, "=conditions", 11, &rest.p, &rest.n) == -1)
		return -1;
	while (retry_condition(&rest, &label, &name, &line))
		if (word_is(label, "failure") &&
		    check(classes, line, name, told, arg) == -1)
			return -1;
	return 0;
}

int
failurecheck_routes(const struct lookup *routes, const struct lookup *classes,
    failurecheck_told *told, void *arg)
{
	struct slice name;
	size_t at = 0;
	unsigned line;
	int r;

	while ((r = routes_failures(routes, &at, &line, &name)) == 1)
		if (check(classes, line, name, told, arg) == -1)
			return -1;
	return r;
}

int
failurecheck_replies(const struct lookup *replies, const struct lookup *classes,
    failurecheck_told *told, void *arg)
{
	struct slice rest = { NULL, 0 }, name;
	unsigned line;

	if (lookup_get(replies, "=failures", 9, &rest.p, &rest.n) == -1)
		return -1;
	while (replyfile_name(&rest, &line, &name))
		if (check(classes, line, name, told, arg) == -1)
			return -1;
	return 0;
}
