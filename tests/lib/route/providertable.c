/* the table of providers of a program: the shipped one, the site's, another
 * one while it runs, and those that cannot be used */
#include "route/providertable.h"
#include "base/clock.h"
#include "cdbfile.h"
#include "route/providerfile.h"
#include "says.h"
#include "tap.h"
#include <sys/stat.h>

static char dir[] = "/tmp/providertable.XXXXXX";
static struct providertable table;

static const char *
record(const char *key)
{
	static char t[80];
	const char *p;
	size_t n;
	int r = lookup_get(&table.lookup, key, strlen(key), &p, &n);

	snprintf(t, sizeof t, "%s%.*s", r == -1 ? "damaged" : "",
	    r == 1 ? (int)n : 0, p);
	return t;
}

static void
opening(const void *arg)
{
	(void)arg;
	providertable_open(&table, dir);
	dprintf(2, "%s", record("dx.org"));
}

static void
file(const char *name, const char *p)
{
	char path[64];
	FILE *f;

	snprintf(path, sizeof path, "%s/%s", dir, name);
	f = fopen(path, "w");
	fputs(p, f);
	fclose(f);
}

/* the record of a key of the site, when it is that, or after long enough */
static const char *
soon(const char *key, const char *want)
{
	const int64_t end = clock_mono_ms() + 5000;

	while (strcmp(record(key), want) != 0 && clock_mono_ms() < end) {
		usleep(10000);
		providertable_check(&table);
	}
	return record(key);
}

int
main(void)
{
	char want[200], path[64];
	int status;

	mkdtemp(dir);
	providertable_open(&table, dir);
	ok(record("Dgmail.com")[0] != '\0', "no table: the shipped lines");
	is_str(record("dx.org"), "", "and none of a site");
	cdbfile(dir, &conffile_providers, "a x.org\n");
	is_str(soon("dx.org", "1 a"), "1 a", "its table comes");
	ok(record("Dgmail.com")[0] != '\0', "and has the shipped lines");
	cdbfile(dir, &conffile_providers, "b x.org\n");
	is_str(soon("dx.org", "1 b"), "1 b", "another one");
	cdbfile_bytes(dir, "providers", "damaged", 7);
	is_str(soon("dx.org", "damaged"), "damaged",
	    "a damaged one is never an empty one");
	snprintf(path, sizeof path, "%s/providers.cdb", dir);
	unlink(path);
	file("providers", "a x.org\n");
	snprintf(want, sizeof want,
	    "rohrpost: fatal: %s/providers is not compiled: run conf-build %s\n",
	    dir, dir);
	is_str(says(opening, NULL, &status), want, "a text without its table");
	is_num(status, 111, "ends it");
	cdbfile(dir, &conffile_providers, "c x.org\n");
	is_str(says(opening, NULL, &status), "1 c", "with it all is well");
	unlink(path);
	snprintf(path, sizeof path, "%s/providers", dir);
	unlink(path);
	is_num(rmdir(dir), 0, "nothing is left");
	return done();
}
