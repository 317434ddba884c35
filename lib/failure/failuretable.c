#include "failure/failuretable.h"
#include "base/die.h"
#include "base/exit.h"
#include "conf/tablelookup.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

/* the shipped lines have no faults: tests/lib/failure/shipped.c looks */
static int
on_add(void *arg, const char *key, size_t kn, const char *data, size_t dn)
{
	struct failuretable *t = arg;

	if (cdbwrite_add(&t->made, key, kn, data, dn) == -1)
		die(EXIT_TEMP, "out of memory");
	return 0;
}

static void
on_wrong(void *arg, const char *reason)
{
	(void)arg;
	die(EXIT_TEMP, "shipped classes of failures: %s", reason);
}

static void
make_shipped(struct failuretable *t)
{
	const struct conffile_sink sink = { on_add, on_wrong, t };
	unsigned lineno;

	if (conffile_read(&conffile_classes, "", 0, &lineno, &sink) == -1 ||
	    cdbwrite_finish(&t->made) == -1)
		die(EXIT_TEMP, "out of memory");
	t->shipped.cdb.map = buf_data(&t->made.out);
	t->shipped.cdb.size = (uint32_t)buf_len(&t->made.out);
	t->shipped.open = 1;
}

void
failuretable_open(struct failuretable *t, const char *confdir)
{
	memset(t, 0, sizeof *t);
	make_shipped(t);
	if (confdir == NULL)
		return;
	if (asprintf(&t->path, "%s/classes.cdb", confdir) == -1)
		die(EXIT_TEMP, "out of memory");
	if (table_open(&t->site, t->path) == -1 && errno != ENOENT)
		warn("unable to open %s: %m; the shipped classes of failures "
		     "hold",
		    t->path);
}

static int
site_holds(const struct failuretable *t)
{
	return t->site.open && t->site.generation != t->damaged;
}

static void
tell_damaged(struct failuretable *t)
{
	t->damaged = t->site.generation;
	warn("%s is damaged: the shipped classes of failures hold", t->path);
}

static struct slice
version_of(struct table *t)
{
	struct slice v = { "", 0 };

	if (table_ref(t, "=version", 8, &v.p, &v.n) != 1)
		v = (struct slice){ "", 0 };
	return v;
}

/* after an upgrade its table is as old as the last conf-build */
static void
compare(struct failuretable *t)
{
	struct slice site, ours;

	if (t->told == t->site.generation)
		return;
	t->told = t->site.generation;
	site = version_of(&t->site);
	ours = version_of(&t->shipped);
	if (site.n > 0 &&
	    (site.n != ours.n || memcmp(site.p, ours.p, site.n) != 0))
		info("%s was made with version %.*s of the shipped classes of "
		     "failures, and here is %.*s: conf-build makes it again",
		    t->path, (int)site.n, site.p, (int)ours.n, ours.p);
}

void
failuretable_look(struct failuretable *t, const struct failure_facts *f,
    struct failure *out)
{
	struct lookup l = { tablelookup_get, &t->site };

	if (t->path != NULL)
		table_check(&t->site);
	if (site_holds(t)) {
		compare(t);
		if (failure_look(&l, f, out) == 0)
			return;
		tell_damaged(t);
	}
	l.arg = &t->shipped;
	failure_look(&l, f, out);
}

struct slice
failuretable_version(struct failuretable *t)
{
	return version_of(site_holds(t) ? &t->site : &t->shipped);
}
