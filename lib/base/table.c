#include "base/table.h"
#include "base/clock.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int64_t
mtime_ns(const struct stat *st)
{
	return (int64_t)st->st_mtim.tv_sec * 1000000000 + st->st_mtim.tv_nsec;
}

static int
load(struct table *t)
{
	struct stat st;
	/* not to hang in a FIFO */
	int fd = open(t->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	if (fd == -1)
		return -1;
	if (fstat(fd, &st) == -1 || !S_ISREG(st.st_mode)) {
		close(fd);
		errno = EINVAL;
		return -1;
	}
	table_close(t);
	cdb_init(&t->cdb, fd);
	/* cdb_init maps the file; where that failed it reads from fd */
	if (t->cdb.map != NULL)
		close(fd);
	t->open = 1;
	t->ino = st.st_ino;
	t->dev = st.st_dev;
	t->mtime_ns = mtime_ns(&st);
	t->generation++;
	return 0;
}

int
table_open(struct table *t, const char *path)
{
	memset(t, 0, sizeof *t);
	t->path = path;
	t->checked_ms = clock_mono_ms();
	return load(t);
}

int
table_check(struct table *t)
{
	int64_t now = clock_mono_ms();
	struct stat st;

	if (now - t->checked_ms < TABLE_CHECK_MS)
		return 0;
	t->checked_ms = now;
	if (stat(t->path, &st) == -1)
		return 0;
	if (t->open && st.st_ino == t->ino && st.st_dev == t->dev &&
	    mtime_ns(&st) == t->mtime_ns)
		return 0;
	return load(t) == 0;
}

int
table_get(struct table *t, const char *key, size_t n, unsigned occurrence,
    struct buf *out)
{
	uint32_t len;
	int r;

	buf_clear(out);
	if (!t->open)
		return -1;
	cdb_findstart(&t->cdb);
	do {
		r = cdb_findnext(&t->cdb, (const unsigned char *)key, n);
		if (r <= 0)
			return r;
	} while (occurrence-- > 0);
	len = cdb_datalen(&t->cdb);
	if (t->cdb.map != NULL && len > t->cdb.size)
		return -1; /* damaged: no memory for that */
	if (buf_reserve(out, (size_t)len + 1) == -1 ||
	    cdb_read(&t->cdb, (unsigned char *)buf_tail(out), len,
		cdb_datapos(&t->cdb)) == -1)
		return -1;
	buf_added(out, len);
	*buf_tail(out) = '\0';
	return 1;
}

int
table_ref(struct table *t, const char *key, size_t n, const char **data,
    size_t *len)
{
	uint32_t pos, dlen;
	int r;

	if (!t->open || t->cdb.map == NULL)
		return -1;
	r = cdb_find(&t->cdb, (const unsigned char *)key, n);
	if (r <= 0)
		return r;
	pos = cdb_datapos(&t->cdb);
	dlen = cdb_datalen(&t->cdb);
	if (pos > t->cdb.size || t->cdb.size - pos < dlen)
		return -1;
	*data = t->cdb.map + pos;
	*len = dlen;
	return 1;
}

int
table_mentions(const struct table *t, const char *s)
{
	return t->open &&
	    (t->cdb.map == NULL ||
		memmem(t->cdb.map, t->cdb.size, s, strlen(s)) != NULL);
}

void
table_close(struct table *t)
{
	int mapped = t->cdb.map != NULL;

	if (!t->open)
		return;
	cdb_free(&t->cdb);
	if (!mapped)
		close(t->cdb.fd);
	memset(&t->cdb, 0, sizeof t->cdb);
	t->open = 0;
}
