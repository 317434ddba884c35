/* ship-sqlite - a link of log-ship: events into a table of SQLite */
#include "base/die.h"
#include "base/exit.h"
#include "ship/linkargs.h"
#include "ship/shiplink.h"
#include "ship/sqlitesink.h"
#include "ship/sqlname.h"
#include <string.h>
#include <sys/stat.h>

static const char usage[] = "ship-sqlite sqlite path [key=value ...]";

int
main(int argc, char **argv)
{
	const struct shiplink_ops ops = { .take = sqlitesink_take };
	struct sqlitesink sink = { 0 };
	struct shipkeys keys;

	prog_init(argv);
	linkargs_take(&keys, argc, argv, usage);
	sink.path = keys.place;
	sink.table = shipkeys_text(&keys, "table");
	sink.create = shipkeys_num(&keys, "create") == 1;
	sink.busy_ms = (int)shipkeys_num(&keys, "timeout");
	if (!sqlname_ok(sink.table, strlen(sink.table)))
		die(EXIT_PERM, "table: not a name of letters, digits and _");
	/* addresses are not for everybody */
	umask(027);
	return shiplink_run(&ops, &sink);
}
