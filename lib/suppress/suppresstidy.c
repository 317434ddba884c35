#include "suppress/suppresstidy.h"
#include "base/fd.h"
#include "base/random.h"
#include "suppress/suppresslog.h"
#include "suppress/suppresstable.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char name_new[] = "journal.new";
enum { PIECE = 1 << 18 };

int
suppresstidy_due(uint64_t journal, uint64_t held)
{
	return journal >= SUPPRESSTIDY_LEAST &&
	    journal / SUPPRESSTIDY_FACTOR > held + SUPPRESSHEAD_MAX;
}

void
suppresstidy_clean(int dir)
{
	unlinkat(dir, name_new, 0);
}

static int
flush(int fd, struct buf *b, uint64_t *size)
{
	int r = fd_write_all(fd, buf_data(b), buf_len(b));

	*size += buf_len(b);
	buf_clear(b);
	return r;
}

/* what the table has, behind the head; *size grows */
static int
copy_table(int dir, int fd, uint64_t *size)
{
	struct suppresstable t;
	struct buf b = { 0 };
	const char *key, *line;
	size_t n;
	int r = suppresstable_open(&t, dir);

	if (r == 0)
		errno = ENOENT;
	if (r != 1)
		return -1;
	while ((r = suppresstable_next(&t, &key, &line, &n)) == 1) {
		if (buf_put(&b, line, n) == -1 || buf_putc(&b, '\n') == -1)
			r = -1;
		else if (buf_len(&b) >= PIECE)
			r = flush(fd, &b, size);
		if (r == -1)
			break;
	}
	if (r == 0 && buf_len(&b) > 0)
		r = flush(fd, &b, size);
	buf_free(&b);
	suppresstable_close(&t);
	return r;
}

/* a whole new journal, but for what is appended to the old one from now on */
static int
write_new(int dir, int fd, struct suppresshead *h)
{
	char head[SUPPRESSHEAD_MAX + 1];

	h->end = suppresshead_write(head, h);
	if (fd_write_all(fd, head, h->end) == -1 ||
	    copy_table(dir, fd, &h->end) == -1)
		return -1;
	suppresshead_write(head, h);
	if (pwrite(fd, head, SUPPRESSHEAD_MAX, 0) != SUPPRESSHEAD_MAX) {
		errno = errno == 0 ? EIO : errno;
		return -1;
	}
	return fsync(fd);
}

/* while nobody else writes: 1 it has the name, 0, -1 */
static int
take_place(int dir, int journal, int fd, uint64_t at)
{
	struct stat st, named;
	struct buf b = { 0 };
	ssize_t n = 1;

	if (fstat(journal, &st) == -1 ||
	    fstatat(dir, "journal", &named, 0) == -1)
		return -1;
	if (st.st_ino != named.st_ino || st.st_dev != named.st_dev ||
	    (uint64_t)st.st_size < at ||
	    (uint64_t)st.st_size - at > SUPPRESSTIDY_REST)
		return 0;
	if (fchmod(fd, st.st_mode & 07777) == -1 ||
	    lseek(journal, (off_t)at, SEEK_SET) == -1)
		return -1;
	while (n > 0 && (n = fd_read_more(journal, &b, PIECE)) > 0) {
		if (fd_write_all(fd, buf_data(&b), buf_len(&b)) == -1)
			n = -1;
		buf_clear(&b);
	}
	buf_free(&b);
	if (n == -1 || fsync(fd) == -1 ||
	    renameat(dir, name_new, dir, "journal") == -1)
		return -1;
	return fsync(dir) == -1 ? -1 : 1;
}

static int
tidy(int dir, int journal, int fd, struct suppresshead *h)
{
	int lock, r;

	if (write_new(dir, fd, h) == -1)
		return -1;
	lock = openat(dir, "lock", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (lock == -1)
		return -1;
	r = fd_lock(lock, SUPPRESSLOG_LOCK_MS);
	if (r == 0)
		r = take_place(dir, journal, fd, h->at);
	fd_drop(&lock);
	return r;
}

int
suppresstidy(int dir, int journal, const char *id, uint64_t at)
{
	struct suppresshead h = { .at = at };
	int fd, r, saved;

	if (random_hex(h.id, SUPPRESSLINE_ID) == -1)
		return -1;
	memcpy(h.from, id, SUPPRESSLINE_ID);
	fd =
	    openat(dir, name_new, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd == -1)
		return -1;
	r = tidy(dir, journal, fd, &h);
	saved = errno;
	if (r != 1)
		suppresstidy_clean(dir);
	close(fd);
	errno = saved;
	return r;
}
