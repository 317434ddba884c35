#include "conf/confname.h"
#include "tap.h"

static const struct {
	const char *name;
	int kind;
	const char *meant;
} cases[] = {
	{ "routes", CONFNAME_KNOWN, "routes" },
	{ "routes.cdb", CONFNAME_KNOWN, "routes" },
	{ "me", CONFNAME_KNOWN, NULL },
	{ "tls", CONFNAME_KNOWN, "tls" },
	{ "tls-client.cdb", CONFNAME_KNOWN, "tls" },
	{ "tls-out", CONFNAME_KNOWN, "tls" },
	{ "me~", CONFNAME_BACKUP, NULL },
	{ "routes~", CONFNAME_BACKUP, "routes" },
	{ "#routes#", CONFNAME_BACKUP, "routes" },
	{ ".routes.swp", CONFNAME_BACKUP, NULL },
	{ "routes.dpkg-old", CONFNAME_BACKUP, "routes" },
	{ "~", CONFNAME_OTHER, NULL },
	{ "alias", CONFNAME_OTHER, "aliases" },
	{ "route", CONFNAME_OTHER, "routes" },
	{ "Routes", CONFNAME_OTHER, "routes" },
	{ "resolv", CONFNAME_OTHER, "resolver" },
	{ "routes.txt", CONFNAME_OTHER, "routes" },
	{ "routs.cdb", CONFNAME_OTHER, NULL },
	{ "pool", CONFNAME_OTHER, "pools" },
	{ "trottle", CONFNAME_OTHER, "throttle" },
	{ "transport", CONFNAME_OTHER, NULL },
	{ "a-name-that-is-much-longer-than-any-that-is-known", CONFNAME_OTHER,
	    NULL },
};

int
main(void)
{
	const char *meant;
	unsigned i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		is_num(confname_of(cases[i].name), cases[i].kind,
		    cases[i].name);
		meant = confname_meant(cases[i].name);
		is_str(meant == NULL ? "(none)" : meant,
		    cases[i].meant == NULL ? "(none)" : cases[i].meant,
		    "is meant");
	}
	return done();
}
