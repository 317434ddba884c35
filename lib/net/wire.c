#include "net/wire.h"
#include "net/event.h"
#include "base/die.h"
#include "base/exit.h"
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static struct wire *dirty_list;
static struct loop_hook hook;
static int hooked;

static void
shut_writing(struct wire *w)
{
	loop_io_stop(&w->w);
	if (w->socket)
		shutdown(w->wfd, SHUT_WR);
	if (w->wfd != w->rfd)
		close(w->wfd);
	w->wfd = -1;
	buf_free(&w->out);
}

static void
write_failed(struct wire *w, int err)
{
	shut_writing(w);
	w->ops->gone(w->arg, err);
}

static void
flush(struct wire *w)
{
	ssize_t n;

	while (w->wfd != -1 && buf_len(&w->out) > 0) {
		n = write(w->wfd, buf_data(&w->out), buf_len(&w->out));
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
			loop_io_want(&w->w, LOOP_WRITE);
			break;
		}
		if (n == -1) {
			write_failed(w, errno);
			return;
		}
		buf_consume(&w->out, n);
	}
	if (w->wfd == -1)
		return;
	if (wire_full(w))
		w->was_full = 1;
	if (buf_len(&w->out) == 0) {
		loop_io_want(&w->w, w->fifo ? LOOP_READ : 0);
		if (w->closing)
			shut_writing(w);
	}
	if (w->was_full && !wire_full(w)) {
		w->was_full = 0;
		if (w->ops->drained != NULL)
			w->ops->drained(w->arg);
	}
}

void
wire_flush_all(void)
{
	struct wire *w;

	/* what an answer says has happened stands in the log before */
	event_flush();
	while ((w = dirty_list) != NULL) {
		dirty_list = w->next_dirty;
		w->dirty = 0;
		if (w->again) {
			/* records that were read before a pause */
			w->again = 0;
			loop_io_want(&w->r, LOOP_READ);
			w->r.ready(w, 0);
			if (w->dirty)
				continue;
		}
		flush(w);
	}
}

static void
on_hook(void *arg)
{
	(void)arg;
	wire_flush_all();
}

static void
on_writable(void *arg, int events)
{
	struct wire *w = arg;

	if (buf_len(&w->out) == 0 && (events & LOOP_READ)) {
		/* nothing to write, yet the pipe's writing end reports:
		 * its reader is gone */
		write_failed(w, EPIPE);
		return;
	}
	flush(w);
}

/* hand what is in the buffer to record(), as long as it takes some */
static void
feed(struct wire *w)
{
	size_t used;

	while (!w->paused && w->rfd != -1 && buf_len(&w->in) > 0) {
		used = w->ops->record(w->arg, buf_data(&w->in),
		    buf_len(&w->in));
		if (used == 0)
			break;
		if (w->rfd == -1)
			return; /* wire_close was called in there */
		buf_consume(&w->in, used);
	}
}

static void
stop_reading(struct wire *w, int err)
{
	loop_io_stop(&w->r);
	w->eof = 1;
	w->ops->ended(w->arg, err);
}

/* events is 0 when called for what was read before a pause */
static void
on_readable(void *arg, int events)
{
	struct wire *w = arg;
	ssize_t n;

	if (w->eof || w->rfd == -1)
		return;
	if (events != 0) {
		if (buf_reserve(&w->in, WIRE_READ) == -1)
			die(EXIT_TEMP, "out of memory");
		n = read(w->rfd, buf_tail(&w->in), WIRE_READ);
		if (n == -1 && (errno == EINTR || errno == EAGAIN))
			return;
		if (n <= 0) {
			stop_reading(w, n == 0 ? 0 : errno);
			return;
		}
		buf_added(&w->in, n);
	}
	feed(w);
	if (w->rfd == -1 || w->eof)
		return;
	if (!w->paused && buf_len(&w->in) >= w->record_max)
		stop_reading(w, EMSGSIZE);
	else if (buf_len(&w->in) == 0 && w->in.cap > BUF_KEEP)
		buf_free(&w->in);
}

void
wire_open(struct wire *w, int rfd, int wfd, const struct wire_ops *ops,
    void *arg)
{
	struct stat st;

	memset(w, 0, sizeof *w);
	w->rfd = rfd;
	w->wfd = wfd;
	w->ops = ops;
	w->arg = arg;
	w->record_max = WIRE_RECORD_MAX;
	if (!hooked) {
		loop_hook_start(&hook, on_hook, NULL);
		hooked = 1;
	}
	loop_io_start(&w->r, rfd, rfd == -1 ? 0 : LOOP_READ, on_readable, w);
	if (wfd != -1 && fstat(wfd, &st) == 0) {
		w->fifo = S_ISFIFO(st.st_mode);
		w->socket = S_ISSOCK(st.st_mode);
	}
	/* an idle pipe is watched for the death of its reader, which comes
	 * as "readable" on the writing end; a socket says so on reading */
	loop_io_start(&w->w, wfd, w->fifo ? LOOP_READ : 0, on_writable, w);
}

void
wire_close(struct wire *w)
{
	struct wire **d;

	for (d = &dirty_list; *d != NULL; d = &(*d)->next_dirty)
		if (*d == w) {
			*d = w->next_dirty;
			break;
		}
	w->dirty = 0;
	loop_io_stop(&w->r);
	loop_io_stop(&w->w);
	if (w->wfd != -1 && w->wfd != w->rfd)
		close(w->wfd);
	if (w->rfd != -1)
		close(w->rfd);
	w->rfd = w->wfd = -1;
	buf_free(&w->in);
	buf_free(&w->out);
}

void
wire_dirty(struct wire *w)
{
	if (w->wfd == -1 && !w->again)
		buf_clear(&w->out);
	/* also when one write takes it all: drained() is owed */
	if (wire_full(w))
		w->was_full = 1;
	if (w->dirty)
		return;
	w->dirty = 1;
	w->next_dirty = dirty_list;
	dirty_list = w;
}

void
wire_put(struct wire *w, const char *p, size_t n)
{
	if (w->wfd == -1)
		return;
	if (buf_put(&w->out, p, n) == -1)
		die(EXIT_TEMP, "out of memory");
	wire_dirty(w);
}

void
wire_finish(struct wire *w)
{
	if (w->wfd == -1 || w->closing)
		return;
	w->closing = 1;
	wire_dirty(w);
}

void
wire_pause(struct wire *w)
{
	if (w->paused || w->rfd == -1)
		return;
	w->paused = 1;
	w->again = 0;
	if (!w->eof)
		loop_io_want(&w->r, 0);
}

void
wire_resume(struct wire *w)
{
	if (!w->paused || w->rfd == -1)
		return;
	w->paused = 0;
	if (w->eof)
		return;
	/* not from here: the caller may be inside record() of this wire */
	w->again = 1;
	wire_dirty(w);
}
