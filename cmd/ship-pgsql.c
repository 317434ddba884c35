/* ship-pgsql - a link of log-ship: events into a table of PostgreSQL */
#include "base/die.h"
#include "base/exit.h"
#include "base/out.h"
#include "ship/linkargs.h"
#include "ship/pgsqlsink.h"
#include "ship/shiplink.h"
#include "ship/sqlname.h"
#include <string.h>

static const char usage[] = "ship-pgsql -s [table] | pgsql url [key=value ...]";

static const char *
table_ok(const char *name)
{
	size_t schema;

	if (sqlname_split(name, &schema) == NULL)
		die(EXIT_PERM, "table: not a name of letters, digits and _");
	return name;
}

/* -s: what makes the table, for whoever may do that */
static int
schema(int argc, char **argv)
{
	struct buf b = { 0 };

	if (argc > 3)
		die_usage(usage);
	needs(pgsqlsink_schema(table_ok(argc == 3 ? argv[2]
						  : "rohrpost_events"),
	    &b));
	out_flush(&b);
	return EXIT_OK;
}

/* command lines can be seen by everybody */
static void
no_password(const char *url)
{
	const char *at = strchr(url, '@'), *p = strstr(url, "://") + 3;

	if ((at != NULL && memchr(p, ':', at - p) != NULL &&
		memchr(p, '/', at - p) == NULL) ||
	    strstr(url, "password=") != NULL)
		die(EXIT_PERM, "a password does not stand in a URL");
}

static void
keys_of(struct pgsqlsink *s, const struct shipkeys *k)
{
	no_password(k->place);
	s->url = k->place;
	s->ca_file = shipkeys_text(k, "ca-file");
	s->cert_file = shipkeys_text(k, "cert-file");
	s->key_file = shipkeys_text(k, "key-file");
	s->table = table_ok(shipkeys_text(k, "table"));
	s->create = shipkeys_num(k, "create") == 1;
	s->connect_ms = (int64_t)shipkeys_num(k, "connect-timeout");
	s->timeout_ms = (int64_t)shipkeys_num(k, "timeout");
}

int
main(int argc, char **argv)
{
	const struct shiplink_ops ops = { .take = pgsqlsink_take };
	static struct linkargs_user user;
	struct pgsqlsink sink = { 0 };
	struct shipkeys keys;
	int status;

	prog_init(argv);
	if (argc > 1 && strcmp(argv[1], "-s") == 0)
		return schema(argc, argv);
	linkargs_take(&keys, argc, argv, usage);
	keys_of(&sink, &keys);
	linkargs_need_user(&user, &keys);
	sink.user = user.name;
	sink.password = user.password;
	status = shiplink_run(&ops, &sink);
	pgsqlsink_end(&sink);
	return status;
}
