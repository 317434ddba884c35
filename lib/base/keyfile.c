#include "base/keyfile.h"
#include "base/durable.h"
#include "base/newfile.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

int
keyfile_make(const char *path, const struct buf *b, mode_t mode, gid_t gid)
{
	const struct newfile_rights r = { mode, (uid_t)-1, gid };
	char temp[PATH_MAX];

	if (newfile_beside(path, b, &r, temp) == -1)
		return -1;
	if (link(temp, path) == -1)
		return newfile_drop(temp);
	unlink(temp);
	return durable_folder_of(path);
}

int
keyfile_replace(const char *path, const struct buf *b)
{
	struct newfile_rights r = { 0600, (uid_t)-1, (gid_t)-1 };
	char temp[PATH_MAX];
	struct stat st;

	if (stat(path, &st) == 0) {
		r.mode = st.st_mode & 0777;
		r.uid = st.st_uid == geteuid() ? (uid_t)-1 : st.st_uid;
		r.gid = st.st_gid == getegid() ? (gid_t)-1 : st.st_gid;
	}
	if (newfile_beside(path, b, &r, temp) == -1)
		return -1;
	if (rename(temp, path) == -1)
		return newfile_drop(temp);
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
