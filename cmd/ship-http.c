/* ship-http - a link of log-ship: events to a receiver over HTTP */
#include "base/die.h"
#include "ship/httplink.h"
#include "ship/linkargs.h"
#include "ship/shiplink.h"

static const char usage[] = "ship-http kind url [key=value ...]";

int
main(int argc, char **argv)
{
	const struct shiplink_ops ops = { .take = httplink_take };
	struct shipkeys keys;
	struct httplink link = { .keys = &keys };

	prog_init(argv);
	linkargs_take(&keys, argc, argv, usage);
	httplink_begin(&link);
	return shiplink_run(&ops, &link);
}
