#include "base/folder.h"
#include "base/fd.h"
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/stat.h>
#include <unistd.h>

/* what folder_leave() brings back: root, or who folder_settle() has made us */
static struct {
	gid_t *group;
	int n, inside;
} was;
static struct {
	uid_t uid;
	gid_t gid;
} settled;

static int
open_folder(const char *path)
{
	return open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

/* a link's text goes in front of what is left of the way; fd is the link */
static int
take_link(int fd, const struct stat *st, char way[PATH_MAX], unsigned *links)
{
	size_t left = strlen(way) + 1;
	char text[PATH_MAX];
	ssize_t n;

	errno = ELOOP;
	if (st->st_uid != 0 || ++*links > FOLDER_LINKS_MAX)
		return -1;
	n = readlinkat(fd, "", text, sizeof text);
	if (n == -1)
		return -1;
	if ((size_t)n + 1 + left > sizeof text) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memmove(way + n + 1, way, left);
	memcpy(way, text, n);
	way[n] = '/';
	return 0;
}

/* one name of the way: the folder behind it, or `at` again for a link */
static int
step(int at, const char *name, char way[PATH_MAX], unsigned *links)
{
	int fd = openat(at, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;

	if (fd == -1)
		return -1;
	if (fstat(fd, &st) == -1)
		return fd_fail(fd);
	if (!S_ISLNK(st.st_mode))
		return fd;
	if (take_link(fd, &st, way, links) == -1)
		return fd_fail(fd);
	close(fd);
	return *way == '/' ? open_folder("/") : dup(at);
}

/* the way is used up as it is gone */
static int
walk(char way[PATH_MAX])
{
	int at = open_folder(*way == '/' ? "/" : "."), next;
	char name[NAME_MAX + 1];
	unsigned links = 0;
	size_t n;

	while (at != -1) {
		n = strspn(way, "/");
		memmove(way, way + n, strlen(way + n) + 1);
		n = strcspn(way, "/");
		if (n == 0)
			break;
		if (n > NAME_MAX) {
			errno = ENAMETOOLONG;
			return fd_fail(at);
		}
		memcpy(name, way, n);
		name[n] = '\0';
		memmove(way, way + n, strlen(way + n) + 1);
		next = step(at, name, way, &links);
		if (next == -1)
			return fd_fail(at);
		close(at);
		at = next;
	}
	return at;
}

/* a descriptor that folders alone have */
static int
is_folder(int fd)
{
	struct stat st;

	if (fd == -1)
		return -1;
	if (fstat(fd, &st) == -1)
		return fd_fail(fd);
	if (S_ISDIR(st.st_mode))
		return fd;
	errno = ENOTDIR;
	return fd_fail(fd);
}

int
folder_open(const char *path)
{
	char way[PATH_MAX];

	if (geteuid() != 0)
		return open_folder(path);
	errno = *path == '\0' ? ENOENT : ENAMETOOLONG;
	if (*path == '\0' || strlen(path) >= sizeof way)
		return -1;
	memcpy(way, path, strlen(path) + 1);
	return is_folder(walk(way));
}

int
folder_open_of(const char *path, const char **name)
{
	const char *slash = strrchr(path, '/');
	char dir[PATH_MAX];

	*name = slash == NULL ? path : slash + 1;
	if (**name == '\0') {
		errno = EINVAL;
		return -1;
	}
	if (slash == NULL)
		return folder_open(".");
	if (slash == path)
		return folder_open("/");
	if ((size_t)snprintf(dir, sizeof dir, "%.*s", (int)(slash - path),
		path) >= sizeof dir) {
		errno = ENAMETOOLONG;
		return -1;
	}
	return folder_open(dir);
}

static int
keep_groups(void)
{
	int n = getgroups(0, NULL);

	if (n == -1)
		return -1;
	was.group = calloc((size_t)n + 1, sizeof *was.group);
	if (was.group == NULL)
		return -1;
	was.n = getgroups(n, was.group);
	return was.n == -1 ? -1 : 0;
}

/* they return what was, whether it worked or not */
static int
become(uid_t uid, gid_t gid)
{
	setfsgid(gid);
	setfsuid(uid);
	if ((uid_t)setfsuid(-1) == uid && (gid_t)setfsgid(-1) == gid)
		return 0;
	errno = EPERM;
	return -1;
}

int
folder_enter(int fd)
{
	struct stat st;

	if (geteuid() != 0)
		return 0;
	if (fstat(fd, &st) == -1)
		return -1;
	if (st.st_uid == 0)
		return 0;
	if (keep_groups() == 0) {
		if (settled.uid == 0)
			settled.gid = getegid();
		was.inside = 1;
		if (setgroups(0, NULL) == 0 &&
		    become(st.st_uid, st.st_gid) == 0)
			return 0;
	}
	folder_leave();
	return -1;
}

void
folder_leave(void)
{
	int saved = errno;

	if (was.inside) {
		become(settled.uid, settled.gid);
		setgroups(was.n, was.group);
		was.inside = 0;
	}
	free(was.group);
	was.group = NULL;
	errno = saved;
}

int
folder_file(const char *path, int flags, mode_t mode)
{
	const char *name;
	int folder = folder_open_of(path, &name), fd = -1;

	if (folder == -1)
		return -1;
	if (folder_enter(folder) == 0) {
		fd = openat(folder, name, flags | O_CLOEXEC, mode);
		folder_leave();
	}
	if (fd == -1)
		return fd_fail(folder);
	close(folder);
	return fd;
}

static int
settle(int fd)
{
	if (fd == -1)
		return -1;
	if (folder_enter(fd) == -1)
		return fd_fail(fd);
	close(fd);
	if (!was.inside)
		return 0;
	settled.uid = setfsuid(-1);
	settled.gid = setfsgid(-1);
	was.inside = 0;
	free(was.group);
	was.group = NULL;
	return 0;
}

int
folder_settle(const char *path)
{
	return settle(folder_open(path));
}

int
folder_settle_of(const char *path)
{
	const char *name;

	return settle(folder_open_of(path, &name));
}
