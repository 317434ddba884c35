#include "route/tables.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/zone.h"
#include "conf/tablelookup.h"
#include "conf/tableopen.h"

static const char *const names[ROUTETABLES_N] = { "routes", "aliases", "pools",
	"local", "tls-out", "feedback", "prohibited" };

/* a table that was never there is empty: its file is optional */
void
routetables_open(struct routetables *t, struct routing_conf *conf,
    const char *confdir, const char *me)
{
	struct lookup *const to[] = { &conf->routes, &conf->aliases,
		&conf->pools, &conf->local, &t->tls_out, &conf->feedback,
		&conf->prohibited };
	unsigned i;

	for (i = 0; i < ROUTETABLES_N; i++) {
		to[i]->get = tablelookup_get_open;
		to[i]->arg = &t->table[i];
		tableopen(&t->table[i], confdir, names[i]);
	}
	conf->clock = zone_clock;
	conf->local = local_by_default(&t->local, me, conf->local);
	if (rulesearch_load(&conf->loaded, &conf->routes) == -1)
		die(EXIT_TEMP, "%s is damaged", t->table[0].path);
}

void
routetables_check(struct routetables *t, struct routing_conf *conf)
{
	unsigned i;

	for (i = 0; i < ROUTETABLES_N; i++)
		if (table_check(&t->table[i]) && i == 0 &&
		    rulesearch_load(&conf->loaded, &conf->routes) == -1)
			warn("%s is damaged", t->table[0].path);
}
