#include "smtp/stream.h"
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* made when the other side does not take what is sent, and gone when it has:
 * a watcher of its own, since wfd may be another descriptor */
struct stream_out {
	struct loop_io io;
	struct buf bytes;
};

/* without a layer */

ssize_t
stream_plain_read(struct stream *s, char *p, size_t n)
{
	ssize_t got;

	do
		got = read(s->rfd, p, n);
	while (got == -1 && errno == EINTR);
	return got;
}

ssize_t
stream_plain_write(struct stream *s, const char *p, size_t n)
{
	ssize_t done;

	do
		done = write(s->wfd, p, n);
	while (done == -1 && errno == EINTR);
	return done == -1 && errno == EAGAIN ? 0 : done;
}

static int
plain_end(struct stream *s)
{
	return shutdown(s->wfd, SHUT_WR);
}

static size_t
plain_holds(const struct stream *s)
{
	(void)s;
	return 0;
}

static const struct stream_ops plain = { .read = stream_plain_read,
	.write = stream_plain_write,
	.holds = plain_holds,
	.end = plain_end };

static const struct stream_ops *
ops(const struct stream *s)
{
	return s->layer == NULL ? &plain : s->layer->ops;
}

/* waiting */

static void on_again(void *);

/* what the layer may do now, as far as the user wants it: bytes that are kept
 * go before others */
static int
can(const struct stream *s)
{
	int now = s->layer->ops->can(s) & s->want;

	return s->out == NULL ? now : now & ~LOOP_WRITE;
}

/* after anything that a layer has done: what it waits for may be another
 * thing, and what it can do is told although the descriptor is silent */
static void
rewatch(struct stream *s)
{
	int want = s->want | (s->out != NULL && s->error == 0 ? LOOP_WRITE : 0);
	int needs;

	if (s->layer == NULL || !s->is_watched)
		return;
	needs = s->layer->ops->needs(s, want);
	loop_io_want(&s->io, needs & LOOP_READ);
	loop_io_want(&s->layer->out, needs & LOOP_WRITE);
	if (can(s) != 0)
		loop_timer_set(&s->layer->again, 0, on_again, s);
	else
		loop_timer_stop(&s->layer->again);
}

/* what is kept, as far as it is taken, and nothing of it stays, for it may be a
 * password; 1: there is more, 0: no more, -1 */
static int
flush(struct stream *s)
{
	struct buf *b = &s->out->bytes;
	ssize_t n = ops(s)->write(s, buf_data(b), buf_len(b));

	if (n == -1) {
		s->error = (uint16_t)errno;
		return -1;
	}
	assert((size_t)n == buf_len(b) || s->layer == NULL ||
	    !(s->layer->ops->can(s) & LOOP_WRITE));
	buf_consume(b, (size_t)n);
	if (buf_len(b) > 0)
		return 1;
	loop_io_stop(&s->out->io);
	buf_wipe(b);
	free(s->out);
	s->out = NULL;
	return 0;
}

/* the user's callback, which may close the stream */
static void
tell(struct stream *s, int events)
{
	if (s->layer != NULL)
		s->layer->ready(s->layer->arg, events);
	else
		s->io.ready(s->io.arg, events);
}

static void
on_layer(void *arg, int events)
{
	struct stream *s = arg;
	int r = s->layer->ops->pump(s, events), tells = 0;

	if (r == -1 && s->error == 0) {
		s->error = (uint16_t)errno;
		tells = LOOP_WRITE;
	} else if (s->out != NULL && s->error == 0 && flush(s) != 1) {
		tells = LOOP_WRITE;
	}
	tells |= can(s);
	rewatch(s);
	if (tells != 0)
		tell(s, tells);
}

static void
on_again(void *arg)
{
	on_layer(arg, 0);
}

/* there is room for what is kept, without a layer */
static void
on_room(void *arg, int events)
{
	struct stream *s = arg;

	(void)events;
	if (flush(s) == 1)
		return;
	if (s->out != NULL)
		loop_io_stop(&s->out->io);
	tell(s, LOOP_WRITE);
}

/* the watchers are the layer's from now on */
static void
watch_layer(struct stream *s)
{
	s->layer->ready = s->io.ready;
	s->layer->arg = s->io.arg;
	loop_io_stop(&s->io);
	loop_io_start(&s->io, s->rfd, 0, on_layer, s);
	loop_io_start(&s->layer->out, s->wfd, 0, on_layer, s);
	rewatch(s);
}

void
stream_watch(struct stream *s, int want, void (*ready)(void *, int), void *arg)
{
	assert(!s->is_watched);
	s->is_watched = 1;
	s->want = (unsigned char)want;
	loop_io_start(&s->io, s->rfd, s->layer == NULL ? want : 0, ready, arg);
	if (s->layer != NULL)
		watch_layer(s);
	else if (s->out != NULL)
		loop_io_want(&s->out->io, LOOP_WRITE);
}

void
stream_want(struct stream *s, int want)
{
	assert(s->rfd == s->wfd || s->layer != NULL || !(want & LOOP_WRITE));
	s->want = (unsigned char)want;
	if (s->layer == NULL)
		loop_io_want(&s->io, want);
	else
		rewatch(s);
}

/* bytes in */

ssize_t
stream_read(struct stream *s, char *p, size_t most)
{
	size_t kept = s->n_kept;
	ssize_t n = ops(s)->read(s, p + kept, most);

	rewatch(s);
	if (n <= 0)
		return n;
	stream_take(s, p);
	return (ssize_t)kept + n;
}

size_t
stream_take(struct stream *s, char *p)
{
	if (s->n_kept > 0)
		memcpy(p, s->kept, s->n_kept);
	return stream_drop_input(s);
}

size_t
stream_drop_input(struct stream *s)
{
	size_t n = s->n_kept;

	/* it may be half a password */
	if (n > 0)
		explicit_bzero(s->kept, n);
	free(s->kept);
	s->kept = NULL;
	s->n_kept = 0;
	return n;
}

int
stream_unread(struct stream *s, const char *p, size_t n)
{
	assert(s->n_kept == 0);
	if (n == 0)
		return 0;
	if (n > UINT32_MAX || (s->kept = malloc(n)) == NULL) {
		errno = ENOMEM;
		return -1;
	}
	memcpy(s->kept, p, n);
	s->n_kept = (uint32_t)n;
	return 0;
}

/* bytes out */

ssize_t
stream_write(struct stream *s, const char *p, size_t n)
{
	ssize_t done;

	if (s->error != 0) {
		errno = s->error;
		return -1;
	}
	if (s->out != NULL)
		return 0;
	done = ops(s)->write(s, p, n);
	if (done == -1)
		s->error = (uint16_t)errno;
	rewatch(s);
	return done;
}

/* keep what the other side does not take */
static int
keep(struct stream *s, const char *p, size_t n)
{
	struct stream_out *o = s->out;

	if (o == NULL && (o = calloc(1, sizeof *o)) == NULL)
		return -1;
	if (buf_put(&o->bytes, p, n) == -1) {
		if (s->out == NULL)
			free(o);
		return -1;
	}
	if (s->out == NULL)
		loop_io_start(&o->io, s->wfd,
		    s->is_watched && s->layer == NULL ? LOOP_WRITE : 0, on_room,
		    s);
	s->out = o;
	rewatch(s);
	return 0;
}

int
stream_send(struct stream *s, const char *p, size_t n)
{
	ssize_t done = n > 0 ? stream_write(s, p, n) : 0;

	if (done == -1)
		return -1;
	return (size_t)done == n ? 0 : keep(s, p + done, n - (size_t)done);
}

size_t
stream_pending(const struct stream *s)
{
	return ops(s)->holds(s) +
	    (s->out == NULL ? 0 : buf_len(&s->out->bytes));
}

/* beginning and end */

void
stream_open(struct stream *s, int rfd, int wfd)
{
	memset(s, 0, sizeof *s);
	s->rfd = rfd;
	s->wfd = wfd;
	s->is_open = 1;
}

size_t
stream_start(struct stream *s, struct stream_layer *l)
{
	assert(s->layer == NULL && stream_pending(s) == 0);
	s->layer = l;
	if (s->is_watched)
		watch_layer(s);
	return stream_drop_input(s);
}

int
stream_end(struct stream *s)
{
	assert(stream_pending(s) == 0);
	if (ops(s)->end(s) == -1)
		return -1;
	rewatch(s);
	return 0;
}

void
stream_close(struct stream *s)
{
	if (!s->is_open)
		return;
	if (s->layer != NULL && s->is_watched) {
		loop_timer_stop(&s->layer->again);
		loop_io_stop(&s->layer->out);
	}
	if (s->layer != NULL)
		s->layer->ops->close(s);
	if (s->is_watched)
		loop_io_stop(&s->io);
	if (s->out != NULL) {
		loop_io_stop(&s->out->io);
		buf_wipe(&s->out->bytes);
		free(s->out);
	}
	stream_drop_input(s);
	if (s->wfd != s->rfd)
		close(s->wfd);
	close(s->rfd);
	s->is_open = 0;
}
