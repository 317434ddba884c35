#include "run/controlparts.h"
#include "base/die.h"
#include "base/exit.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static int
slice_of(struct control_conn *c)
{
	switch (c->order.verb) {
	case CTLREQUEST_STATUS: return control_status(c);
	case CTLREQUEST_WHY: return control_why(c);
	case CTLREQUEST_ASK: return control_ask(c);
	case CTLREQUEST_RESUME: return control_resume(c);
	case CTLREQUEST_SUSPENSIONS:
	case CTLREQUEST_REBINDINGS: return control_orders(c);
	default: return control_scan(c);
	}
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
		more |= slice_of(c);
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

/* all places are busy */
static void
no_place(int fd)
{
	static const char text[] = "ok:0\ttext:too many at work, try again\n";

	send(fd, text, sizeof text - 1, MSG_DONTWAIT | MSG_NOSIGNAL);
	close(fd);
}

static void
on_accepted(void *arg, int fd, const struct sockaddr_storage *ss, uint16_t port)
{
	struct run *r = arg;
	struct ucred cred;
	socklen_t len = sizeof cred;
	struct control_conn *c;

	(void)ss;
	(void)port;
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
	int fd = listen_there(r);

	if (fd != -1) {
		ctl->acceptors.accepted = on_accepted;
		ctl->acceptors.arg = r;
		acceptor_add(&ctl->acceptors, fd);
		return;
	}
	warn("unable to listen on %s/ctl: %m; tried again", r->queue);
	loop_timer_set(&ctl->again_timer, CONTROL_AGAIN_MS, on_no_socket, r);
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
