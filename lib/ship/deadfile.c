#include "ship/deadfile.h"
#include "base/durable.h"
#include "base/fd.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static int
path_of(char path[PATH_MAX], const char *dir, const char *name)
{
	if (snprintf(path, PATH_MAX, "%s/%s", dir, name) < PATH_MAX)
		return 0;
	errno = ENAMETOOLONG;
	return -1;
}

/* is this descriptor still what the path names? */
static int
is_at(int fd, const char *path)
{
	struct stat a, b;

	return fstat(fd, &a) == 0 && stat(path, &b) == 0 &&
	    a.st_ino == b.st_ino && a.st_dev == b.st_dev;
}

/* open and locked, and not taken by somebody meanwhile */
static int
open_locked(const char *path, int flags)
{
	int fd;

	for (;;) {
		fd = open(path, flags | O_CLOEXEC, 0640);
		if (fd == -1)
			return -1;
		if (flock(fd, LOCK_EX) == -1)
			return fd_fail(fd);
		if (is_at(fd, path))
			return fd;
		close(fd);
	}
}

/* the end of a line that a power cut has left without one, or the next would be
 * part of it.  0, -1 with errno */
static int
end_line(int fd, off_t size)
{
	char last = '\n';

	if (size > 0 && pread(fd, &last, 1, size - 1) == -1)
		return -1;
	return last == '\n' ? 0 : fd_write_all(fd, "\n", 1);
}

int
deadfile_put(const char *dir, const char *line, size_t n)
{
	char path[PATH_MAX];
	struct stat st;
	int fd, saved, fresh;

	if (path_of(path, dir, "dead") == -1)
		return -1;
	fd = open_locked(path, O_RDWR | O_CREAT | O_APPEND);
	if (fd == -1)
		return -1;
	if (fstat(fd, &st) == -1)
		return fd_fail(fd);
	fresh = st.st_size == 0;
	if (end_line(fd, st.st_size) == -1 || fd_write_all(fd, line, n) == -1 ||
	    fdatasync(fd) == -1 || (fresh && durable_folder_of(path) == -1)) {
		saved = errno;
		/* half a line would spoil the next one */
		if (ftruncate(fd, st.st_size) == -1)
			saved = errno;
		errno = saved;
		return fd_fail(fd);
	}
	return close(fd);
}

int
deadfile_take(const char *dir)
{
	char from[PATH_MAX], to[PATH_MAX];
	int fd;

	if (path_of(from, dir, "dead") == -1 ||
	    path_of(to, dir, "dead.sending") == -1)
		return -1;
	if (access(to, F_OK) == -1) {
		fd = open_locked(from, O_RDONLY);
		if (fd == -1)
			return -1;
		if (fd_rename(AT_FDCWD, from, to) == -1)
			return fd_fail(fd);
		close(fd);
	}
	fd = open(to, O_RDONLY | O_CLOEXEC);
	if (fd != -1 && flock(fd, LOCK_EX | LOCK_NB) == -1)
		return fd_fail(fd);
	return fd;
}

int
deadfile_done(const char *dir)
{
	char path[PATH_MAX];

	if (path_of(path, dir, "dead.sending") == -1)
		return -1;
	return unlink(path);
}

const char *
deadfile_event(const char *line, size_t *n)
{
	static const char at[] = "dead-at:", text[] = "dead-text:";
	const char *end = line + *n, *tab = memchr(line, '\t', *n), *p;

	if (tab == NULL || *n < sizeof at ||
	    memcmp(line, at, sizeof at - 1) != 0)
		return NULL;
	p = tab + 1;
	if ((size_t)(end - p) < sizeof text ||
	    memcmp(p, text, sizeof text - 1) != 0)
		return NULL;
	p = memchr(p, '\t', (size_t)(end - p));
	if (p == NULL)
		return NULL;
	p++;
	if ((size_t)(end - p) < 4 || memcmp(p, "eid:", 4) != 0)
		return NULL;
	*n = (size_t)(end - p);
	return p;
}
