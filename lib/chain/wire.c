#include "chain/wire.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/fd.h"
#include "base/fdpass.h"
#include "chain/event.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

static struct wire *dirty_list;
static struct loop_hook hook;
static int hooked, kept;
/* memory for reading that no wire needs now: idle wires have none */
static struct buf spare;

/*
 * Wires of which a callback is running.  wire_close() in there clears the
 * entry, and nobody looks at the structure again: it may be freed or opened
 * anew.
 */
struct guard {
	struct wire *w;
	struct guard *outer;
};
static struct guard *guards;

static void
guard_enter(struct guard *g, struct wire *w)
{
	g->w = w;
	g->outer = guards;
	guards = g;
}

/* is the wire still what it was? */
static int
guard_leave(struct guard *g)
{
	guards = g->outer;
	return g->w != NULL;
}

static void
shut_writing(struct wire *w)
{
	loop_io_stop(&w->w);
	if (w->socket)
		shutdown(w->wfd, SHUT_WR);
	if (w->wfd != w->rfd)
		close(w->wfd);
	w->wfd = -1;
	wire_record_flush(w);
	buf_free(&w->out);
	w->recorded = 0;
}

static void
write_failed(struct wire *w, int err)
{
	shut_writing(w);
	w->was_full = 0;
	w->ops->gone(w->arg, err);
}

/* all is written */
static void
emptied(struct wire *w)
{
	if (w->out.cap > WIRE_IDLE)
		buf_free(&w->out);
	loop_io_want(&w->w, w->fifo ? LOOP_READ : 0);
	if (w->closing)
		shut_writing(w);
}

void
wire_record(struct wire *w, int fd)
{
	w->record = fd;
}

void
wire_note(struct wire *w, char *p, size_t n)
{
	static int said;
	char lf = '\n';
	/* another writer's line may have been cut by a full disk: it is ended,
	 * else it would spoil ours */
	struct iovec v[2] = { { &lf, 1 }, { p, n } };
	ssize_t got;

	if (w->record == -1 || n == 0)
		return;
	got = writev(w->record, v, 2);
	if (got >= 0 && (size_t)got < n + 1)
		errno = ENOSPC;
	if (got != (ssize_t)n + 1 && !said++)
		warn("unable to record results: %m");
}

void
wire_record_flush(struct wire *w)
{
	size_t n = buf_len(&w->out) - w->recorded;

	if (w->record == -1 || n == 0)
		return;
	wire_note(w, buf_data(&w->out) + w->recorded, n);
	w->recorded += n;
}

void
wire_pass(struct wire *w, int fd)
{
	w->pass = fd;
}

/* with the descriptor that goes with the first byte */
static ssize_t
write_passing(struct wire *w)
{
	ssize_t n = fdpass_send(w->wfd, buf_data(&w->out), buf_len(&w->out),
	    &w->pass, 1);

	if (n > 0)
		w->pass = -1;
	return n;
}

static ssize_t
write_some(struct wire *w)
{
	ssize_t n = w->pass == -1
	    ? write(w->wfd, buf_data(&w->out), buf_len(&w->out))
	    : write_passing(w);

	if (n > 0)
		w->recorded -= w->record == -1 ? 0 : (size_t)n;
	return n;
}

/* the last thing done with w: callbacks may close it */
static void
flush(struct wire *w)
{
	ssize_t n;

	wire_record_flush(w);
	/* noted before writing: who saw the wire full waits for drained() */
	if (wire_full(w))
		w->was_full = 1;
	while (w->wfd != -1 && !w->blocked && buf_len(&w->out) > 0) {
		n = write_some(w);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
			w->blocked = 1;
			loop_io_want(&w->w, LOOP_WRITE);
			break;
		}
		if (n == -1) {
			write_failed(w, errno);
			return;
		}
		buf_consume(&w->out, n);
	}
	if (w->wfd == -1) {
		buf_clear(&w->out);
		w->recorded = 0;
	} else if (buf_len(&w->out) == 0) {
		emptied(w);
	}
	if (w->was_full && !wire_full(w)) {
		w->was_full = 0;
		if (w->ops->drained != NULL)
			w->ops->drained(w->arg);
	}
}

/* written from the hook only: so events stand in the log before answers */
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
	w->blocked = 0;
	wire_dirty(w);
}

/* room to read into: the spare memory, if it is enough */
static void
make_room(struct wire *w)
{
	struct buf b = spare;

	if (b.cap >= buf_len(&w->in) + WIRE_READ && w->in.cap < b.cap) {
		memset(&spare, 0, sizeof spare);
		buf_put(&b, buf_data(&w->in), buf_len(&w->in));
		buf_free(&w->in);
		w->in = b;
	}
	if (buf_reserve(&w->in, WIRE_READ) == -1)
		die(EXIT_TEMP, "out of memory");
}

/* keep only what is needed for the little that is left */
static void
give_back(struct wire *w)
{
	struct buf rest = { 0 };
	size_t n = buf_len(&w->in);

	if (n > WIRE_IDLE || w->in.cap <= WIRE_IDLE)
		return;
	if (n > 0 && buf_put(&rest, buf_data(&w->in), n) == -1)
		return;
	if (spare.p == NULL && w->in.cap <= 4 * WIRE_READ) {
		spare = w->in;
		buf_clear(&spare);
	} else {
		buf_free(&w->in);
	}
	w->in = rest;
}

static void
stop_reading(struct wire *w, int err)
{
	loop_io_stop(&w->r);
	w->eof = 1;
	w->ops->ended(w->arg, err);
}

/* what is in the buffer goes to record(), as long as it takes some; the
 * last thing done with w */
static void
hand_out(struct wire *w)
{
	struct guard g;
	size_t used;

	guard_enter(&g, w);
	while (!w->paused && buf_len(&w->in) > 0) {
		used =
		    w->ops->record(w->arg, buf_data(&w->in), buf_len(&w->in));
		if (g.w == NULL || used == 0)
			break;
		buf_consume(&w->in, used);
	}
	if (!guard_leave(&g))
		return;
	if (!w->paused && buf_len(&w->in) >= w->record_max)
		stop_reading(w, EMSGSIZE);
	else
		give_back(w);
}

static void
on_readable(void *arg, int events)
{
	struct wire *w = arg;
	ssize_t n;

	(void)events;
	make_room(w);
	n = read(w->rfd, buf_tail(&w->in), WIRE_READ);
	if (n == -1 && (errno == EINTR || errno == EAGAIN)) {
		give_back(w);
		return;
	}
	if (n <= 0) {
		stop_reading(w, n == 0 ? 0 : errno);
		return;
	}
	buf_added(&w->in, n);
	hand_out(w);
}

void
wire_flush_all(void)
{
	struct guard g;
	struct wire *w;

	/* what an answer says has happened stands in the log before */
	event_flush();
	while ((w = dirty_list) != NULL) {
		dirty_list = w->next_dirty;
		w->dirty = 0;
		guard_enter(&g, w);
		if (w->again) {
			/* records that were read before a pause */
			w->again = 0;
			loop_io_want(&w->r, LOOP_READ);
			hand_out(w);
			event_flush();
		}
		if (guard_leave(&g))
			flush(w);
	}
	if (kept)
		loop_keep(kept = 0);
}

static void
on_hook(void *arg)
{
	(void)arg;
	wire_flush_all();
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
	w->record = w->pass = -1;
	if (!hooked) {
		loop_hook_start(&hook, on_hook, NULL);
		hooked = 1;
	}
	loop_io_start(&w->r, rfd, rfd == -1 ? 0 : LOOP_READ, on_readable, w);
	if (wfd != -1 && fstat(wfd, &st) == 0) {
		w->fifo = S_ISFIFO(st.st_mode) &&
		    (fcntl(wfd, F_GETFL) & O_ACCMODE) == O_WRONLY;
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
	struct guard *g;

	for (g = guards; g != NULL; g = g->outer)
		if (g->w == w)
			g->w = NULL;
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
	if (w->wfd == -1 && w->record == -1)
		buf_clear(&w->out);
	/* also when one write takes it all: drained() is owed */
	if (wire_full(w))
		w->was_full = 1;
	if (w->dirty)
		return;
	w->dirty = 1;
	w->next_dirty = dirty_list;
	dirty_list = w;
	if (!kept)
		loop_keep(kept = 1);
}

void
wire_put(struct wire *w, const char *p, size_t n)
{
	if (w->wfd == -1 && w->record == -1)
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
