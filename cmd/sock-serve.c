/* sock-serve - run a command for each connection to a socket */
#include "base/die.h"
#include "base/exit.h"
#include "base/fd.h"
#include "base/ip.h"
#include "base/loop.h"
#include "base/opt.h"
#include "base/spawn.h"
#include "chain/acceptor.h"
#include "chain/listen.h"
#include "chain/record.h"
#include <errno.h>
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
	SERVE_STOP_MS = 6500 /* for connections to end after TERM */
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
static struct acceptors acceptors;
static struct loop_timer stop_timer;

static void
set_peer(const char *ip, const char *port, const struct sockaddr_storage *ss)
{
	const struct sockaddr *sa = (const struct sockaddr *)ss;
	unsigned char bytes[IP_LEN];
	size_t n = ip_of_sockaddr(sa, bytes);
	char text[IP_TEXT], num[8];

	if (n == 0)
		return;
	snprintf(num, sizeof num, "%u", (unsigned)ip_port(sa));
	setenv(ip, ip_text(bytes, n, text), 1);
	setenv(port, num, 1);
}

/* the environment as tcpserver gives it, without names, and with nothing of
 * a connection that we were started for; from: as accept() has told it, the
 * socket of a client that has gone does not know it any more */
static void
set_environment(int fd, const struct sockaddr_storage *from)
{
	static const char *const all[] = { "TCPREMOTEHOST", "TCPREMOTEINFO",
		"TCPREMOTEIP", "TCPREMOTEPORT", "TCPLOCALHOST", "TCPLOCALIP",
		"TCPLOCALPORT" };
	struct sockaddr_storage ss;
	socklen_t len = sizeof ss;
	size_t i;

	for (i = 0; i < sizeof all / sizeof *all; i++)
		unsetenv(all[i]);
	if (getsockname(fd, (struct sockaddr *)&ss, &len) == -1 ||
	    ss.ss_family == AF_UNIX) {
		setenv("PROTO", "UNIX", 1);
		return;
	}
	setenv("PROTO", ss.ss_family == AF_INET ? "TCP" : "TCP6", 1);
	set_peer("TCPLOCALIP", "TCPLOCALPORT", &ss);
	set_peer("TCPREMOTEIP", "TCPREMOTEPORT", from);
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
run_next(int fd, const struct sockaddr_storage *from)
{
	if (dup2(fd, 0) == -1 || dup2(fd, 1) == -1 || fd_block(0) == -1)
		die(EXIT_TEMP, "unable to move the connection: %m");
	set_environment(fd, from);
	spawn_signals();
	if (record) {
		leave_others();
		record_receive(0);
	}
	execvp(next[0], next);
	die(EXIT_TEMP, "unable to run %s: %m", next[0]);
}

static void
on_accepted(void *arg, int fd, const struct sockaddr_storage *ss, uint16_t port)
{
	pid_t pid = fork();

	(void)arg;
	(void)port;
	if (pid == 0)
		run_next(fd, ss);
	if (pid == -1) {
		warn("unable to fork: %m");
		acceptor_pause(&acceptors);
		close(fd);
		return;
	}
	conns[n_conns++] = (struct conn){ .pid = pid, .fd = fd };
	acceptor_full(&acceptors, n_conns == n_max);
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
	acceptor_full(&acceptors, n_conns == n_max);
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
	listen_unlink(address, listening);
	acceptor_close(&acceptors);
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
	acceptors.accepted = on_accepted;
	acceptor_add(&acceptors, listening);
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
			mode = opt_mode(c, optarg);
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
