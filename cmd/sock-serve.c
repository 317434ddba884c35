/* sock-serve - run a command for each connection to a socket */
#include "base/die.h"
#include "base/exit.h"
#include "base/fd.h"
#include "base/loop.h"
#include "base/opt.h"
#include "base/spawn.h"
#include "chain/listen.h"
#include "chain/record.h"
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static const char usage[] = "sock-serve [-rw] [-c n] [-m mode] address next...";

enum {
	SERVE_DEFAULT = 100, /* connections at once */
	SERVE_MAX = 10000,
	SERVE_PAUSE_MS = 100, /* after accept or fork failed */
	SERVE_STOP_MS = 6500  /* for connections to end after TERM */
};

/* fd is our copy of the connection: to tell the child that it ends */
static struct conn {
	pid_t pid;
	int fd;
} * conns;
static uint64_t n_max = SERVE_DEFAULT, n_conns;
static int listening, stopping, record;
static const char *address;
static char **next;
static struct loop_io io;
static struct loop_timer pause_timer, stop_timer;

/* accept while there is room */
static void
adjust(void *arg)
{
	(void)arg;
	if (!stopping)
		loop_io_want(&io, n_conns < n_max ? LOOP_READ : 0);
}

static void
set_peer(const char *ip, const char *port, const struct sockaddr_storage *ss)
{
	const struct sockaddr_in *in = (const struct sockaddr_in *)ss;
	const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)ss;
	char text[INET6_ADDRSTRLEN], num[8];
	int six = ss->ss_family == AF_INET6;

	if (inet_ntop(ss->ss_family,
		six ? (const void *)&in6->sin6_addr
		    : (const void *)&in->sin_addr,
		text, sizeof text) == NULL)
		return;
	snprintf(num, sizeof num, "%u",
	    (unsigned)ntohs(six ? in6->sin6_port : in->sin_port));
	setenv(ip, text, 1);
	setenv(port, num, 1);
}

/* the environment as tcpserver gives it, without names */
static void
set_environment(int fd)
{
	struct sockaddr_storage ss;
	socklen_t len = sizeof ss;

	unsetenv("TCPREMOTEHOST");
	unsetenv("TCPREMOTEINFO");
	if (getsockname(fd, (struct sockaddr *)&ss, &len) == -1 ||
	    ss.ss_family == AF_UNIX) {
		setenv("PROTO", "UNIX", 1);
		return;
	}
	setenv("PROTO", ss.ss_family == AF_INET ? "TCP" : "TCP6", 1);
	set_peer("TCPLOCALIP", "TCPLOCALPORT", &ss);
	len = sizeof ss;
	if (getpeername(fd, (struct sockaddr *)&ss, &len) == 0)
		set_peer("TCPREMOTEIP", "TCPREMOTEPORT", &ss);
}

/* Who waits for a byte may wait for long: meanwhile nobody else's connection
 * is kept open, nor the address when we are killed. */
static void
leave_others(void)
{
	uint64_t i;

	close(listening);
	for (i = 0; i < n_conns; i++)
		close(conns[i].fd);
}

static void
run_next(int fd)
{
	if (dup2(fd, 0) == -1 || dup2(fd, 1) == -1)
		die(EXIT_TEMP, "unable to move the connection: %m");
	set_environment(fd);
	spawn_signals();
	if (record) {
		leave_others();
		record_receive(0);
	}
	execvp(next[0], next);
	die(EXIT_TEMP, "unable to run %s: %m", next[0]);
}

static void
pause_accepting(const char *what)
{
	warn("unable to %s: %m", what);
	loop_io_want(&io, 0);
	loop_timer_set(&pause_timer, SERVE_PAUSE_MS, adjust, NULL);
}

static void
on_connection(void *arg, int events)
{
	int fd = accept4(listening, NULL, NULL, SOCK_CLOEXEC);
	pid_t pid;

	(void)arg;
	(void)events;
	if (fd == -1) {
		if (errno != EAGAIN && errno != EINTR && errno != ECONNABORTED)
			pause_accepting("accept a connection");
		return;
	}
	pid = fork();
	if (pid == 0)
		run_next(fd);
	if (pid == -1) {
		pause_accepting("fork");
		close(fd);
		return;
	}
	conns[n_conns++] = (struct conn){ .pid = pid, .fd = fd };
	adjust(NULL);
}

static void
on_child(void *arg)
{
	uint64_t i;
	pid_t pid;
	int st;

	(void)arg;
	while ((pid = waitpid(-1, &st, WNOHANG)) > 0) {
		for (i = 0; i < n_conns && conns[i].pid != pid; i++)
			;
		if (i == n_conns)
			continue;
		if (WIFSIGNALED(st))
			warn("%s died by signal %d", next[0], WTERMSIG(st));
		close(conns[i].fd);
		conns[i] = conns[--n_conns];
	}
	if (stopping && n_conns == 0)
		loop_stop();
	else if (!loop_timer_active(&pause_timer))
		adjust(NULL);
}

static void
on_stop_timeout(void *arg)
{
	uint64_t i;

	(void)arg;
	for (i = 0; i < n_conns; i++)
		kill(conns[i].pid, SIGTERM);
	loop_stop();
}

/* nothing new; who is served reads the end of its input and finishes */
static void
on_term(void *arg)
{
	uint64_t i;

	(void)arg;
	if (stopping)
		return;
	stopping = 1;
	loop_io_stop(&io);
	listen_unlink(address, listening);
	close(listening);
	for (i = 0; i < n_conns; i++)
		shutdown(conns[i].fd, SHUT_RD);
	if (n_conns == 0)
		loop_stop();
	else
		loop_timer_set(&stop_timer, SERVE_STOP_MS, on_stop_timeout,
		    NULL);
}

static void
serve(void)
{
	static struct loop_signal child, term, intr;

	conns = calloc(n_max, sizeof *conns);
	if (conns == NULL)
		die(EXIT_TEMP, "out of memory");
	fd_limit_raise();
	loop_signal_start(&child, SIGCHLD, on_child, NULL);
	loop_signal_start(&term, SIGTERM, on_term, NULL);
	loop_signal_start(&intr, SIGINT, on_term, NULL);
	loop_io_start(&io, listening, LOOP_READ, on_connection, NULL);
	loop_keep(1);
	loop_run();
}

static void
hand_over(void)
{
	if (dup2(listening, 0) == -1)
		die(EXIT_TEMP, "unable to move the socket: %m");
	spawn_signals();
	execvp(next[0], next);
	die(EXIT_TEMP, "unable to run %s: %m", next[0]);
}

/* an octal access mode, 0 to 777 */
static mode_t
scan_mode(const char *s)
{
	mode_t m = 0;
	size_t i;

	for (i = 0; s[i] >= '0' && s[i] <= '7' && i < 4; i++)
		m = m * 8 + (s[i] - '0');
	if (i == 0 || s[i] != '\0' || m > 0777)
		die_usage(usage);
	return m;
}

int
main(int argc, char **argv)
{
	mode_t mode = 0600;
	int c, only_listen = 0;

	prog_init(argv);
	while ((c = getopt(argc, argv, "+rwc:m:")) != -1) {
		if (c == 'w')
			only_listen = 1;
		else if (c == 'r')
			record = 1;
		else if (c == 'm')
			mode = scan_mode(optarg);
		else if (c == 'c')
			n_max = opt_num(c, optarg, 1, SERVE_MAX);
		else
			die_usage(usage);
	}
	if (argc - optind < 2)
		die_usage(usage);
	address = argv[optind];
	next = argv + optind + 1;
	listening = listen_open(address, mode);
	if (listening == -1)
		die(errno == EINVAL ? EXIT_PERM : EXIT_TEMP,
		    "unable to listen on %s: %m", address);
	if (only_listen)
		hand_over();
	serve();
	return EXIT_OK;
}
