#include "base/gzip.h"
#include "base/fd.h"
#include "base/spawn.h"
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

enum { READ_SIZE = 65536 };

/* all of it, up to the end; -1 with EFBIG: there is more than max */
static int
collect(struct buf *out, int fd, size_t max)
{
	size_t had = buf_len(out);
	ssize_t got;

	while ((got = fd_read_more(fd, out, READ_SIZE)) > 0)
		if (buf_len(out) - had > max) {
			errno = EFBIG;
			return -1;
		}
	return (int)got;
}

/* in: a file, from where it stands; err: its descriptor 2.  Who has too much to
 * say dies of SIGPIPE */
static int
run(struct buf *out, char *const argv[], int in, int err, size_t max)
{
	struct spawn s = { .argv = argv, .fd = { in, -1, err } };
	int p[2], status = -1, r;
	pid_t pid;

	if (fd_pipe(p) == -1)
		return -1;
	s.fd[1] = p[1];
	pid = spawn_start(&s);
	close(p[1]);
	r = pid == -1 ? -1 : collect(out, p[0], max);
	fd_fail(p[0]);
	if (pid != -1 && spawn_wait(pid, &status) == -1)
		r = -1;
	if (r == -1)
		return -1;
	errno = EIO;
	return status == 0 ? 0 : -1;
}

/* the same with p[0..n) as the file */
static int
filter(struct buf *out, char *const argv[], int err, const char *p, size_t n,
    size_t max)
{
	int fd = memfd_create("report", MFD_CLOEXEC), r;

	if (fd == -1)
		return -1;
	if (fd_write_all(fd, p, n) == -1 || lseek(fd, 0, SEEK_SET) == -1)
		r = -1;
	else
		r = run(out, argv, fd, err, max);
	fd_fail(fd);
	return r;
}

int
gzip_put(struct buf *out, const char *p, size_t n)
{
	static char *const argv[] = { "gzip", "-9nc", NULL };

	return filter(out, argv, 2, p, n, SIZE_MAX);
}

/* what it says of a stranger's bytes is said by errno */
int
gzip_get(struct buf *out, const char *p, size_t n, size_t max)
{
	static char *const argv[] = { "gzip", "-dcq", NULL };

	int null = open("/dev/null", O_WRONLY | O_CLOEXEC), r;

	if (null == -1)
		return -1;
	r = filter(out, argv, null, p, n, max);
	fd_fail(null);
	return r;
}
