#include "send/write.h"
#include "base/die.h"
#include "base/exit.h"
#include "send/conntxn.h"
#include <errno.h>
#include <unistd.h>

/* write: the count, 0 when there is no room, -1 when nobody reads any more */
static ssize_t
put(struct sendconn *c, const char *p, size_t n)
{
	ssize_t w;

	do
		w = write(c->fd, p, n);
	while (w == -1 && errno == EINTR);
	return w == -1 && errno == EAGAIN ? 0 : w;
}

static void
keep(struct sendconn *c, const char *p, size_t n)
{
	if (buf_put(&c->out, p, n) == -1)
		die(EXIT_TEMP, "out of memory");
	loop_io_want(&c->io, LOOP_READ | LOOP_WRITE);
}

/* what the server said last may still be there to read */
static void
failed(struct sendconn *c)
{
	c->dead = 1;
	buf_free(&c->out);
	loop_io_want(&c->io, LOOP_READ);
	sendconn_wait(c, SENDWAIT_QUIT);
}

/* all of it, or what is left is kept */
static void
put_all(struct sendconn *c, const struct buf *b)
{
	size_t n = buf_len(b);
	ssize_t w = buf_len(&c->out) == 0 && n > 0 ? put(c, buf_data(b), n) : 0;

	if (w == -1)
		failed(c);
	else if ((size_t)w < n)
		keep(c, buf_data(b) + w, n - w);
}

int
sendwrite_flush(struct sendconn *c)
{
	ssize_t w;

	if (buf_len(&c->out) == 0)
		return 1;
	w = put(c, buf_data(&c->out), buf_len(&c->out));
	if (w == -1) {
		failed(c);
		return 0;
	}
	c->dot_left = c->dot_left > (size_t)w ? c->dot_left - w : 0;
	buf_consume(&c->out, w);
	if (buf_len(&c->out) > 0)
		return 0;
	buf_free(&c->out);
	return 1;
}

/* the final dot is in the socket's hands, but for c->dot_left bytes */
static void
dot_sent(struct sendconn *c, struct buf *o)
{
	if (smtpout_body(&c->s)) {
		smtpout_sent(&c->s);
		buf_clear(o);
		conntxn_pipeline(c, o);
		put_all(c, o);
	}
	sendconn_wait(c, SENDWAIT_DOT);
}

/* of n bytes, as many as the message has left, w are taken; -1 as put() */
static int
chunk_taken(struct sendconn *c, struct buf *o, size_t n, ssize_t w, int last)
{
	size_t rest;

	if (w == -1) {
		c->dot_left = n;
		failed(c);
		return 0;
	}
	if (w > 0)
		sendconn_wait(c, SENDWAIT_BLOCK);
	rest = buf_len(o) - w;
	if (rest > SENDCONN_SAVE && smtpout_body(&c->s)) {
		sendbody_part(&c->body, &c->share->bodies, w);
		loop_io_want(&c->io, LOOP_READ | LOOP_WRITE);
		return 0;
	}
	if (rest > 0)
		keep(c, buf_data(o) + w, rest);
	sendbody_next(&c->body, last);
	if (last) {
		c->dot_left = n > (size_t)w ? n - w : 0;
		dot_sent(c, o);
	}
	return rest == 0 && !last;
}

/*
 * One chunk of the message.  When the socket takes only a part, a small rest
 * is kept; of a large one only its place.  1: go on, 0: wait, -1: the file is
 * no good.
 */
static int
send_chunk(struct sendconn *c)
{
	struct sendtxn *t = (struct sendtxn *)c->s.front;
	struct buf *o = &c->share->out;
	int begun = c->body.skip > 0;
	int last = sendbody_load(&c->body, &c->share->bodies, t, o);
	size_t n;

	if (last == -1)
		return -1;
	n = buf_len(o);
	if (last && !begun)
		c->share->ops->on_sending(c, t);
	if (last && n <= SENDCONN_SAVE) {
		/* small enough to be kept with what follows it */
		smtpout_sent(&c->s);
		conntxn_pipeline(c, o);
	}
	return chunk_taken(c, o, n, put(c, buf_data(o), buf_len(o)), last);
}

int
sendwrite_push(struct sendconn *c)
{
	struct buf *o = &c->share->out;
	const char *helo = c->site->helo;
	unsigned turn;
	int r;

	if (c->dead)
		return 0;
	buf_clear(o);
	if (smtpout_pull(&c->s, helo != NULL ? helo : c->share->helo, o) == -1)
		die(EXIT_TEMP, "out of memory");
	put_all(c, o);
	if (c->dead)
		return 0;
	if (o->cap > SENDCONN_OUT_MAX)
		buf_free(o);
	for (turn = 0; smtpout_body(&c->s) && buf_len(&c->out) == 0; turn++) {
		if (turn == SENDCONN_TURN) {
			loop_io_want(&c->io, LOOP_READ | LOOP_WRITE);
			return 0;
		}
		r = send_chunk(c);
		if (r <= 0)
			return r;
	}
	return 0;
}
