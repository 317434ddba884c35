#ifndef TESTS_RUNCONTROL_H
#define TESTS_RUNCONTROL_H

#include "run/controlparts.h"
#include "runqueue.h"

/* connections on the control socket of a queue, whose other ends are the
 * test's, for the unit tests of the parts of control */

static inline void
runcontrol_open(struct runqueue *q)
{
	runqueue_open(q);
	q->r.control = calloc(1, sizeof *q->r.control);
	if (q->r.control == NULL)
		exit(111);
}

/* one of a user, in that place; the test's end */
static inline int
runcontrol_conn(struct runqueue *q, unsigned place, uid_t uid)
{
	struct control_conn *c = &q->r.control->conn[place];
	int fd[2];

	memset(c, 0, sizeof *c);
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0,
		fd) == -1)
		exit(111);
	c->used = 1;
	c->r = &q->r;
	c->uid = uid;
	wire_open(&c->wire, fd[0], fd[0], &control_ops, c);
	c->wire.record_max = CTLREQUEST_LINE_MAX;
	return fd[1];
}

/* a request, and what is said to it when all is done; valid until the next
 * call */
static inline const char *
runcontrol_ask(struct runqueue *q, int peer, const char *line)
{
	runqueue_tell(peer, line);
	while (control_slice(&q->r))
		;
	return runqueue_got(peer);
}

#endif
