#include "tls/keycall.h"
#include "base/clock.h"
#include "base/fd.h"
#include "format/netstring.h"
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

enum { READ_BYTES = 4096 };

ssize_t
keycall_read(int fd, struct buf *in)
{
	return fd_read_more(fd, in, READ_BYTES);
}

/* 0, or -1 with ETIMEDOUT */
static int
await(int fd, short events, int64_t deadline_ms)
{
	struct pollfd p = { .fd = fd, .events = events };
	int64_t left;
	int r;

	do {
		left = deadline_ms - clock_mono_ms();
		r = poll(&p, 1, left < 0 ? 0 : (int)left);
	} while (r == -1 && errno == EINTR);
	if (r == 1)
		return 0;
	errno = ETIMEDOUT;
	return -1;
}

static int
ask(int fd, struct buf *out, int64_t deadline_ms)
{
	ssize_t n;

	while (buf_len(out) > 0) {
		n = write(fd, buf_data(out), buf_len(out));
		if (n > 0)
			buf_consume(out, (size_t)n);
		else if (errno == EAGAIN) {
			if (await(fd, POLLOUT, deadline_ms) == -1)
				return -1;
		} else if (errno != EINTR)
			return -1;
	}
	return 0;
}

static int
more(int fd, struct buf *in, int64_t deadline_ms)
{
	ssize_t n = keycall_read(fd, in);

	if (n == -1 && errno == EAGAIN)
		return await(fd, POLLIN, deadline_ms);
	if (n == 0)
		errno = EPIPE;
	return n > 0 ? 0 : -1;
}

int
keycall(int fd, struct buf *out, struct buf *in, size_t max,
    int64_t deadline_ms, struct slice *got)
{
	long used;

	/* an answer takes a while, and is never there at once */
	if (ask(fd, out, deadline_ms) == -1 ||
	    await(fd, POLLIN, deadline_ms) == -1)
		return -1;
	while ((used = netstring_whole(buf_data(in), buf_len(in), max, &got->p,
		    &got->n)) == 0)
		if (more(fd, in, deadline_ms) == -1)
			return -1;
	if (used == (long)buf_len(in) && got->n > 0)
		return 0;
	errno = EPROTO;
	return -1;
}
