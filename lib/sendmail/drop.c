#include "sendmail/drop.h"
#include "base/clock.h"
#include "base/durable.h"
#include "base/fd.h"
#include "base/folder.h"
#include "base/random.h"
#include "format/envlines.h"
#include "format/netstring.h"
#include "format/parcel.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

static int
room(int dir, uint64_t bytes)
{
	struct statvfs v;

	if (bytes > DROP_SIZE_MAX) {
		errno = EFBIG;
		return -1;
	}
	if (fstatvfs(dir, &v) == -1)
		return -1;
	errno = ENOSPC;
	if ((uint64_t)v.f_bavail * v.f_frsize < bytes + DROP_RESERVE_BYTES)
		return -1;
	/* some file systems have no number of them */
	return v.f_files > 0 && v.f_favail < DROP_RESERVE_INODES ? -1 : 0;
}

static void
close_both(struct drop_file *f)
{
	int saved = errno;

	if (f->fd != -1)
		close(f->fd);
	if (f->dir != -1)
		close(f->dir);
	f->fd = f->dir = -1;
	errno = saved;
}

void
drop_cancel(struct drop_file *f)
{
	int saved = errno;

	if (f->fd != -1)
		unlinkat(f->dir, f->name, 0);
	errno = saved;
	close_both(f);
}

/* the folder, where we may read it; -1: we may not */
static int
open_folder(int dir)
{
	return openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/*
 * Who may not read the folder cannot ask for a sync of it.  Then what makes
 * the new name durable is a sync of the file or of all of the file system,
 * where these can be trusted.
 */
static int
can_sync(int dir)
{
	struct durable d;
	int fd = open_folder(dir);

	if (fd != -1) {
		close(fd);
		return 1;
	}
	d = durable_ask(dir);
	errno = EOPNOTSUPP;
	return d.names || d.all;
}

static int
sync_name(const struct drop_file *f)
{
	int dir = open_folder(f->dir), r;
	struct durable d;

	if (dir != -1) {
		r = fsync(dir);
		close(dir);
		return r;
	}
	d = durable_ask(f->dir);
	if (fsync(f->fd) == -1)
		return -1;
	return d.all ? durable_sync_all(&d, f->fd) : 0;
}

int
drop_start(struct drop_file *f, const char *drop, uint64_t bytes)
{
	char path[4096];

	f->fd = f->dir = -1;
	if ((size_t)snprintf(path, sizeof path, "%s/new", drop) >=
	    sizeof path) {
		errno = ENAMETOOLONG;
		return -1;
	}
	/* it need not be readable for us; the file is to be ours, whoever we
	 * are */
	f->dir = folder_open(path);
	if (f->dir == -1)
		return -1;
	f->name[0] = '.';
	if (room(f->dir, bytes) == -1 || !can_sync(f->dir) ||
	    random_hex(f->name + 1, DROP_RANDOM_LEN) == -1) {
		close_both(f);
		return -1;
	}
	f->fd = openat(f->dir, f->name,
	    O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	/* the folder's group is that of who takes it up */
	if (f->fd == -1 || fchmod(f->fd, 0640) == -1) {
		drop_cancel(f);
		return -1;
	}
	return 0;
}

int
drop_commit(struct drop_file *f)
{
	char name[DROP_NAME_MAX];

	snprintf(name, sizeof name, "%lld%.*s", (long long)clock_wall_s(),
	    DROP_RANDOM_LEN + 1, f->name);
	if (fsync(f->fd) == -1 ||
	    renameat(f->dir, f->name, f->dir, name) == -1) {
		drop_cancel(f);
		return -1;
	}
	memcpy(f->name, name, sizeof name);
	if (sync_name(f) == -1) {
		/* the caller hears that it is not there */
		drop_cancel(f);
		return -1;
	}
	close_both(f);
	return 0;
}

/* taking up */

enum drop_kind
drop_kind(const char *name)
{
	size_t time = strspn(name, "0123456789");
	const char *rnd = name + time + 1;

	if (name[time] != '.' || time > 20 || strlen(rnd) != DROP_RANDOM_LEN ||
	    strspn(rnd, "0123456789abcdef") != DROP_RANDOM_LEN)
		return DROP_OTHER;
	return time > 0 ? DROP_READY : DROP_WRITING;
}

static enum drop_result
fault(struct drop_parcel *d, const char *why)
{
	d->fault = why;
	return DROP_FAULT;
}

static enum drop_result
take_envelope(struct drop_parcel *d, const char **p, const char *end)
{
	const char *line = *p;
	struct parcel_line l;
	int k, e = 0, rcpts = 0;

	for (; (k = parcel_next(p, end, &l)) == 1; line = *p) {
		if (!envlines_user(&l))
			continue;
		rcpts |= parcel_is(&l, "to");
		e |= buf_put(&d->env, line, *p - line);
	}
	if (k != 0 || !rcpts)
		return fault(d, "no envelope");
	e |= buf_puts(&d->env, "proto local\n");
	e |= buf_printf(&d->env, "uid %lu\n", (unsigned long)d->uid);
	errno = ENOMEM;
	return e == 0 ? DROP_OK : DROP_TROUBLE;
}

/* what of the message is behind the part in memory, from fd into a file of
 * our own; its last byte is the comma */
static enum drop_result
copy_rest(struct drop_parcel *d, int fd, uint64_t left, const char *tmp)
{
	static char block[DROP_READ];
	char last = ',';
	ssize_t n;

	d->fd = fd_unnamed(tmp);
	if (d->fd == -1)
		return DROP_TROUBLE;
	for (; left > 0; left -= n) {
		n = fd_read_all(fd, block,
		    left < sizeof block ? left : sizeof block);
		if (n == -1)
			return DROP_TROUBLE;
		if (n == 0)
			return fault(d, "it is cut short");
		last = block[n - 1];
		if (fd_write_all(d->fd, block, n) == -1)
			return DROP_TROUBLE;
		d->filed += n;
	}
	d->filed--;
	return last == ',' ? DROP_OK : fault(d, "no parcel");
}

/* the beginning of the file, with all of the envelope: n bytes of it */
static enum drop_result
read_start(int fd, uint64_t size, struct buf *b)
{
	size_t want = size < DROP_READ ? size : DROP_READ, seen = 0;
	ssize_t n;

	for (;; seen = buf_len(b) - 1) {
		if (buf_reserve(b, want) == -1)
			return DROP_TROUBLE;
		n = fd_read_all(fd, buf_tail(b), want);
		if (n == -1)
			return DROP_TROUBLE;
		buf_added(b, n);
		if ((size_t)n < want || buf_len(b) == size ||
		    buf_len(b) > PARCEL_ENVELOPE_MAX ||
		    memmem(buf_data(b) + seen, buf_len(b) - seen, "\n\n", 2) !=
			NULL)
			return DROP_OK;
		want = size - buf_len(b) < DROP_READ ? size - buf_len(b)
						     : DROP_READ;
	}
}

static enum drop_result
take(struct drop_parcel *d, int fd, uint64_t size, struct buf *b,
    const char *tmp)
{
	enum drop_result r = read_start(fd, size, b);
	const char *p, *end;
	uint64_t len;
	int head;

	if (r != DROP_OK)
		return r;
	head = netstring_head(buf_data(b), buf_len(b), DROP_SIZE_MAX, &len);
	if (head <= 0)
		return fault(d, "no parcel");
	p = buf_data(b) + head;
	end = buf_data(b) + buf_len(b);
	r = take_envelope(d, &p, end);
	if (r != DROP_OK)
		return r;
	if (buf_put(&d->text, p, end - p) == -1)
		return DROP_TROUBLE;
	/* all of the file is one parcel; where it is not, whose it is is
	 * known now */
	if ((uint64_t)head + len + 1 != size)
		return fault(d, "no parcel");
	if (buf_len(b) < size)
		return copy_rest(d, fd, size - buf_len(b), tmp);
	if (buf_len(&d->text) == 0 || end[-1] != ',')
		return fault(d, "no parcel");
	d->text.end--;
	return DROP_OK;
}

enum drop_result
drop_read(struct drop_parcel *d, int dir, const char *name, const char *tmp)
{
	int fd = openat(dir, name,
		O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC),
	    saved;
	struct buf b = { 0 };
	enum drop_result r;
	struct stat st;

	if (fd == -1 && (errno == ELOOP || errno == EACCES || errno == ENXIO))
		return fault(d, strerror(errno));
	if (fd == -1 || fstat(fd, &st) == -1) {
		r = DROP_TROUBLE;
	} else if (!S_ISREG(st.st_mode) || st.st_nlink != 1) {
		/* by a link somebody could send what is not his */
		r = fault(d, "no file of its own");
	} else {
		d->uid = st.st_uid;
		d->own = 1;
		if (st.st_size == 0 || st.st_size > DROP_SIZE_MAX)
			r = fault(d, "its size");
		else
			r = take(d, fd, st.st_size, &b, tmp);
	}
	saved = errno;
	buf_free(&b);
	if (fd != -1)
		close(fd);
	errno = saved;
	return r;
}

void
drop_free(struct drop_parcel *d)
{
	buf_free(&d->env);
	buf_free(&d->text);
	if (d->fd != -1)
		close(d->fd);
	d->fd = -1;
}
