#include "dmarc/gzip.h"
#include "base/fd.h"
#include "base/spawn.h"
#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

enum { READ_SIZE = 65536 };

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

/* in: a file, from where it stands */
static int
run(struct buf *out, int in)
{
	static char *const argv[] = { "gzip", "-9nc", NULL };
	struct spawn s = { .argv = argv, .fd = { in, -1, 2 } };
	int p[2], status = -1, r;
	pid_t pid;

	if (fd_pipe(p) == -1)
		return -1;
	s.fd[1] = p[1];
	pid = spawn_start(&s);
	close(p[1]);
	r = pid == -1 ? -1 : collect(out, p[0]);
	fd_fail(p[0]);
	if (pid != -1)
		spawn_wait(pid, &status);
	if (r == -1)
		return -1;
	errno = EIO;
	return status == 0 ? 0 : -1;
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
