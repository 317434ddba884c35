#include "route/providertable.h"
#include "conf/tableopen.h"
#include "route/providerfile.h"

static int
get(void *arg, const char *key, size_t n, const char **data, size_t *len)
{
	struct providertable *t = arg;

	return table_ref(t->site.open ? &t->site : &t->shipped.table, key, n,
	    data, len);
}

static void
compare(struct providertable *t)
{
	if (t->site.open)
		shippedtable_compare(&t->shipped, &t->site);
}

void
providertable_open(struct providertable *t, const char *confdir)
{
	/* they have no faults: tests/lib/route/providershipped.c looks */
	shippedtable_open(&t->shipped, &conffile_providers, "providers");
	tableopen(&t->site, confdir, "providers");
	t->lookup = (struct lookup){ get, t };
	compare(t);
}

void
providertable_check(struct providertable *t)
{
	if (table_check(&t->site))
		compare(t);
}
