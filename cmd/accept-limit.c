/* accept-limit - how much may come in: answers who takes mail, by conf/accept */
#include "accept/acceptserver.h"
#include "accept/accepttool.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/fd.h"
#include "base/jail.h"
#include "base/opt.h"
#include "base/random.h"
#include "chain/dial.h"
#include "chain/event.h"
#include "chain/listen.h"
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char usage[] =
    "accept-limit [-m MODE] [-s FOLDER] -l SOCKET CONFDIR "
    "accept-limit -n SOCKET LABEL:VALUE ... "
    "accept-limit -a SOCKET KEY [+N | -N]";

static struct acceptserver server;
static const char *place, *state, *shown_at, *added_at;
static mode_t mode = 0600;

static void
ending(void *arg)
{
	(void)arg;
	loop_stop();
}

/* its tables, and the zones of those to come; its files; and the folder of its
 * socket, which is removed in the end */
static void
confine(const char *confdir)
{
	static char folder[JAIL_PATH];
	const char *const read[] = { confdir, "/usr/share/zoneinfo",
		"/etc/localtime", NULL };
	const char *write[] = { jail_folder(place, folder), state, NULL };
	const struct jail j = { JAIL_ACCEPT_LIMIT, read, write, NULL, NULL };

	jail_enter(&j);
}

static void
serve(const char *confdir)
{
	static struct loop_signal term, intr;
	char address[DIAL_PATH_MAX + 8];
	uint64_t seed;
	int listening;

	if (strlen(place) > DIAL_PATH_MAX)
		opt_bad('l', place, "the path of a socket");
	snprintf(address, sizeof address, "unix:%s", place);
	if (random_bytes(&seed, sizeof seed) == -1)
		die(EXIT_TEMP, "no random bytes: %m");
	event_gather();
	acceptserver_open(&server, confdir, state, seed);
	listening = listen_open(address, mode);
	if (listening == -1)
		die(EXIT_TEMP, "unable to listen at %s: %m", place);
	fd_limit_raise();
	loop_signal_start(&term, SIGTERM, ending, NULL);
	loop_signal_start(&intr, SIGINT, ending, NULL);
	confine(confdir);
	acceptserver_listen(&server, listening);
	loop_keep(1);
	loop_run();
	listen_unlink(address, listening);
	acceptserver_stop(&server);
	event_flush();
}

int
main(int argc, char **argv)
{
	int c;

	prog_init(argv);
	while ((c = getopt(argc, argv, "+a:l:m:n:s:")) != -1)
		switch (c) {
		case 'a': added_at = optarg; break;
		case 'l': place = optarg; break;
		case 'm': mode = opt_mode(c, optarg); break;
		case 'n': shown_at = optarg; break;
		case 's': state = optarg; break;
		default: die_usage(usage);
		}
	argv += optind;
	argc -= optind;
	if ((place != NULL) + (shown_at != NULL) + (added_at != NULL) != 1)
		die_usage(usage);
	if (place != NULL && argc == 1)
		serve(argv[0]);
	else if (shown_at != NULL && argc > 0)
		accepttool_show(shown_at, argv);
	else if (added_at != NULL && (argc == 1 || argc == 2))
		accepttool_add(added_at, argv[0], argv[1]);
	else
		die_usage(usage);
	return EXIT_OK;
}
