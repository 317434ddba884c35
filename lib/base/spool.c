#include "base/spool.h"
#include "base/die.h"
#include "base/fd.h"
#include <errno.h>
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

int
spool_file(struct spool *s, const char *dir)
{
	s->fd = fd_unnamed(dir);
	return s->fd == -1 ? -1 : 0;
}

int
spool_spill(struct spool *s, size_t keep)
{
	size_t n = buf_len(&s->text) - keep;

	if (fd_write_all(s->fd, buf_data(&s->text), n) == -1)
		return -1;
	s->filed += n;
	if (keep == 0)
		buf_clear(&s->text);
	else
		buf_consume(&s->text, n);
	return 0;
}

void
spool_add(struct spool *s, const char *p, size_t n, size_t memory_max,
    const char *dir)
{
	if (s->failed)
		return;
	if (s->fd == -1 && buf_len(&s->text) + n > memory_max &&
	    spool_file(s, dir) == -1) {
		fail(s, "open", dir);
		return;
	}
	if (buf_put(&s->text, p, n) == -1) {
		fail(s, "remember", dir);
		return;
	}
	if (s->fd != -1 && buf_len(&s->text) >= SPOOL_READ &&
	    spool_spill(s, 0) == -1)
		fail(s, "write", dir);
}

long
spool_read(const struct spool *s, uint64_t at, const char **p)
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

enum spool_result
spool_write(const struct spool *s, int to)
{
	uint64_t at = 0;
	const char *p;
	long n;

	for (; (n = spool_read(s, at, &p)) > 0; at += n)
		if (fd_write_all(to, p, n) == -1)
			return SPOOL_UNSENT;
	return n == 0 ? SPOOL_OK : SPOOL_LOST;
}
