#include "queue/idemfiles.h"
#include "base/durable.h"
#include "base/fd.h"
#include "base/num.h"
#include "queue/done.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NUMBER_DIGITS = 10, READ_BYTES = 65536 };

int
idemfiles_open(struct idemstore *s)
{
	if (s->lock != -1)
		return 0;
	if (s->dir == -1) {
		if (mkdirat(s->root, "keys", 0750) == 0)
			s->fresh = 1;
		else if (errno != EEXIST)
			return -1;
		s->dir =
		    openat(s->root, "keys", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (s->dir == -1)
			return -1;
	}
	s->lock = openat(s->dir, "lock", O_RDWR | O_CREAT | O_CLOEXEC, 0640);
	return s->lock == -1 ? -1 : 0;
}

int
idemfiles_names(struct idemstore *s)
{
	if (!s->fresh)
		return 0;
	if (fsync(s->dir) == -1 || durable_folder(s->root, ".") == -1)
		return -1;
	s->fresh = 0;
	return 0;
}

/* the segments that there are */

static int
add_segment(struct idemstore *s, uint32_t number)
{
	uint32_t cap = s->cap + 16;
	struct idemstore_segment *p;

	if (s->n_segments == s->cap) {
		p = realloc(s->segment, cap * sizeof *p);
		if (p == NULL)
			return -1;
		s->segment = p;
		s->cap = cap;
	}
	memset(&s->segment[s->n_segments], 0, sizeof *s->segment);
	s->segment[s->n_segments++].number = number;
	return 0;
}

static int
by_number(const void *x, const void *y)
{
	const struct idemstore_segment *a = x, *b = y;

	return a->number < b->number ? -1 : a->number > b->number;
}

static int
list(struct idemstore *s)
{
	int fd = openat(s->dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd == -1 ? NULL : fdopendir(fd);
	struct dirent *e;
	uint64_t u;
	int r = 0;

	if (dir == NULL)
		return -1;
	s->n_segments = 0;
	while (r == 0 && (errno = 0, e = readdir(dir)) != NULL)
		if (strlen(e->d_name) == NUMBER_DIGITS &&
		    num_scans(e->d_name, 1, UINT32_MAX - 1, &u) == 0)
			r = add_segment(s, (uint32_t)u);
	if (r == 0 && errno != 0)
		r = -1;
	closedir(dir);
	if (r == 0 && s->n_segments > 0)
		qsort(s->segment, s->n_segments, sizeof *s->segment, by_number);
	return r;
}

static int
open_segment(const struct idemstore *s, uint32_t number, int flags)
{
	char name[NUMBER_DIGITS + 1];

	done_name(name, number);
	return openat(s->dir, name, flags | O_CLOEXEC, 0640);
}

static struct idemstore_segment *
newest(const struct idemstore *s)
{
	return &s->segment[s->n_segments - 1];
}

/* reading */

static int
apply_pending(struct idemstore *s, struct idemstore_segment *g,
    const struct idem_key *k, const char *id, uint64_t at)
{
	int64_t us = name_time_us(id);

	if (idemtable_add(&s->table, k, g->number, (uint32_t)at) == -1)
		return -1;
	if (g->first_us == 0)
		g->first_us = us;
	if (us > g->last_us)
		g->last_us = us;
	if (s->n_pending == COMMIT_FILES_MAX) {
		/* more than any batch has: damage, the oldest counts as safe */
		memmove(s->pending, s->pending + 1,
		    --s->n_pending * sizeof *s->pending);
	}
	s->pending[s->n_pending].key = *k;
	memcpy(s->pending[s->n_pending++].id, id, NAME_LEN);
	return 0;
}

static void
apply_mark(struct idemstore *s, enum idem_kind kind)
{
	unsigned n = kind == IDEM_VOID && s->n_pending > 0 ? 1 : s->n_pending;

	if (kind != IDEM_VOID && kind != IDEM_NONE && kind != IDEM_SAFE)
		return;
	if (kind != IDEM_SAFE)
		idemtable_drop(&s->table, n);
	s->n_pending -= n;
}

/* the whole lines in p[0..n), which stand at *at of a segment */
static int
apply(struct idemstore *s, struct idemstore_segment *g, const char *p, size_t n,
    uint64_t *at)
{
	enum idem_kind kind;
	struct idem_key k;
	const char *id;
	size_t used;

	while ((kind = idem_line_next(p, n, &k, &id, &used)) != IDEM_MORE) {
		if (kind == IDEM_PENDING &&
		    apply_pending(s, g, &k, id, *at) == -1)
			return -1;
		apply_mark(s, kind);
		p += used;
		n -= used;
		*at += used;
	}
	return 0;
}

/* all of a segment from *at on */
static int
read_segment(struct idemstore *s, struct idemstore_segment *g, int fd,
    uint64_t *at)
{
	static char piece[READ_BYTES];
	uint64_t before;
	ssize_t n;

	do {
		n = pread(fd, piece, sizeof piece, (off_t)*at);
		if (n <= 0)
			return n == -1 ? -1 : 0;
		before = *at;
		if (apply(s, g, piece, (size_t)n, at) == -1)
			return -1;
		/* no line is as long as that: something else stands there */
		if (*at == before && n == sizeof piece)
			*at += n;
	} while (*at != before);
	return 0;
}

static int
load(struct idemstore *s)
{
	uint32_t i;
	int r = list(s);

	idemtable_expire(&s->table, UINT32_MAX);
	s->n_pending = 0;
	for (i = 0; r == 0 && i < s->n_segments; i++) {
		fd_drop(&s->fd);
		s->fd =
		    open_segment(s, s->segment[i].number, O_RDWR | O_APPEND);
		s->at = 0;
		r = s->fd == -1
		    ? -1
		    : read_segment(s, &s->segment[i], s->fd, &s->at);
	}
	s->loaded = r == 0;
	return r;
}

int
idemfiles_read(struct idemstore *s)
{
	int fd;

	if (!s->loaded)
		return load(s);
	while (s->n_segments > 0) {
		if (read_segment(s, newest(s), s->fd, &s->at) == -1)
			return -1;
		fd = open_segment(s, newest(s)->number + 1, O_RDWR | O_APPEND);
		if (fd == -1)
			return errno == ENOENT ? 0 : -1;
		if (add_segment(s, newest(s)->number + 1) == -1) {
			close(fd);
			return -1;
		}
		fd_drop(&s->fd);
		s->fd = fd;
		s->at = 0;
	}
	return load(s);
}

/* writing */

int
idemfiles_write(struct idemstore *s, const char *p, size_t n)
{
	/* what was cut by a death is no line, and makes none of the next */
	if (lseek(s->fd, 0, SEEK_END) != (off_t)s->at &&
	    ftruncate(s->fd, (off_t)s->at) == -1)
		return -1;
	return fd_write_all(s->fd, p, n) == -1
	    ? -1
	    : apply(s, newest(s), p, n, &s->at);
}

static int
begin_segment(struct idemstore *s)
{
	uint32_t number = s->n_segments == 0 ? 1 : newest(s)->number + 1;
	int fd = open_segment(s, number, O_RDWR | O_APPEND | O_CREAT | O_EXCL);

	if (fd == -1)
		return -1;
	if (add_segment(s, number) == -1) {
		close(fd);
		return -1;
	}
	fd_drop(&s->fd);
	s->fd = fd;
	s->at = 0;
	s->fresh = 1;
	return 0;
}

/* the oldest is of no more use, for anybody */
static void
remove_oldest(struct idemstore *s)
{
	char name[NUMBER_DIGITS + 1];

	done_name(name, s->segment[0].number);
	unlinkat(s->dir, name, 0); /* who is too late finds none */
	idemtable_expire(&s->table, s->segment[0].number);
	s->n_segments--;
	memmove(s->segment, s->segment + 1, s->n_segments * sizeof *s->segment);
}

int
idemfiles_turn(struct idemstore *s, int64_t now_us)
{
	const int64_t segment_us = (int64_t)IDEM_SEGMENT_S * 1000000;

	if ((s->n_segments == 0 || s->at >= IDEM_SEGMENT_BYTES ||
		(newest(s)->first_us != 0 &&
		    newest(s)->first_us + segment_us < now_us)) &&
	    begin_segment(s) == -1)
		return -1;
	while (s->n_segments > 1 &&
	    s->segment[0].last_us + s->lifetime_s * 1000000 < now_us)
		remove_oldest(s);
	return 0;
}

int
idemfiles_line(struct idemstore *s, const struct idemtable_entry *e,
    struct idemstore_pending *out)
{
	char line[IDEM_LINE_LEN];
	const char *id;
	size_t used;
	ssize_t n;
	int fd = s->fd;

	if (e->segment != newest(s)->number)
		fd = open_segment(s, e->segment, O_RDONLY);
	if (fd == -1)
		return errno == ENOENT ? 0 : -1;
	n = pread(fd, line, sizeof line, e->at);
	if (fd != s->fd)
		fd_fail(fd);
	if (n == -1)
		return -1;
	if (idem_line_next(line, (size_t)n, &out->key, &id, &used) !=
	    IDEM_PENDING)
		return 0;
	memcpy(out->id, id, NAME_LEN);
	return 1;
}

/* does a segment end in a mark, or is it empty: 1, 0; -1 */
static int
is_marked(int fd)
{
	char end[2] = "";
	off_t size = lseek(fd, 0, SEEK_END);

	if (size <= 0)
		return size == 0 ? 1 : -1;
	if (pread(fd, end, sizeof end, size < 2 ? 0 : size - 2) == -1)
		return -1;
	return (end[0] == IDEM_SAFE || end[0] == IDEM_NONE) && end[1] == '\n';
}

int
idemfiles_clean(struct idemstore *s)
{
	struct stat st;
	int fd, r;

	if (fstatat(s->root, "keys", &st, 0) == -1)
		return errno == ENOENT ? 1 : -1;
	if (idemfiles_open(s) == -1 || list(s) == -1)
		return -1;
	if (s->n_segments == 0)
		return 1;
	fd = open_segment(s, newest(s)->number, O_RDONLY);
	if (fd == -1)
		return errno == ENOENT ? 0 : -1;
	r = is_marked(fd);
	fd_fail(fd);
	return r;
}
