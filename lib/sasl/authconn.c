#include "sasl/authconn.h"
#include <errno.h>
#include <string.h>
#include <unistd.h>

static void
want(struct authconn *c)
{
	int events = buf_len(&c->out) > 0 ? LOOP_WRITE : 0;

	if (buf_len(&c->out) <= AUTHCONN_MARK)
		events |= LOOP_READ;
	loop_io_want(&c->io, events);
}

void
authconn_flush(struct authconn *c)
{
	ssize_t n;

	while (buf_len(&c->out) > 0) {
		n = write(c->fd, buf_data(&c->out), buf_len(&c->out));
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1 && errno == EAGAIN)
			break;
		/* that nobody reads it is heard of by reading */
		if (n == -1)
			n = (ssize_t)buf_len(&c->out);
		explicit_bzero(buf_data(&c->out), (size_t)n);
		c->out.off += (size_t)n;
	}
	if (buf_len(&c->out) == 0)
		buf_wipe(&c->out);
	want(c);
}

struct buf *
authconn_out(struct authconn *c, size_t n)
{
	struct buf more = { 0 };

	if (c->out.cap - c->out.end >= n)
		return &c->out;
	/* buf_reserve() would leave a copy behind */
	if (buf_reserve(&more, 2 * buf_len(&c->out) + n) == -1)
		return NULL;
	buf_put(&more, buf_data(&c->out), buf_len(&c->out));
	buf_wipe(&c->out);
	c->out = more;
	return &c->out;
}

static void
end(struct authconn *c, int err)
{
	authconn_close(c);
	c->ops->ended(c->arg, err);
}

/* all whole lines; -1: the connection is closed */
static int
hand_on(struct authconn *c)
{
	struct authwire_line line;
	int gone = 0;
	long n;

	while ((n = authwire_get(buf_data(&c->in), buf_len(&c->in), &line)) >
	    0) {
		c->gone = &gone;
		c->ops->line(c->arg, &line);
		if (gone)
			return -1;
		c->gone = NULL;
		c->in.off += (size_t)n;
	}
	if (n == -1) {
		end(c, EMSGSIZE);
		return -1;
	}
	return 0;
}

/* what is left moves to the front: so there is always room for a line more,
 * and no copy of it is left behind */
static int
make_room(struct authconn *c)
{
	size_t len = buf_len(&c->in);

	if (c->in.off > 0) {
		memmove(c->in.p, buf_data(&c->in), len);
		explicit_bzero(c->in.p + len, c->in.end - len);
		c->in.off = 0;
		c->in.end = len;
	}
	return c->in.p != NULL ? 0 : buf_reserve(&c->in, AUTHCONN_ROOM);
}

static void
on_ready(void *arg, int events)
{
	struct authconn *c = arg;
	ssize_t n;

	if (events & LOOP_WRITE)
		authconn_flush(c);
	if (!(events & LOOP_READ))
		return;
	if (make_room(c) == -1) {
		end(c, ENOMEM);
		return;
	}
	n = read(c->fd, buf_tail(&c->in), c->in.cap - c->in.end);
	if (n == -1 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		end(c, n == 0 ? 0 : errno);
		return;
	}
	buf_added(&c->in, (size_t)n);
	if (hand_on(c) == 0 && buf_len(&c->in) == 0)
		buf_wipe(&c->in);
}

void
authconn_open(struct authconn *c, int fd, const struct authconn_ops *ops,
    void *arg)
{
	memset(c, 0, sizeof *c);
	c->fd = fd;
	c->ops = ops;
	c->arg = arg;
	loop_io_start(&c->io, fd, LOOP_READ, on_ready, c);
}

void
authconn_close(struct authconn *c)
{
	if (c->fd == -1)
		return;
	loop_io_stop(&c->io);
	close(c->fd);
	c->fd = -1;
	buf_wipe(&c->in);
	buf_wipe(&c->out);
	if (c->gone != NULL)
		*c->gone = 1;
	c->gone = NULL;
}
