#include "act/actlog.h"
#include "base/durable.h"
#include "base/fd.h"
#include "base/folder.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char current[] = "current";

#define TAI64_1970 UINT64_C(4611686018427387914)

void
actlog_name(char out[ACTLOG_NAME_ROOM], int64_t us)
{
	snprintf(out, ACTLOG_NAME_ROOM, "@%016" PRIx64 "%08" PRIx64 ".s",
	    TAI64_1970 + (uint64_t)us / 1000000, (uint64_t)us % 1000000 * 1000);
}

/* the folder */

/* DIR/NAME is a folder: 1, 0, or -1 with errno */
static int
has_folder(const char *dir, const char *name)
{
	char path[PATH_MAX];
	struct stat st;

	if (snprintf(path, sizeof path, "%s/%s", dir, name) >=
	    (int)sizeof path) {
		errno = ENAMETOOLONG;
		return -1;
	}
	if (stat(path, &st) == -1)
		return errno == ENOENT || errno == ENOTDIR ? 0 : -1;
	return S_ISDIR(st.st_mode);
}

/* in log/, as its owner: acts/, made where it is missing */
static int
open_acts(int log)
{
	int made = mkdirat(log, "acts", 0750) == 0, fd;

	if (!made && errno != EEXIST)
		return -1;
	fd = openat(log, "acts",
	    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd == -1 || !made)
		return fd;
	/* whoever acts, under whichever umask: the log's group reads it */
	return fchmod(fd, 0750) == -1 || durable_folder(log, ".") == -1
	    ? fd_fail(fd)
	    : fd;
}

/* files that are full */

/* how many there are; low receives the name of the oldest */
static int
count_files(int dir, char low[NAME_MAX + 1])
{
	int fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), n = 0;
	DIR *d = fd == -1 ? NULL : fdopendir(fd);
	struct dirent *e;

	if (d == NULL)
		return fd == -1 ? -1 : fd_fail(fd);
	while ((e = readdir(d)) != NULL) {
		if (e->d_name[0] != '@')
			continue;
		if (n++ == 0 || strcmp(e->d_name, low) < 0)
			snprintf(low, NAME_MAX + 1, "%s", e->d_name);
	}
	closedir(d);
	return n;
}

/* Where it does not work the file that is there goes on to grow: what is to be
 * written counts for more. */
static void
turn(int dir, int64_t now_us)
{
	char name[ACTLOG_NAME_ROOM], low[NAME_MAX + 1] = "";
	struct stat st;

	if (fstatat(dir, current, &st, AT_SYMLINK_NOFOLLOW) == -1 ||
	    st.st_size < ACTLOG_FILE_BYTES)
		return;
	actlog_name(name, now_us);
	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0 ||
	    renameat(dir, current, dir, name) == -1)
		return;
	if (count_files(dir, low) > ACTLOG_FILES_MAX)
		unlinkat(dir, low, 0);
}

/* lines */

/* a crash may have left a line without its end */
static int
end_line(int fd, off_t size)
{
	char c = '\n';

	if (size > 0 && pread(fd, &c, 1, size - 1) != 1)
		return -1;
	return c == '\n' ? 0 : fd_write_all(fd, "\n", 1);
}

static int
append(int fd, const struct buf *b)
{
	struct stat st;
	int saved;

	if (fstat(fd, &st) == -1)
		return -1;
	if (S_ISREG(st.st_mode) && (st.st_size > 0 || fchmod(fd, 0640) == 0) &&
	    end_line(fd, st.st_size) == 0 &&
	    fd_write_all(fd, buf_data(b), buf_len(b)) == 0 && fsync(fd) == 0)
		return 0;
	saved = S_ISREG(st.st_mode) ? errno : EINVAL;
	/* a part of a line is no line */
	if (ftruncate(fd, st.st_size) == -1)
		saved = errno;
	errno = saved;
	return -1;
}

static int
write_lines(int dir, const struct buf *b, int64_t now_us)
{
	int fd, r;

	turn(dir, now_us);
	fd = openat(dir, current,
	    O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC,
	    0640);
	if (fd == -1)
		return -1;
	r = append(fd, b);
	if (r == -1)
		return fd_fail(fd);
	close(fd);
	/* its name, and those of files that were ended */
	return fsync(dir);
}

static int
write_as_owner(int log, const struct buf *b, int64_t now_us)
{
	int dir = open_acts(log), r;

	if (dir == -1)
		return -1;
	r = fd_lock(dir, ACTLOG_WAIT_MS);
	if (r == 0)
		r = write_lines(dir, b, now_us);
	if (r == -1)
		return fd_fail(dir);
	close(dir);
	return 0;
}

int
actlog_write(const char *instance, const struct buf *b, int64_t now_us)
{
	char path[PATH_MAX];
	int service = has_folder(instance, "service"),
	    has_log = has_folder(instance, "log"), log, r;

	if (service <= 0 || has_log <= 0)
		return service == -1 || has_log == -1 ? -1 : 0;
	snprintf(path, sizeof path, "%s/log", instance);
	log = folder_open(path);
	if (log == -1)
		return -1;
	if (folder_enter(log) == -1)
		return fd_fail(log);
	r = write_as_owner(log, b, now_us);
	folder_leave();
	if (r == -1)
		return fd_fail(log);
	close(log);
	return 1;
}
