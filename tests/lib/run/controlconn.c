#include "base/clock.h"
#include "run/controlparts.h"
#include "tap.h"
#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { SOMEBODY = 65533 };

static struct run r;
static struct control *ctl;
static int peer[CONTROL_CONNS_MAX]; /* the other ends */

static size_t
no_record(void *arg, const char *p, size_t n)
{
	(void)arg;
	(void)p;
	return n;
}

static void
no_end(void *arg, int err)
{
	(void)arg;
	(void)err;
}

static void
no_drain(void *arg)
{
	(void)arg;
}

static const struct wire_ops ops = { no_record, no_end, no_end, no_drain };

/* connection i is of uid, and at work or not */
static struct control_conn *
open_conn(unsigned i, uid_t uid, int busy)
{
	struct control_conn *c = &ctl->conn[i];
	int fd[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fd) == -1)
		abort();
	memset(c, 0, sizeof *c);
	c->used = 1;
	c->busy = busy;
	c->uid = uid;
	c->r = &r;
	control_heard(c);
	wire_open(&c->wire, fd[0], fd[0], &ops, c);
	peer[i] = fd[1];
	return c;
}

static void
close_all(void)
{
	unsigned i;

	for (i = 0; i < CONTROL_CONNS_MAX; i++)
		if (ctl->conn[i].used) {
			control_close_conn(&ctl->conn[i]);
			close(peer[i]);
		}
}

/* the number of the place that somebody gets; -1: none */
static int
place(uid_t uid)
{
	struct control_conn *c = control_make_place(ctl, uid);

	return c == NULL ? -1 : (int)(c - ctl->conn);
}

static void
places(void)
{
	unsigned i;

	is_num(place(SOMEBODY), 0, "the first that is free");
	for (i = 0; i < CONTROL_CONNS_MAX; i++)
		open_conn(i, SOMEBODY, 1);
	is_num(place(0), -1, "none where all are at work, not for root");
	ctl->conn[7].busy = ctl->conn[9].busy = 0;
	control_heard(&ctl->conn[7]);
	is_num(place(SOMEBODY), 9, "that of the longest idle");
	is_num(ctl->conn[9].used, 0, "who is sent away");
	open_conn(9, 0, 0);
	ctl->conn[9].turn = 0;
	is_num(place(SOMEBODY), 7, "root's is kept, idle for longer or not");
	open_conn(7, SOMEBODY, 1);
	is_num(place(SOMEBODY), -1, "not for somebody else");
	is_num(place(0), 9, "but for root himself");
	close_all();
}

static void
idle(void)
{
	struct control_conn *c = open_conn(0, 0, 0), *d = open_conn(1, 0, 1);
	int64_t long_ago = clock_mono_ms() - CONTROL_IDLE_MS;

	control_close_idle(ctl);
	ok(c->used && d->used, "both stay for a while");
	c->heard_ms = d->heard_ms = long_ago;
	control_close_idle(ctl);
	ok(!c->used && d->used, "then the one that says nothing goes");
	d->busy = 0;
	control_close_idle(ctl);
	ok(!d->used, "and the other when it is done");
	close_all();
}

/* what the other end of connection 0 has been told */
static const char *
told(void)
{
	static char t[400];
	ssize_t n;

	wire_flush_all();
	n = read(peer[0], t, sizeof t - 1);
	t[n > 0 ? n : 0] = '\0';
	return t;
}

static void
answers(void)
{
	struct control_conn *c = open_conn(0, 0, 1);

	control_say(c, "x:1\n", 4);
	c->work.count = 3;
	c->work.out = 1;
	c->work.matched = 4;
	control_finish(c, NULL);
	is_str(told(),
	    "x:1\nok:1\tcount:3\tout:1\tfailed:0\tmatched:4\tunknown:0\n",
	    "the last line says what was done");
	is_num(c->busy, 0, "and the next request may come");
	r.held = 1;
	c->work.count = c->work.out = c->work.matched = 0;
	c->work.unknown = 2;
	control_finish(c, NULL);
	is_str(told(),
	    "ok:1\tcount:0\tout:0\tfailed:0\tmatched:0\tunknown:2\thold:1\n",
	    "also that all is held");
	control_refuse(c, "no\nway");
	is_str(told(), "ok:0\ttext:no\\nway\n", "or why it was not");

	/* nobody is there any more, and the work goes on to its end */
	wire_close(&c->wire);
	c->dead = c->busy = 1;
	control_say(c, "y:1\n", 4);
	control_finish(c, NULL);
	is_num(c->used, 0, "who is gone is forgotten when it is done");
	close(peer[0]);
}

/* a file that cannot be made durable is no success */
static void
durable(void)
{
	static const char no[] =
	    "ok:0\ttext:done, but it could not be made durable\n";
	struct done_segment segment[] = { { .number = 1 }, { .number = 2 } };
	struct control_conn *c = open_conn(0, 0, 1);
	char dir[] = "/tmp/controlconn.XXXXXX", segment_path[64];

	r.done.dir = mkdtemp(dir) == NULL ? -1 : open(dir, O_RDONLY);
	r.done.segment = segment;
	r.done.n = r.done.last = 2;
	r.done.fd = open("/dev/null", O_WRONLY);
	c->work.journaled = 2;
	control_finish(c, NULL);
	is_str(told(), no, "what is not safe is not said to be");
	close(r.done.fd);
	r.done.fd = openat(r.done.dir, "0000000002", O_WRONLY | O_CREAT, 0600);
	control_finish(c, NULL);
	ok(strncmp(told(), "ok:1\t", 5) == 0, "what is safe is");
	/* such a file cannot be synced */
	symlinkat("/dev/null", r.done.dir, "0000000001");
	control_finish(c, NULL);
	ok(strncmp(told(), "ok:1\t", 5) == 0, "others' segments count not");
	c->work.journaled = 1;
	control_finish(c, NULL);
	is_str(told(), no, "one that was filled by the order counts");
	unlinkat(r.done.dir, "0000000001", 0);
	control_finish(c, NULL);
	ok(strncmp(told(), "ok:1\t", 5) == 0, "one that is gone does not");
	c->work.journaled = 0;
	close(r.done.fd);
	close(r.done.dir);
	r.done.fd = r.done.dir = -1;
	control_finish(c, NULL);
	ok(strncmp(told(), "ok:1\t", 5) == 0,
	    "without a journal there is none");
	snprintf(segment_path, sizeof segment_path, "%s/0000000002", dir);
	unlink(segment_path);
	rmdir(dir);
	close_all();
}

int
main(void)
{
	ctl = calloc(1, sizeof *ctl);
	r.control = ctl;
	r.done.fd = r.qfd = -1;
	r.toline.fd = -1;
	places();
	idle();
	answers();
	durable();
	free(ctl);
	return done();
}
