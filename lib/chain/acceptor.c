#include "chain/acceptor.h"
#include "base/die.h"
#include "base/ip.h"
#include <errno.h>
#include <unistd.h>

/* look at all of them, or at none */
static void
adjust(void *arg)
{
	struct acceptors *all = arg;
	int look = !all->full && !loop_timer_active(&all->again);
	unsigned i;

	for (i = 0; i < all->n; i++)
		loop_io_want(&all->one[i].io, look ? LOOP_READ : 0);
}

void
acceptor_full(struct acceptors *all, int full)
{
	if (all->full == (full != 0))
		return;
	all->full = full != 0;
	adjust(all);
}

void
acceptor_pause(struct acceptors *all)
{
	loop_timer_set(&all->again, ACCEPTOR_AGAIN_MS, adjust, all);
	adjust(all);
}

static int
no_room(int err)
{
	return err == EMFILE || err == ENFILE || err == ENOBUFS ||
	    err == ENOMEM;
}

/* may one more be accepted in this turn? */
static int
goes_on(const struct acceptors *all)
{
	return all->n > 0 && !all->full && !loop_timer_active(&all->again);
}

static void
on_connection(void *arg, int events)
{
	struct acceptor *a = arg;
	struct acceptors *all = a->all;
	struct sockaddr_storage ss;
	socklen_t len;
	int fd, i;

	(void)events;
	for (i = 0; i < ACCEPTOR_TURN && goes_on(all); i++) {
		len = sizeof ss;
		ss.ss_family = AF_UNSPEC;
		fd = accept4(a->fd, (struct sockaddr *)&ss, &len,
		    SOCK_NONBLOCK | SOCK_CLOEXEC);
		if (fd != -1) {
			all->told = 0;
			all->accepted(all->arg, fd, &ss, a->port);
		} else if (no_room(errno)) {
			if (!all->told)
				warn("unable to accept a connection: %m");
			all->told = 1;
			acceptor_pause(all);
		} else if (errno == EAGAIN) {
			return;
		} /* else this one has gone, or EINTR */
	}
}

int
acceptor_add(struct acceptors *all, int fd)
{
	struct acceptor *a = &all->one[all->n];
	struct sockaddr_storage ss = { .ss_family = AF_UNSPEC };
	socklen_t len = sizeof ss;

	if (all->n == ACCEPTOR_MAX) {
		errno = E2BIG;
		return -1;
	}
	getsockname(fd, (struct sockaddr *)&ss, &len);
	a->all = all;
	a->fd = fd;
	a->port = ip_port((struct sockaddr *)&ss);
	all->n++;
	loop_io_start(&a->io, fd, LOOP_READ, on_connection, a);
	return 0;
}

void
acceptor_stop(struct acceptors *all)
{
	loop_timer_stop(&all->again);
	while (all->n > 0)
		loop_io_stop(&all->one[--all->n].io);
}

void
acceptor_close(struct acceptors *all)
{
	unsigned i, n = all->n;

	acceptor_stop(all);
	for (i = 0; i < n; i++)
		close(all->one[i].fd);
}
