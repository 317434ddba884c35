#include "base/newfile.h"
#include "base/durable.h"
#include "base/fd.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

/* nothing half written is left; errno stays.  Returns -1 */
static int
drop(const char *temp)
{
	int e = errno;

	unlink(temp);
	errno = e;
	return -1;
}

static int
write_temp(const char *temp, const struct buf *b)
{
	int fd = open(temp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	int r;

	if (fd == -1)
		return -1;
	if (fd_write_all(fd, buf_data(b), buf_len(b)) == -1 || fsync(fd) == -1)
		r = fd_fail(fd);
	else
		r = close(fd);
	return r == 0 ? 0 : drop(temp);
}

static int
put(const char *temp, const char *path, const struct buf *b)
{
	if (write_temp(temp, b) == -1)
		return -1;
	if (rename(temp, path) == -1)
		return drop(temp);
	return durable_folder_of(path);
}

int
newfile_put(const char *dir, const char *name, const struct buf *b)
{
	struct buf path = { 0 }, temp = { 0 };
	int r = -1;

	if (buf_printf(&path, "%s/%s", dir, name) == 0 &&
	    buf_putc(&path, '\0') == 0 &&
	    buf_printf(&temp, "%s/.%s", dir, name) == 0 &&
	    buf_putc(&temp, '\0') == 0)
		r = put(buf_data(&temp), buf_data(&path), b);
	buf_free(&path);
	buf_free(&temp);
	return r;
}
