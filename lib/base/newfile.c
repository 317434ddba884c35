#include "base/newfile.h"
#include "base/durable.h"
#include "base/fd.h"
#include "base/random.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DIGITS = 16 }; /* of the hidden name */

/* which key-sign, conf-build and the like do not look at */
static int
hidden(const char *path, char temp[PATH_MAX])
{
	const char *slash = strrchr(path, '/');
	int dir = slash == NULL ? 0 : (int)(slash + 1 - path);
	char digits[RANDOM_HEX_ROOM + 1];

	if (random_hex(digits, DIGITS) == -1)
		return -1;
	if (snprintf(temp, PATH_MAX, "%.*s.%s.new", dir, path, digits) <
	    PATH_MAX)
		return 0;
	errno = ENAMETOOLONG;
	return -1;
}

int
newfile_drop(const char *temp)
{
	int e = errno;

	unlink(temp);
	errno = e;
	return -1;
}

static int
fill(int fd, const struct buf *b, const struct newfile_rights *r)
{
	if (fd_write_all(fd, buf_data(b), buf_len(b)) == -1)
		return -1;
	if (r != NULL && (r->uid != (uid_t)-1 || r->gid != (gid_t)-1) &&
	    fchown(fd, r->uid, r->gid) == -1)
		return -1;
	if (r != NULL && fchmod(fd, r->mode) == -1)
		return -1;
	return fsync(fd);
}

int
newfile_beside(const char *path, const struct buf *b,
    const struct newfile_rights *rights, char temp[PATH_MAX])
{
	int fd, r;

	if (hidden(path, temp) == -1)
		return -1;
	fd = open(temp, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
	    rights == NULL ? 0666 : 0600);
	if (fd == -1)
		return -1;
	r = fill(fd, b, rights) == -1 ? fd_fail(fd) : close(fd);
	return r == 0 ? 0 : newfile_drop(temp);
}

int
newfile_put(const char *dir, const char *name, const struct buf *b)
{
	char path[PATH_MAX], temp[PATH_MAX];

	if (snprintf(path, sizeof path, "%s/%s", dir, name) >= PATH_MAX) {
		errno = ENAMETOOLONG;
		return -1;
	}
	if (newfile_beside(path, b, NULL, temp) == -1)
		return -1;
	if (rename(temp, path) == -1)
		return newfile_drop(temp);
	return durable_folder_of(path);
}
