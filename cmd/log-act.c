/* log-act - an act of an administrator into the log of an instance */
#include "act/act.h"
#include "base/die.h"
#include "base/exit.h"
#include "chain/event.h"
#include <string.h>
#include <unistd.h>

/* of an act */
static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789-_.";
static const char usage[] = "log-act dir act [what [was [now]]]";

int
main(int argc, char **argv)
{
	static const char *const labels[] = { "what", "was", "now" };
	int i, r;

	prog_init(argv);
	if (getopt(argc, argv, "+") != -1)
		die_usage(usage);
	argc -= optind;
	argv += optind;
	if (argc < 2 || argc > 5 || argv[1][strspn(argv[1], letters)] != '\0' ||
	    argv[1][0] == '\0')
		die_usage(usage);
	act_begin(argv[1]);
	for (i = 2; i < argc; i++)
		if (argv[i][0] != '\0')
			event_puts(labels[i - 2], argv[i]);
	act_end();
	r = act_write(argv[0]);
	act_done();
	if (r == 0)
		die(EXIT_PERM, "%s is no instance", argv[0]);
	return r == 1 ? EXIT_OK : EXIT_TEMP;
}
