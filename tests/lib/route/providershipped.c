/* the shipped lines of providers: they have no faults, and are all there */
#include "memlookup.h"
#include "route/providerfile.h"
#include "tap.h"

int
main(void)
{
	struct memtable t;
	size_t i, n[4] = { 0 }, versions = 0;
	static const char kinds[] = "DSMN";
	const char *kind;

	memtable_make(&t, &conffile_providers, "");
	is_str(buf_data(&t.faults), "", "the shipped lines have no fault");
	for (i = 0; i < t.n; i++)
		if ((kind = strchr(kinds, t.record[i].key[0])) != NULL)
			n[kind - kinds]++;
		else
			versions += strcmp(t.record[i].key, "=version") == 0;
	memtable_free(&t);
	is_num(versions, 1, "one version");
	ok(n[0] >= 100 && n[1] >= 1 && n[2] >= 1 && n[3] >= 50,
	    "domains and MX of many");
	return done();
}
