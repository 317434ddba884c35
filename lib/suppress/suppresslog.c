#include "suppress/suppresslog.h"
#include "base/die.h"
#include "base/durable.h"
#include "base/fd.h"
#include "base/newfile.h"
#include "base/random.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static void
unlock(struct suppresslog *s)
{
	int saved = errno;

	flock(s->lock, LOCK_UN);
	errno = saved;
}

/* an empty journal, which is there whole or not at all */
static int
make(struct suppresslog *s)
{
	static const struct newfile_rights rights = { 0640, (uid_t)-1,
		(gid_t)-1 };
	char path[PATH_MAX], temp[PATH_MAX], id[SUPPRESSLINE_ID + 1];
	struct buf b = { 0 };
	int r;

	if (snprintf(path, sizeof path, "%s/journal", s->path) >=
	    (int)sizeof path) {
		errno = ENAMETOOLONG;
		return -1;
	}
	r = random_hex(id, SUPPRESSLINE_ID);
	if (r == 0)
		r = buf_printf(&b, SUPPRESSLINE_MAGIC "%s\n", id);
	if (r == 0)
		r = newfile_beside(path, &b, &rights, temp);
	if (r == 0 && rename(temp, path) == -1)
		r = newfile_drop(temp);
	if (r == 0)
		r = durable_folder(s->dir, ".");
	buf_free(&b);
	return r;
}

/* the file that has the name now; locked */
static int
reopen(struct suppresslog *s)
{
	struct stat st;

	if (s->fd != -1 && fstatat(s->dir, "journal", &st, 0) == 0 &&
	    st.st_ino == s->ino && st.st_dev == s->dev)
		return 0;
	fd_drop(&s->fd);
	s->fd = openat(s->dir, "journal", O_RDWR | O_APPEND | O_CLOEXEC);
	if (s->fd == -1 && errno == ENOENT && make(s) == 0)
		s->fd =
		    openat(s->dir, "journal", O_RDWR | O_APPEND | O_CLOEXEC);
	if (s->fd == -1 || fstat(s->fd, &st) == -1)
		return -1;
	s->ino = st.st_ino;
	s->dev = st.st_dev;
	/* its name may be that of a moment ago, and is as safe as what is
	 * appended */
	return durable_folder(s->dir, ".");
}

/* it begins as one, and is not somebody else's file */
static int
check_head(struct suppresslog *s)
{
	char head[SUPPRESSLINE_HEAD], id[SUPPRESSLINE_ID + 1];
	ssize_t n = pread(s->fd, head, sizeof head, 0);

	if (n == -1)
		return -1;
	if (suppressline_id(head, (size_t)n, id) == 0)
		return 0;
	errno = EINVAL;
	return -1;
}

int
suppresslog_open(struct suppresslog *s, const char *dir)
{
	int r;

	*s = (struct suppresslog){
		.dir = -1, .lock = -1, .fd = -1, .path = dir
	};
	if (mkdir(dir, 0750) == -1 && errno != EEXIST)
		return -1;
	s->dir = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (s->dir != -1)
		s->lock =
		    openat(s->dir, "lock", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (s->lock == -1 || fd_lock(s->lock, SUPPRESSLOG_LOCK_MS) == -1) {
		suppresslog_close(s);
		return -1;
	}
	r = reopen(s) == -1 || check_head(s) == -1 ? -1 : 0;
	unlock(s);
	if (r == -1)
		suppresslog_close(s);
	return r;
}

/* does the last line lack its end?  A crash has cut it */
static int
is_torn(struct suppresslog *s)
{
	char last = '\n';

	return s->size > 0 && pread(s->fd, &last, 1, (off_t)s->size - 1) == 1 &&
	    last != '\n';
}

/* all of it, or nothing */
static int
append(struct suppresslog *s, const char *p, size_t n)
{
	int saved;

	if (fd_write_all(s->fd, p, n) == 0) {
		s->size += n;
		return 0;
	}
	saved = errno;
	/* where even this fails the line has no end, and so no sum; the next
	 * one begins behind it */
	if (ftruncate(s->fd, (off_t)s->size) == -1)
		warn("unable to cut %s/journal: %m", s->path);
	errno = saved;
	return -1;
}

int
suppresslog_append(struct suppresslog *s, const struct buf *lines)
{
	struct stat st;
	int r;

	if (buf_len(lines) == 0)
		return 0;
	if (fd_lock(s->lock, SUPPRESSLOG_LOCK_MS) == -1)
		return -1;
	r = reopen(s);
	if (r == 0)
		r = fstat(s->fd, &st);
	if (r == 0) {
		s->size = (uint64_t)st.st_size;
		if (is_torn(s))
			r = append(s, "\n", 1);
	}
	if (r == 0)
		r = append(s, buf_data(lines), buf_len(lines));
	unlock(s);
	return r;
}

int
suppresslog_sync(struct suppresslog *s)
{
	return fdatasync(s->fd);
}

void
suppresslog_close(struct suppresslog *s)
{
	int saved = errno;

	fd_drop(&s->fd);
	fd_drop(&s->lock);
	fd_drop(&s->dir);
	errno = saved;
}
