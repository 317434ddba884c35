#include "base/memdir.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

enum { TMPFS = 0x01021994 };

static int
give_up(int fd, int error)
{
	close(fd);
	errno = error;
	return -1;
}

int
memdir_root(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct statfs fs;
	struct stat st;

	if (fd == -1)
		return -1;
	if (fstatfs(fd, &fs) == -1 || fstat(fd, &st) == -1)
		return give_up(fd, errno);
	if (fs.f_type != TMPFS)
		return give_up(fd, ENOTSUP);
	if ((st.st_uid != 0 && st.st_uid != geteuid()) ||
	    (st.st_mode & 022 && !(st.st_mode & S_ISVTX)))
		return give_up(fd, EPERM);
	return fd;
}

int
memdir_open(int root, const char *name, int make)
{
	struct stat st, above;
	int fd;

	if (make && mkdirat(root, name, 0700) == -1 && errno != EEXIST)
		return -1;
	fd =
	    openat(root, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd == -1) {
		if (errno == ELOOP || errno == ENOTDIR || errno == EACCES)
			errno = EPERM;
		return -1;
	}
	if (fstat(fd, &st) == -1 || fstat(root, &above) == -1)
		return give_up(fd, errno);
	if (st.st_uid != geteuid() || st.st_mode & 077 ||
	    st.st_dev != above.st_dev)
		return give_up(fd, EPERM);
	return fd;
}
