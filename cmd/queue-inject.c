/*
 * queue-inject - put parcels into a queue, durably
 *
 * Descriptor 0 or the connections of a socket -> lib/queue/intake ->
 * files.  What has arrived when the loop would wait is one batch, with one
 * sync; then the log, then the receipts, then queue-run's FIFO.
 */
#include "base/die.h"
#include "base/exit.h"
#include "base/fd.h"
#include "base/folder.h"
#include "base/num.h"
#include "base/opt.h"
#include "chain/listen.h"
#include "inject/inject.h"
#include <pwd.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

static const char usage[] =
    "queue-inject [-fw] [-i INODES] [-k SECONDS] [-K KEYS] [-l SOCKET] "
    "[-n RECIPIENTS] [-r BYTES] [-s BYTES] [-t USER] QUEUE";

enum {
	SIZE_MAX_DEFAULT = 1 << 30, /* bytes of a message */
	KEYS_S_MAX = 366 * 86400,
	KEYS_MAX = 100000000
};

static struct inject inject;

/* the path of a socket, or "-": a listening one is on descriptor 0 */
static void
serve(const char *path, int everybody)
{
	struct buf address = { 0 };
	int fd;

	fd_limit_raise();
	if (buf_printf(&address, "unix:%s", path) == -1)
		die(EXIT_TEMP, "out of memory");
	if (strcmp(path, "-") == 0) {
		if (!listen_is(0))
			die(EXIT_PERM, "descriptor 0 is no listening socket");
		fd = fd_nonblock(0);
	} else {
		fd = listen_open(buf_data(&address), everybody ? 0666 : 0600);
	}
	if (fd == -1)
		die(EXIT_TEMP, "unable to listen at %s: %m", path);
	inject_serve(&inject, fd);
	if (fd > 0)
		listen_unlink(buf_data(&address), fd);
	buf_free(&address);
}

static void
trust(const char *user)
{
	struct passwd *pw;
	uint64_t uid;

	if (inject.n_trusted == INJECT_TRUSTED_MAX)
		die(EXIT_PERM, "more than %d times -t", INJECT_TRUSTED_MAX);
	if (num_scans(user, 0, UINT32_MAX - 1, &uid) == -1) {
		pw = getpwnam(user);
		if (pw == NULL)
			die(EXIT_TEMP, "unable to find user %s", user);
		uid = pw->pw_uid;
	}
	inject.trusted[inject.n_trusted++] = uid;
}

int
main(int argc, char **argv)
{
	uint64_t bytes = COMMIT_RESERVE_BYTES, inodes = COMMIT_RESERVE_INODES;
	enum commit_method method = COMMIT_TRY;
	uint64_t lifetime_s = IDEM_LIFETIME_S, keys = IDEM_KEYS_MAX;
	const char *path = NULL;
	int o, everybody = 0;

	prog_init(argv);
	inject.in.size_max = SIZE_MAX_DEFAULT;
	inject.in.rcpts_max = MESSAGE_RCPTS_MAX;
	while ((o = getopt(argc, argv, "+fi:k:K:l:n:r:s:t:w")) != -1)
		switch (o) {
		case 'f': method = COMMIT_RENAME; break;
		case 'i': inodes = opt_num(o, optarg, 0, UINT32_MAX); break;
		case 'k': lifetime_s = opt_num(o, optarg, 1, KEYS_S_MAX); break;
		case 'K': keys = opt_num(o, optarg, 1, KEYS_MAX); break;
		case 'l': path = optarg; break;
		case 'n':
			inject.in.rcpts_max =
			    opt_num(o, optarg, 0, MESSAGE_RCPTS_MAX);
			break;
		case 'r': bytes = opt_num(o, optarg, 0, INT64_MAX); break;
		case 's':
			inject.in.size_max = opt_num(o, optarg, 0, INT64_MAX);
			break;
		case 't': trust(optarg); break;
		case 'w': everybody = 1; break;
		default: die_usage(usage);
		}
	if (argc - optind != 1)
		die_usage(usage);
	/* root does there what its owner might do */
	if (folder_settle(argv[optind]) == -1 ||
	    intake_open(&inject.in, argv[optind], method) == -1)
		die(EXIT_TEMP, "unable to open queue %s: %m", argv[optind]);
	inject.in.keys.lifetime_s = lifetime_s;
	inject.in.keys.max = keys;
	if (idemstore_settle(&inject.in.keys) == -1)
		warn("unable to read %s/keys: %m", argv[optind]);
	inject.in.commit.reserve_bytes = bytes;
	inject.in.commit.reserve_inodes = inodes;
	inject_start(&inject);
	if (path != NULL)
		serve(path, everybody);
	else
		inject_chain(&inject);
	return inject.status;
}
