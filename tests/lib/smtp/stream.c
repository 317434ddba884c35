/* smtp/stream: plain, and through a layer that is like TLS in all that
 * matters to who speaks: a handshake, records, an end that is said */
#include "smtp/stream.h"
#include "base/fd.h"
#include "looprun.h"
#include "tap.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

/* the layer: H is a handshake, Dn and n bytes are data, C is the end */

enum { RECORD = 8, ROOM = 64 };

struct seal {
	struct stream_layer layer;
	char in[ROOM], open[ROOM], out[ROOM]; /* received, plain, to be sent */
	size_t n_in, n_open, n_out;
	int greeted, ended, eof, closed;
	int reads, writes, by_itself; /* pumped, because of what */
};

static void
add(struct seal *l, const char *p, size_t n)
{
	memcpy(l->out + l->n_out, p, n);
	l->n_out += n;
}

static void
used(char *p, size_t *n, size_t k)
{
	*n -= k;
	memmove(p, p + k, *n);
}

/* one record of what came; 0: none is whole, or there is no room for it */
static int
unseal(struct seal *l)
{
	size_t i, n = l->n_in > 1 ? (size_t)l->in[1] : ROOM;

	if (l->n_in > 0 && (l->in[0] == 'H' || l->in[0] == 'C')) {
		*(l->in[0] == 'H' ? &l->greeted : &l->ended) = 1;
		used(l->in, &l->n_in, 1);
		return 1;
	}
	if (l->n_in < 2 + n || l->n_open + n > ROOM)
		return 0;
	for (i = 0; i < n; i++)
		l->open[l->n_open++] = l->in[2 + i] ^ 0x55;
	used(l->in, &l->n_in, 2 + n);
	return 1;
}

static int
move(struct stream *s)
{
	struct seal *l = (struct seal *)s->layer;
	ssize_t n = l->n_out == 0 ? 0 : stream_plain_write(s, l->out, l->n_out);

	if (n == -1)
		return -1;
	used(l->out, &l->n_out, (size_t)n);
	do {
		while (unseal(l))
			;
		n = l->n_in == ROOM || l->eof
		    ? -1
		    : stream_plain_read(s, l->in + l->n_in, ROOM - l->n_in);
		l->n_in += n > 0 ? (size_t)n : 0;
		l->eof |= n == 0;
	} while (n > 0);
	return 0;
}

static int
seal_pump(struct stream *s, int events)
{
	struct seal *l = (struct seal *)s->layer;

	l->reads += (events & LOOP_READ) != 0;
	l->writes += (events & LOOP_WRITE) != 0;
	l->by_itself += events == 0;
	return move(s);
}

static ssize_t
seal_read(struct stream *s, char *p, size_t n)
{
	struct seal *l = (struct seal *)s->layer;

	move(s);
	if (l->n_open > 0) {
		n = n < l->n_open ? n : l->n_open;
		memcpy(p, l->open, n);
		used(l->open, &l->n_open, n);
		move(s);
		return (ssize_t)n;
	}
	errno = l->eof ? ECONNRESET : EAGAIN;
	return l->ended ? 0 : -1;
}

static int
seal_can(const struct stream *s)
{
	const struct seal *l = (const struct seal *)s->layer;

	return (l->n_open > 0 || l->ended || l->eof ? LOOP_READ : 0) |
	    (l->greeted && l->n_out + 2 + RECORD <= ROOM ? LOOP_WRITE : 0);
}

static ssize_t
seal_write(struct stream *s, const char *p, size_t n)
{
	struct seal *l = (struct seal *)s->layer;
	size_t i, k, done = 0;

	for (; done < n && (seal_can(s) & LOOP_WRITE); done += k) {
		k = n - done < RECORD ? n - done : RECORD;
		l->out[l->n_out++] = 'D';
		l->out[l->n_out++] = (char)k;
		for (i = 0; i < k; i++)
			l->out[l->n_out++] = p[done + i] ^ 0x55;
		if (move(s) == -1)
			return -1;
	}
	return (ssize_t)done;
}

static int
seal_needs(const struct stream *s, int want)
{
	const struct seal *l = (const struct seal *)s->layer;
	int reads = ((want & LOOP_READ) || !l->greeted) && !l->eof;

	return (reads && l->n_in < ROOM ? LOOP_READ : 0) |
	    (l->n_out > 0 ? LOOP_WRITE : 0);
}

static size_t
seal_holds(const struct stream *s)
{
	return ((const struct seal *)s->layer)->n_out;
}

static int
seal_end(struct stream *s)
{
	add((struct seal *)s->layer, "C", 1);
	return move(s);
}

static void
seal_close(struct stream *s)
{
	((struct seal *)s->layer)->closed = 1;
}

static const struct stream_ops seal_ops = { seal_read, seal_write, seal_pump,
	seal_can, seal_needs, seal_holds, seal_end, seal_close };

static size_t
seal(struct stream *s, struct seal *l)
{
	memset(l, 0, sizeof *l);
	l->layer.ops = &seal_ops;
	add(l, "H", 1);
	return stream_start(s, &l->layer);
}

/* two ends that talk in one loop */

struct end {
	struct stream s;
	struct seal seal;
	struct buf got;
	size_t piece; /* read at a time */
	int reads, writes, over, error;
};

/* the loop runs until it is so; the alarm ends what never is */
#define until(so) \
	while (!(so)) \
	looprun_ms(50)

static void
on_ready(void *arg, int events)
{
	struct end *e = arg;
	char t[4096];
	ssize_t n;

	e->reads += (events & LOOP_READ) != 0;
	e->writes += (events & LOOP_WRITE) != 0;
	loop_stop();
	if (!(events & LOOP_READ))
		return;
	n = stream_read(&e->s, t, e->piece);
	if (n > 0)
		buf_put(&e->got, t, (size_t)n);
	if (n > 0 || (n == -1 && errno == EAGAIN))
		return;
	e->over = 1;
	e->error = n == 0 ? 0 : errno;
	stream_want(&e->s, 0);
}

static void
ends(struct end e[2])
{
	int s[2], i;

	socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, s);
	memset(e, 0, 2 * sizeof *e);
	for (i = 0; i < 2; i++) {
		e[i].piece = 4096;
		stream_open(&e[i].s, s[i], s[i]);
		stream_watch(&e[i].s, LOOP_READ, on_ready, &e[i]);
	}
}

static void
ends_close(struct end e[2])
{
	int i;

	for (i = 0; i < 2; i++) {
		stream_close(&e[i].s);
		buf_free(&e[i].got);
	}
}

static char *
pattern(size_t n)
{
	char *p = malloc(n);
	size_t i;

	for (i = 0; i < n; i++)
		p[i] = (char)(i * 7 + i / 251);
	return p;
}

static int
is_pattern(const struct buf *b, const char *p, size_t n)
{
	return buf_len(b) == n && memcmp(buf_data(b), p, n) == 0;
}

/* without a loop */
static void
input(void)
{
	struct stream s = { 0 };
	const char *k;
	char t[16] = "";
	int p[2];

	ok(!stream_is_open(&s), "all zero is not open");
	stream_close(&s);
	fd_pipe(p);
	fd_nonblock(p[0]);
	stream_open(&s, p[0], p[0]);
	is_num(stream_read(&s, t, 9), -1, "nothing there");
	is_num(errno, EAGAIN, "yet");
	fd_write_all(p[1], "EHLO x\r\nMA", 10);
	is_num(stream_read(&s, t, 9), 9, "no more than was asked for");
	is_num(stream_unread(&s, t + 8, 1), 0, "part of a line goes back");
	is_num((long long)stream_kept(&s, &k), 1, "it can be looked at");
	is_num(*k, 'M', "as it is");
	is_num(stream_read(&s, t, 9), 2, "and comes in front");
	is_num(strncmp(t, "MA", 2), 0, "of what follows");
	stream_unread(&s, t, 2);
	is_num(stream_read(&s, t, 9), -1, "nothing follows");
	is_num((long long)stream_take(&s, t), 2, "it is still there");
	is_num((long long)stream_take(&s, t), 0, "once");
	stream_unread(&s, t, 2);
	close(p[1]);
	is_num(stream_read(&s, t, 9), 0, "the end");
	is_num((long long)stream_drop_input(&s), 2, "behind half a line");
	is_num((long long)stream_kept(&s, &k), 0, "that is gone");
	stream_close(&s);
	is_num(fcntl(p[0], F_GETFD), -1, "closed");
}

static void
output(void)
{
	enum { N = 3 << 20 };
	char *p = pattern(N);
	struct end e[2];

	ends(e);
	stream_want(&e[1].s, 0);
	is_num(stream_send(&e[0].s, p, N / 2), 0, "more than is taken");
	ok(stream_pending(&e[0].s) > 0, "is kept");
	is_num(stream_write(&e[0].s, p, 1), 0, "nothing overtakes it");
	is_num(stream_send(&e[0].s, p + N / 2, N / 2), 0, "more of it");
	looprun_ms(20);
	is_num(e[0].writes, 0, "nobody reads");
	stream_want(&e[1].s, LOOP_READ);
	until(e[0].writes > 0);
	is_num(e[0].writes, 1, "it has left: told once");
	is_num((long long)stream_pending(&e[0].s), 0, "all of it");
	is_num(stream_end(&e[0].s), 0, "the end is said");
	until(e[1].over);
	is_num(e[1].over, 1, "and heard");
	is_num(e[1].error, 0, "as one");
	ok(is_pattern(&e[1].got, p, N), "all came in order");
	ends_close(e);
	free(p);
}

static void
wanted(void)
{
	struct end e[2];

	ends(e);
	stream_want(&e[0].s, LOOP_READ | LOOP_WRITE);
	until(e[0].writes > 0);
	is_num(e[0].writes, 1, "room that was wanted");
	stream_want(&e[0].s, LOOP_READ);
	looprun_ms(20);
	is_num(e[0].writes, 1, "and is not any more");
	ends_close(e);
}

static void
failure(void)
{
	enum { N = 3 << 20 };
	char *p = pattern(N);
	struct end e[2];
	size_t left;

	ends(e);
	stream_send(&e[0].s, p, N);
	left = stream_pending(&e[0].s);
	stream_want(&e[0].s, 0);
	stream_close(&e[1].s);
	until(e[0].writes > 0);
	is_num(e[0].writes, 1, "nobody is there: told");
	is_num(stream_error(&e[0].s), EPIPE, "why");
	is_num((long long)stream_pending(&e[0].s), (long long)left,
	    "what was left over");
	is_num(stream_send(&e[0].s, p, 1), -1, "nothing more is taken");
	is_num(errno, EPIPE, "why");
	ends_close(e);
	ends(e);
	stream_close(&e[1].s);
	is_num(stream_send(&e[0].s, p, 1), -1, "at once");
	is_num(stream_error(&e[0].s), EPIPE, "why");
	is_num(stream_end(&e[0].s), 0, "what we said can end");
	ends_close(e);
	free(p);
}

/* in on one descriptor, out on another */
static void
two(void)
{
	enum { N = 1 << 20 };
	char *p = pattern(N);
	int down[2], up[2];
	struct end e[2];

	memset(e, 0, sizeof e);
	fd_pipe(down);
	fd_pipe(up);
	fd_nonblock(down[0]);
	fd_nonblock(down[1]);
	fd_nonblock(up[0]);
	fd_nonblock(up[1]);
	stream_open(&e[0].s, up[0], down[1]);
	stream_open(&e[1].s, down[0], up[1]);
	e[0].piece = e[1].piece = 4096;
	stream_send(&e[0].s, p, N);
	stream_watch(&e[0].s, LOOP_READ, on_ready, &e[0]);
	stream_watch(&e[1].s, LOOP_READ, on_ready, &e[1]);
	until(buf_len(&e[1].got) >= N);
	ok(is_pattern(&e[1].got, p, N), "what was sent before it was watched");
	stream_close(&e[0].s);
	until(e[1].over);
	is_num(e[1].over, 1, "both are closed");
	ends_close(e);
	free(p);
}

/* through the layer */

static void
sealed(void)
{
	enum { N = 5000 };
	char *p = pattern(N);
	struct end e[2];

	ends(e);
	e[1].piece = 3;
	is_num((long long)seal(&e[0].s, &e[0].seal), 0, "nobody spoke early");
	seal(&e[1].s, &e[1].seal);
	is_num(stream_send(&e[0].s, p, N), 0, "sent before the handshake");
	ok(stream_pending(&e[0].s) >= N, "and kept");
	is_num(stream_send(&e[1].s, p, N / 2), 0, "so does the other");
	until(e[0].writes > 0 && e[1].writes > 0);
	is_num(e[0].writes, 1, "told once");
	is_num(e[1].writes, 1, "on both sides");
	until(buf_len(&e[1].got) >= N && buf_len(&e[0].got) >= N / 2);
	ok(is_pattern(&e[1].got, p, N), "all came in order");
	ok(is_pattern(&e[0].got, p, N / 2), "both ways");
	ok(memcmp(e[0].seal.in, p, 8) != 0, "and not in plain");
	ok(e[1].seal.reads > 0 && e[0].seal.writes > 0,
	    "the layer hears what the descriptor is ready for");
	is_num(stream_end(&e[0].s), 0, "the end is said");
	until(e[1].over);
	is_num(e[1].over, 1, "and heard");
	is_num(e[1].error, 0, "as one");
	stream_close(&e[1].s);
	until(e[0].over);
	is_num(e[0].over, 1, "a connection that is cut off");
	is_num(e[0].error, ECONNRESET, "is known from an end");
	ends_close(e);
	is_num(e[0].seal.closed && e[1].seal.closed, 1, "layers are closed");
	free(p);
}

/* what the layer has is told when it is wanted, though nothing comes */
static void
paused(void)
{
	struct end e[2];
	int reads;

	ends(e);
	seal(&e[0].s, &e[0].seal);
	seal(&e[1].s, &e[1].seal);
	until(e[0].seal.greeted && e[1].seal.greeted);
	e[1].piece = 1;
	stream_send(&e[0].s, "123456", 6);
	until(buf_len(&e[1].got) > 0);
	stream_want(&e[1].s, 0);
	is_num(e[1].seal.n_open, 5, "a byte of a record");
	looprun_ms(20);
	is_num((long long)buf_len(&e[1].got), 1, "no more are wanted");
	stream_want(&e[1].s, LOOP_READ);
	reads = e[1].seal.reads;
	until(buf_len(&e[1].got) == 6);
	is_num(e[1].reads, 6, "then a byte a call");
	is_num(e[1].seal.reads, reads, "the descriptor had none of them");
	ok(e[1].seal.by_itself >= 5, "and the layer is told so");
	looprun_ms(20);
	is_num(e[1].reads, 6, "and no call in vain");
	ends_close(e);
}

/* what was pipelined behind STARTTLS was said by anybody */
static void
injection(void)
{
	struct end e[2];
	char t[64];
	ssize_t n;

	ends(e);
	stream_send(&e[0].s, "STARTTLS\r\nMAIL\r\n", 16);
	n = stream_read(&e[1].s, t, sizeof t);
	is_num(n, 16, "in one piece");
	stream_unread(&e[1].s, t + 10, (size_t)n - 10);
	is_num((long long)seal(&e[1].s, &e[1].seal), 6, "dropped, and told");
	seal(&e[0].s, &e[0].seal);
	stream_send(&e[0].s, "EHLO\r\n", 6);
	until(buf_len(&e[1].got) >= 6);
	ok(is_pattern(&e[1].got, "EHLO\r\n", 6), "the first thing heard");
	ends_close(e);
}

int
main(void)
{
	signal(SIGPIPE, SIG_IGN);

	alarm(60);
	ok(sizeof(struct stream) <= 104, "an idle connection costs");
	input();
	output();
	wanted();
	failure();
	two();
	sealed();
	paused();
	injection();
	return done();
}
