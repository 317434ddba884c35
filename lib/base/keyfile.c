#include "base/keyfile.h"
#include "base/durable.h"
#include "base/fd.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_ROOM = 4096 };

/* a hidden name beside it, which key-sign and conf-build do not look at */
static int
temporary(const char *path, char *out)
{
	const char *slash = strrchr(path, '/');
	int dir = slash == NULL ? 0 : (int)(slash + 1 - path);

	if (snprintf(out, PATH_ROOM, "%.*s.%s.new", dir, path, path + dir) <
	    PATH_ROOM)
		return 0;
	errno = ENAMETOOLONG;
	return -1;
}

static int
fill(const char *temp, const struct buf *b, mode_t mode, uid_t uid, gid_t gid)
{
	int fd, r;

	unlink(temp); /* of one that was interrupted */
	fd = open(temp, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
	    0600);
	if (fd == -1)
		return -1;
	r = fd_write_all(fd, buf_data(b), buf_len(b));
	if (r == 0 && (uid != (uid_t)-1 || gid != (gid_t)-1))
		r = fchown(fd, uid, gid);
	if (r == 0)
		r = fchmod(fd, mode);
	if (r == 0)
		r = fsync(fd);
	if (close(fd) == -1)
		r = -1;
	return r;
}

static void
drop(const char *temp)
{
	int saved = errno;

	unlink(temp);
	errno = saved;
}

int
keyfile_make(const char *path, const struct buf *b, mode_t mode, gid_t gid)
{
	char temp[PATH_ROOM];

	if (temporary(path, temp) == -1)
		return -1;
	if (fill(temp, b, mode, (uid_t)-1, gid) == -1 ||
	    link(temp, path) == -1) {
		drop(temp);
		return -1;
	}
	unlink(temp);
	return durable_folder_of(path);
}

int
keyfile_replace(const char *path, const struct buf *b)
{
	char temp[PATH_ROOM];
	struct stat st;
	int there = stat(path, &st) == 0;

	if (temporary(path, temp) == -1)
		return -1;
	if (fill(temp, b, there ? st.st_mode & 0777 : 0600,
		there && st.st_uid != geteuid() ? st.st_uid : (uid_t)-1,
		there && st.st_gid != getegid() ? st.st_gid : (gid_t)-1) ==
		-1 ||
	    rename(temp, path) == -1) {
		drop(temp);
		return -1;
	}
	return durable_folder_of(path);
}

int
keyfile_folder(const char *path, mode_t mode, gid_t gid)
{
	int fd, r;

	if (mkdir(path, 0700) == -1)
		return errno == EEXIST ? 0 : -1;
	fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd == -1)
		return -1;
	r = gid == (gid_t)-1 ? 0 : fchown(fd, (uid_t)-1, gid);
	if (r == 0)
		r = fchmod(fd, mode);
	if (close(fd) == -1 || r == -1)
		return -1;
	return durable_folder_of(path);
}
