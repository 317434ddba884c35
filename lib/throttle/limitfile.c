#include "throttle/limitfile.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/fd.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

enum { CLOCK_STEP_US = 1000000, LOCK_POLL_MS = 20 };

/* PATH and what stands behind it; NULL with ENAMETOOLONG */
static const char *
beside(const struct limitfile *f, const char *suffix)
{
	static char name[PATH_MAX];

	if ((size_t)snprintf(name, sizeof name, "%s%s", f->path, suffix) <
	    sizeof name)
		return name;
	errno = ENAMETOOLONG;
	return NULL;
}

static int
open_beside(const struct limitfile *f, const char *suffix, int flags)
{
	const char *name = beside(f, suffix);

	/* in a folder that may be another's: no link of his is followed */
	return name == NULL ? -1
			    : open(name, flags | O_CLOEXEC | O_NOFOLLOW, 0600);
}

static void
trouble(struct limitfile *f, const char *what)
{
	int64_t now = clock_mono_ms();

	if (f->said_ms != 0 && now - f->said_ms < LIMITFILE_SAY_MS)
		return;
	f->said_ms = now;
	warn("unable to %s %s: %m; a restart may not know what rates have let "
	     "go",
	    what, f->path);
}

static void
clock_now(struct limitbook_clock *c)
{
	c->mono_us = clock_mono_us();
	c->wall_us = clock_wall_us();
}

/* once, at first: it stays, and in a jail it is out of reach */
void
limitfile_boot(char out[LIMITBOOK_BOOT_MAX])
{
	static const char path[] = "/proc/sys/kernel/random/boot_id";
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	memset(out, 0, LIMITBOOK_BOOT_MAX);
	if (fd == -1)
		return;
	if (fd_read_all(fd, out, LIMITBOOK_BOOT_MAX - 1) == -1)
		out[0] = '\0';
	out[strcspn(out, "\n")] = '\0';
	close(fd);
}

/* the one before us may still be writing its last */
static int
lock(struct limitfile *f)
{
	int64_t end = clock_mono_ms() + LIMITFILE_LOCK_MS;

	f->lock = open_beside(f, ".lock", O_RDWR | O_CREAT);
	if (f->lock == -1)
		return -1;
	while (flock(f->lock, LOCK_EX | LOCK_NB) == -1) {
		if (errno != EINTR &&
		    (errno != EWOULDBLOCK || clock_mono_ms() >= end)) {
			close(f->lock);
			f->lock = -1;
			return -1;
		}
		poll(NULL, 0, LOCK_POLL_MS);
	}
	return 0;
}

/* what stands behind the last LF was cut, and did not go */
static void
learn(struct limitfile *f, const char *p, size_t n)
{
	struct limitbook_read r = { .n = 0 };
	const char *end = p + n, *lf;

	for (; (lf = memchr(p, '\n', end - p)) != NULL; p = lf + 1)
		limitbook_take(&r, f->limiter, p, lf - p, &f->clock);
	if (r.bad == 0 && r.n > 0)
		return;
	warn("%s: %u of %u lines damaged: each rate begins as if its burst "
	     "had just gone",
	    f->path, r.bad, r.n);
	limitbook_lost(f->limiter);
}

static void
read_all(struct limitfile *f)
{
	char *p;
	size_t n;

	if (fd_slurp(f->path, LIMITFILE_MAX, &p, &n) == 0) {
		f->limiter->begun_us = f->clock.mono_us;
		learn(f, p, n);
		free(p);
		return;
	}
	if (errno == ENOENT)
		return;
	f->limiter->begun_us = f->clock.mono_us;
	limitbook_lost(f->limiter);
	trouble(f, "read");
}

/* a new file takes the old one's place; -1 with errno: the old one stays */
static int
write_anew(struct limitfile *f, int exact)
{
	struct limitbook_clock now = f->clock;
	struct buf all = { 0 };
	char from[PATH_MAX];
	int fd = -1, bad;

	clock_now(&now);
	bad = limitbook_clock(&all, &now) == -1 ||
	    limitbook_all(&all, f->limiter, exact, now.mono_us) == -1;
	if (!bad) {
		fd = open_beside(f, ".new", O_WRONLY | O_CREAT | O_TRUNC);
		bad = fd == -1 ||
		    fd_write_all(fd, buf_data(&all), buf_len(&all)) == -1 ||
		    fsync(fd) == -1;
	}
	if (!bad) {
		snprintf(from, sizeof from, "%s", beside(f, ".new"));
		bad = rename(from, f->path) == -1;
	}
	if (bad) {
		if (fd != -1)
			close(fd);
		buf_free(&all);
		return -1;
	}
	if (f->fd != -1)
		close(f->fd);
	f->fd = fd;
	f->clock = now;
	f->size = f->base = buf_len(&all);
	buf_free(&all);
	return 0;
}

int
limitfile_open(struct limitfile *f, const char *path, struct limiter *l)
{
	memset(f, 0, sizeof *f);
	f->path = path;
	f->limiter = l;
	f->fd = -1;
	limitfile_boot(f->clock.boot);
	clock_now(&f->clock);
	if (lock(f) == -1) {
		l->begun_us = f->clock.mono_us;
		limitbook_lost(l);
		trouble(f, "lock");
		return 0;
	}
	read_all(f);
	if (write_anew(f, 0) == -1)
		trouble(f, "write");
	l->book = &f->lines;
	return buf_reserve(&f->lines, LIMITBOOK_LINE_MAX);
}

/* have the clocks moved against each other? */
static int
stepped(const struct limitfile *f)
{
	int64_t step = (clock_wall_us() - clock_mono_us()) -
	    (f->clock.wall_us - f->clock.mono_us);

	return step > CLOCK_STEP_US || step < -CLOCK_STEP_US;
}

void
limitfile_flush(struct limitfile *f)
{
	size_t n;

	if (f->limiter != NULL)
		limitbook_owed(f->limiter);
	n = buf_len(&f->lines);
	if (n == 0)
		return;
	if (f->fd == -1 || stepped(f) ||
	    f->size + n > 2 * f->base + LIMITFILE_SLACK_BYTES) {
		if (write_anew(f, 0) == -1)
			trouble(f, "write");
		else
			buf_clear(&f->lines);
	}
	n = buf_len(&f->lines);
	if (n > 0 && f->fd != -1) {
		if (fd_write_all(f->fd, buf_data(&f->lines), n) == -1) {
			trouble(f, "write");
			/* half a line may stand there: anew next time */
			close(f->fd);
			f->fd = -1;
		}
		f->size += n;
	}
	buf_clear(&f->lines);
}

void
limitfile_close(struct limitfile *f)
{
	if (f->lock == -1)
		return;
	if (write_anew(f, 1) == -1)
		trouble(f, "write");
	f->limiter->book = NULL;
	if (f->fd != -1)
		close(f->fd);
	close(f->lock);
	f->fd = f->lock = -1;
	buf_free(&f->lines);
}
