#include "send/write.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
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
	sendconn_wait(c, SENDPOOL_QUIT);
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

/* the next transaction behind the final dot, into o */
static void
pipeline_next(struct sendconn *c, struct buf *o)
{
	struct sendpool *p = sendpool_the;
	struct sendtxn *t = c->slot->first;
	const char *esc, *text;
	unsigned code;

	if (!smtpout_room(&c->s) || t == NULL || sendconn_worn_out(c) ||
	    smtpout_fits(&c->s, &t->mail, &code, &esc, &text) != SMTPOUT_OK)
		return;
	t = sendpool_next(p, c->slot);
	if (t == NULL)
		return;
	t->started_ms = clock_mono_ms();
	c->messages++;
	smtpout_begin(&c->s, &t->mail);
	if (smtpout_pull(&c->s, "", o) == -1)
		die(EXIT_TEMP, "out of memory");
}

/* the final dot is in the socket's hands, but for c->dot_left bytes */
static void
dot_sent(struct sendconn *c, struct buf *o)
{
	if (smtpout_body(&c->s)) {
		smtpout_sent(&c->s);
		buf_clear(o);
		pipeline_next(c, o);
		put_all(c, o);
	}
	sendconn_wait(c, SENDPOOL_DOT);
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
		sendconn_wait(c, SENDPOOL_BLOCK);
	rest = buf_len(o) - w;
	if (rest > SENDPOOL_SAVE && smtpout_body(&c->s)) {
		sendbody_part(&c->body, &sendpool_the->bodies, w);
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
	struct buf *o = &sendpool_the->out;
	int begun = c->body.skip > 0;
	int last = sendbody_load(&c->body, &sendpool_the->bodies, t, o);
	size_t n;

	if (last == -1)
		return -1;
	n = buf_len(o);
	if (last && !begun)
		sendpool_sending(sendpool_the, t);
	if (last && n <= SENDPOOL_SAVE) {
		/* small enough to be kept with what follows it */
		smtpout_sent(&c->s);
		pipeline_next(c, o);
	}
	return chunk_taken(c, o, n, put(c, buf_data(o), buf_len(o)), last);
}

int
sendwrite_push(struct sendconn *c)
{
	struct buf *o = &sendpool_the->out;
	const char *helo = c->slot->site.helo;
	unsigned turn;
	int r;

	if (c->dead)
		return 0;
	buf_clear(o);
	if (smtpout_pull(&c->s, helo != NULL ? helo : sendpool_the->limit.helo,
		o) == -1)
		die(EXIT_TEMP, "out of memory");
	put_all(c, o);
	if (c->dead)
		return 0;
	if (o->cap > SENDPOOL_OUT_MAX)
		buf_free(o);
	for (turn = 0; smtpout_body(&c->s) && buf_len(&c->out) == 0; turn++) {
		if (turn == SENDPOOL_TURN) {
			loop_io_want(&c->io, LOOP_READ | LOOP_WRITE);
			return 0;
		}
		r = send_chunk(c);
		if (r <= 0)
			return r;
	}
	return 0;
}
