#include "base/die.h"
#include "base/fd.h"
#include "base/loop.h"
#include "chain/event.h"
#include "tap.h"
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int sink[2]; /* what is written on 2 comes out of sink[0], piece by
		     * piece */

static ssize_t
piece(char *out, size_t cap)
{
	ssize_t n = recv(sink[0], out, cap - 1, MSG_DONTWAIT);

	out[n > 0 ? n : 0] = '\0';
	return n;
}

static void
one_line(void)
{
	static char out[EVENT_LINE_MAX + 1], big[5000];
	char want[64];
	struct ltsv l;
	struct tm tm;
	time_t now = time(NULL);
	int i;

	event_begin("sent");
	event_puts("id", "a\tb\nc");
	event_num("code", 250);
	ltsv_parse("text:250\\tok", 12, &l);
	event_copy(&l.f[0]);
	event_copy(NULL);
	event_put("raw", "\0x", 2);
	event_end();
	piece(out, sizeof out);
	is_str(strstr(out, "\tev:"),
	    "\tev:sent\tprog:rohrpost\tid:a\\tb\\nc\tcode:250\t"
	    "text:250\\tok\traw:\\0x\n",
	    "the labels");
	gmtime_r(&now, &tm);
	strftime(want, sizeof want, "ts:%Y-%m-%dT%H:", &tm);
	ok(strncmp(out, want, strlen(want)) == 0 || tm.tm_min == 59, "time");
	ok(strlen("ts:2026-01-01T00:00:00.000000Z") ==
		    (size_t)(strchr(out, '\t') - out) &&
		out[22] == '.' && out[29] == 'Z',
	    "its form");

	/* what is too long is cut, what does not fit is left out */
	memset(big, 'x', sizeof big);
	event_begin("sent");
	event_puts("id", "a");
	event_put("t1", big, EVENT_TEXT_MAX);
	event_put("t2", big, EVENT_TEXT_MAX + 1);
	memset(big, '\n', sizeof big);
	event_put("t3", big, sizeof big);
	event_puts("z", "end");
	event_end();
	i = piece(out, sizeof out);
	ok(i > 2 * EVENT_TEXT_MAX && i <= EVENT_LINE_MAX, "length");
	ok(ltsv_parse(out, i, &l) == 0, "is a line");
	is_num(ltsv_find(&l, "t1")->value_len, EVENT_TEXT_MAX, "longest");
	is_num(ltsv_find(&l, "t2")->value_len, EVENT_TEXT_MAX, "cut");
	ok(ltsv_find(&l, "t3") == NULL, "left out");
	ok(ltsv_is(ltsv_find(&l, "z"), "end"), "what fits comes");

	/* fill the line with each kind of call: it never gets too long */
	event_begin("sent");
	for (i = 0; i < 1000; i++) {
		event_puts("label-of-some-length", "value");
		event_num("another-label", 123456789);
		ltsv_parse("text:250\\tok", 12, &l);
		event_copy(&l.f[0]);
	}
	event_end();
	i = piece(out, sizeof out);
	ok(i > EVENT_LINE_MAX - 100 && i <= EVENT_LINE_MAX, "a full line");
	is_num(out[i - 1], '\n', "with its LF");
}

/* what a stranger wrote is cut, from wherever it comes, and pushes out no
 * number, which others reckon with */
static void
strangers(void)
{
	static char out[EVENT_LINE_MAX + 1], big[5000];
	struct ltsv_field f = { "from", big, 4, EVENT_TEXT_MAX };
	struct ltsv l;
	size_t i, n;

	memset(big, 'x', sizeof big);
	event_begin("accepted");
	event_copy(&f);
	f = (struct ltsv_field){ "to", big, 2, EVENT_TEXT_MAX + 1 };
	event_copy(&f);
	/* the escape stands across the limit */
	memcpy(big + EVENT_TEXT_MAX - 1, "\\t", 2);
	f = (struct ltsv_field){ "tag", big, 3, EVENT_TEXT_MAX + 2 };
	event_copy(&f);
	event_end();
	n = piece(out, sizeof out);
	is_num(ltsv_parse(out, n, &l), 0, "a line with copies");
	is_num(ltsv_find(&l, "from")->value_len, EVENT_TEXT_MAX, "longest");
	is_num(ltsv_find(&l, "to")->value_len, EVENT_TEXT_MAX, "cut");
	is_num(ltsv_find(&l, "tag")->value_len, EVENT_TEXT_MAX - 1,
	    "no half of an escape");
	memset(big, '\x01', sizeof big);
	for (i = 800; i <= EVENT_TEXT_MAX; i++) {
		event_begin("accepted");
		f = (struct ltsv_field){ "from", big, 4, (unsigned)i };
		event_copy(&f);
		event_put("to", big, i % 100);
		event_num("rcpts", 1);
		event_num("size", UINT64_MAX);
		event_end();
		n = piece(out, sizeof out);
		if (n > EVENT_LINE_MAX || ltsv_parse(out, n, &l) == -1 ||
		    !ltsv_is(ltsv_find(&l, "rcpts"), "1") ||
		    ltsv_find(&l, "size") == NULL)
			break;
	}
	is_num(i, EVENT_TEXT_MAX + 1, "numbers stand behind any text");
}

static struct loop_timer t;

static void
two_events(void *arg)
{
	char x[10];

	(void)arg;
	event_begin("a");
	event_end();
	event_begin("b");
	event_end();
	ok(piece(x, sizeof x) == -1, "gathered");
}

/* gathered lines come in pieces that end with a line */
static void
gather(void)
{
	static char out[100000];
	size_t n, i, lines = 0, bad = 0;

	event_gather();
	event_gather();
	loop_timer_set(&t, 1, two_events, NULL);
	loop_run();
	event_flush();
	piece(out, sizeof out);
	ok(strstr(out, "\tev:a\t") != NULL && strstr(out, "\tev:b\t") != NULL,
	    "written in one piece");
	for (i = 0; i < 500; i++) {
		event_begin("many");
		event_num("i", i);
		event_put("pad", out, i * 7 % 900);
		event_end();
	}
	event_flush();
	while ((ssize_t)(n = piece(out, sizeof out)) > 0) {
		bad += n > PIPE_BUF || out[n - 1] != '\n';
		for (i = 0; i < n; i++)
			lines += out[i] == '\n';
	}
	is_num(lines, 500, "all lines");
	is_num(bad, 0, "in pieces of whole lines");
}

/* die() writes what has gathered, a child of the gatherer does not */
static void
dying(void)
{
	static char out[10000];
	int st;

	if (fork() == 0) {
		event_gather();
		event_begin("last");
		event_end();
		if (fork() == 0)
			die(100, "child");
		wait(NULL);
		die(111, "parent");
	}
	wait(&st);
	is_num(WEXITSTATUS(st), 111, "status");
	piece(out, sizeof out);
	is_str(out, "rohrpost: fatal: child\n", "not the child's");
	piece(out, sizeof out);
	ok(strstr(out, "\tev:last\t") != NULL, "gathered events");
	piece(out, sizeof out);
	is_str(out, "rohrpost: fatal: parent\n", "then the last word");
}

/* a log that does not block, and takes 100 bytes at every other call */
static int in_parts, called;

ssize_t
write(int fd, const void *p, size_t n)
{
	if (fd == 2 && in_parts && ++called % 2 == 0) {
		errno = EAGAIN;
		return -1;
	}
	if (fd == 2 && in_parts && n > 100)
		n = 100;
	return syscall(SYS_write, fd, p, n);
}

/* what it has taken is not written again */
static void
parts(void)
{
	static char big[EVENT_TEXT_MAX], got[10 * EVENT_LINE_MAX];
	int p[2], keep = dup(2), i;
	struct ltsv l;
	ssize_t n;

	if (pipe(p) == -1)
		exit(111);
	dup2(p[1], 2);
	memset(big, 'x', sizeof big);
	in_parts = 1;
	event_begin("long");
	for (i = 0; i < 3; i++)
		event_put("text", big, sizeof big);
	event_puts("z", "end");
	event_end();
	event_flush();
	in_parts = 0;
	dup2(keep, 2);
	close(keep);
	close(p[1]);
	n = fd_read_all(p[0], got, sizeof got);
	close(p[0]);
	ok(called > 20, "in parts");
	ok(n > 0 && memchr(got, '\n', n) == got + n - 1, "it comes once");
	ok(n > 0 && ltsv_parse(got, n, &l) == 0 &&
		ltsv_is(ltsv_find(&l, "z"), "end"),
	    "and whole");
}

int
main(void)
{
	int big = 1 << 20, quiet = dup(2);

	signal(SIGPIPE, SIG_IGN);
	if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, sink) == -1)
		return 1;
	setsockopt(sink[1], SOL_SOCKET, SO_SNDBUF, &big, sizeof big);
	dup2(sink[1], 2);
	one_line();
	strangers();
	dying();
	gather();
	/* no log: nothing to be done about it */
	close(sink[0]);
	close(sink[1]);
	event_begin("lost");
	event_end();
	event_flush();
	ok(1, "a dead log ends nothing");
	dup2(quiet, 2);
	parts();
	return done();
}
