#include "queue/done.h"
#include "base/fd.h"
#include "base/num.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { NUMBER_DIGITS = 10, READ_BYTES = 65536 };

typedef int line_fn(void *, const struct journal_line *, uint32_t);

void
done_name(char *out, uint32_t segment)
{
	snprintf(out, NUMBER_DIGITS + 1, "%010u", segment);
}

static int
add_segment(struct done *d, uint32_t number)
{
	uint32_t cap = d->cap + 16;
	struct done_segment *p;

	if (d->n == d->cap) {
		p = realloc(d->segment, cap * sizeof *p);
		if (p == NULL)
			return -1;
		d->segment = p;
		d->cap = cap;
	}
	memset(&d->segment[d->n], 0, sizeof *d->segment);
	d->segment[d->n++].number = number;
	if (number > d->last)
		d->last = number;
	return 0;
}

static int
by_number(const void *x, const void *y)
{
	const struct done_segment *a = x, *b = y;

	return a->number < b->number ? -1 : a->number > b->number;
}

static int
list(struct done *d)
{
	struct dirent *e;
	uint64_t u;
	int fd = openat(d->dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd == -1 ? NULL : fdopendir(fd);
	int saved;

	if (dir == NULL)
		return -1;
	while ((errno = 0, e = readdir(dir)) != NULL) {
		if (strlen(e->d_name) != NUMBER_DIGITS ||
		    num_scans(e->d_name, 1, UINT32_MAX - 1, &u) == -1)
			continue;
		if (add_segment(d, u) == -1) {
			closedir(dir);
			return -1;
		}
	}
	saved = errno;
	closedir(dir);
	if (saved != 0) {
		errno = saved;
		return -1;
	}
	if (d->n > 0)
		qsort(d->segment, d->n, sizeof *d->segment, by_number);
	return 0;
}

/* hand out the whole lines of b; what is no line is skipped */
static int
lines(struct buf *b, uint32_t segment, line_fn *line, void *arg)
{
	enum journal_kind kind;
	struct journal_line l;
	size_t used;
	int bad = 0;

	while (bad == 0 &&
	    (kind = journal_next(buf_data(b), buf_len(b), &l, &used)) !=
		JOURNAL_MORE) {
		if (kind == JOURNAL_LINE)
			bad = line(arg, &l, segment);
		else if (kind == JOURNAL_MARK)
			bad = line(arg, NULL, segment);
		buf_consume(b, used);
	}
	return bad;
}

static int
replay(struct done *d, uint32_t segment, line_fn *line, void *arg)
{
	char name[NUMBER_DIGITS + 1];
	struct buf b = { 0 };
	int fd, r = -1;
	ssize_t n;

	done_name(name, segment);
	fd = openat(d->dir, name, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return -1;
	for (;;) {
		n = fd_read_more(fd, &b, READ_BYTES);
		if (n <= 0) {
			r = n;
			break;
		}
		if (lines(&b, segment, line, arg) == -1)
			break;
	}
	close(fd);
	buf_free(&b);
	return r;
}

int
done_open(struct done *d, int dir, uint64_t max, line_fn *line, void *arg)
{
	uint32_t i;

	memset(d, 0, sizeof *d);
	d->dir = dir;
	d->fd = -1;
	d->max = max;
	if (list(d) == -1)
		return -1;
	for (i = 0; i < d->n; i++) {
		if (replay(d, d->segment[i].number, line, arg) == 0)
			continue;
		if (errno != ENOENT)
			return -1;
		/* removed meanwhile, by who was asked to before us */
		done_removed(d, d->segment[i--].number);
	}
	return 0;
}

static int
begin_segment(struct done *d)
{
	char name[NUMBER_DIGITS + 1];
	int fd;

	done_name(name, d->last + 1);
	fd = openat(d->dir, name,
	    O_WRONLY | O_APPEND | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
	if (fd == -1)
		return -1;
	if (add_segment(d, d->last + 1) == -1) {
		unlinkat(d->dir, name, 0);
		close(fd);
		return -1;
	}
	if (d->fd != -1)
		close(d->fd);
	d->fd = fd;
	d->bytes = 0;
	d->cut = 0;
	return 0;
}

/* no room for a new segment: the last of those before goes on.  What may end
 * it without its LF stays a line of its own */
static int
reopen_segment(struct done *d)
{
	struct done_segment *s = d->n == 0 ? NULL : &d->segment[d->n - 1];
	char name[NUMBER_DIGITS + 1], last = '\n';
	off_t size;
	int fd;

	if (s == NULL || s->leaving || s->number != d->last)
		return -1;
	done_name(name, s->number);
	fd = openat(d->dir, name, O_RDWR | O_APPEND | O_CLOEXEC);
	if (fd == -1)
		return -1;
	size = lseek(fd, 0, SEEK_END);
	if (size == -1 || (size > 0 && pread(fd, &last, 1, size - 1) != 1) ||
	    (last != '\n' && fd_write_all(fd, "\n", 1) == -1)) {
		close(fd);
		return -1;
	}
	d->fd = fd;
	d->bytes = size + (last != '\n');
	d->cut = 0;
	return 0;
}

/* what a failed write has left is cut off, or ended by a LF of its own */
static int
mend(struct done *d)
{
	if (!d->cut)
		return 0;
	if (ftruncate(d->fd, d->bytes) == -1) {
		if (fd_write_all(d->fd, "\n", 1) == -1)
			return -1;
		d->bytes = lseek(d->fd, 0, SEEK_END);
	}
	d->cut = 0;
	return 0;
}

int
done_append(struct done *d, const char *p, size_t n)
{
	if (d->fd == -1 || d->bytes >= d->max) {
		/* with no new segment the old one goes on for a while */
		if (begin_segment(d) == -1 && d->fd == -1 &&
		    reopen_segment(d) == -1)
			return -1;
	}
	if (mend(d) == -1)
		return -1;
	if (fd_write_all(d->fd, p, n) == -1) {
		d->cut = 1;
		return -1;
	}
	d->bytes += n;
	d->dirty = 1;
	return 0;
}

static int
sync_segment(const struct done *d, uint32_t number)
{
	char name[NUMBER_DIGITS + 1];
	int fd, r, saved;

	if (number == d->last && d->fd != -1)
		return fdatasync(d->fd);
	done_name(name, number);
	fd = openat(d->dir, name, O_RDONLY | O_CLOEXEC);
	/* one that was removed needs none */
	if (fd == -1)
		return errno == ENOENT ? 0 : -1;
	r = fdatasync(fd);
	saved = errno;
	close(fd);
	errno = saved;
	return r;
}

int
done_sync(const struct done *d, uint32_t from)
{
	uint32_t i;

	for (i = 0; i < d->n; i++)
		if (d->segment[i].number >= from &&
		    sync_segment(d, d->segment[i].number) == -1)
			return -1;
	return fsync(d->dir);
}

uint32_t
done_current(const struct done *d)
{
	return d->last;
}

static struct done_segment *
find(struct done *d, uint32_t number)
{
	struct done_segment key = { .number = number };

	return d->n == 0
	    ? NULL
	    : bsearch(&key, d->segment, d->n, sizeof key, by_number);
}

void
done_pin(struct done *d, uint32_t number)
{
	struct done_segment *s = find(d, number);

	if (s != NULL)
		s->pins++;
}

void
done_unpin(struct done *d, uint32_t number)
{
	struct done_segment *s = find(d, number);

	if (s != NULL && s->pins > 0)
		s->pins--;
}

uint32_t
done_oldest_free(struct done *d)
{
	struct done_segment *s = d->segment;

	if (d->n == 0 || (d->n == 1 && d->fd != -1) || s->pins > 0 ||
	    s->leaving)
		return 0;
	s->leaving = 1;
	return s->number;
}

uint32_t
done_oldest_crowded(const struct done *d)
{
	return d->n > DONE_SEGMENTS_MAX && !d->segment->leaving
	    ? d->segment->number
	    : 0;
}

uint32_t
done_after(const struct done *d, uint32_t number)
{
	uint32_t i;

	for (i = 0; i < d->n; i++)
		if (d->segment[i].number > number)
			return d->segment[i].number;
	return 0;
}

void
done_removed(struct done *d, uint32_t number)
{
	struct done_segment *s = find(d, number);

	if (s == NULL)
		return;
	d->n--;
	memmove(s, s + 1, (char *)(d->segment + d->n) - (char *)s);
}
