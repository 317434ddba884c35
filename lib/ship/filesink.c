#include "ship/filesink.h"
#include "base/clock.h"
#include "base/durable.h"
#include "base/fd.h"
#include "ship/shipjson.h"
#include "ship/shipline.h"
#include "ship/stampname.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* a file that a batch goes into */
struct target {
	char *path;
	struct buf text;
	int fd;
	off_t size; /* before */
	dev_t dev;
	ino_t ino;
};

struct targets {
	struct target of[FILESINK_NAMES_MAX];
	unsigned n;
};

static void
drop_all(struct targets *t)
{
	unsigned i;

	for (i = 0; i < t->n; i++) {
		free(t->of[i].path);
		buf_free(&t->of[i].text);
		fd_drop(&t->of[i].fd);
	}
	free(t);
}

/* the target of that name; NULL: no memory, or errno E2BIG: too many */
static struct target *
target_of(struct targets *t, const char *path)
{
	unsigned i;

	/* the next event most often goes where the last one went */
	for (i = t->n; i > 0; i--)
		if (strcmp(t->of[i - 1].path, path) == 0)
			return &t->of[i - 1];
	if (t->n == FILESINK_NAMES_MAX) {
		errno = E2BIG;
		return NULL;
	}
	t->of[t->n].path = strdup(path);
	t->of[t->n].fd = -1;
	return t->of[t->n].path == NULL ? NULL : &t->of[t->n++];
}

static int
put_event(const struct filesink *s, struct buf *out,
    const struct ship_event *ev)
{
	if (s->format == FILESINK_CSV)
		return csvrecord_put(&s->csv, out, ev->line, ev->len);
	if ((s->format == FILESINK_JSON
		    ? shipjson_event(out, ev->line, ev->len, 0)
		    : buf_put(out, ev->line, ev->len)) == -1)
		return -1;
	return buf_putc(out, '\n');
}

/* all events into the texts of their targets; -1 with errno */
static int
gather(const struct filesink *s, struct targets *t, const struct ship_event *ev,
    size_t n)
{
	char path[PATH_MAX];
	struct target *to;
	int64_t at;
	size_t i;

	for (i = 0; i < n; i++) {
		at = shipline_us(ev[i].line, ev[i].len);
		if (stampname_make(s->pattern,
			at == -1 ? clock_wall_s() : at / 1000000, path,
			sizeof path) == -1) {
			errno = ENAMETOOLONG;
			return -1;
		}
		to = target_of(t, path);
		if (to == NULL || put_event(s, &to->text, &ev[i]) == -1)
			return -1;
	}
	return 0;
}

/* folders may be entered by those who may read the file */
static mode_t
folder_mode(mode_t mode)
{
	return (mode & 0444) >> 2 | mode | 0300;
}

/* the folders of a path that are not there; 0, or -1 with errno */
static int
make_folders(const struct filesink *s, const char *path)
{
	char dir[PATH_MAX];
	char *slash = dir;

	snprintf(dir, sizeof dir, "%s", path);
	while ((slash = strchr(slash + 1, '/')) != NULL) {
		*slash = '\0';
		if (mkdir(dir, folder_mode(s->mode)) == 0) {
			if (s->sync && durable_folder_of(dir) == -1)
				return -1;
		} else if (errno != EEXIST) {
			return -1;
		}
		*slash = '/';
	}
	return 0;
}

static int
open_once(const struct filesink *s, const char *path)
{
	return open(path,
	    O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK,
	    s->mode);
}

/* is what we have locked what has the name now? */
static int
still_there(const char *path, const struct stat *st)
{
	struct stat now;

	return stat(path, &now) == 0 && now.st_dev == st->st_dev &&
	    now.st_ino == st->st_ino;
}

/* the file, ours alone as long as it is open; 0, or -1 with errno */
static int
open_target(const struct filesink *s, struct target *t)
{
	struct stat st;

	for (;;) {
		t->fd = open_once(s, t->path);
		if (t->fd == -1 && errno == ENOENT &&
		    make_folders(s, t->path) == 0)
			t->fd = open_once(s, t->path);
		if (t->fd == -1 || fstat(t->fd, &st) == -1)
			return -1;
		if (!S_ISREG(st.st_mode)) {
			errno = EINVAL;
			return -1;
		}
		if (flock(t->fd, LOCK_EX) == -1 || fstat(t->fd, &st) == -1)
			return -1;
		if (still_there(t->path, &st))
			break;
		/* renamed while we waited */
		fd_drop(&t->fd);
	}
	t->size = st.st_size;
	t->dev = st.st_dev;
	t->ino = st.st_ino;
	return 0;
}

/* the end of a line that a crash has left goes; 0, or -1 with errno */
static int
mend(struct target *t)
{
	char *p;
	const char *lf;
	size_t n =
	    t->size < FILESINK_TAIL_MAX ? (size_t)t->size : FILESINK_TAIL_MAX;
	ssize_t got;
	char last;

	if (t->size == 0)
		return 0;
	if (pread(t->fd, &last, 1, t->size - 1) != 1)
		return -1;
	if (last == '\n')
		return 0;
	p = malloc(n);
	if (p == NULL)
		return -1;
	got = pread(t->fd, p, n, t->size - (off_t)n);
	if (got == (ssize_t)n) {
		lf = memrchr(p, '\n', n);
		/* nothing is cut that is too long to be a line of ours */
		if (lf != NULL || (off_t)n == t->size)
			t->size -=
			    lf == NULL ? (off_t)n : (off_t)(p + n - lf - 1);
	}
	free(p);
	if (got != (ssize_t)n)
		return -1;
	return ftruncate(t->fd, t->size);
}

/* the bytes are safe, and the name: a new one, or one that a crash has left
 * before its folder was synced.  0, or -1 with errno */
static int
sync_target(struct filesink *s, struct target *t)
{
	if (fsync(t->fd) == -1)
		return -1;
	if (t->dev == s->dev && t->ino == s->ino)
		return 0;
	if (durable_folder_of(t->path) == -1)
		return -1;
	s->dev = t->dev;
	s->ino = t->ino;
	return 0;
}

static int
write_target(struct filesink *s, struct target *t)
{
	struct buf head = { 0 };
	int r = 0;

	if (open_target(s, t) == -1 || mend(t) == -1)
		return -1;
	if (t->size == 0 && s->format == FILESINK_CSV) {
		r = csvrecord_header(&s->csv, &head);
		if (r == 0)
			r = fd_write_all(t->fd, buf_data(&head),
			    buf_len(&head));
		buf_free(&head);
	}
	if (r == -1 ||
	    fd_write_all(t->fd, buf_data(&t->text), buf_len(&t->text)) == -1)
		return -1;
	return s->sync ? sync_target(s, t) : 0;
}

/* 0, or -1 with errno and *path whose fault it is: then every file is as it was
 * before */
static int
write_all(struct filesink *s, struct targets *t, const char **path)
{
	unsigned i, j;
	int saved;

	for (i = 0; i < t->n; i++) {
		if (buf_len(&t->of[i].text) == 0 ||
		    write_target(s, &t->of[i]) == 0)
			continue;
		saved = errno;
		for (j = 0; j <= i; j++)
			if (t->of[j].fd != -1 &&
			    ftruncate(t->of[j].fd, t->of[j].size) == -1)
				continue; /* mend() will look at it */
		*path = t->of[i].path;
		errno = saved;
		return -1;
	}
	return 0;
}

static int
refuse(struct buf *receipt, const char *what)
{
	char text[SHIP_TEXT_MAX];

	/* room for the reason, however long the name is */
	snprintf(text, sizeof text, "unable to write %.700s: %s", what,
	    strerror(errno));
	return shipreceipt_put(receipt, 'Z', -1, text);
}

int
filesink_take(void *arg, const struct ship_event *ev, size_t n,
    struct buf *receipt)
{
	struct filesink *s = arg;
	const char *path = s->pattern;
	struct targets *t = calloc(1, sizeof *t);
	int r;

	if (t == NULL)
		return -1;
	if (gather(s, t, ev, n) == -1)
		r = errno == E2BIG    ? shipreceipt_put(receipt, 'S', -1,
					    "it would go into too many files")
		    : errno == ENOMEM ? -1
				      : refuse(receipt, path);
	else if (write_all(s, t, &path) == -1)
		r = refuse(receipt, path);
	else
		r = shipreceipt_put(receipt, 'K', -1, NULL);
	drop_all(t);
	return r;
}
