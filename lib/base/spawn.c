#include "base/spawn.h"
#include "base/clock.h"
#include "base/exit.h"
#include "base/fd.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

enum { RANGE_CLOEXEC = 4 /* close_range(2) */ };

/* in the child */

void
spawn_signals(void)
{
	sigset_t none;

	signal(SIGPIPE, SIG_DFL);
	signal(SIGXFSZ, SIG_DFL);
	/* a handler of ours would swallow it until there is another program */
	signal(SIGTERM, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static int
prepare(const struct spawn *s)
{
	size_t i;

	if (s->apart)
		umask(077);
	if (s->apart || s->alone)
		syscall(SYS_close_range, 3, UINT_MAX, RANGE_CLOEXEC);
	if (s->dir != NULL && chdir(s->dir) == -1)
		return -1;
	if (s->bare)
		clearenv();
	for (i = 0; i < s->n_env; i++)
		if (setenv(s->env[i].name, s->env[i].value, 1) == -1)
			return -1;
	for (i = 0; i < 3; i++)
		if (s->fd[i] != (int)i && dup2(s->fd[i], (int)i) == -1)
			return -1;
	if (s->fd3 == 0)
		return 0;
	/* the number itself would still be close-on-exec */
	return s->fd3 == 3 ? fcntl(3, F_SETFD, 0) : dup2(s->fd3, 3);
}

/* become the program that stands beside this one; returns with errno */
static void
run_beside(char *const argv[])
{
	char path[4096];
	ssize_t n = readlink("/proc/self/exe", path, sizeof path - 1);
	size_t len = strlen(argv[0]);
	char *slash;

	if (n <= 0)
		return;
	path[n] = '\0';
	slash = strrchr(path, '/');
	if (slash == NULL || len >= sizeof path - (slash + 1 - path)) {
		errno = ENAMETOOLONG;
		return;
	}
	memcpy(slash + 1, argv[0], len + 1);
	execv(path, argv);
}

static void
become(const struct spawn *s, int report, pid_t parent)
{
	int e;

	if (s->apart)
		setpgid(0, 0);
	if (s->parting != 0) {
		prctl(PR_SET_PDEATHSIG, s->parting);
		if (getppid() != parent)
			_exit(EXIT_TEMP);
	}
	spawn_signals();
	/* what stands where the child's 3 will be */
	if (s->fd3 != 0 && report == 3)
		report = fcntl(report, F_DUPFD_CLOEXEC, 4);
	if (prepare(s) != -1) {
		if (s->beside)
			run_beside(s->argv);
		else
			execvp(s->file == NULL ? s->argv[0] : s->file, s->argv);
	}
	e = errno;
	if (report != -1 && write(report, &e, sizeof e) == -1)
		_exit(EXIT_TEMP);
	_exit(EXIT_TEMP);
}

/* here */

static pid_t
begin(const struct spawn *s, int report)
{
	pid_t parent = getpid(), pid = fork();

	if (pid == 0)
		become(s, report, parent);
	/* here as well: whoever comes first */
	if (pid > 0 && s->apart)
		setpgid(pid, pid);
	return pid;
}

pid_t
spawn_start(const struct spawn *s)
{
	int report[2], e = 0;
	pid_t pid;

	if (s->unheard)
		return begin(s, -1);
	if (fd_pipe(report) == -1)
		return -1;
	pid = begin(s, report[1]);
	if (pid == -1)
		e = errno;
	close(report[1]);
	if (pid > 0 && fd_read_all(report[0], &e, sizeof e) > 0) {
		spawn_wait(pid, NULL);
		pid = -1;
	}
	close(report[0]);
	if (pid == -1)
		errno = e;
	return pid;
}

static void
close_pair(int p[2])
{
	int saved = errno;

	close(p[0]);
	close(p[1]);
	errno = saved;
}

pid_t
spawn_piped(char *const argv[], int *to, int *from)
{
	int in[2], out[2];
	pid_t pid;

	if (fd_pipe(in) == -1)
		return -1;
	if (fd_pipe(out) == -1) {
		close_pair(in);
		return -1;
	}
	pid = spawn_start(&(struct spawn){
	    .argv = argv, .fd = { in[0], out[1], 2 } });
	if (pid == -1) {
		close_pair(in);
		close_pair(out);
		return -1;
	}
	close(in[0]);
	close(out[1]);
	fd_nonblock(in[1]);
	fd_nonblock(out[0]);
	*to = in[1];
	*from = out[0];
	return pid;
}

static int
dial_unix(const char *path, int *to, int *from)
{
	struct sockaddr_un sa;
	int fd, saved;

	memset(&sa, 0, sizeof sa);
	sa.sun_family = AF_UNIX;
	if (strlen(path) >= sizeof sa.sun_path) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(sa.sun_path, path, strlen(path) + 1);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd == -1)
		return -1;
	if (connect(fd, (struct sockaddr *)&sa, sizeof sa) == -1 ||
	    fd_nonblock(fd) == -1 ||
	    (*to = fcntl(fd, F_DUPFD_CLOEXEC, 3)) == -1) {
		saved = errno;
		close(fd);
		errno = saved;
		return -1;
	}
	*from = fd;
	return 0;
}

pid_t
spawn_next(char *const argv[], int *to, int *from)
{
	if (argv[0] == NULL) {
		errno = ENOENT;
		return -1;
	}
	if (strncmp(argv[0], "unix:", 5) == 0 && argv[1] == NULL)
		return dial_unix(argv[0] + 5, to, from);
	return spawn_piped(argv, to, from);
}

int
spawn_status(int st)
{
	if (!WIFEXITED(st))
		return EXIT_TEMP;
	switch (WEXITSTATUS(st)) {
	case EXIT_OK:
	case EXIT_STOP:
	case EXIT_PERM: return WEXITSTATUS(st);
	}
	return EXIT_TEMP;
}

int
spawn_wait(pid_t pid, int *st)
{
	while (waitpid(pid, st, 0) == -1)
		if (errno != EINTR)
			return -1;
	return 0;
}

int
spawn_collect(pid_t pid, int64_t ms)
{
	int64_t until = clock_mono_ms() + ms;
	int st;
	pid_t r;

	while ((r = waitpid(pid, &st, WNOHANG)) != pid) {
		if (r == -1 && errno != EINTR)
			return EXIT_TEMP;
		if (clock_mono_ms() > until)
			return -1;
		poll(NULL, 0, 1);
	}
	return spawn_status(st);
}

int
spawn_end(pid_t pid, int64_t ms)
{
	int code = spawn_collect(pid, ms);

	if (code != -1)
		return code;
	kill(pid, SIGKILL);
	return spawn_collect(pid, ms);
}

void
spawn_bury(pid_t *pid, pid_t *old)
{
	if (*old > 0 && waitpid(*old, NULL, WNOHANG) == 0) {
		kill(*old, SIGKILL);
		spawn_wait(*old, NULL);
	}
	*old = *pid > 0 && waitpid(*pid, NULL, WNOHANG) == 0 ? *pid : 0;
	*pid = 0;
}
