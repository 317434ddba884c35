/* ship-pipe - a link of log-ship: events for a command */
#include "base/die.h"
#include "base/exit.h"
#include "ship/linkargs.h"
#include "ship/pipesink.h"
#include "ship/shiplink.h"

static const char usage[] = "ship-pipe pipe command [key=value ...]";

int
main(int argc, char **argv)
{
	const struct shiplink_ops ops = { .take = pipesink_take };
	struct pipesink sink = { 0 };
	struct shipkeys keys;
	int status;

	prog_init(argv);
	linkargs_take(&keys, argc, argv, usage);
	sink.command = keys.place;
	sink.stream = shipkeys_num(&keys, "mode") == 1;
	sink.json = shipkeys_num(&keys, "format") == 1;
	sink.timeout_ms = (int64_t)shipkeys_num(&keys, "timeout");
	status = shiplink_run(&ops, &sink);
	if (pipesink_end(&sink) == -1 && status == EXIT_OK)
		status = EXIT_TEMP;
	return status;
}
