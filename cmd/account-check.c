/* account-check - whose a key or a password is: answers who serves the programming
 * interface */
#include "account/accountserver.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/fd.h"
#include "base/folder.h"
#include "base/opt.h"
#include "chain/dial.h"
#include "chain/event.h"
#include "chain/listen.h"
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

enum { HASHERS_DEFAULT_MAX = 4 };

static const char usage[] =
    "account-check [-i INSTANCE] [-m MODE] [-n N] -l SOCKET FOLDER";

static struct accountserver server;

static void
ending(void *arg)
{
	(void)arg;
	loop_stop();
}

static unsigned
default_hashers(void)
{
	long n = sysconf(_SC_NPROCESSORS_ONLN);

	return n < 1 ? 1 : n > HASHERS_DEFAULT_MAX ? HASHERS_DEFAULT_MAX : n;
}

static void
serve(const char *place, mode_t mode)
{
	static struct loop_signal term, intr;
	char address[DIAL_PATH_MAX + 8];
	int listening;

	if (strlen(place) > DIAL_PATH_MAX)
		opt_bad('l', place, "the path of a socket");
	snprintf(address, sizeof address, "unix:%s", place);
	listening = listen_open(address, mode);
	if (listening == -1)
		die(EXIT_TEMP, "unable to listen at %s: %m", place);
	fd_limit_raise();
	loop_signal_start(&term, SIGTERM, ending, NULL);
	loop_signal_start(&intr, SIGINT, ending, NULL);
	accountserver_listen(&server, listening);
	loop_keep(1);
	loop_run();
	listen_unlink(address, listening);
	accountserver_stop(&server);
	event_flush();
}

int
main(int argc, char **argv)
{
	const char *place = NULL, *instance = NULL;
	unsigned n = default_hashers();
	char path[PATH_MAX];
	mode_t mode = 0600;
	int c;

	prog_init(argv);
	while ((c = getopt(argc, argv, "+i:l:m:n:")) != -1)
		switch (c) {
		case 'i': instance = optarg; break;
		case 'l': place = optarg; break;
		case 'm': mode = opt_mode(c, optarg); break;
		case 'n':
			n = (unsigned)opt_num(c, optarg, 1, HASHERS_MAX);
			break;
		default: die_usage(usage);
		}
	if (place == NULL || argc - optind != 1)
		die_usage(usage);
	/* no core file, no debugger of the same user */
	prctl(PR_SET_DUMPABLE, 0);
	if (snprintf(path, sizeof path, "%s/db", argv[optind]) >= PATH_MAX)
		die(EXIT_PERM, "%s: the name is too long", argv[optind]);
	/* root works as the folder's owner there */
	if (folder_settle(argv[optind]) == -1)
		die(EXIT_TEMP, "unable to open %s: %m", argv[optind]);
	event_gather();
	accountserver_open(&server, path, instance, n);
	serve(place, mode);
	return EXIT_OK;
}
