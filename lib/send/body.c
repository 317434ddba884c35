#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "send/conn.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
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

/* all of p, or what is left is kept; 0, or -1 as put() */
static int
send_bytes(struct sendconn *c, const char *p, size_t n)
{
	ssize_t w = buf_len(&c->out) == 0 && n > 0 ? put(c, p, n) : 0;

	if (w == -1)
		return -1;
	if ((size_t)w < n)
		keep(c, p + w, n - w);
	return 0;
}

/* a failed write: what the server said last may still be there to read */
static void
write_failed(struct sendconn *c)
{
	c->dead = 1;
	buf_free(&c->out);
	loop_io_want(&c->io, LOOP_READ);
	sendconn_wait(c, SENDPOOL_QUIT);
}

static void
local_fault(struct sendconn *c, const char *what)
{
	char text[REPLY_TEXT_MAX];

	snprintf(text, sizeof text, "%s: %s", what, strerror(errno));
	sendconn_drop(c, "local", "4.3.0", text);
	sendconn_end(c);
}

void
sendbody_close(struct sendconn *c)
{
	if (c->file == -1)
		return;
	close(c->file);
	c->file = -1;
	sendpool_the->files--;
}

static int
open_file(struct sendconn *c, const struct sendtxn *t)
{
	if (c->file != -1)
		return 0;
	c->file = open(t->file, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (c->file == -1)
		return -1;
	sendpool_the->files++;
	return 0;
}

/* read the chunk at c->pos; the count, or -1 */
static ssize_t
read_chunk(struct sendconn *c, const struct sendtxn *t, char *in)
{
	size_t want = t->size - c->pos < SENDPOOL_CHUNK ? t->size - c->pos
							: SENDPOOL_CHUNK;
	size_t got = 0;
	ssize_t n;

	while (got < want) {
		n = pread(c->file, in + got, want - got, t->off + c->pos + got);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == 0)
			errno = ENODATA; /* shorter than the job says */
		if (n <= 0)
			return -1;
		got += n;
	}
	return got;
}

/* the next transaction behind the final dot, into o */
static void
pipeline_next(struct sendconn *c, struct buf *o)
{
	struct sendpool *p = sendpool_the;
	struct sendtxn *t;
	const char *esc, *text;
	unsigned code;

	t = c->slot->first;
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

/* read and encode the chunk at c->pos into o, with the end if it is the
 * last; its size, or -1 when the file is no good */
static ssize_t
load_chunk(struct sendconn *c, const struct sendtxn *t, struct buf *o)
{
	static char in[SENDPOOL_CHUNK];
	ssize_t n;

	if (open_file(c, t) == -1 || (n = read_chunk(c, t, in)) == -1)
		return -1;
	buf_clear(o);
	if (buf_reserve(o, DOTOUT_ROOM((size_t)n) + DOTOUT_END_MAX) == -1)
		die(EXIT_TEMP, "out of memory");
	buf_added(o, dotout_feed(&c->dot, in, n, buf_tail(o)));
	if (c->pos + n == t->size) {
		buf_added(o, dotout_end(&c->dot, buf_tail(o)));
		sendbody_close(c);
	}
	return n;
}

/* the final dot is in the socket's hands, but for c->dot_left bytes */
static void
dot_sent(struct sendconn *c, struct buf *o)
{
	if (smtpout_body(&c->s)) {
		smtpout_sent(&c->s);
		buf_clear(o);
		pipeline_next(c, o);
		if (send_bytes(c, buf_data(o), buf_len(o)) == -1)
			write_failed(c);
	}
	c->pos = 0;
	sendconn_wait(c, SENDPOOL_DOT);
}

/*
 * One chunk of the message: read, encode, write.  When the socket takes
 * only a part, a small rest is kept; of a large one only its position, and
 * the chunk is read and encoded again when there is room: no connection
 * holds a large buffer while it waits.  1: go on, 0: wait, -1: gone.
 */
static int
send_chunk(struct sendconn *c)
{
	struct sendtxn *t = (struct sendtxn *)c->s.front;
	struct buf *o = &sendpool_the->out;
	struct dotout before = c->dot;
	size_t dot, rest;
	ssize_t n = load_chunk(c, t, o), w;
	int last = n != -1 && c->pos + n == t->size;

	if (n == -1) {
		local_fault(c, "message file");
		return -1;
	}
	dot = buf_len(o) - c->skip;
	if (last && c->skip == 0)
		sendpool_sending(sendpool_the, t);
	if (last && dot <= SENDPOOL_SAVE) {
		/* small enough to be kept with what follows it */
		smtpout_sent(&c->s);
		pipeline_next(c, o);
	}
	w = put(c, buf_data(o) + c->skip, buf_len(o) - c->skip);
	if (w == -1) {
		c->dot_left = dot;
		write_failed(c);
		return 0;
	}
	if (w > 0)
		sendconn_wait(c, SENDPOOL_BLOCK);
	rest = buf_len(o) - c->skip - w;
	if (rest > SENDPOOL_SAVE && smtpout_body(&c->s)) {
		c->skip += w;
		c->dot = before;
		if (sendpool_the->files > SENDPOOL_FILES)
			sendbody_close(c);
		loop_io_want(&c->io, LOOP_READ | LOOP_WRITE);
		return 0;
	}
	if (rest > 0)
		keep(c, buf_tail(o) - rest, rest);
	c->skip = 0;
	c->pos += n;
	if (last) {
		c->dot_left = dot > (size_t)w ? dot - w : 0;
		dot_sent(c, o);
	}
	return rest == 0 && !last;
}

int
sendbody_push(struct sendconn *c)
{
	struct buf *o = &sendpool_the->out;
	const char *helo = c->slot->site.helo;
	unsigned turn;
	int r = 1;

	if (c->dead)
		return 0;
	buf_clear(o);
	if (smtpout_pull(&c->s, helo != NULL ? helo : sendpool_the->limit.helo,
		o) == -1)
		die(EXIT_TEMP, "out of memory");
	if (buf_len(o) > 0 && send_bytes(c, buf_data(o), buf_len(o)) == -1) {
		write_failed(c);
		return 0;
	}
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

int
sendbody_flush(struct sendconn *c)
{
	ssize_t w;

	if (buf_len(&c->out) == 0)
		return 0;
	w = put(c, buf_data(&c->out), buf_len(&c->out));
	if (w == -1) {
		write_failed(c);
		return -1;
	}
	c->dot_left = c->dot_left > (size_t)w ? c->dot_left - w : 0;
	buf_consume(&c->out, w);
	if (buf_len(&c->out) > 0)
		return -1;
	buf_free(&c->out);
	return 0;
}

/*
 * Many clients ask for SMTPUTF8 whenever it is offered.  Only 8-bit bytes in
 * addresses or the header need it (RFC 6531 section 3.2); a header longer
 * than a chunk counts as such.
 */
int
sendbody_plain_header(struct sendconn *c, const struct sendtxn *t)
{
	static char in[SENDPOOL_CHUNK];
	const char *end;
	ssize_t n, i;

	if (open_file(c, t) == -1)
		return 0;
	n = read_chunk(c, t, in);
	sendbody_close(c);
	if (n <= 0)
		return n == 0;
	end = in[0] == '\n' ? in : memmem(in, n, "\n\n", 2);
	if (end == NULL && (uint64_t)n < t->size)
		return 0;
	if (end != NULL)
		n = end - in;
	for (i = 0; i < n; i++)
		if ((unsigned char)in[i] >= 0x80)
			return 0;
	return 1;
}
