/*
 * sock-hold - hold listening sockets for programs that come and go
 *
 * Opens them and becomes another program, which has them; or has been given
 * them, and gives copies to those who ask at a door, chain/hold.
 */
#include "base/die.h"
#include "base/exit.h"
#include "base/jail.h"
#include "base/loop.h"
#include "base/opt.h"
#include "base/spawn.h"
#include "chain/hold.h"
#include "chain/listen.h"
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

static const char usage[] = "sock-hold -o address ... next ... "
			    "sock-hold [-m mode] -s door";

static struct hold hold;
static struct loop_signal on_term, on_int;
static char address[4096]; /* of the door: unix:PATH */
static int door_fd;

static void
open_one(const char *at)
{
	if (hold_open(&hold, at) == -1)
		die(errno == EINVAL || errno == E2BIG ? EXIT_PERM : EXIT_TEMP,
		    "unable to listen on %s: %m", at);
}

static void
become(char **next)
{
	if (hold_hand_on(&hold) == -1)
		die(EXIT_TEMP, "unable to hand on the sockets: %m");
	spawn_signals();
	execvp(next[0], next);
	die(EXIT_TEMP, "unable to run %s: %m", next[0]);
}

static void
stop(void *arg)
{
	(void)arg;
	/* shuts the door, too, which hold_stop() closes then */
	listen_unlink(address, door_fd);
	hold_stop(&hold);
	loop_stop();
}

/* nothing but to remove the door in the end */
static void
confine(const char *door)
{
	static char folder[JAIL_PATH];
	const char *const write[] = { jail_folder(door, folder), NULL };
	const struct jail j = { JAIL_SOCK_HOLD, NULL, write, NULL, NULL };

	jail_enter(&j);
}

static void
serve(const char *door, mode_t mode)
{
	int fd = hold_inherit(&hold);

	if (fd == -1)
		die(EXIT_TEMP,
		    "no sockets were given: LISTEN_FDS is not set, "
		    "or LISTEN_PID is another process");
	if (fd > 0)
		die(EXIT_TEMP, "descriptor %d is no listening socket", fd);
	errno = ENAMETOOLONG;
	if ((size_t)snprintf(address, sizeof address, "unix:%s", door) >=
		sizeof address ||
	    (fd = listen_open(address, mode)) == -1)
		die(EXIT_TEMP, "unable to listen on %s: %m", door);
	loop_signal_start(&on_term, SIGTERM, stop, NULL);
	loop_signal_start(&on_int, SIGINT, stop, NULL);
	door_fd = fd;
	hold_serve(&hold, fd);
	confine(door);
	loop_run();
}

int
main(int argc, char **argv)
{
	const char *door = NULL;
	mode_t mode = 0600;
	int c, mode_given = 0;

	prog_init(argv);
	while ((c = getopt(argc, argv, "+m:o:s:")) != -1) {
		if (c == 'm') {
			mode = opt_mode(c, optarg);
			mode_given = 1;
		} else if (c == 'o')
			open_one(optarg);
		else if (c == 's')
			door = optarg;
		else
			die_usage(usage);
	}
	argv += optind;
	if (door == NULL ? hold.n == 0 || mode_given || argv[0] == NULL
			 : hold.n > 0 || argv[0] != NULL)
		die_usage(usage);
	if (door == NULL)
		become(argv);
	serve(door, mode);
	return EXIT_OK;
}
