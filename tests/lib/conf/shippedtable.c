/* lines that are shipped: made in memory, their version, and one that differs */
#include "conf/shippedtable.h"
#include "cdbfile.h"
#include "says.h"
#include "tap.h"

static const char *version = "7";
static int faulty;

static int
line(void *state, const char *p, size_t n, unsigned lineno,
    const struct conffile_sink *sink)
{
	(void)state;
	(void)lineno;
	return sink->add(sink->arg, p, n, "site", 4);
}

static int
finish(void *state, const struct conffile_sink *sink)
{
	(void)state;
	if (faulty)
		return conffile_wrong(sink, "no good");
	if (version[0] != '\0')
		sink->add(sink->arg, "=version", 8, version, strlen(version));
	return sink->add(sink->arg, "key", 3, "ours", 4);
}

static const struct conffile subject = { "things", 1, line, finish };
static char dir[] = "/tmp/shippedtable.XXXXXX", path[64];

static void
open_faulty(const void *arg)
{
	struct shippedtable t;

	(void)arg;
	faulty = 1;
	shippedtable_open(&t, &subject, "things");
}

/* a site's table of version arg, compared twice with ours */
static void
compare(const void *arg)
{
	struct shippedtable t;
	struct table site = { .path = NULL };

	version = arg;
	cdbfile(dir, &subject, "own\n");
	version = "7";
	shippedtable_open(&t, &subject, "things");
	if (table_open(&site, path) == -1)
		dprintf(2, "no table");
	shippedtable_compare(&t, &site);
	shippedtable_compare(&t, &site);
}

int
main(void)
{
	static struct shippedtable t;
	char want[300];
	const char *p;
	int status;
	size_t n;

	mkdtemp(dir);
	snprintf(path, sizeof path, "%s/things.cdb", dir);
	shippedtable_open(&t, &subject, "things");
	is_num(table_ref(&t.table, "key", 3, &p, &n), 1, "a shipped record");
	ok(n == 4 && memcmp(p, "ours", 4) == 0, "is what the parser made");
	is_num(table_ref(&t.table, "own", 3, &p, &n), 0, "and no other");
	is_num(shippedtable_version(&t.table).n, 1, "its version");
	is_str(says(open_faulty, NULL, &status),
	    "rohrpost: fatal: shipped things: no good\n", "a fault in them");
	is_num(status, 111, "ends the program");
	is_str(says(compare, "7", &status), "", "the same version");
	snprintf(want, sizeof want,
	    "rohrpost: info: %s was made with version 6 of the shipped things, "
	    "and here is 7: conf-build makes it again\n",
	    path);
	is_str(says(compare, "6", &status), want, "another is told of once");
	is_str(says(compare, "", &status), "", "one that has none is not");
	unlink(path);
	rmdir(dir);
	return done();
}
