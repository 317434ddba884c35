#include "run/controlparts.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "chain/event.h"
#include "chain/link.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

void
control_heard(struct control_conn *c)
{
	c->heard_ms = clock_mono_ms();
	c->turn = ++c->r->control->turns;
}

void
control_say(struct control_conn *c, const char *p, size_t n)
{
	if (!c->dead)
		wire_put(&c->wire, p, n);
}

void
control_refuse(struct control_conn *c, const char *text)
{
	struct buf b = { 0 };

	ltsv_puts(&b, "ok", "0");
	ltsv_puts(&b, "text", text);
	ltsv_end(&b);
	control_say(c, buf_data(&b), buf_len(&b));
	buf_free(&b);
}

void
control_free_conn(struct control_conn *c)
{
	ctlrequest_free(&c->order);
	c->used = 0;
}

void
control_close_conn(struct control_conn *c)
{
	if (!c->dead)
		wire_close(&c->wire);
	control_free_conn(c);
}

/* ok is said when what was ordered survives a power cut */
static int
make_durable(struct control_conn *c)
{
	struct run *r = c->r;
	int bad = 0;

	if (c->work.synced > CONTROL_SYNC_MAX && r->control->durable.all)
		return durable_sync_all(&r->control->durable, r->qfd);
	if (c->work.journaled && r->done.fd != -1)
		bad = fdatasync(r->done.fd);
	return bad;
}

/* the files of a message, after what was ordered for it */
void
control_sync_message(struct control_conn *c, uint64_t before)
{
	if (c->work.count == before || c->r->toline.fd == -1)
		return;
	if (++c->work.synced > CONTROL_SYNC_MAX && c->r->control->durable.all)
		return;
	if (toline_sync(c->r) == -1)
		c->work.failed++;
}

/* the last line of an answer, and the next request */
void
control_finish(struct control_conn *c, const char *refused)
{
	char line[200];

	if (refused == NULL && make_durable(c) == -1)
		refused = "done, but it could not be made durable";

	c->busy = 0;
	if (refused != NULL)
		control_refuse(c, refused);
	else
		control_say(c, line,
		    snprintf(line, sizeof line,
			"ok:1\tcount:%llu\tout:%llu\tfailed:%llu\t"
			"matched:%llu\tunknown:%llu%s\n",
			(unsigned long long)c->work.count,
			(unsigned long long)c->work.out,
			(unsigned long long)c->work.failed,
			(unsigned long long)c->work.matched,
			(unsigned long long)c->work.unknown,
			c->r->held ? "\thold:1" : ""));
	control_heard(c);
	if (c->dead)
		control_free_conn(c);
	else
		wire_resume(&c->wire);
}

/* does nobody wait for work of ours on it */
static int
is_idle(const struct control_conn *c)
{
	return c->used && (!c->busy || (!c->dead && wire_full(&c->wire)));
}

/* all is said and read, or nothing happens */
static int
is_over(const struct control_conn *c, int64_t now)
{
	return is_idle(c) &&
	    (c->wire.wfd == -1 || now - c->heard_ms >= CONTROL_IDLE_MS);
}

void
control_close_idle(struct control *ctl)
{
	int64_t now = clock_mono_ms();
	struct control_conn *c;

	for (c = ctl->conn; c < ctl->conn + CONTROL_CONNS_MAX; c++)
		if (is_over(c, now))
			control_close_conn(c);
}

/* root and the queue's owner come before others */
static int
is_first(uid_t uid)
{
	return uid == 0 || uid == geteuid();
}

/* is one better given up than another, for somebody with this uid */
static int
goes_before(const struct control_conn *c, const struct control_conn *other)
{
	if (other == NULL)
		return 1;
	if (is_first(c->uid) != is_first(other->uid))
		return is_first(other->uid);
	return c->turn < other->turn;
}

struct control_conn *
control_make_place(struct control *ctl, uid_t uid)
{
	struct control_conn *c, *best = NULL;

	control_close_idle(ctl);
	for (c = ctl->conn; c < ctl->conn + CONTROL_CONNS_MAX; c++) {
		if (!c->used)
			return c;
		if (is_idle(c) && (!is_first(c->uid) || is_first(uid)) &&
		    goes_before(c, best))
			best = c;
	}
	if (best != NULL)
		control_close_conn(best);
	return best;
}

int
control_slice(struct run *r)
{
	struct control_conn *c;
	int more = 0;

	for (c = r->control->conn; c < r->control->conn + CONTROL_CONNS_MAX;
	     c++) {
		if (!c->used || !c->busy)
			continue;
		if (c->order.verb == CTLREQUEST_STATUS)
			more |= control_status(c);
		else
			more |= control_scan(c);
	}
	return more;
}

/* the flag may come and go without us */
static void
on_flag(void *arg)
{
	struct run *r = arg;
	struct stat st;
	int was = r->held;

	r->held = fstatat(r->qfd, "held", &st, 0) == 0;
	control_close_idle(r->control);
	loop_timer_set(&r->control->flag_timer, CONTROL_FLAG_MS, on_flag, r);
	if (was && !r->held)
		chain_refill(r);
}

static void
on_reopen(void *arg)
{
	struct run *r = arg;

	loop_io_want(&r->control->listen_io, LOOP_READ);
}

/* all places are busy */
static void
no_place(int fd)
{
	static const char text[] = "ok:0\ttext:too many at work, try again\n";

	send(fd, text, sizeof text - 1, MSG_DONTWAIT | MSG_NOSIGNAL);
	close(fd);
}

static void
take(struct run *r, int fd)
{
	struct ucred cred;
	socklen_t len = sizeof cred;
	struct control_conn *c;

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &cred, &len) == -1) {
		close(fd);
		return;
	}
	c = control_make_place(r->control, cred.uid);
	if (c == NULL) {
		no_place(fd);
		return;
	}
	memset(c, 0, sizeof *c);
	c->used = 1;
	c->r = r;
	c->uid = cred.uid;
	control_heard(c);
	wire_open(&c->wire, fd, fd, &control_ops, c);
	c->wire.record_max = CTLREQUEST_LINE_MAX;
}

static void
on_listen(void *arg, int events)
{
	struct run *r = arg;
	struct control *ctl = r->control;
	int fd =
	    accept4(ctl->listen_fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

	(void)events;
	if (fd != -1) {
		take(r, fd);
		return;
	}
	/* no descriptors: look again later */
	loop_io_want(&ctl->listen_io, 0);
	loop_timer_set(&ctl->reopen_timer, CONTROL_REOPEN_MS, on_reopen, r);
}

static int
listen_there(struct run *r)
{
	struct sockaddr_un sa = { .sun_family = AF_UNIX };
	mode_t mask = umask(0117);
	int fd;

	/* by way of /proc the path is short enough, however long QUEUE is */
	snprintf(sa.sun_path, sizeof sa.sun_path, "/proc/self/fd/%d/ctl",
	    r->qfd);
	unlinkat(r->qfd, "ctl", 0);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd != -1 &&
	    (bind(fd, (struct sockaddr *)&sa, sizeof sa) == -1 ||
		listen(fd, 64) == -1)) {
		close(fd);
		fd = -1;
	}
	umask(mask);
	return fd;
}

/* a disk without room for a socket holds no deliveries up */
static void
on_no_socket(void *arg)
{
	struct run *r = arg;
	struct control *ctl = r->control;

	ctl->listen_fd = listen_there(r);
	if (ctl->listen_fd != -1) {
		loop_io_start(&ctl->listen_io, ctl->listen_fd, LOOP_READ,
		    on_listen, r);
		return;
	}
	warn("unable to listen on %s/ctl: %m; tried again", r->queue);
	loop_timer_set(&ctl->reopen_timer, CONTROL_AGAIN_MS, on_no_socket, r);
}

void
control_start(struct run *r)
{
	r->control = calloc(1, sizeof *r->control);
	if (r->control == NULL)
		die(EXIT_TEMP, "out of memory");
	r->control->durable = durable_ask(r->qfd);
	on_flag(r);
	on_no_socket(r);
}
