#include "base/spawn.h"
#include "base/exit.h"
#include "base/fd.h"
#include "tap.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *
run(char *const argv[], const char *in, int *status)
{
	static char out[1000];
	int to, from, st;
	ssize_t n;
	pid_t pid = spawn_next(argv, &to, &from);

	*status = -1;
	if (pid <= 0)
		return "(not run)";
	if (!(fcntl(to, F_GETFL) & O_NONBLOCK) ||
	    !(fcntl(from, F_GETFL) & O_NONBLOCK) ||
	    !(fcntl(to, F_GETFD) & FD_CLOEXEC) ||
	    !(fcntl(from, F_GETFD) & FD_CLOEXEC))
		return "(flags)";
	fd_block(to);
	fd_block(from);
	fd_write_all(to, in, strlen(in));
	close(to);
	n = fd_read_all(from, out, sizeof out - 1);
	out[n] = '\0';
	close(from);
	waitpid(pid, &st, 0);
	*status = spawn_status(st);
	return out;
}

#define SH(s) ((char *[]){ "sh", "-c", s, NULL })

static void
sockets(void)
{
	struct sockaddr_un sa = { .sun_family = AF_UNIX };
	char dir[] = "/tmp/spawn.XXXXXX", word[200];
	int fd, to, from, c;

	if (mkdtemp(dir) == NULL)
		return;
	snprintf(sa.sun_path, sizeof sa.sun_path, "%s/s", dir);
	snprintf(word, sizeof word, "unix:%s", sa.sun_path);
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	is_num(spawn_next((char *[]){ word, NULL }, &to, &from), -1,
	    "unix: nobody there");
	is_num(errno, ENOENT, "ENOENT");
	bind(fd, (struct sockaddr *)&sa, sizeof sa);
	is_num(spawn_next((char *[]){ word, NULL }, &to, &from), -1,
	    "unix: nobody serves it");
	is_num(errno, ECONNREFUSED, "ECONNREFUSED");
	listen(fd, 5);
	is_num(spawn_next((char *[]){ word, NULL }, &to, &from), 0,
	    "unix: no process");
	c = accept(fd, NULL, NULL);
	ok(to != from && fd_write_all(to, "x", 1) == 0 &&
		fd_read_all(c, word, 1) == 1 && fd_write_all(c, "y", 1) == 0 &&
		read(from, word, 1) == 1,
	    "two descriptors of it");
	ok(fcntl(to, F_GETFL) & O_NONBLOCK, "non-blocking");
	close(to);
	close(from);
	close(c);
	close(fd);
	unlink(sa.sun_path);
	rmdir(dir);
	memset(word, 'x', 150);
	memcpy(word, "unix:", 5);
	word[5 + 108] = '\0';
	is_num(spawn_next((char *[]){ word, NULL }, &to, &from), -1,
	    "unix: path too long");
	is_num(errno, ENAMETOOLONG, "ENAMETOOLONG");
}

/* what it writes to its descriptor 1; the status in *st */
static const char *
heard(struct spawn *s, int *st)
{
	static char out[1000];
	int p[2], code;
	ssize_t n;
	pid_t pid;

	fflush(stdout);
	fd_pipe(p);
	s->fd[1] = p[1];
	s->fd[2] = 2;
	pid = spawn_start(s);
	close(p[1]);
	n = fd_read_all(p[0], out, sizeof out - 1);
	out[n] = '\0';
	close(p[0]);
	*st = -1;
	if (pid > 0 && spawn_wait(pid, &code) == 0)
		*st = code;
	return pid == -1 ? "(not run)" : out;
}

/* signals as in /proc: the bits from 1 on */
#define SIGNALS "awk '/^SigBlk|^SigIgn/ { print $2 }' /proc/self/status"

static void
what_it_gets(void)
{
	static const struct spawn_env env[] = { { "ONE", "1 \"x\"" },
		{ "TWO", "" } };
	struct spawn s = { .argv = SH(SIGNALS), .env = env, .n_env = 2 };
	static const unsigned long by_default[4]; /* as the kernel has it */
	sigset_t all, old;
	char text[200];
	int st, open_too = dup(1), three[2];

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &old);
	/* whatever the caller ignored, and what prog_init() does */
	for (st = 1; st < 65; st++)
		if (signal(st, SIG_DFL) == SIG_ERR) /* the C library's own */
			syscall(SYS_rt_sigaction, st, by_default, NULL, 8);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	is_str(heard(&s, &st), "0000000000000000\n0000000000000000\n",
	    "no signal is blocked, none is ignored");
	sigprocmask(SIG_SETMASK, &old, NULL);
	s.argv =
	    SH("echo \"$ONE.$TWO.$THREE\"; umask; pwd; echo $(ps -o pgid= $$)");
	setenv("THREE", "3", 1);
	s.dir = "/";
	umask(022);
	snprintf(text, sizeof text, "1 \"x\"..3\n0022\n/\n%d\n", getpgrp());
	is_str(heard(&s, &st), text, "its environment, beside ours");
	s.bare = s.apart = 1;
	s.argv = SH("echo \"$ONE.$TWO.$THREE\"; umask; pwd; exit 3");
	is_str(heard(&s, &st), "1 \"x\"..\n0077\n/\n", "apart");
	is_num(st, 3 << 8, "its status");
	s.argv = SH("ls /proc/self/fd | wc -l; test $$ = $(ps -o pgid= $$)");
	is_str(heard(&s, &st), "4\n", "no further descriptors");
	is_num(st, 0, "a group for itself");
	fd_pipe(three);
	fd_write_all(three[1], "secret", 6);
	close(three[1]);
	s.fd3 = three[0];
	s.argv = SH("cat <&3; ls /proc/self/fd | wc -l");
	is_str(heard(&s, &st), "secret5\n", "its 3, and nothing more");
	fd_pipe(three);
	fd_write_all(three[1], "as it is", 8);
	close(three[1]);
	/* open_too is 3 where nothing else was open */
	dup2(three[0], open_too);
	s.fd3 = open_too;
	is_str(heard(&s, &st), "as it is5\n", "the same, where it stands");
	s.argv = (char *[]){ "no-such-program", NULL };
	is_str(heard(&s, &st), "(not run)", "what cannot be run is heard");
	close(three[0]);
	s.fd3 = 0;
	s.argv = SH("ls /proc/self/fd | wc -l; test $$ = $(ps -o pgid= $$)");
	s.apart = 0;
	is_str(heard(&s, &st), "5\n", "else what is open is handed down");
	is_num(st, 1 << 8, "and the group is ours");
	s.alone = 1;
	is_str(heard(&s, &st), "4\n", "but not to who is alone");
	is_num(st, 1 << 8, "whose group is ours, too");
	s.alone = 0;
	close(open_too);
	s.dir = "/no/such/place";
	is_str(heard(&s, &st), "(not run)", "a folder that is not there");
	is_num(errno, ENOENT, "ENOENT");
	s.unheard = 1;
	is_str(heard(&s, &st), "", "the same, not waited for");
	is_num(spawn_status(st), EXIT_TEMP, "its end says so");
	is_num(spawn_wait(-1, NULL), -1, "no child is left");
	is_num(errno, ECHILD, "ECHILD");
}

/* it is gone with who started it */
static void
parting(void)
{
	struct spawn s = { .argv = SH("echo x$$; exec sleep 100 >&-"),
		.parting = SIGKILL };
	char text[32] = "";
	int p[2], i;
	pid_t pid;

	fflush(stdout);
	fd_pipe(p);
	s.fd[1] = p[1];
	s.fd[2] = 2;
	pid = fork();
	if (pid == 0) {
		spawn_start(&s);
		_exit(fd_read_all(p[0], text, 1) == 1 ? 0 : 1);
	}
	spawn_wait(pid, NULL);
	close(p[1]);
	is_num(fd_read_all(p[0], text, sizeof text - 1) > 0, 1, "it ran");
	close(p[0]);
	for (i = 0; i < 500 && kill(atoi(text), 0) == 0; i++)
		poll(NULL, 0, 10);
	ok(i < 500, "and is gone with who started it");
}

/* this very program is one that stands beside it */
static void
beside(const char *self)
{
	const char *slash = strrchr(self, '/');
	char *argv[] = { (char *)(slash == NULL ? self : slash + 1), "beside",
		NULL };
	char *none[] = { "no-such-program", NULL };
	struct spawn s = { .argv = argv, .fd = { 0, 1, 2 }, .beside = 1 };
	int st;

	fflush(stdout);
	spawn_wait(spawn_start(&s), &st);
	is_num(spawn_status(st), EXIT_STOP, "a program beside this one");
	s.argv = none;
	is_num(spawn_start(&s), -1, "none of that name");
	is_num(errno, ENOENT, "ENOENT");
}

static void
ends(void)
{
	pid_t pid, old = 0, first;
	int to, from;

	pid = spawn_piped(SH("exit 99"), &to, &from);
	is_num(spawn_end(pid, 5000), EXIT_STOP, "it has ended by itself");
	pid = spawn_piped(SH("exec >&-; exec sleep 60"), &to, &from);
	is_num(spawn_end(pid, 50), EXIT_TEMP, "it is killed");
	is_num(spawn_wait(pid, NULL), -1, "and collected");
	first = pid = spawn_piped(SH("exec sleep 60"), &to, &from);
	spawn_bury(&pid, &old);
	is_num(pid, 0, "one that has hung up");
	is_num(old, first, "may live for now");
	pid = spawn_piped(SH("exec sleep 60"), &to, &from);
	spawn_bury(&pid, &old);
	ok(kill(first, 0) == -1, "until the next has");
	spawn_bury(&pid, &old);
	is_num(old, 0, "nobody is left");
	is_num(spawn_wait(-1, NULL), -1, "no child");
}

int
main(int argc, char **argv)
{
	char *none[] = { NULL };
	int st, n, to, from, i;
	struct rlimit limit = { 64, 64 };

	if (argc > 1)
		return EXIT_STOP;
	signal(SIGPIPE, SIG_IGN);
	for (i = 3; i < 256; i++)
		close(i); /* whatever the caller left open */
	is_str(run(SH("cat"), "text", &st), "text", "0 and 1 are pipes");
	is_num(st, 0, "status 0");
	run(SH("exit 99"), "", &st);
	is_num(st, EXIT_STOP, "status 99");
	run(SH("exit 100"), "", &st);
	is_num(st, EXIT_PERM, "status 100");
	run(SH("exit 1"), "", &st);
	is_num(st, EXIT_TEMP, "status 1 is temporary");
	run(SH("kill -9 $$"), "", &st);
	is_num(st, EXIT_TEMP, "a signal is temporary");
	is_str(run(SH("kill -PIPE $$; echo lives"), "", &st), "",
	    "SIGPIPE has its default");
	is_str(run(SH("ls /proc/self/fd | wc -l"), "", &st), "4\n",
	    "no further descriptors");
	is_str(run((char *[]){ "no-such-program", NULL }, "", &st), "(not run)",
	    "no such program");
	is_num(errno, ENOENT, "ENOENT");
	is_str(run((char *[]){ "/etc/passwd", NULL }, "", &st), "(not run)",
	    "no program");
	is_num(errno, EACCES, "EACCES");
	is_str(run(none, "", &st), "(not run)", "nothing to run");
	is_num(waitpid(-1, NULL, WNOHANG), -1, "no child is left");
	sockets();
	what_it_gets();
	parting();
	beside(argv[0]);
	ends();

	/* also where 0 and 1 are free: pipes may not land there */
	n = dup(1);
	fflush(stdout);
	close(0);
	close(1);
	i = spawn_piped(SH("cat; echo x"), &to, &from) > 0 ? 0 : -1;
	if (i == 0) {
		close(to);
		fd_block(from);
		i = fd_read_all(from, (char[8]){ 0 }, 8);
		close(from);
	}
	dup2(n, 1);
	is_num(i, 2, "0 and 1 closed here: the child has its own");
	ok(to > 2 && from > 2, "our ends are above 2");
	wait(NULL);
	/* a child that closes its side and lives on: a bounded wait */
	i = spawn_piped(SH("exit 100"), &to, &from);
	is_num(spawn_collect(i, 2000), EXIT_PERM, "how it has ended");
	is_num(spawn_collect(i, 2000), EXIT_TEMP, "collected before");
	i = spawn_piped(SH("exec >&-; exec sleep 60"), &to, &from);
	is_num(spawn_collect(i, 50), -1, "has not ended");
	kill(i, SIGKILL);
	is_num(spawn_collect(i, 2000), EXIT_TEMP, "killed");
	/* out of descriptors: an error, nothing is lost */
	setrlimit(RLIMIT_NOFILE, &limit);
	for (i = 0; i < 64 && dup(1) != -1; i++)
		;
	is_num(spawn_piped(SH("true"), &to, &from), -1, "no descriptors");
	is_num(errno, EMFILE, "EMFILE");
	close(20);
	is_num(spawn_piped(SH("true"), &to, &from), -1, "one descriptor");
	ok(fcntl(20, F_GETFD) == -1, "it is still free");
	return done();
}
