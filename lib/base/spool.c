#include "base/spool.h"
#include "base/die.h"
#include "base/fd.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void
spool_init(struct spool *s)
{
	memset(s, 0, sizeof *s);
	s->fd = -1;
}

void
spool_free(struct spool *s)
{
	if (s->fd != -1)
		close(s->fd);
	buf_free(&s->text);
	spool_init(s);
}

static void
fail(struct spool *s, const char *what, const char *dir)
{
	warn("unable to %s a file in %s: %m", what, dir);
	spool_free(s);
	s->failed = 1;
}

void
spool_add(struct spool *s, const char *p, size_t n, size_t memory_max,
    const char *dir)
{
	struct buf *t = &s->text;

	if (s->failed)
		return;
	if (s->fd == -1 && buf_len(t) + n > memory_max) {
		s->fd = fd_unnamed(dir);
		if (s->fd == -1) {
			fail(s, "open", dir);
			return;
		}
	}
	if (buf_put(t, p, n) == -1) {
		fail(s, "remember", dir);
		return;
	}
	if (s->fd == -1 || buf_len(t) < SPOOL_READ)
		return;
	if (fd_write_all(s->fd, buf_data(t), buf_len(t)) == -1) {
		fail(s, "write", dir);
		return;
	}
	s->filed += buf_len(t);
	buf_clear(t);
}

long
spool_read(struct spool *s, uint64_t at, const char **p)
{
	static char piece[SPOOL_READ];
	ssize_t r;

	if (at >= s->filed) {
		at -= s->filed;
		if (at >= buf_len(&s->text))
			return 0;
		*p = buf_data(&s->text) + at;
		return (long)(buf_len(&s->text) - at);
	}
	do
		r = pread(s->fd, piece,
		    s->filed - at < sizeof piece ? s->filed - at : sizeof piece,
		    (off_t)at);
	while (r == -1 && errno == EINTR);
	if (r == 0) {
		errno = EIO;
		return -1;
	}
	*p = piece;
	return r;
}
