#include "route/tables.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/table.h"
#include "conf/local.h"
#include "conf/tablelookup.h"
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

static struct {
	struct table table;
	char path[4096];
} tables[4];
static const char *const names[] = { "routes", "aliases", "pools", "local" };

/* a table that was never there is empty: its file is optional */
void
routetables_open(struct routing_conf *conf, const char *confdir, const char *me)
{
	static struct local_default local;
	struct lookup *const to[] = { &conf->routes, &conf->aliases,
		&conf->pools, &conf->local };
	char text[4096];
	unsigned i;

	for (i = 0; i < 4; i++) {
		struct table *t = &tables[i].table;

		if (snprintf(text, sizeof text, "%s/%s", confdir, names[i]) >=
		    (int)sizeof text - 4)
			die(EXIT_PERM, "name too long: %s", confdir);
		snprintf(tables[i].path, sizeof tables[i].path, "%.4090s.cdb",
		    text);
		to[i]->get = tablelookup_get_open;
		to[i]->arg = t;
		if (table_open(t, tables[i].path) == 0)
			continue;
		if (errno != ENOENT)
			die(EXIT_TEMP, "unable to open %s: %m", tables[i].path);
		if (access(text, F_OK) == 0)
			die(EXIT_TEMP, "%s is not compiled: run conf-build %s",
			    text, confdir);
	}
	conf->local = local_by_default(&local, me, conf->local);
	if (rulesearch_load(&conf->loaded, &conf->routes) == -1)
		die(EXIT_TEMP, "%s is damaged", tables[0].path);
}

void
routetables_check(struct routing_conf *conf)
{
	unsigned i;

	for (i = 0; i < 4; i++)
		if (table_check(&tables[i].table) && i == 0 &&
		    rulesearch_load(&conf->loaded, &conf->routes) == -1)
			warn("%s is damaged", tables[0].path);
}
