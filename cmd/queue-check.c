/* queue-check - make, test and mend a queue */
#include "base/die.h"
#include "base/exit.h"
#include "queue/layout.h"
#include <unistd.h>

static const char usage[] = "queue-check [-ir] QUEUE";

int
main(int argc, char **argv)
{
	const char *what;
	int o, make = 0;

	prog_init(argv);
	opterr = 0;
	while ((o = getopt(argc, argv, "+ir")) != -1)
		switch (o) {
		case 'i':
			make = 1;
			break;
		case 'r':
			break;
		default:
			die_usage(usage);
		}
	if (argc - optind != 1)
		die_usage(usage);
	if (make && layout_make(argv[optind], &what) == -1)
		die(EXIT_TEMP, "unable to make %s: %m", what);
	return EXIT_OK;
}
