#include "throttle/closurefile.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/fd.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static int64_t
ahead_us(void)
{
	return clock_wall_us() - clock_mono_us();
}

static void
trouble(struct closurefile *f, const char *what)
{
	int64_t now = clock_mono_ms();

	if (f->said_ms != 0 && now - f->said_ms < CLOSUREFILE_SAY_MS)
		return;
	f->said_ms = now;
	warn("unable to %s %s: %m; a restart may not know what is closed", what,
	    f->path);
}

static void
learn(struct closurefile *f, struct closures *c, const char *p, size_t n)
{
	const char *end = p + n, *lf;
	int64_t ahead = ahead_us(), now = clock_mono_us();
	unsigned bad = 0, all = 0;

	for (; (lf = memchr(p, '\n', (size_t)(end - p))) != NULL; p = lf + 1) {
		all++;
		bad += closures_take(c, p, (size_t)(lf - p), ahead, now) == -1;
	}
	if (bad > 0)
		warn("%s: %u of %u lines damaged: what they closed is open",
		    f->path, bad, all);
}

int
closurefile_open(struct closurefile *f, const char *file, struct closures *c)
{
	char *p;
	size_t n;

	memset(f, 0, sizeof *f);
	if (asprintf(&f->path, "%s.closed", file) == -1 ||
	    asprintf(&f->fresh, "%s.closed.new", file) == -1)
		return -1;
	if (fd_slurp(f->path, CLOSUREFILE_MAX, &p, &n) == 0) {
		learn(f, c, p, n);
		free(p);
	} else if (errno != ENOENT) {
		trouble(f, "read");
	}
	return 0;
}

static int
write_anew(const struct closurefile *f, const struct closures *c)
{
	struct buf all = { 0 };
	/* in a folder that may be another's: no link of his is followed */
	int fd = open(f->fresh,
	    O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	int bad = fd == -1 || closures_put_all(&all, c, ahead_us()) == -1 ||
	    fd_write_all(fd, buf_data(&all), buf_len(&all)) == -1;

	if (fd != -1 && close(fd) == -1)
		bad = 1;
	buf_free(&all);
	return bad ? -1 : rename(f->fresh, f->path);
}

int64_t
closurefile_due(const struct closurefile *f)
{
	return f->path == NULL || !f->dirty
	    ? INT64_MAX
	    : (f->written_ms + CLOSUREFILE_MS) * 1000;
}

void
closurefile_flush(struct closurefile *f, const struct closures *c, int ending)
{
	int64_t now = clock_mono_ms();

	if (f->path == NULL || !f->dirty ||
	    (!ending && now < f->written_ms + CLOSUREFILE_MS))
		return;
	f->dirty = 0;
	f->written_ms = now;
	if (write_anew(f, c) == -1)
		trouble(f, "write");
}
