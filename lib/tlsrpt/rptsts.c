#include "tlsrpt/rptsts.h"
#include "format/ltsv.h"

int
rptsts_read(const char *p, size_t n, const char *domain, const char *id,
    struct slice *policy)
{
	const char *lf = n == 0 ? NULL : memchr(p, '\n', n), *end = p + n;
	const struct ltsv_field *f;
	struct ltsv l;

	if (lf == NULL || lf + 1 >= end || lf[1] != '\n' ||
	    ltsv_parse(p, (size_t)(lf - p), &l) == -1 ||
	    (f = ltsv_find(&l, "domain")) == NULL || !ltsv_is(f, domain) ||
	    (f = ltsv_find(&l, "id")) == NULL || !ltsv_is(f, id))
		return 0;
	policy->p = lf + 2;
	policy->n = (size_t)(end - policy->p);
	return 1;
}
