#include "policy/hookstart.h"
#include "base/exit.h"
#include "base/fd.h"
#include "base/fdpass.h"
#include "base/ip.h"
#include "base/spawn.h"
#include "chain/dial.h"
#include "chain/starter.h"
#include "conf/softtable.h"
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

struct question {
	enum { CONNECT, KILL } what;
	unsigned line;  /* CONNECT: of the file */
	int64_t handle; /* KILL */
	char where[HOOKRULE_WHERE_MAX + 1];
};

struct answer {
	int64_t handle; /* of a program: its number, else 0 */
	int err;        /* 0: there is a descriptor with it */
};

static int ask = -1; /* its socket; -1: there is none */

/* in the process that connects */

static struct softtable table;
static pid_t child[HOOKSTART_CHILDREN_MAX];
static unsigned n_children;

/* those that have ended are nobody's any more, so that no number is killed that
 * is another's by now */
static void
reap(void)
{
	unsigned i;

	for (i = 0; i < n_children; i++)
		if (waitpid(child[i], NULL, WNOHANG) != 0)
			child[i--] = child[--n_children];
}

static void
kill_own(pid_t pid)
{
	unsigned i;

	for (i = 0; i < n_children; i++)
		if (child[i] == pid)
			kill(-pid, SIGKILL);
}

/* a simple command takes the place of its shell */
static int
is_simple(const char *command)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789 /._:@,+%-";

	return command[strspn(command, plain)] == '\0';
}

static int
run(const char *command, pid_t *pid)
{
	char text[HOOKRULE_WHERE_MAX + 8];
	char *argv[] = { "/bin/sh", "-c", text, NULL };
	int p[2];

	if (n_children == HOOKSTART_CHILDREN_MAX) {
		errno = EAGAIN;
		return -1;
	}
	snprintf(text, sizeof text, "%s%s", is_simple(command) ? "exec " : "",
	    command);
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, p) == -1)
		return -1;
	*pid = spawn_start(&(struct spawn){ .argv = argv,
	    .fd = { p[1], p[1], 2 },
	    .parting = SIGTERM,
	    .apart = 1,
	    .unheard = 1 });
	close(p[1]);
	if (*pid == -1)
		return fd_fail(p[0]);
	child[n_children++] = *pid;
	return p[0];
}

/* the rule of this line says this, now as well as when it was read there */
static int
is_in_force(const struct question *q)
{
	struct lookup l;
	struct hookrule r;
	unsigned i;

	softtable_check(&table);
	l = softtable_lookup(&table);
	for (i = 0; hookrule_get(&l, i, &r) == 1; i++)
		if (r.line == q->line)
			return strcmp(r.where, q->where) == 0;
	return 0;
}

static int
connect_to(const struct question *q, pid_t *pid)
{
	struct dial_addr to = { .kind = DIAL_NONE }, from = to;
	unsigned char ip[16];
	int local;
	size_t n;

	if (!is_in_force(q)) {
		errno = EPERM;
		return -1;
	}
	if (strncmp(q->where, "unix:", 5) == 0)
		return dial_path(q->where + 5);
	if (strncmp(q->where, "run:", 4) == 0)
		return run(q->where + 4, pid);
	n = hookrule_tcp(q->where, ip, &to.port);
	to.kind = n == 4 ? DIAL_V4 : DIAL_V6;
	memcpy(to.ip, ip, n);
	return dial_start(&to, &from, &local);
}

static void
answer(struct question *q, int socket)
{
	struct answer a = { 0, 0 };
	pid_t pid = 0;
	int fd = -1;

	reap();
	q->where[HOOKRULE_WHERE_MAX] = '\0';
	if (q->what == KILL) {
		kill_own((pid_t)q->handle);
		return;
	}
	fd = connect_to(q, &pid);
	a.err = fd == -1 ? errno : 0;
	a.handle = pid;
	if (fdpass_send(socket, &a, sizeof a, &fd, fd != -1) != sizeof a)
		_exit(EXIT_TEMP);
	if (fd != -1)
		close(fd);
}

static void
serve(int socket, const char *confdir)
{
	struct question q;

	starter_apart(socket);
	softtable_open(&table, confdir, "hooks");
	while (fdpass_receive(socket, &q, sizeof q, MSG_CMSG_CLOEXEC, NULL,
		   0) == sizeof q)
		answer(&q, socket);
	_exit(EXIT_OK);
}

/* here */

int
hookstart_open(const char *confdir)
{
	int p[2];
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, p) == -1)
		return -1;
	pid = fork();
	if (pid == 0) {
		close(p[0]);
		serve(p[1], confdir);
	}
	close(p[1]);
	if (pid == -1)
		return fd_fail(p[0]);
	ask = p[0];
	return 0;
}

static int
connect_it(const struct hookrule *r, int64_t *handle)
{
	struct question q = { .what = CONNECT, .line = r->line };
	struct answer a;
	int fd;

	memcpy(q.where, r->where, sizeof q.where);
	if (fdpass_send(ask, &q, sizeof q, NULL, 0) != sizeof q ||
	    fdpass_receive(ask, &a, sizeof a, MSG_CMSG_CLOEXEC, &fd, 1) !=
		sizeof a) {
		errno = EPIPE;
		return -1;
	}
	*handle = a.handle;
	if (fd == -1) {
		/* there was no room for it here */
		errno = a.err == 0 ? EMFILE : a.err;
		return -1;
	}
	fd_nonblock(fd);
	return fd;
}

static void
kill_it(int64_t handle)
{
	struct question q = { .what = KILL, .handle = handle };

	if (handle > 0)
		fdpass_send(ask, &q, sizeof q, NULL, 0);
}

const struct hookpool_by hookstart_by = { connect_it, kill_it };
