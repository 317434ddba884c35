/* a connection of lines: pieces, ends, a reader who does not read */
#include "sasl/authconn.h"
#include "tap.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static struct authconn c;
static int peer = -1; /* the other end */
static struct buf got;
static int lines, ended, err, close_at;

static void
on_line(void *arg, const struct authwire_line *l)
{
	unsigned i;

	(void)arg;
	lines++;
	for (i = 0; i < l->n; i++) {
		buf_put(&got, l->w[i].p, l->w[i].n);
		buf_putc(&got, i + 1 < l->n ? '|' : ';');
	}
	if (lines == close_at)
		authconn_close(&c);
}

static void
on_ended(void *arg, int why)
{
	(void)arg;
	ended++;
	err = why;
}

static const struct authconn_ops ops = { on_line, on_ended };

static void
open_it(void)
{
	int fd[2];

	if (peer != -1)
		close(peer);
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fd) == -1)
		exit(1);
	peer = fd[1];
	buf_clear(&got);
	lines = ended = err = close_at = 0;
	authconn_open(&c, fd[0], &ops, NULL);
}

static void
on_time(void *arg)
{
	(void)arg;
	loop_stop();
}

/* all that is there to do */
static void
turn(void)
{
	static struct loop_timer t;
	int i;

	for (i = 0; i < 3; i++) {
		loop_timer_set(&t, 0, on_time, NULL);
		loop_run();
	}
}

static void
send_all(const char *p, size_t n)
{
	ssize_t k;

	while (n > 0) {
		k = write(peer, p, n);
		if (k > 0) {
			p += k;
			n -= (size_t)k;
		}
		turn();
	}
}

static const char *
seen(void)
{
	buf_putc(&got, '\0');
	return buf_data(&got);
}

static void
test_pieces(void)
{
	static const char text[] = "VERSION\t1\t1\nCPID\t7\n\nAUTH\t1\tX\n";
	size_t i;

	open_it();
	send_all(text, sizeof text - 1);
	is_str(seen(), "VERSION|1|1;CPID|7;;AUTH|1|X;", "whole");
	ok(c.in.p == NULL, "and nothing of it is left");
	authconn_close(&c);
	authconn_close(&c);
	open_it();
	for (i = 0; i < sizeof text - 1; i++)
		send_all(text + i, 1);
	is_str(seen(), "VERSION|1|1;CPID|7;;AUTH|1|X;", "in bytes");
	close(peer);
	peer = -1;
	turn();
	ok(ended == 1 && err == 0 && c.fd == -1, "the end");
}

static void
test_long(void)
{
	static char big[AUTHWIRE_LINE_MAX + 2];

	memset(big, 'x', sizeof big);
	big[AUTHWIRE_LINE_MAX - 1] = '\n';
	open_it();
	send_all("y\n", 2);
	send_all(big, AUTHWIRE_LINE_MAX);
	send_all("z\n", 2);
	is_num(lines, 3, "the longest line between two others");
	big[AUTHWIRE_LINE_MAX - 1] = 'x';
	send_all(big, AUTHWIRE_LINE_MAX - 1);
	is_num(ended, 0, "half of one");
	send_all("x", 1);
	ok(ended == 1 && err == EMSGSIZE, "that is no line");
	open_it();
	send_all("a\nb\0c\nd\n", 8);
	ok(lines == 1 && ended == 1 && err == EMSGSIZE, "nor one with a NUL");
}

static void
test_close(void)
{
	open_it();
	close_at = 2;
	send_all("a\nb\nc\nd\n", 8);
	ok(lines == 2 && ended == 0, "closed in a line, nothing follows");
}

/* what he does not read is kept, and he is not listened to */
static void
test_slow_reader(void)
{
	static char piece[10000];
	struct buf *b;
	size_t put = 0, read_back = 0;
	ssize_t n;

	open_it();
	memset(piece, 'x', sizeof piece);
	while (buf_len(&c.out) <= AUTHCONN_MARK) {
		b = authconn_out(&c, sizeof piece);
		buf_put(b, piece, sizeof piece);
		put += sizeof piece;
		authconn_flush(&c);
	}
	ok(write(peer, "a\n", 2) == 2, "he speaks");
	turn();
	is_num(lines, 0, "and is not heard");
	while (read_back < put) {
		n = read(peer, piece, sizeof piece);
		if (n > 0)
			read_back += (size_t)n;
		turn();
	}
	is_num((long long)read_back, (long long)put, "he has all");
	is_num(lines, 1, "and is heard");
	ok(c.out.p == NULL, "nothing of it is left");
	close(peer);
	peer = -1;
	b = authconn_out(&c, 2);
	buf_put(b, "x\n", 2);
	authconn_flush(&c);
	turn();
	is_num(ended, 1, "who has gone is heard of");
}

int
main(void)
{
	signal(SIGPIPE, SIG_IGN);
	loop_keep(1);
	test_pieces();
	test_long();
	test_close();
	test_slow_reader();
	buf_free(&got);
	return done();
}
