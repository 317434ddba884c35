#include "send/write.h"
#include "base/die.h"
#include "base/exit.h"
#include "send/conntls.h"
#include "send/conntrace.h"
#include "send/conntxn.h"
#include <string.h>

/* what the server said last may still be there to read */
static void
failed(struct sendconn *c)
{
	c->dead = 1;
	stream_want(&c->stream, LOOP_READ);
	sendconn_wait(c, SENDWAIT_QUIT);
}

/* what is not taken is kept; 0, or -1 when nobody reads any more */
static int
put(struct sendconn *c, const struct buf *b)
{
	if (stream_send(&c->stream, buf_data(b), buf_len(b)) == 0)
		return 0;
	if (stream_error(&c->stream) == 0)
		die(EXIT_TEMP, "out of memory");
	failed(c);
	return -1;
}

/* the last chunk, n bytes in o: small enough to be kept with what follows it */
static void
send_last(struct sendconn *c, struct buf *o, size_t n)
{
	smtpout_sent(&c->s);
	conntxn_pipeline(c, o);
	conntrace_out(c, buf_data(o) + n, buf_len(o) - n);
	c->behind_dot = conntls_behind(c, buf_len(o) - n);
	sendbody_next(&c->body, 1);
	if (put(c, o) == -1)
		c->no_dot = 1;
	else
		sendconn_wait(c, SENDWAIT_DOT);
}

/* the final dot has left */
static void
dot_sent(struct sendconn *c, struct buf *o)
{
	smtpout_sent(&c->s);
	buf_clear(o);
	conntxn_pipeline(c, o);
	conntrace_out(c, buf_data(o), buf_len(o));
	c->behind_dot = conntls_behind(c, buf_len(o));
	put(c, o);
	sendconn_wait(c, SENDWAIT_DOT);
}

/* a chunk that is too large to be kept: what is not taken of it is loaded
 * again when there is room; 1: go on, 0: wait */
static int
send_part(struct sendconn *c, struct buf *o, int last)
{
	ssize_t n = stream_write(&c->stream, buf_data(o), buf_len(o));

	if (n == -1) {
		failed(c);
		return 0;
	}
	if (n > 0)
		sendconn_wait(c, SENDWAIT_BLOCK);
	if ((size_t)n < buf_len(o)) {
		sendbody_part(&c->body, &c->share->bodies, n);
		stream_want(&c->stream, LOOP_READ | LOOP_WRITE);
		return 0;
	}
	sendbody_next(&c->body, last);
	if (last)
		dot_sent(c, o);
	return !last;
}

/* one chunk of the message; 1: go on, 0: wait, -1: its file is no good */
static int
send_chunk(struct sendconn *c)
{
	struct sendtxn *t = (struct sendtxn *)c->s.front;
	struct buf *o = &c->share->out;
	int begun = c->body.told;
	int last;

	if (t->data_ms == 0)
		t->data_ms = clock_mono_ms();
	c->body.bdat = c->s.bdat;
	c->body.pieces = c->s.bdat && (c->s.ext & EXTENSION_PIPELINING) != 0;
	last = sendbody_load(&c->body, &c->share->bodies, t, o);

	if (last == -1)
		return -1;
	if (c->s.bdat && !begun && (c->body.pieces || c->body.pos == 0))
		smtpout_chunk(&c->s, last || !c->body.pieces);
	c->body.told = 1;
	if (last && !begun) {
		c->share->ops->on_sending(c, t);
		conntrace_message(c, t);
	}
	if (!last || buf_len(o) > SENDCONN_SAVE)
		return send_part(c, o, last);
	send_last(c, o, buf_len(o));
	return 0;
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
	if (stream_error(&c->stream) != 0) {
		failed(c);
		return 0;
	}
	buf_clear(o);
	if (smtpout_pull(&c->s, helo != NULL ? helo : c->share->helo, o) == -1)
		die(EXIT_TEMP, "out of memory");
	conntrace_out(c, buf_data(o), buf_len(o));
	r = put(c, o);
	if (c->s.auth != NULL && buf_len(o) > 0) /* a password, perhaps */
		explicit_bzero(buf_data(o), buf_len(o));
	if (r == -1)
		return 0;
	r = 1;
	if (o->cap > SENDCONN_OUT_MAX)
		buf_free(o);
	for (turn = 0; r == 1 && smtpout_body(&c->s); turn++) {
		if (turn == SENDCONN_TURN) {
			stream_want(&c->stream, LOOP_READ | LOOP_WRITE);
			return 0;
		}
		r = send_chunk(c);
	}
	return r == -1 ? -1 : 0;
}
