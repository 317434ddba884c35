#include "feedback/factlog.h"
#include "base/durable.h"
#include "base/fd.h"
#include "base/lines.h"
#include "base/num.h"
#include "chain/event.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static const char facts[] = "facts", old[] = "facts.old";
static const char base_word[] = "#base ", logged_word[] = "#logged ";

/* what was there */

struct reader {
	struct factlog *f;
	uint64_t at; /* position of the next line */
	int replay;  /* the second reading: the marks are known */
	struct buf line;
	int failed;
};

/* a line that begins with this word and goes on with a number */
static int
is_mark(const char *p, size_t n, const char *word, uint64_t *u)
{
	size_t len = strlen(word);

	return n > len && memcmp(p, word, len) == 0 &&
	    num_scan(p + len, n - len, 0, UINT64_MAX, u) == 0;
}

/* is it an event, whole and of the form that it was written in? */
static int
is_event(const char *p, size_t n)
{
	struct ltsv l;

	return n > 0 && p[0] != '#' && ltsv_parse(p, n, &l) == 0 &&
	    ltsv_find(&l, "ev") != NULL;
}

static void
log_again(struct reader *r, const char *p, size_t n)
{
	buf_clear(&r->line);
	if (buf_put(&r->line, p, n) == -1 ||
	    ltsv_puts(&r->line, "replay", "1") == -1 ||
	    ltsv_end(&r->line) == -1) {
		r->failed = 1;
		return;
	}
	event_lines(buf_data(&r->line), buf_len(&r->line));
}

static void
take(void *arg, const char *p, size_t n)
{
	struct reader *r = arg;
	uint64_t u;

	if (p == NULL)
		return; /* longer than any that was written: not ours */
	if (is_mark(p, n, base_word, &u))
		r->at = u;
	else if (is_mark(p, n, logged_word, &u) && u > r->f->logged)
		r->f->logged = u;
	if (r->replay && r->at >= r->f->logged && is_event(p, n))
		log_again(r, p, n);
	r->at += n + 1;
}

/* a segment, which need not be there; *cut: bytes behind its last LF */
static int
read_segment(struct reader *r, const char *name, size_t *cut)
{
	int fd = openat(r->f->dir, name, O_RDONLY | O_CLOEXEC), n;

	*cut = 0;
	if (fd == -1)
		return errno == ENOENT ? 0 : -1;
	n = lines_left(fd, FACTLOG_LINE_MAX, take, r, cut);
	if (n == -1)
		return fd_fail(fd);
	close(fd);
	return 0;
}

static int
read_back(struct factlog *f, size_t *cut)
{
	struct reader r = { .f = f };
	int n = 0;

	for (; r.replay < 2 && n == 0; r.replay++) {
		r.at = 0;
		n = read_segment(&r, old, cut);
		if (n == 0)
			n = read_segment(&r, facts, cut);
	}
	buf_free(&r.line);
	if (r.failed)
		errno = ENOMEM;
	f->base = r.at + *cut; /* where we go on */
	return r.failed ? -1 : n;
}

/* writing */

static int
put_mark(struct buf *b, const char *word, uint64_t u)
{
	return buf_puts(b, word) == -1 || buf_putnum(b, u) == -1
	    ? -1
	    : buf_putc(b, '\n');
}

/* all of b is on disk, or nothing */
static int
append(struct factlog *f, const struct buf *b)
{
	int e;

	if (fd_write_all(f->fd, buf_data(b), buf_len(b)) == 0 &&
	    fdatasync(f->fd) == 0) {
		f->size += buf_len(b);
		return 0;
	}
	e = errno;
	/* a line that is not whole is seen as none, should this fail, too */
	if (ftruncate(f->fd, (off_t)f->size) == -1)
		f->size = (uint64_t)lseek(f->fd, 0, SEEK_END);
	errno = e;
	return -1;
}

/* a new segment, its name durable before anything is in it that counts */
static int
begin_segment(struct factlog *f)
{
	struct buf b = { 0 };
	int r;

	f->fd = openat(f->dir, facts,
	    O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600);
	if (f->fd == -1)
		return -1;
	f->size = 0;
	r = put_mark(&b, base_word, f->base) == -1 ||
		put_mark(&b, logged_word, f->logged) == -1 ||
		append(f, &b) == -1 || fsync(f->dir) == -1
	    ? -1
	    : 0;
	buf_free(&b);
	if (r == -1) {
		fd_drop(&f->fd);
		unlinkat(f->dir, facts, 0);
	}
	return r;
}

static int
turn(struct factlog *f)
{
	if (f->fd != -1) {
		if (renameat(f->dir, facts, f->dir, old) == -1)
			return -1;
		f->base += f->size;
		fd_drop(&f->fd);
	}
	return begin_segment(f);
}

/* a segment that was there is gone on with; what is cut gets its end */
static int
go_on(struct factlog *f, size_t cut)
{
	struct buf lf = { 0 };
	struct stat st;
	int r;

	f->fd = openat(f->dir, facts, O_WRONLY | O_APPEND | O_CLOEXEC);
	if (f->fd == -1)
		return errno == ENOENT ? begin_segment(f) : -1;
	if (fstat(f->fd, &st) == -1)
		return -1;
	f->size = (uint64_t)st.st_size;
	if (f->size == 0) {
		fd_drop(&f->fd);
		return begin_segment(f);
	}
	if (f->base < f->size)
		f->base = f->size;
	f->base -= f->size;
	if (cut == 0)
		return 0;
	r = buf_putc(&lf, '\n') == -1 ? -1 : append(f, &lf);
	buf_free(&lf);
	return r;
}

/* 0, or -1 with errno */
static int
open_folder(struct factlog *f, const char *dir)
{
	if (mkdir(dir, 0700) == 0) {
		if (durable_folder_of(dir) == -1)
			return -1;
	} else if (errno != EEXIST) {
		return -1;
	}
	f->dir = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return f->dir == -1 ? -1 : flock(f->dir, LOCK_EX | LOCK_NB);
}

int
factlog_open(struct factlog *f, const char *dir, int64_t now_ms)
{
	size_t cut;

	memset(f, 0, sizeof *f);
	f->dir = f->fd = -1;
	f->bytes_max = FACTLOG_BYTES_MAX;
	if (open_folder(f, dir) == -1 || read_back(f, &cut) == -1 ||
	    go_on(f, cut) == -1) {
		factlog_close(f);
		return -1;
	}
	f->now = f->before = f->logged;
	f->now_ms = f->before_ms = now_ms;
	event_flush();
	return 0;
}

void
factlog_close(struct factlog *f)
{
	int e = errno;

	fd_drop(&f->fd);
	fd_drop(&f->dir);
	buf_free(&f->pending);
	errno = e;
}

int
factlog_put(struct factlog *f, const char *line, size_t n)
{
	if (n > FACTLOG_LINE_MAX) {
		errno = EMSGSIZE;
		return -1;
	}
	return buf_put(&f->pending, line, n);
}

/* where we were so long ago that the log has it; 1: to be marked */
static int
due(struct factlog *f, int64_t now_ms)
{
	if (now_ms - f->now_ms < FACTLOG_MARK_MS)
		return 0;
	if (now_ms - f->before_ms >= FACTLOG_LOGGED_MS) {
		f->logged = f->before;
		f->before = f->now;
		f->before_ms = f->now_ms;
	}
	f->now = f->base + f->size;
	f->now_ms = now_ms;
	return 1;
}

int
factlog_sync(struct factlog *f, int64_t now_ms)
{
	size_t lines = buf_len(&f->pending);
	uint64_t logged = f->logged;
	int r = 0;

	if (lines == 0)
		return 0;
	if (f->fd == -1 || f->size + lines > f->bytes_max)
		r = turn(f);
	if (r == 0 && due(f, now_ms) && f->logged > logged)
		r = put_mark(&f->pending, logged_word, f->logged);
	if (r == 0)
		r = append(f, &f->pending);
	if (r == 0)
		event_lines(buf_data(&f->pending), lines);
	buf_clear(&f->pending);
	return r;
}

void
factlog_tick(struct factlog *f, int64_t now_ms)
{
	uint64_t logged = f->logged;
	struct buf b = { 0 };

	if (f->fd != -1 && buf_len(&f->pending) == 0 && due(f, now_ms) &&
	    f->logged > logged && put_mark(&b, logged_word, f->logged) == 0)
		append(f, &b);
	buf_free(&b);
}
