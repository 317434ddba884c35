/* ship-file - a link of log-ship: events into files */
#include "base/die.h"
#include "base/exit.h"
#include "ship/filesink.h"
#include "ship/linkargs.h"
#include "ship/shiplink.h"
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

static const char usage[] = "ship-file file | csv path [key=value ...]";

/* three octal digits */
static mode_t
mode_of(const char *text)
{
	mode_t mode = 0;
	const char *p;

	for (p = text; *p >= '0' && *p <= '7'; p++)
		mode = mode << 3 | (mode_t)(*p - '0');
	if (*p != '\0' || p - text != 3 || (mode & 0600) != 0600)
		die(EXIT_PERM, "mode: %s: want three octal digits, and 6 first",
		    text);
	return mode;
}

static void
columns(struct filesink *s, const char *names)
{
	if (csvrecord_columns(&s->csv, names) == 0)
		return;
	if (errno == EINVAL)
		die(EXIT_PERM, "columns: not names with commas between");
	die(EXIT_TEMP, "out of memory");
}

int
main(int argc, char **argv)
{
	const struct shiplink_ops ops = { .take = filesink_take };
	struct filesink sink = { 0 };
	struct shipkeys keys;

	prog_init(argv);
	linkargs_take(&keys, argc, argv, usage);
	sink.pattern = keys.place;
	sink.format = strcmp(keys.kind->name, "csv") == 0
	    ? FILESINK_CSV
	    : (enum filesink_format)shipkeys_num(&keys, "format");
	if (sink.format == FILESINK_CSV)
		columns(&sink, shipkeys_text(&keys, "columns"));
	sink.mode = mode_of(shipkeys_text(&keys, "mode"));
	sink.sync = shipkeys_num(&keys, "sync") == 1;
	/* the mode is what the site says, and not less */
	umask(0);
	return shiplink_run(&ops, &sink);
}
