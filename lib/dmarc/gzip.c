#include "dmarc/gzip.h"
#include "base/fd.h"
#include <errno.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { READ_SIZE = 65536 };

static void
child(int in, int out)
{
	static char *const argv[] = { "gzip", "-9nc", NULL };

	if (dup2(in, 0) == -1 || dup2(out, 1) == -1)
		_exit(111);
	signal(SIGPIPE, SIG_DFL);
	execvp(argv[0], argv);
	_exit(111);
}

/* all of it, up to the end */
static int
collect(struct buf *out, int fd)
{
	ssize_t got;

	for (;;) {
		if (buf_reserve(out, READ_SIZE) == -1)
			return -1;
		got = read(fd, buf_tail(out), READ_SIZE);
		if (got == -1 && errno == EINTR)
			continue;
		if (got <= 0)
			return (int)got;
		buf_added(out, (size_t)got);
	}
}

/* in is a file that is closed here */
static int
run(struct buf *out, int in)
{
	int p[2], status, r = -1;
	pid_t pid;

	if (fd_pipe(p) == -1)
		return -1;
	pid = fork();
	if (pid == 0)
		child(in, p[1]);
	close(p[1]);
	if (pid != -1) {
		r = collect(out, p[0]);
		close(p[0]);
		while (waitpid(pid, &status, 0) == -1 && errno == EINTR)
			;
		if (r == 0 && status != 0) {
			errno = EIO;
			r = -1;
		}
		return r;
	}
	close(p[0]);
	return -1;
}

int
gzip_put(struct buf *out, const char *p, size_t n)
{
	int fd = memfd_create("report", MFD_CLOEXEC), r;

	if (fd == -1)
		return -1;
	if (fd_write_all(fd, p, n) == -1 || lseek(fd, 0, SEEK_SET) == -1)
		r = -1;
	else
		r = run(out, fd);
	close(fd);
	return r;
}
