#include "route/tables.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/table.h"
#include "conf/local.h"
#include "conf/tablelookup.h"
#include "conf/tableopen.h"

static struct table tables[4];
static const char *const names[] = { "routes", "aliases", "pools", "local" };

/* a table that was never there is empty: its file is optional */
void
routetables_open(struct routing_conf *conf, const char *confdir, const char *me)
{
	static struct local_default local;
	struct lookup *const to[] = { &conf->routes, &conf->aliases,
		&conf->pools, &conf->local };
	unsigned i;

	for (i = 0; i < 4; i++) {
		to[i]->get = tablelookup_get_open;
		to[i]->arg = &tables[i];
		tableopen(&tables[i], confdir, names[i]);
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
		if (table_check(&tables[i]) && i == 0 &&
		    rulesearch_load(&conf->loaded, &conf->routes) == -1)
			warn("%s is damaged", tables[0].path);
}
