#include "base/fd.h"
#include "base/buf.h"
#include "base/clock.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

static int
flags(int fd, int get, int set, int add, int drop)
{
	int f = fcntl(fd, get);

	if (f == -1)
		return -1;
	return fcntl(fd, set, (f | add) & ~drop) == -1 ? -1 : 0;
}

int
fd_nonblock(int fd)
{
	return flags(fd, F_GETFL, F_SETFL, O_NONBLOCK, 0);
}

int
fd_block(int fd)
{
	return flags(fd, F_GETFL, F_SETFL, 0, O_NONBLOCK);
}

int
fd_cloexec(int fd)
{
	return flags(fd, F_GETFD, F_SETFD, FD_CLOEXEC, 0);
}

int
fd_write_all(int fd, const void *data, size_t n)
{
	const char *p = data;
	ssize_t w;

	while (n > 0) {
		w = write(fd, p, n);
		if (w == -1 && errno == EINTR)
			continue;
		if (w == -1)
			return -1;
		p += w;
		n -= w;
	}
	return 0;
}

ssize_t
fd_read_more(int fd, struct buf *b, size_t n)
{
	ssize_t r;

	if (buf_reserve(b, n) == -1)
		return -1;
	do
		r = read(fd, buf_tail(b), n);
	while (r == -1 && errno == EINTR);
	if (r > 0)
		buf_added(b, (size_t)r);
	return r;
}

int
fd_fail(int fd)
{
	int saved = errno;

	close(fd);
	errno = saved;
	return -1;
}

void
fd_drop(int *fd)
{
	if (*fd != -1)
		close(*fd);
	*fd = -1;
}

void
fd_pipe_size(int fd, int bytes)
{
	int now = fcntl(fd, F_GETPIPE_SZ);

	for (; now != -1 && bytes > now; bytes /= 2)
		if (fcntl(fd, F_SETPIPE_SZ, bytes) != -1 || errno != EPERM)
			return;
}

ssize_t
fd_read_all(int fd, void *data, size_t n)
{
	char *p = data;
	size_t got = 0;
	ssize_t r;

	while (got < n) {
		r = read(fd, p + got, n - got);
		if (r == -1 && errno == EINTR)
			continue;
		if (r == -1)
			return -1;
		if (r == 0)
			break;
		got += r;
	}
	return got;
}

/* a file, or /dev/null, which is an empty one; others may have no end, or
 * wait for somebody */
static int
is_file(const struct stat *st)
{
	if (S_ISREG(st->st_mode) ||
	    (S_ISCHR(st->st_mode) && st->st_rdev == makedev(1, 3)))
		return 1;
	errno = S_ISDIR(st->st_mode) ? EISDIR : ENOTSUP;
	return 0;
}

int
fd_slurp(const char *path, size_t max, char **out, size_t *len)
{
	struct stat st;
	ssize_t n = -1;
	char *p = NULL;
	int fd, saved;

	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd == -1)
		return -1;
	if (fstat(fd, &st) == -1 || !is_file(&st))
		goto end;
	if (st.st_size < 0 || (size_t)st.st_size > max) {
		errno = EFBIG;
		goto end;
	}
	p = malloc((size_t)st.st_size + 1);
	if (p == NULL)
		goto end;
	n = fd_read_all(fd, p, st.st_size);
end:
	saved = errno;
	close(fd);
	errno = saved;
	if (n == -1) {
		free(p);
		return -1;
	}
	p[n] = '\0';
	*out = p;
	*len = n;
	return 0;
}

int
fd_pipe(int p[2])
{
	int i, fd, saved;

	if (pipe2(p, O_CLOEXEC) == -1)
		return -1;
	for (i = 0; i < 2; i++) {
		if (p[i] > 2)
			continue;
		fd = fcntl(p[i], F_DUPFD_CLOEXEC, 3);
		if (fd == -1) {
			saved = errno;
			close(p[0]);
			close(p[1]);
			errno = saved;
			return -1;
		}
		close(p[i]);
		p[i] = fd;
	}
	return 0;
}

size_t
fd_limit_raise(void)
{
	struct rlimit r;

	if (getrlimit(RLIMIT_NOFILE, &r) == -1)
		return 1024;
	r.rlim_cur = r.rlim_max;
	setrlimit(RLIMIT_NOFILE, &r);
	getrlimit(RLIMIT_NOFILE, &r);
	return r.rlim_cur;
}

int
fd_unnamed(const char *dir)
{
	char path[4096];
	int fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	if (fd != -1 ||
	    (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL))
		return fd;
	if (snprintf(path, sizeof path, "%s/rohrpost.XXXXXX", dir) >=
	    (int)sizeof path) {
		errno = ENAMETOOLONG;
		return -1;
	}
	fd = mkostemp(path, O_CLOEXEC);
	if (fd != -1)
		unlink(path);
	return fd;
}

/* not every C library has renameat2() */
int
fd_rename(int folder, const char *from, const char *to)
{
	return syscall(SYS_renameat2, folder, from, folder, to,
	    RENAME_NOREPLACE);
}

int
fd_lock(int fd, int64_t wait_ms)
{
	int64_t until_ms = clock_mono_ms() + wait_ms;

	while (flock(fd, LOCK_EX | LOCK_NB) == -1) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			return -1;
		if (clock_mono_ms() >= until_ms) {
			errno = ETIMEDOUT;
			return -1;
		}
		poll(NULL, 0, 1);
	}
	return 0;
}
