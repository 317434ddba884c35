/*
 * Links that another process starts.  They are this program again: the first
 * argument says how it behaves.
 */
#include "chain/starter.h"
#include "base/exit.h"
#include "base/fd.h"
#include "tap.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static int handed = -1; /* down to links: not close-on-exec */

/* a link */

static int
is_default(int sig)
{
	struct sigaction a;

	return sigaction(sig, NULL, &a) == 0 && a.sa_handler == SIG_DFL;
}

/* how many descriptors above 2 are for who is run */
static int
inherited(void)
{
	int i, f, n = 0;

	for (i = 3; i < 100; i++)
		n += (f = fcntl(i, F_GETFD)) != -1 && (f & FD_CLOEXEC) == 0;
	return n;
}

/* who started it, whether it has what was handed down, how many descriptors it
 * has in all, and whether signals are as they should be */
static int
tell(const char *fd)
{
	int n = inherited();

	dprintf(1, "%d %d %d %d\n", (int)getppid(),
	    fcntl(atoi(fd), F_GETFD) != -1, n,
	    is_default(SIGTERM) && is_default(SIGINT) && is_default(SIGPIPE));
	return 0;
}

static int
echo(void)
{
	char c;

	while (read(0, &c, 1) == 1)
		if (write(1, &c, 1) != 1)
			return 1;
	return 0;
}

/* here */

static char self[] = "/proc/self/exe", number[12];
static char *const teller[] = { self, "tell", number, NULL };
static char *const echoer[] = { self, "echo", NULL };
static char *const sleeper[] = { self, "sleep", NULL };
static char *const missing[] = { "/nonexistent/link", NULL };
static char *const other[] = { self, "echo", NULL };
static char *const far[] = { "unix:/nonexistent/socket", NULL };
static char *const *const all[] = { teller, echoer, sleeper, missing, far,
	NULL };
static char *const *const sockets[] = { far, NULL };

struct told {
	int by, handed, all, signals;
};

/* what comes until its end */
static void
hear(int fd, char *line, size_t n)
{
	ssize_t r;

	fd_block(fd);
	r = fd_read_all(fd, line, n - 1);
	line[r > 0 ? r : 0] = '\0';
	close(fd);
}

static struct told
ask_teller(void)
{
	struct told t = { 0, 0, 0, 0 };
	char line[80];
	int to, from;

	if (starter_next(teller, &to, &from) > 0) {
		close(to);
		hear(from, line, sizeof line);
		sscanf(line, "%d %d %d %d", &t.by, &t.handed, &t.all,
		    &t.signals);
	}
	return t;
}

static void
starts(int by)
{
	char line[80];
	int to, from;
	pid_t pid = starter_next(echoer, &to, &from);

	ok(pid > 0 && to > 2 && from > 2, "a link");
	is_num(fcntl(to, F_GETFL) & fcntl(from, F_GETFL) & O_NONBLOCK,
	    O_NONBLOCK, "whose ends do not block");
	is_num(fcntl(to, F_GETFD) & fcntl(from, F_GETFD), FD_CLOEXEC,
	    "and go to nobody");
	is_num(write(to, "hello", 5), 5, "it reads");
	close(to);
	hear(from, line, sizeof line);
	is_str(line, "hello", "and answers, and ends");
	is_num(waitpid(pid, NULL, WNOHANG), -1, "it is none of ours");
	is_num(starter_next(missing, &to, &from), -1, "one that is not there");
	is_num(errno, ENOENT, "is that");
	is_num(starter_next(other, &to, &from), -1, "one that was not named");
	is_num(errno, EPERM, "is not started");
	is_num(starter_next(far, &to, &from), -1, "a socket");
	is_num(errno, ENOENT, "is connected from here");
	kill(by, SIGTERM);
	kill(by, SIGINT);
	is_num(ask_teller().by, by, "signals for us do not end it");
}

/* it has no room for one end of a link, or both */
static void
full(int by)
{
	struct rlimit was, few;
	unsigned failed = 0, other_errors = 0;
	char line[8];
	int to, from;

	prlimit(by, RLIMIT_NOFILE, NULL, &was);
	few = was;
	for (few.rlim_cur = 3; few.rlim_cur < 40; few.rlim_cur++) {
		prlimit(by, RLIMIT_NOFILE, &few, NULL);
		if (starter_next(echoer, &to, &from) > 0)
			break;
		failed++;
		other_errors += errno != EMFILE;
	}
	prlimit(by, RLIMIT_NOFILE, &was, NULL);
	ok(failed > 1 && few.rlim_cur < 40, "too few descriptors there");
	is_num(other_errors, 0, "are told as that");
	close(to);
	hear(from, line, sizeof line);
}

static void
ends(void)
{
	char line[80];
	pid_t pid, old = 0;
	int to, from, n;

	pid = starter_next(sleeper, &to, &from);
	starter_kill(pid);
	hear(from, line, sizeof line);
	is_str(line, "", "killed");
	close(to);
	starter_bury(&pid, &old);
	is_num(pid, 0, "buried");
	/* one that lives is waited for until the next one */
	pid = starter_next(sleeper, &to, &from);
	n = (int)pid;
	starter_bury(&pid, &old);
	is_num(pid, 0, "buried alive");
	is_num(old, n, "and not forgotten");
	starter_bury(&pid, &old);
	hear(from, line, sizeof line);
	is_str(line, "", "it is killed when the next one comes");
	is_num(old, 0, "and forgotten");
	close(to);
	/* what is no child of it is not touched */
	starter_kill(getppid());
	starter_kill(getpid());
	starter_kill(-1);
	starter_kill(0);
	ok(1, "it kills nobody else");
}

/* it ends with us */
static void
with_us(void)
{
	int p[2], st, by = 0;
	pid_t pid;

	prctl(PR_SET_CHILD_SUBREAPER, 1);
	if (pipe(p) == -1)
		_exit(1);
	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		starter_open(all);
		by = ask_teller().by;
		_exit(write(p[1], &by, sizeof by) != sizeof by);
	}
	close(p[1]);
	is_num(read(p[0], &by, sizeof by), sizeof by, "it works");
	waitpid(pid, NULL, 0);
	is_num(waitpid(by, &st, 0), by, "and ends when we do");
	is_num(st, 0, "in order");
	close(p[0]);
}

/* and we with it */
static void
with_it(void)
{
	char line[200];
	int p[2], st, to, from;
	pid_t pid;

	if (pipe(p) == -1)
		_exit(1);
	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		dup2(p[1], 2);
		starter_open(all);
		kill(ask_teller().by, SIGKILL);
		while (starter_next(echoer, &to, &from) > 0)
			;
		_exit(0);
	}
	close(p[1]);
	hear(p[0], line, sizeof line);
	ok(strstr(line,
	       "fatal: the process that starts /proc/self/exe has "
	       "ended\n") != NULL,
	    "without it a line");
	waitpid(pid, &st, 0);
	is_num(WEXITSTATUS(st), EXIT_TEMP, "and the end");
	waitpid(-1, NULL, 0);
}

int
main(int argc, char **argv)
{
	int p[2], to, from;
	struct told t;
	char line[8];

	alarm(60);
	if (argc > 1 && strcmp(argv[1], "tell") == 0)
		return tell(argv[2]);
	if (argc > 1 && strcmp(argv[1], "echo") == 0)
		return echo();
	if (argc > 1)
		return (int)sleep(50);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGINT, SIG_DFL);
	is_num(starter_open(sockets), 0, "sockets alone");
	is_num(waitpid(-1, NULL, WNOHANG), -1, "need no process");
	is_num(starter_next(echoer, &to, &from) > 0, 1,
	    "without one it is started here");
	close(to);
	hear(from, line, sizeof line);
	is_num(waitpid(-1, NULL, 0) > 0, 1, "as a child");
	handed = dup(2);
	snprintf(number, sizeof number, "%d", handed);
	with_us();
	with_it();
	if (fd_pipe(p) == -1)
		return 1;
	is_num(starter_open(all), 0, "open");
	close(p[1]);
	is_num(read(p[0], line, 1), 0, "it keeps nothing of ours");
	t = ask_teller();
	ok(t.by > 1 && t.by != getpid(), "somebody else starts");
	is_num(t.handed, 1, "what is handed down is");
	is_num(t.all, inherited(), "and nothing else");
	is_num(t.signals, 1, "signals are as they were");
	starts(t.by);
	full(t.by);
	ends();
	return done();
}
