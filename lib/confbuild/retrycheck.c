#include "confbuild/retrycheck.h"
#include "failure/failurefile.h"
#include "queue/retry.h"
#include <stdio.h>

int
retrycheck(const struct lookup *retry, const struct lookup *classes,
    void (*told)(void *arg, unsigned line, const char *text), void *arg)
{
	struct slice rest = { NULL, 0 }, label, name;
	char why[FAILURE_CLASS_MAX + 80];
	unsigned line;
	int known;

	if (lookup_get(retry, "=conditions", 11, &rest.p, &rest.n) == -1)
		return -1;
	while (retry_condition(&rest, &label, &name, &line)) {
		if (!word_is(label, "failure"))
			continue;
		known = failure_class_hard(name) != -1
		    ? 1
		    : failure_class_own(classes, name);
		if (known == -1)
			return -1;
		snprintf(why, sizeof why,
		    "failure: no line of classes calls any so: %.*s",
		    (int)name.n, name.p);
		if (!known)
			told(arg, line, why);
	}
	return 0;
}
