#include "move/queuefile.h"
#include "base/fd.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { NAME_ROOM = 64 };

int
queuefile_read(int root, const char *name, struct buf *b)
{
	char path[NAME_ROOM], *p;
	size_t n;
	int k;

	snprintf(path, sizeof path, "/proc/self/fd/%d/%s", root, name);
	if (fd_slurp(path, QUEUEFILE_BYTES_MAX, &p, &n) == -1)
		return errno == ENOENT ? 0 : -1;
	k = buf_put(b, p, n);
	free(p);
	return k;
}

int
queuefile_put(int root, const char *name, const struct buf *b)
{
	char made[NAME_ROOM];
	int fd;

	if (buf_len(b) == 0) {
		if (unlinkat(root, name, 0) == -1 && errno != ENOENT)
			return -1;
		return fsync(root);
	}
	snprintf(made, sizeof made, "%s.new", name);
	fd = openat(root, made,
	    O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0640);
	if (fd == -1)
		return -1;
	if (fd_write_all(fd, buf_data(b), buf_len(b)) == -1 || fsync(fd) == -1)
		return fd_fail(fd);
	if (close(fd) == -1 || renameat(root, made, root, name) == -1)
		return -1;
	return fsync(root);
}
