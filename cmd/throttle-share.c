/* throttle-share - limits that are shared by several machines, through Redis */
#include "base/die.h"
#include "base/exit.h"
#include "base/jail.h"
#include "base/lines.h"
#include "base/num.h"
#include "base/opt.h"
#include "chain/event.h"
#include "chain/listen.h"
#include "share/sharehub.h"
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define USAGE \
	"throttle-share [-a FILE] [-d DATABASE] [-k PREFIX] -l SOCKET " \
	"[-m MODE] -n MACHINES -r REDIS"

enum {
	THROTTLE_SHARE_MACHINES_MAX = 1000,
	THROTTLE_SHARE_LOGIN_MAX = 1024 /* bytes of -a's line */
};

static struct sharehub hub;
static struct loop_signal term;
static const char *place;
static int listening = -1;

/* IP:PORT, [IP]:PORT or unix:PATH */
static int
redis_place(struct dial_addr *a, const char *text)
{
	const char *colon = strrchr(text, ':'), *ip = text;
	size_t n;
	uint64_t port;

	if (strncmp(text, "unix:", 5) == 0) {
		a->kind = DIAL_UNIX;
		a->path = text + 5;
		a->path_len = (unsigned)strlen(a->path);
		return a->path[0] == '/' && a->path_len <= DIAL_PATH_MAX ? 0
									 : -1;
	}
	if (colon == NULL || num_scans(colon + 1, 1, 65535, &port) == -1)
		return -1;
	n = (size_t)(colon - text);
	if (n > 2 && ip[0] == '[' && colon[-1] == ']') {
		ip++;
		n -= 2;
	}
	if (dial_scan_ip(ip, n, a) == -1)
		return -1;
	a->port = (uint16_t)port;
	return 0;
}

/* PASSWORD, or USER and it: the first line of a file */
static void
log_in(const char *path)
{
	static char text[THROTTLE_SHARE_LOGIN_MAX + 1];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char *blank;
	ssize_t n;

	if (fd == -1)
		die(EXIT_TEMP, "unable to open %s: %m", path);
	n = read(fd, text, sizeof text);
	if (n == -1)
		die(EXIT_TEMP, "unable to read %s: %m", path);
	close(fd);
	if (n == sizeof text || memchr(text, '\n', (size_t)n) == NULL)
		die(EXIT_TEMP, "%s: no line with a password", path);
	*strchr(text, '\n') = '\0';
	blank = strchr(text, ' ');
	hub.redis.password = text;
	if (blank == NULL)
		return;
	*blank = '\0';
	hub.redis.user = text;
	hub.redis.password = blank + 1;
}

static void
ending(void *arg)
{
	(void)arg;
	loop_stop();
}

/* whose file is a link of our own, which is removed in the end */
static void
confine(const char *sock)
{
	static char folder[JAIL_PATH];
	const char *const none[] = { NULL };
	const char *write[] = { jail_folder(sock, folder), NULL };
	const struct jail j = { JAIL_THROTTLE_SHARE, none, write, NULL, NULL };

	jail_enter(&j);
}

static void
options(int argc, char **argv, mode_t *mode)
{
	uint64_t n = 0;
	int c, machines = 0;

	while ((c = getopt(argc, argv, "a:d:k:l:m:n:r:")) != -1) {
		if (c == 'a') {
			log_in(optarg);
		} else if (c == 'd') {
			opt_num(c, optarg, 0, 65535);
			hub.redis.db = optarg;
		} else if (c == 'k') {
			hub.prefix = optarg;
		} else if (c == 'l') {
			place = optarg;
		} else if (c == 'm') {
			*mode = opt_mode(c, optarg);
		} else if (c == 'n') {
			n = opt_num(c, optarg, 0, THROTTLE_SHARE_MACHINES_MAX);
			machines = 1;
		} else if (c == 'r') {
			if (redis_place(&hub.redis.to, optarg) == -1)
				opt_bad(c, optarg, "IP:PORT or unix:/PATH");
		} else {
			die_usage(USAGE);
		}
	}
	if (optind != argc || place == NULL || !machines ||
	    hub.redis.to.kind == DIAL_NONE)
		die_usage(USAGE);
	hub.lost.machines = (uint32_t)n;
}

int
main(int argc, char **argv)
{
	char address[DIAL_PATH_MAX + 8];
	mode_t mode = 0600;

	prog_init(argv);
	hub.prefix = "rohrpost";
	options(argc, argv, &mode);
	if (hub.prefix[0] == '\0' || strlen(hub.prefix) > SHAREHUB_PREFIX_MAX)
		opt_bad('k', hub.prefix, "1 to 64 bytes");
	if (strlen(place) > DIAL_PATH_MAX)
		opt_bad('l', place, "the path of a socket");
	snprintf(address, sizeof address, "unix:%s", place);
	listening = listen_open(address, mode);
	if (listening == -1)
		die(EXIT_TEMP, "unable to listen at %s: %m", place);
	event_gather();
	loop_signal_start(&term, SIGTERM, ending, NULL);
	confine(place);
	sharehub_open(&hub, listening);
	loop_keep(1);
	loop_run();
	listen_unlink(address, listening);
	sharehub_close(&hub);
	event_flush();
	return EXIT_OK;
}
