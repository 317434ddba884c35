#include "failure/failuretable.h"
#include "conf/tablelookup.h"

void
failuretable_open(struct failuretable *t, const char *confdir)
{
	/* they have no faults: tests/lib/failure/shipped.c looks */
	sitetable_open(&t->table, confdir, &conffile_classes,
	    "classes of failures");
}

void
failuretable_look(struct failuretable *t, const struct failure_facts *f,
    struct failure *out)
{
	struct lookup l = { tablelookup_get, &t->table.site };

	if (sitetable_check(&t->table)) {
		if (failure_look(&l, f, out) == 0)
			return;
		sitetable_damaged(&t->table);
	}
	l.arg = &t->table.shipped.table;
	failure_look(&l, f, out);
}

struct slice
failuretable_version(struct failuretable *t)
{
	return shippedtable_version(sitetable_now(&t->table));
}
