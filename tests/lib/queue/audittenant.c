/* whom messages are accounted to, by number */
#include "audittest.h"

int
main(void)
{
	struct audit a = { .by_tenant = 1 };
	char name[32];
	uint32_t i, bad = 0;

	is_num(audit_tenant(&a, "acme", 4), 1, "the first");
	is_num(audit_tenant(&a, "acm", 3), 2, "another");
	is_num(audit_tenant(&a, "acme", 4), 1, "the same again");
	is_num(audit_tenant(&a, "a\\tb", 4), 3, "as it stands in the line");
	for (i = 4; i < AUDIT_TENANTS_MAX; i++)
		bad += audit_tenant(&a, name,
			   (size_t)snprintf(name, sizeof name, "t%u", i)) != i;
	is_num(bad, 0, "as many as are counted");
	is_num(audit_tenant(&a, "one", 3), AUDIT_TENANTS_MAX, "one more");
	is_num(audit_tenant(&a, "two", 3), AUDIT_TENANTS_MAX,
	    "is no other than the next");
	is_num(audit_tenant(&a, "t17", 3), 17, "those before stay");
	is_num(a.n_tenants, AUDIT_TENANTS_MAX, "so many");
	ok(memcmp(a.tenant[AUDIT_TENANTS_MAX - 1]->name, AUDIT_OTHERS, 8) == 0,
	    "called so");
	audit_free(&a);
	is_num(a.n_tenants, 0, "and none");
	return done();
}
