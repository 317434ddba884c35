#include "conf/shippedtable.h"
#include "base/die.h"
#include "base/exit.h"

static int
on_add(void *arg, const char *key, size_t kn, const char *data, size_t dn)
{
	struct shippedtable *t = arg;

	if (cdbwrite_add(&t->made, key, kn, data, dn) == -1)
		die(EXIT_TEMP, "out of memory");
	return 0;
}

static void
on_wrong(void *arg, const char *reason)
{
	const struct shippedtable *t = arg;

	die(EXIT_TEMP, "shipped %s: %s", t->what, reason);
}

void
shippedtable_open(struct shippedtable *t, const struct conffile *subject,
    const char *what)
{
	const struct conffile_sink sink = { on_add, on_wrong, t };
	unsigned lineno;

	memset(t, 0, sizeof *t);
	t->what = what;
	if (conffile_read(subject, "", 0, &lineno, &sink) == -1 ||
	    cdbwrite_finish(&t->made) == -1)
		die(EXIT_TEMP, "out of memory");
	t->table.cdb.map = buf_data(&t->made.out);
	t->table.cdb.size = (uint32_t)buf_len(&t->made.out);
	t->table.open = 1;
}

struct slice
shippedtable_version(struct table *t)
{
	struct slice v = { "", 0 };

	if (table_ref(t, "=version", 8, &v.p, &v.n) != 1)
		v = (struct slice){ "", 0 };
	return v;
}

void
shippedtable_compare(struct shippedtable *t, struct table *site)
{
	struct slice have, ours;

	if (t->told == site->generation)
		return;
	t->told = site->generation;
	have = shippedtable_version(site);
	ours = shippedtable_version(&t->table);
	if (have.n > 0 &&
	    (have.n != ours.n || memcmp(have.p, ours.p, have.n) != 0))
		info("%s was made with version %.*s of the shipped %s, and "
		     "here is %.*s: conf-build makes it again",
		    site->path, (int)have.n, have.p, t->what, (int)ours.n,
		    ours.p);
}
