#include "queue/layout.h"
#include "base/durable.h"
#include "queue/name.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DIR_MODE = 0750, FIFO_MODE = 0600, LOCK_MODE = 0600 };

const char *const layout_dirs[] = { "mess", "done", "tmp", NULL };

static char name[NAME_PATH_LEN + 1];

static int
make_dir(int at, const char *dir)
{
	snprintf(name, sizeof name, "%s", dir);
	return mkdirat(at, name, DIR_MODE) == 0 || errno == EEXIST ? 0 : -1;
}

/*
 * ext4 puts the subdirectories of a "top" directory far from each other,
 * and so the inodes of the messages.  Without a journal it looks at every
 * inode that was deleted in the last minute before it takes a free one:
 * where all stand together, or near another tree that was just removed,
 * making a file takes up to 250 microseconds instead of 10.
 */
static void
spread(int at, const char *dir)
{
	int fd = openat(at, dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC), flags;

	if (fd == -1)
		return;
	if (ioctl(fd, FS_IOC_GETFLAGS, &flags) == 0) {
		flags |= FS_TOPDIR_FL;
		ioctl(fd, FS_IOC_SETFLAGS, &flags); /* not everywhere */
	}
	close(fd);
}

/* mess/00 to mess/1v */
static int
make_mess(int at)
{
	char path[NAME_FOLDER_LEN + 1];
	unsigned i;

	spread(at, "mess");
	for (i = 0; i < NAME_DIRS; i++) {
		name_folder(path, i);
		if (make_dir(at, path) == -1)
			return -1;
	}
	return 0;
}

static int
make_files(int at)
{
	int fd;

	snprintf(name, sizeof name, "trigger");
	if (mkfifoat(at, name, FIFO_MODE) == -1 && errno != EEXIST)
		return -1;
	snprintf(name, sizeof name, "lock");
	fd = openat(at, name, O_WRONLY | O_CREAT | O_CLOEXEC, LOCK_MODE);
	return fd == -1 || close(fd) == -1 ? -1 : 0;
}

static int
sync_dir(int at, const char *dir)
{
	snprintf(name, sizeof name, "%s", dir);
	return durable_folder(at, name);
}

/* a queue that mail is trusted to must itself survive */
static int
sync_all(int at)
{
	struct durable d = durable_ask(at);
	char path[NAME_FOLDER_LEN + 1];
	unsigned i;

	if (d.all)
		return durable_sync_all(&d, at);
	for (i = 0; i < NAME_DIRS; i++) {
		name_folder(path, i);
		if (sync_dir(at, path) == -1)
			return -1;
	}
	for (i = 0; layout_dirs[i] != NULL; i++)
		if (sync_dir(at, layout_dirs[i]) == -1)
			return -1;
	return sync_dir(at, ".") == -1 ? -1 : sync_dir(at, "..");
}

int
layout_make(const char *queue, const char **what)
{
	int at, r = -1, saved;
	unsigned i;

	*what = queue;
	if (mkdir(queue, DIR_MODE) == -1 && errno != EEXIST)
		return -1;
	at = open(queue, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (at == -1)
		return -1;
	*what = name;
	for (i = 0; layout_dirs[i] != NULL; i++)
		if (make_dir(at, layout_dirs[i]) == -1)
			goto end;
	if (make_mess(at) == -1 || make_files(at) == -1)
		goto end;
	*what = queue;
	r = sync_all(at);
end:
	saved = errno;
	close(at);
	errno = saved;
	return r;
}
