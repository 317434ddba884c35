#include "chain/starter.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/fd.h"
#include "base/fdpass.h"
#include "base/num.h"
#include "base/spawn.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ENDS = 2 /* a link's 0 and 1 */ };

struct question {
	enum { START, KILL, BURY } what;
	unsigned command; /* START */
	pid_t pid, old;   /* KILL, BURY */
};

struct answer {
	pid_t pid; /* START: -1, with err; BURY: who is old now */
	int err;
};

static char *const *const *commands;
static unsigned n_commands;
static int ask = -1; /* its socket; -1: there is none */

static int
is_socket(char *const argv[])
{
	return strncmp(argv[0], "unix:", 5) == 0 && argv[1] == NULL;
}

/* in the process that starts */

/* the end of it is told by the socket, and not by a signal that a terminal
 * sends to all; what is run has the default again */
static void
on_signal(int sig)
{
	(void)sig;
}

/* what is not for links either; with /proc not there, whatever is there so
 * early */
static void
close_all_but(int socket)
{
	DIR *d = opendir("/proc/self/fd");
	struct dirent *e;
	uint64_t u;
	int fd;

	if (d == NULL) {
		for (fd = 3; fd < 1024; fd++)
			if (fd != socket && fcntl(fd, F_GETFD) == FD_CLOEXEC)
				close(fd);
		return;
	}
	while ((e = readdir(d)) != NULL) {
		if (num_scans(e->d_name, 3, INT_MAX, &u) == -1)
			continue;
		fd = (int)u;
		if (fd != socket && fd != dirfd(d) &&
		    fcntl(fd, F_GETFD) == FD_CLOEXEC)
			close(fd);
	}
	closedir(d);
}

static void
leave_connection(void)
{
	int fd = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (fd == -1 || dup2(fd, 0) == -1 || dup2(fd, 1) == -1)
		_exit(EXIT_TEMP);
	close(fd);
}

static void
run(struct answer *a, unsigned command, const int fd[ENDS])
{
	if (command >= n_commands) {
		a->err = EPERM;
		return;
	}
	/* the system leaves out what there is no room for */
	if (fd[0] == -1 || fd[1] == -1) {
		a->err = EMFILE;
		return;
	}
	a->pid = spawn_start(&(struct spawn){
	    .argv = commands[command], .fd = { fd[0], fd[1], 2 } });
	a->err = errno;
}

/* one of ours, which has not been collected: so its number is nobody else's */
static void
kill_own(pid_t pid)
{
	if (pid > 0 && waitpid(pid, NULL, WNOHANG) == 0)
		kill(pid, SIGKILL);
}

static void
answer(struct question *q, int socket, int fd[ENDS])
{
	struct answer a = { -1, 0 };
	int i;

	switch (q->what) {
	case START: run(&a, q->command, fd); break;
	case KILL: kill_own(q->pid); break;
	case BURY:
		spawn_bury(&q->pid, &q->old);
		a.pid = q->old;
		break;
	}
	for (i = 0; i < ENDS; i++)
		if (fd[i] != -1)
			close(fd[i]);
	if (send(socket, &a, sizeof a, MSG_NOSIGNAL) != sizeof a)
		_exit(EXIT_TEMP);
}

void
starter_apart(int socket)
{
	static const int signals[] = { SIGTERM, SIGINT, SIGHUP };
	struct sigaction act = { .sa_handler = on_signal,
		.sa_flags = SA_RESTART };
	unsigned i;

	for (i = 0; i < sizeof signals / sizeof *signals; i++)
		sigaction(signals[i], &act, NULL);
	leave_connection();
	close_all_but(socket);
}

static void
serve(int socket)
{
	struct question q;
	int fd[ENDS];

	starter_apart(socket);
	while (fdpass_receive(socket, &q, sizeof q, MSG_CMSG_CLOEXEC, fd,
		   ENDS) == sizeof q)
		answer(&q, socket, fd);
	_exit(EXIT_OK);
}

/* here */

int
starter_open(char *const *const command[])
{
	unsigned n = 0;
	int p[2];
	pid_t pid;

	commands = command;
	for (n_commands = 0; command[n_commands] != NULL; n_commands++)
		n += !is_socket(command[n_commands]);
	if (n == 0)
		return 0;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, p) == -1)
		return -1;
	pid = fork();
	if (pid == 0) {
		close(p[0]);
		serve(p[1]);
	}
	close(p[1]);
	if (pid == -1)
		return fd_fail(p[0]);
	ask = p[0];
	return 0;
}

static struct answer
put(const struct question *q, const int fd[], unsigned n_fds)
{
	struct answer a = { -1, 0 };

	if (fdpass_send(ask, q, sizeof *q, fd, n_fds) != sizeof *q ||
	    fdpass_receive(ask, &a, sizeof a, 0, NULL, 0) != sizeof a)
		die(EXIT_TEMP, "the process that starts %s has ended",
		    commands[0][0]);
	return a;
}

static pid_t
start(unsigned command, int *to, int *from)
{
	struct question q = { .what = START, .command = command };
	struct answer a;
	int in[2], out[2];

	if (fd_pipe(in) == -1)
		return -1;
	if (fd_pipe(out) == -1) {
		fd_fail(in[0]);
		return fd_fail(in[1]);
	}
	a = put(&q, (int[]){ in[0], out[1] }, ENDS);
	close(in[0]);
	close(out[1]);
	if (a.pid == -1) {
		close(in[1]);
		close(out[0]);
		errno = a.err;
		return -1;
	}
	fd_nonblock(in[1]);
	fd_nonblock(out[0]);
	*to = in[1];
	*from = out[0];
	return a.pid;
}

pid_t
starter_next(char *const argv[], int *to, int *from)
{
	unsigned i;

	if (ask == -1 || is_socket(argv))
		return spawn_next(argv, to, from);
	for (i = 0; i < n_commands; i++)
		if (commands[i] == argv)
			return start(i, to, from);
	errno = EPERM;
	return -1;
}

void
starter_kill(pid_t pid)
{
	struct question q = { .what = KILL, .pid = pid };

	if (ask == -1)
		kill(pid, SIGKILL);
	else
		put(&q, NULL, 0);
}

void
starter_bury(pid_t *pid, pid_t *old)
{
	struct question q = { .what = BURY, .pid = *pid, .old = *old };

	if (ask == -1) {
		spawn_bury(pid, old);
	} else if (*pid > 0 || *old > 0) {
		*old = put(&q, NULL, 0).pid;
		*pid = 0;
	}
}

const struct handover_by starter_by = { starter_next, starter_kill,
	starter_bury };
