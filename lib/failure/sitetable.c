#include "failure/sitetable.h"
#include "base/die.h"
#include "base/exit.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>

void
sitetable_open(struct sitetable *t, const char *confdir,
    const struct conffile *subject, const char *what)
{
	memset(t, 0, sizeof *t);
	shippedtable_open(&t->shipped, subject, what);
	if (confdir == NULL)
		return;
	if (asprintf(&t->path, "%s/%s.cdb", confdir, subject->name) == -1)
		die(EXIT_TEMP, "out of memory");
	if (table_open(&t->site, t->path) == -1 && errno != ENOENT)
		warn("unable to open %s: %m; the shipped %s hold", t->path,
		    what);
}

struct table *
sitetable_now(struct sitetable *t)
{
	return t->site.open && t->site.generation != t->damaged
	    ? &t->site
	    : &t->shipped.table;
}

int
sitetable_check(struct sitetable *t)
{
	if (t->path != NULL)
		table_check(&t->site);
	if (sitetable_now(t) != &t->site)
		return 0;
	shippedtable_compare(&t->shipped, &t->site);
	return 1;
}

void
sitetable_damaged(struct sitetable *t)
{
	t->damaged = t->site.generation;
	warn("%s is damaged: the shipped %s hold", t->path, t->shipped.what);
}
