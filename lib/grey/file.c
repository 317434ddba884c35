#include "grey/file.h"
#include "base/fd.h"
#include "grey/greytext.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static const char name[] = "journal", name_new[] = "journal.new";

/* reading */

/* from where we are to the end */
static int
read_on(struct greyfile *f)
{
	ssize_t n;
	long used;

	for (;;) {
		if (buf_reserve(&f->in, GREYFILE_READ) == -1)
			return -1;
		n = pread(f->fd, buf_tail(&f->in), GREYFILE_READ, (off_t)f->at);
		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0)
			return (int)n;
		buf_added(&f->in, (size_t)n);
		f->at += (uint64_t)n;
		used = greytext_read(f->list, buf_data(&f->in), buf_len(&f->in),
		    &f->damaged);
		if (used == -1)
			return -1;
		buf_consume(&f->in, (size_t)used);
		f->torn = buf_len(&f->in) > 0;
		/* no line is so long: the rest of it will be skipped */
		if (buf_len(&f->in) > GREYTEXT_LINE_MAX)
			buf_clear(&f->in);
	}
}

/* the journal that has the name now, from its beginning */
static int
open_journal(struct greyfile *f, int flags)
{
	struct stat st;

	fd_drop(&f->fd);
	greylist_clear(f->list);
	buf_clear(&f->in);
	f->at = f->base = 0;
	f->torn = 0;
	f->fd = openat(f->dir, name, flags | O_CLOEXEC, 0600);
	if (f->fd == -1 || fstat(f->fd, &st) == -1)
		return -1;
	f->dev = st.st_dev;
	f->ino = st.st_ino;
	if (read_on(f) == -1)
		return -1;
	f->base = f->at;
	return 0;
}

static int
catch_up(struct greyfile *f)
{
	struct stat st;

	if (f->fd == -1 || fstatat(f->dir, name, &st, 0) == -1 ||
	    st.st_dev != f->dev || st.st_ino != f->ino ||
	    (uint64_t)st.st_size < f->at)
		return open_journal(f, O_RDWR | O_APPEND | O_CREAT);
	return (uint64_t)st.st_size == f->at ? 0 : read_on(f);
}

/* writing */

/* all of it or nothing */
static int
append(struct greyfile *f, const char *p, size_t n)
{
	int saved;

	if (fd_write_all(f->fd, p, n) == 0) {
		f->at += n;
		return 0;
	}
	saved = errno;
	if (ftruncate(f->fd, (off_t)f->at) == -1)
		f->torn = 1;
	errno = saved;
	return -1;
}

/* behind what somebody began and did not finish, a line of its own */
static int
append_lines(struct greyfile *f, const struct buf *lines)
{
	if (buf_len(lines) == 0)
		return 0;
	if (f->torn && append(f, "\n", 1) == -1)
		return -1;
	if (f->torn) {
		f->torn = 0;
		f->damaged++;
		buf_clear(&f->in);
	}
	return append(f, buf_data(lines), buf_len(lines));
}

static int
write_state(int fd, const struct greylist *g)
{
	const struct greylist_entry *e;
	struct buf b = { 0 };
	unsigned kind;
	int r = greytext_put_sums(&b, &g->sums);

	for (kind = 0; kind < 3 && r == 0; kind++)
		for (e = greylist_of(g->list[kind].line.first);
		     e != NULL && r == 0; e = greylist_of(e->line.next)) {
			r = greytext_put_entry(&b, e);
			if (r == 0 && buf_len(&b) >= GREYFILE_READ) {
				r = fd_write_all(fd, buf_data(&b), buf_len(&b));
				buf_clear(&b);
			}
		}
	if (r == 0)
		r = fd_write_all(fd, buf_data(&b), buf_len(&b));
	buf_free(&b);
	return r;
}

static int
rewrite(struct greyfile *f)
{
	struct stat st;
	int fd = openat(f->dir, name_new,
	    O_RDWR | O_APPEND | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (fd == -1)
		return -1;
	if (write_state(fd, f->list) == -1 || fdatasync(fd) == -1 ||
	    fstat(fd, &st) == -1 ||
	    renameat(f->dir, name_new, f->dir, name) == -1) {
		close(fd);
		unlinkat(f->dir, name_new, 0);
		return -1;
	}
	fd_drop(&f->fd);
	f->fd = fd;
	f->dev = st.st_dev;
	f->ino = st.st_ino;
	f->at = f->base = (uint64_t)st.st_size;
	f->torn = 0;
	buf_clear(&f->in);
	return 0;
}

static int
open_dir(struct greyfile *f, const char *path, int readonly)
{
	if (!readonly && mkdir(path, 0700) == -1 && errno != EEXIST)
		return -1;
	f->dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (f->dir == -1 || readonly)
		return f->dir == -1 ? -1 : 0;
	f->lock = openat(f->dir, "lock", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	return f->lock == -1 ? -1 : 0;
}

int
greyfile_open(struct greyfile *f, const char *path, struct greylist *g,
    int readonly)
{
	static const struct buf none;
	int r;

	memset(f, 0, sizeof *f);
	f->dir = f->lock = f->fd = -1;
	f->list = g;
	if (open_dir(f, path, readonly) == -1)
		r = -1;
	else if (readonly)
		r = open_journal(f, O_RDONLY) == -1 && errno != ENOENT ? -1 : 0;
	else
		r = greyfile_begin(f) == -1 ? -1 : greyfile_end(f, &none, NULL);
	if (r == -1)
		greyfile_close(f);
	return r;
}

int
greyfile_begin(struct greyfile *f)
{
	if (fd_lock(f->lock, f->stuck ? 0 : GREYFILE_LOCK_MS) == -1) {
		f->stuck |= errno == ETIMEDOUT;
		return -1;
	}
	f->stuck = 0;
	if (catch_up(f) == 0)
		return 0;
	flock(f->lock, LOCK_UN);
	return -1;
}

int
greyfile_end(struct greyfile *f, const struct buf *lines, int *rewritten)
{
	int r = append_lines(f, lines), saved = errno, w = 0;

	if (r == 0 && f->at > 2 * f->base + GREYFILE_SLACK_BYTES) {
		w = rewrite(f) == 0 ? 1 : -1;
		/* not again with each line */
		if (w == -1)
			f->base = f->at;
	}
	if (rewritten != NULL)
		*rewritten = w;
	flock(f->lock, LOCK_UN);
	errno = saved;
	return r;
}

void
greyfile_close(struct greyfile *f)
{
	int saved = errno;

	fd_drop(&f->fd);
	fd_drop(&f->lock);
	fd_drop(&f->dir);
	buf_free(&f->in);
	errno = saved;
}
