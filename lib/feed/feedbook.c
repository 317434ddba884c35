#include "feed/feedbook.h"
#include "base/fd.h"
#include "base/num.h"
#include "base/random.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

static const char name[] = "mail-feed ";
enum {
	NAME_LEN = sizeof name - 1,
	FIRST = NAME_LEN + FEEDBOOK_ID + 1, /* bytes of its first line */
	LINE = 48                           /* of others, at most */
};

static int
begin(struct feedbook *b)
{
	char line[FIRST + 1];
	int n;

	if (random_hex(b->id, FEEDBOOK_ID) == -1)
		return -1;
	n = snprintf(line, sizeof line, "%s%s\n", name, b->id);
	/* a key must not be used that is not known afterwards */
	return fd_write_all(b->fd, line, (size_t)n) == -1 || fsync(b->fd) == -1
	    ? -1
	    : 0;
}

/* "AT N" in p[0..n); 0, or -1 */
static int
read_line(struct feedbook *b, const char *p, size_t n)
{
	const char *blank = memchr(p, ' ', n);
	uint64_t at, count;

	if (blank == NULL ||
	    num_scan(p, (size_t)(blank - p), 0, INT64_MAX, &at) == -1 ||
	    num_scan(blank + 1, (size_t)(p + n - blank) - 1, 0, INT64_MAX,
		&count) == -1)
		return -1;
	b->at = at;
	b->n = count;
	return 0;
}

/* the last whole line behind the first */
static int
read_last(struct feedbook *b, off_t size)
{
	char t[2 * LINE];
	off_t from =
	    size > FIRST + (off_t)sizeof t ? size - (off_t)sizeof t : FIRST;
	ssize_t n = pread(b->fd, t, sizeof t, from);
	const char *end, *p;

	if (n == -1)
		return -1;
	end = n == 0 ? NULL : memrchr(t, '\n', (size_t)n);
	if (end == NULL && from > FIRST) {
		errno = EINVAL;
		return -1;
	}
	/* what was cut off by a crash goes: the next line stands for itself */
	if (ftruncate(b->fd, end == NULL ? FIRST : from + (end + 1 - t)) == -1)
		return -1;
	if (end == NULL)
		return 0;
	p = memrchr(t, '\n', (size_t)(end - t));
	p = p == NULL ? t : p + 1;
	errno = EINVAL;
	return read_line(b, p, (size_t)(end - p));
}

static int
read_book(struct feedbook *b)
{
	char first[FIRST];
	off_t size = lseek(b->fd, 0, SEEK_END);

	if (size == -1)
		return -1;
	/* its beginning was cut off: nothing was done under that name */
	if (size < FIRST)
		return ftruncate(b->fd, 0) == -1 ? -1 : begin(b);
	if (pread(b->fd, first, FIRST, 0) != FIRST)
		return -1;
	errno = EINVAL;
	if (memcmp(first, name, NAME_LEN) != 0 || first[FIRST - 1] != '\n')
		return -1;
	memcpy(b->id, first + NAME_LEN, FEEDBOOK_ID);
	b->id[FEEDBOOK_ID] = '\0';
	return read_last(b, size);
}

int
feedbook_open(struct feedbook *b, const char *path)
{
	memset(b, 0, sizeof *b);
	b->fd = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (b->fd == -1)
		return -1;
	if (flock(b->fd, LOCK_EX | LOCK_NB) == -1) {
		errno = errno == EWOULDBLOCK ? EBUSY : errno;
		return -1;
	}
	return read_book(b);
}

int
feedbook_note(struct feedbook *b, uint64_t at, uint64_t n)
{
	char line[LINE];
	int len;

	b->at = at;
	b->n = n;
	len = snprintf(line, sizeof line, "%llu %llu\n", (unsigned long long)at,
	    (unsigned long long)n);
	return fd_write_all(b->fd, line, (size_t)len);
}
