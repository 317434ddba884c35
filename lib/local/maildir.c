#include "local/maildir.h"
#include "base/buf.h"
#include "base/fd.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int
close_failed(int fd)
{
	int saved = errno;

	close(fd);
	errno = saved;
	return -1;
}

/* tmp, new and cur; their names are on disk before mail is */
static int
complete(int dir)
{
	if ((mkdirat(dir, "tmp", 0700) == -1 && errno != EEXIST) ||
	    (mkdirat(dir, "new", 0700) == -1 && errno != EEXIST) ||
	    (mkdirat(dir, "cur", 0700) == -1 && errno != EEXIST))
		return -1;
	return fsync(dir);
}

int
maildir_open(int base, const char *user, int create)
{
	struct stat st;
	int dir;

	dir = openat(base, user, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir == -1 && errno == ENOENT && create) {
		if ((mkdirat(base, user, 0700) == -1 && errno != EEXIST) ||
		    fsync(base) == -1)
			return -1;
		dir = openat(base, user, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	}
	if (dir == -1)
		return -1;
	if (fstatat(dir, "new", &st, 0) == 0 &&
	    fstatat(dir, "tmp", &st, 0) == 0 &&
	    fstatat(dir, "cur", &st, 0) == 0)
		return dir;
	if (errno == ENOENT && complete(dir) == 0)
		return dir;
	return close_failed(dir);
}

/* the host's name with the bytes that a file name cannot have replaced */
static void
host_name(char *out, size_t cap)
{
	char raw[65] = "localhost";
	size_t n = 0;
	char *s;

	if (gethostname(raw, sizeof raw - 1) == -1 || raw[0] == '\0')
		memcpy(raw, "localhost", 10);
	for (s = raw; *s != '\0' && n + 5 < cap; s++) {
		if (*s == '/' || *s == ':' || (unsigned char)*s <= ' ')
			n += snprintf(out + n, cap - n, "\\%03o",
			    (unsigned char)*s);
		else
			out[n++] = *s;
	}
	out[n] = '\0';
}

static void
remove_from(const struct maildir_item *m, const char *where)
{
	char path[MAILDIR_NAME_MAX + 8];
	int saved = errno;

	snprintf(path, sizeof path, "%s/%s", where, m->name);
	unlinkat(m->dir, path, 0);
	errno = saved;
}

/* SECONDS.UNIQUE.HOST,S=SIZE */
static void
unique_name(char *out, uint64_t size, int64_t now_us)
{
	static unsigned long count;
	char host[100];

	host_name(host, sizeof host);
	snprintf(out, MAILDIR_NAME_MAX, "%lld.M%06lldP%ldQ%lu.%s,S=%llu",
	    (long long)(now_us / 1000000), (long long)(now_us % 1000000),
	    (long)getpid(), count++, host, (unsigned long long)size);
}

static int
copy(int to, const struct maildir_source *s)
{
	static char block[MAILDIR_READ];
	uint64_t at = s->off, left = s->len;
	int from, saved;
	ssize_t r = 1;

	if (fd_write_all(to, s->before, s->before_len) == -1)
		return -1;
	from = open(s->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (from == -1)
		return -1;
	while (left > 0) {
		r = pread(from, block,
		    left < sizeof block ? left : sizeof block, at);
		if (r == -1 && errno == EINTR)
			continue;
		if (r == 0) {
			errno = EIO; /* shorter than it was */
			r = -1;
		}
		if (r > 0)
			bytes_no_nul(block, r);
		if (r == -1 || (r > 0 && fd_write_all(to, block, r) == -1)) {
			r = -1;
			break;
		}
		at += r;
		left -= r;
	}
	saved = errno;
	close(from);
	errno = saved;
	return r == -1 ? -1 : 0;
}

struct maildir_item *
maildir_add(struct maildir_batch *b, int dir, const struct maildir_source *s,
    int64_t now_us)
{
	struct maildir_item *m = &b->item[b->n];
	char path[MAILDIR_NAME_MAX + 8];
	struct stat st;

	unique_name(m->name, s->before_len + s->len, now_us);
	snprintf(path, sizeof path, "tmp/%s", m->name);
	m->dir = dir;
	m->error = 0;
	m->fd =
	    openat(dir, path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (m->fd == -1) {
		close_failed(dir);
		return NULL;
	}
	if (fstat(m->fd, &st) == -1 || copy(m->fd, s) == -1) {
		close_failed(m->fd);
		remove_from(m, "tmp");
		close_failed(dir);
		return NULL;
	}
	m->dev = st.st_dev;
	b->n++;
	return m;
}

/* the first of the batch on the same file system, perhaps i itself */
static unsigned
first_there(const struct maildir_batch *b, unsigned i)
{
	unsigned k = 0;

	while (b->item[k].dev != b->item[i].dev)
		k++;
	return k;
}

/* which file systems get one sync for all: where it pays and is trusted */
static void
choose(struct maildir_batch *b)
{
	unsigned i, k, n[MAILDIR_BATCH_MAX] = { 0 };
	struct durable d;

	for (i = 0; i < b->n; i++)
		n[first_there(b, i)]++;
	for (i = 0; i < b->n; i++) {
		k = first_there(b, i);
		if (k == i && n[i] >= DURABLE_ALL_FROM)
			d = durable_find(&b->known, b->item[i].dir,
			    b->item[i].dev);
		b->item[i].together = k < i ? b->item[k].together
					    : n[i] >= DURABLE_ALL_FROM && d.all;
	}
}

/* sync everything of each file system that was chosen for it */
static void
sync_together(struct maildir_batch *b)
{
	int err[MAILDIR_BATCH_MAX];
	struct maildir_item *m;
	struct durable d;
	unsigned i, k;

	for (i = 0; i < b->n; i++) {
		m = &b->item[i];
		if (!m->together)
			continue;
		k = first_there(b, i);
		if (k == i) {
			d = durable_find(&b->known, m->dir, m->dev);
			errno = EIO; /* another one was mounted meanwhile */
			err[i] = d.all && durable_sync_all(&d, m->dir) == 0
			    ? 0
			    : errno;
		}
		if (m->error == 0)
			m->error = err[k];
	}
}

static void
sync_files(struct maildir_batch *b)
{
	struct maildir_item *m;

	for (m = b->item; m < b->item + b->n; m++)
		if (!m->together && fsync(m->fd) == -1)
			m->error = errno;
	sync_together(b);
}

static void
move(struct maildir_item *m)
{
	char from[MAILDIR_NAME_MAX + 8], to[MAILDIR_NAME_MAX + 8];

	snprintf(from, sizeof from, "tmp/%s", m->name);
	snprintf(to, sizeof to, "new/%s", m->name);
	if (renameat(m->dir, from, m->dir, to) == -1) {
		m->error = errno;
		remove_from(m, "tmp");
	}
}

static void
sync_dirs(struct maildir_batch *b)
{
	struct maildir_item *m;

	for (m = b->item; m < b->item + b->n; m++)
		if (m->error == 0 && !m->together &&
		    durable_folder(m->dir, "new") == -1)
			m->error = errno;
	sync_together(b);
}

void
maildir_commit(struct maildir_batch *b)
{
	struct maildir_item *m;

	if (b->n == 0)
		return;
	choose(b);
	sync_files(b);
	for (m = b->item; m < b->item + b->n; m++) {
		if (close(m->fd) == -1 && m->error == 0)
			m->error = errno;
		if (m->error == 0)
			move(m);
		else
			remove_from(m, "tmp");
	}
	for (m = b->item; m < b->item + b->n; m++)
		m->moved = m->error == 0;
	sync_dirs(b);
	for (m = b->item; m < b->item + b->n; m++) {
		/* it comes again: not twice, unless it was read by now */
		if (m->moved && m->error != 0)
			remove_from(m, "new");
		close(m->dir);
	}
}
