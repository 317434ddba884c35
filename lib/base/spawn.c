#include "base/spawn.h"
#include "base/clock.h"
#include "base/exit.h"
#include "base/fd.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static void
close_pair(int p[2])
{
	int saved = errno;

	close(p[0]);
	close(p[1]);
	errno = saved;
}

static void
run_child(char *const argv[], int in, int out, int report)
{
	sigset_t none;
	int e;

	signal(SIGPIPE, SIG_DFL);
	signal(SIGXFSZ, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (dup2(in, 0) != -1 && dup2(out, 1) != -1)
		execvp(argv[0], argv);
	e = errno;
	if (write(report, &e, sizeof e) == -1)
		_exit(EXIT_TEMP);
	_exit(EXIT_TEMP);
}

pid_t
spawn_piped(char *const argv[], int *to, int *from)
{
	int in[2], out[2], report[2], e = 0;
	pid_t pid = -1;

	if (fd_pipe(in) == -1)
		return -1;
	if (fd_pipe(out) == -1)
		goto close_in;
	if (fd_pipe(report) == -1)
		goto close_out;
	pid = fork();
	if (pid == 0)
		run_child(argv, in[0], out[1], report[1]);
	close(report[1]);
	report[1] = -1;
	if (pid > 0 && fd_read_all(report[0], &e, sizeof e) > 0) {
		waitpid(pid, NULL, 0);
		pid = -1;
		errno = e;
	}
	close(report[0]);
	if (pid == -1)
		goto close_out;
	close(in[0]);
	close(out[1]);
	fd_nonblock(in[1]);
	fd_nonblock(out[0]);
	*to = in[1];
	*from = out[0];
	return pid;
close_out:
	close_pair(out);
close_in:
	close_pair(in);
	return -1;
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

void
spawn_beside(char *const argv[])
{
	char self[4096], *slash, *path;
	ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
	int saved;

	if (n <= 0)
		return;
	self[n] = '\0';
	slash = strrchr(self, '/');
	if (slash == NULL)
		return;
	slash[1] = '\0';
	if (asprintf(&path, "%s%s", self, argv[0]) == -1) {
		errno = ENOMEM;
		return;
	}
	execv(path, argv);
	saved = errno;
	free(path);
	errno = saved;
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
