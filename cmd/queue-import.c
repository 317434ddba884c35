/* queue-import - messages of a stream into a queue, each once */
#include "base/die.h"
#include "base/exit.h"
#include "base/opt.h"
#include "move/movein.h"
#include <unistd.h>

static const char usage[] =
    "queue-import [-t] [-i INODES] [-n RECIPIENTS] [-r BYTES] [-s BYTES] QUEUE";

enum { SIZE_MAX_DEFAULT = 1 << 30 }; /* bytes of a message */

static struct movein in = { .size_max = SIZE_MAX_DEFAULT,
	.rcpts_max = MESSAGE_RCPTS_MAX };

int
main(int argc, char **argv)
{
	uint64_t bytes = COMMIT_RESERVE_BYTES, inodes = COMMIT_RESERVE_INODES;
	int o;

	prog_init(argv);
	opterr = 0;
	while ((o = getopt(argc, argv, "+i:n:r:s:t")) != -1)
		switch (o) {
		case 'i': inodes = opt_num(o, optarg, 0, UINT32_MAX); break;
		case 'n':
			in.rcpts_max = opt_num(o, optarg, 0, MESSAGE_RCPTS_MAX);
			break;
		case 'r': bytes = opt_num(o, optarg, 0, INT64_MAX); break;
		case 's': in.size_max = opt_num(o, optarg, 0, INT64_MAX); break;
		case 't': in.test = 1; break;
		default: die_usage(usage);
		}
	if (argc - optind != 1)
		die_usage(usage);
	movein_open(&in, argv[optind]);
	in.commit.reserve_bytes = bytes;
	in.commit.reserve_inodes = inodes;
	movein_run(&in);
	if (in.cut)
		return EXIT_TEMP;
	return in.refused ? EXIT_PERM : EXIT_OK;
}
