#include "queue/commit.h"
#include "base/clock.h"
#include "base/fd.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum { FILE_MODE = 0640 };

static int
open_dir(int at, const char *name)
{
	return openat(at, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static int
mess_dir(struct commit *c, unsigned dir)
{
	char path[NAME_FOLDER_LEN + 1];

	if (c->mess[dir] == -1) {
		name_folder(path, dir);
		c->mess[dir] = open_dir(c->root, path);
	}
	return c->mess[dir];
}

static int
open_nameless(int dir)
{
	return openat(dir, ".", O_TMPFILE | O_WRONLY | O_CLOEXEC, FILE_MODE);
}

/* O_TMPFILE works here, or may work later */
static int
nameless_works(struct commit *c)
{
	int fd = open_nameless(mess_dir(c, c->dir));

	if (fd != -1) {
		close(fd);
		return 1;
	}
	return errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL &&
	    errno != ENOSYS;
}

int
commit_open(struct commit *c, const char *queue, enum commit_method method)
{
	unsigned i;

	memset(c, 0, sizeof *c);
	for (i = 0; i < NAME_DIRS; i++)
		c->mess[i] = -1;
	c->tmp = -1;
	c->reserve_bytes = COMMIT_RESERVE_BYTES;
	c->reserve_inodes = COMMIT_RESERVE_INODES;
	c->root = open_dir(AT_FDCWD, queue);
	if (c->root == -1 ||
	    getrandom(&c->injector, sizeof c->injector, 0) == -1)
		return -1;
	c->dir = c->injector / NAME_DIRS % NAME_DIRS;
	if (mess_dir(c, c->dir) == -1 ||
	    (c->tmp = open_dir(c->root, "tmp")) == -1)
		return -1;
	c->durable = durable_ask(c->root);
	if (method == COMMIT_TRY)
		method =
		    (c->durable.names || c->durable.all) && nameless_works(c)
		    ? COMMIT_LINK
		    : COMMIT_RENAME;
	c->method = method;
	return 0;
}

int
commit_room(struct commit *c, uint64_t bytes)
{
	int64_t now = clock_mono_ms();
	struct statvfs s;

	bytes = (bytes | 4095) + 1;
	if (c->reserve_at_ms == 0 ||
	    now - c->reserve_at_ms >= COMMIT_RESERVE_MS) {
		if (fstatvfs(c->root, &s) == -1)
			return 1; /* writing will tell */
		c->free_bytes = (uint64_t)s.f_bavail * s.f_frsize;
		c->free_inodes = s.f_favail;
		c->no_inodes = s.f_files == 0; /* btrfs */
		c->reserve_at_ms = now;
	}
	if (bytes > c->free_bytes || c->free_bytes - bytes < c->reserve_bytes ||
	    (!c->no_inodes && c->free_inodes <= c->reserve_inodes))
		return 0;
	c->free_bytes -= bytes;
	c->free_inodes -= !c->no_inodes;
	return 1;
}

/* never the same twice, and never backwards while this process lives */
static void
make_id(struct commit *c, char *id)
{
	int64_t us = clock_wall_us();

	if (us <= c->last_us)
		us = c->last_us + 1;
	c->last_us = us;
	name_make(id, us, c->injector, c->dir);
}

int
commit_start(struct commit *c, struct commit_file *f)
{
	int dir = mess_dir(c, c->dir);

	f->id[0] = '\0';
	f->fd = -1;
	if (dir == -1)
		return -1;
	/* dear, and for the second batch: many processes have only one */
	if (c->synced && c->n == 0)
		durable_probe(&c->durable, c->root);
	if (c->method == COMMIT_LINK) {
		f->fd = open_nameless(dir);
	} else {
		make_id(c, f->id);
		f->fd = openat(c->tmp, f->id,
		    O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, FILE_MODE);
	}
	return f->fd == -1 ? -1 : 0;
}

static void
close_file(struct commit_file *f)
{
	if (f->fd != -1)
		close(f->fd);
	f->fd = -1;
}

void
commit_drop(struct commit *c, struct commit_file *f)
{
	int saved = errno;

	if (c->method == COMMIT_RENAME && f->id[0] != '\0')
		unlinkat(c->tmp, f->id, 0);
	close_file(f);
	errno = saved;
}

/* a name for what has none: the short way may need a privilege */
static int
link_nameless(struct commit *c, struct commit_file *f)
{
	int dir = mess_dir(c, c->dir);
	char proc[32];

	if (dir == -1)
		return -1;
	if (!c->link_by_proc) {
		if (linkat(f->fd, "", dir, f->id, AT_EMPTY_PATH) == 0)
			return 0;
		if (errno != ENOENT && errno != EPERM && errno != EINVAL)
			return -1;
	}
	snprintf(proc, sizeof proc, "/proc/self/fd/%d", f->fd);
	if (linkat(AT_FDCWD, proc, dir, f->id, AT_SYMLINK_FOLLOW) == -1)
		return -1;
	c->link_by_proc = 1;
	return 0;
}

/* every file is synced by itself */
static int
needs_fds(const struct commit *c)
{
	return c->method == COMMIT_RENAME || !c->durable.all;
}

/* files, from which on one syncfs does for all */
static unsigned
syncfs_from(const struct commit *c)
{
	return c->durable.names ? DURABLE_ALL_FROM : 1;
}

/* descriptors are only kept while fsync may want them */
static void
close_kept(struct commit *c)
{
	unsigned i;

	for (i = 0; i < c->kept; i++)
		close_file(&c->batch[i]);
	c->kept = 0;
}

int
commit_name(struct commit *c, struct commit_file *f)
{
	char tmp_id[NAME_LEN + 1];

	if (c->method == COMMIT_LINK) {
		make_id(c, f->id);
		return 0;
	}
	if (name_dir(f->id) == c->dir)
		return 0;
	/* begun in an earlier batch */
	memcpy(tmp_id, f->id, sizeof tmp_id);
	make_id(c, f->id);
	if (renameat(c->tmp, tmp_id, c->tmp, f->id) == 0)
		return 0;
	memcpy(f->id, tmp_id, sizeof tmp_id);
	commit_drop(c, f);
	return -1;
}

int
commit_name_as(struct commit *c, struct commit_file *f, int64_t us)
{
	char tmp_id[NAME_LEN + 1];
	uint64_t injector;

	memcpy(tmp_id, f->id, sizeof tmp_id);
	/* drawn anew: many may have come at that time */
	if (getrandom(&injector, sizeof injector, 0) == sizeof injector) {
		name_make(f->id, us, injector, c->dir);
		if (fd_rename(c->tmp, tmp_id, f->id) == 0)
			return 0;
	}
	memcpy(f->id, tmp_id, sizeof tmp_id);
	commit_drop(c, f);
	return -1;
}

int
commit_late(struct commit *c, const char *id)
{
	int dir = mess_dir(c, name_dir(id));

	if (dir == -1)
		return -1;
	if (renameat(c->tmp, id, dir, id) == -1)
		return errno == ENOENT ? 0 : -1;
	return fsync(dir) == -1 ? -1 : 1;
}

int
commit_link(struct commit *c, struct commit_file *f)
{
	if (c->method == COMMIT_LINK && link_nameless(c, f) == -1) {
		commit_drop(c, f);
		return -1;
	}
	if (c->n + 1 >= syncfs_from(c) && !needs_fds(c)) {
		close_kept(c);
		close_file(f);
	}
	c->batch[c->n++] = *f;
	if (f->fd != -1)
		c->kept = c->n;
	f->fd = -1;
	return 0;
}

int
commit_full(const struct commit *c)
{
	return c->n >= (needs_fds(c) ? COMMIT_KEPT_MAX : COMMIT_FILES_MAX);
}

static int
sync_each(struct commit *c)
{
	unsigned i;

	for (i = 0; i < c->n; i++)
		if (fsync(c->batch[i].fd) == -1)
			return -1;
	return 0;
}

/* they are safe under the names that they have in tmp */
static int
sync_tmp(struct commit *c)
{
	if (c->durable.all && c->n >= DURABLE_ALL_FROM)
		return durable_sync_all(&c->durable, c->root);
	return sync_each(c) == -1 ? -1 : fsync(c->tmp);
}

static int
sync_renamed(struct commit *c)
{
	int dir = mess_dir(c, c->dir);
	unsigned i;

	if (dir == -1 ||
	    (c->between == NULL ? sync_each(c) : sync_tmp(c)) == -1)
		return -1;
	if (c->between != NULL) {
		c->told = 1;
		if (c->between(c->between_arg) == -1)
			return -1;
	}
	for (i = 0; i < c->n; i++)
		if (renameat(c->tmp, c->batch[i].id, dir, c->batch[i].id) == -1)
			return -1;
	return fsync(dir);
}

static int
sync_linked(struct commit *c)
{
	return c->kept == 0 ? durable_sync_all(&c->durable, c->root)
			    : sync_each(c);
}

static void
unlink_all(struct commit *c)
{
	int saved = errno;
	unsigned i;

	for (i = 0; i < c->n; i++) {
		unlinkat(c->mess[c->dir], c->batch[i].id, 0);
		if (c->method == COMMIT_RENAME)
			unlinkat(c->tmp, c->batch[i].id, 0);
	}
	errno = saved;
}

/* the batch is empty, and the next perhaps in another directory */
static void
next_batch(struct commit *c)
{
	close_kept(c);
	c->in_dir += c->n;
	c->n = 0;
	if (c->in_dir >= COMMIT_DIR_FILES) {
		c->in_dir = 0;
		c->dir = (c->dir + 1) % NAME_DIRS;
	}
}

void
commit_cancel(struct commit *c)
{
	unlink_all(c);
	next_batch(c);
}

int
commit_sync(struct commit *c)
{
	int r;

	if (c->n == 0)
		return 0;
	c->told = 0;
	r = c->method == COMMIT_LINK ? sync_linked(c) : sync_renamed(c);
	if (r == -1 && !c->told)
		unlink_all(c);
	next_batch(c);
	c->synced = 1;
	return r;
}

void
commit_close(struct commit *c)
{
	unsigned i;

	close_kept(c);
	for (i = 0; i < NAME_DIRS; i++)
		if (c->mess[i] != -1)
			close(c->mess[i]);
	if (c->tmp != -1)
		close(c->tmp);
	if (c->root != -1)
		close(c->root);
}
