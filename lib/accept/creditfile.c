#include "accept/creditfile.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/fd.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int
trouble(struct creditfile *f, const char *what)
{
	int64_t now = clock_mono_ms();

	if (f->said_ms == 0 || now - f->said_ms >= CREDITFILE_SAY_MS)
		warn("unable to %s %s: %m; a restart may not know what was "
		     "spent",
		    what, f->path);
	f->said_ms = now;
	return -1;
}

/* what stands behind the last LF was cut */
static void
learn(struct creditfile *f, const char *p, size_t n)
{
	const char *end = p + n, *lf;
	unsigned bad = 0, all = 0;

	for (; (lf = memchr(p, '\n', (size_t)(end - p))) != NULL; p = lf + 1) {
		all++;
		bad += credits_take(f->credits, p, (size_t)(lf - p)) == -1;
	}
	if (bad > 0)
		warn("%s: %u of %u lines damaged: the lines before them hold",
		    f->path, bad, all);
}

/* in the folder of a lesser user no link of his is followed */
static int
open_new(const char *path)
{
	return open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW,
	    0600);
}

/* a new file takes the old one's place; -1 with errno: the old one stays */
static int
write_anew(struct creditfile *f)
{
	char fresh[PATH_MAX];
	struct buf all = { 0 };
	int fd = -1, bad = 1;

	if ((size_t)snprintf(fresh, sizeof fresh, "%s.new", f->path) <
	    sizeof fresh)
		fd = open_new(fresh);
	if (fd != -1)
		bad = credits_all(&all, f->credits) == -1 ||
		    fd_write_all(fd, buf_data(&all), buf_len(&all)) == -1 ||
		    fsync(fd) == -1 || rename(fresh, f->path) == -1;
	if (bad) {
		fd_drop(&fd);
		buf_free(&all);
		return -1;
	}
	fd_drop(&f->fd);
	f->fd = fd;
	f->size = f->base = buf_len(&all);
	buf_free(&all);
	buf_clear(&f->lines);
	return 0;
}

int
creditfile_open(struct creditfile *f, const char *path, struct credits *c)
{
	char *p;
	size_t n;

	memset(f, 0, sizeof *f);
	f->path = path;
	f->credits = c;
	f->fd = -1;
	if (fd_slurp(path, CREDITFILE_MAX, &p, &n) == 0) {
		learn(f, p, n);
		free(p);
	} else if (errno != ENOENT) {
		return -1;
	}
	if (write_anew(f) == -1)
		trouble(f, "write");
	return 0;
}

void
creditfile_put(struct creditfile *f, const struct credit *a)
{
	needs(credits_line(&f->lines, a));
}

int
creditfile_flush(struct creditfile *f)
{
	size_t n = buf_len(&f->lines);

	if (n == 0)
		return 0;
	if (f->fd == -1 || f->size + n > 2 * f->base + CREDITFILE_SLACK_BYTES) {
		if (write_anew(f) == 0)
			return 0;
		trouble(f, "write");
	}
	if (f->fd == -1 || fd_write_all(f->fd, buf_data(&f->lines), n) == -1) {
		if (f->fd != -1)
			trouble(f, "write");
		/* half a line may stand there: anew next time, with all */
		fd_drop(&f->fd);
		return -1;
	}
	f->size += n;
	buf_clear(&f->lines);
	return 0;
}

int
creditfile_sync(struct creditfile *f)
{
	if (creditfile_flush(f) == -1)
		return -1;
	return f->fd == -1 || fdatasync(f->fd) == -1 ? trouble(f, "sync") : 0;
}

void
creditfile_close(struct creditfile *f)
{
	if (write_anew(f) == -1)
		trouble(f, "write");
	fd_drop(&f->fd);
	buf_free(&f->lines);
}
