#include "recv/acceptor.h"
#include "base/die.h"
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <unistd.h>

static void
on_again(void *arg)
{
	struct acceptors *all = arg;
	unsigned i;

	for (i = 0; i < all->n; i++)
		loop_io_want(&all->one[i].io, LOOP_READ);
}

static void
later(struct acceptors *all)
{
	unsigned i;

	if (loop_timer_active(&all->again))
		return;
	warn("unable to accept a connection: %m");
	for (i = 0; i < all->n; i++)
		loop_io_want(&all->one[i].io, 0);
	loop_timer_set(&all->again, ACCEPTOR_AGAIN_MS, on_again, all);
}

static int
no_room(int err)
{
	return err == EMFILE || err == ENFILE || err == ENOBUFS ||
	    err == ENOMEM;
}

static void
on_connection(void *arg, int events)
{
	struct acceptor *a = arg;
	struct sockaddr_storage ss;
	socklen_t len;
	int fd, i;

	(void)events;
	for (i = 0; i < ACCEPTOR_TURN; i++) {
		len = sizeof ss;
		ss.ss_family = AF_UNSPEC;
		fd = accept4(a->fd, (struct sockaddr *)&ss, &len,
		    SOCK_NONBLOCK | SOCK_CLOEXEC);
		if (fd != -1) {
			a->all->accepted(a->all->arg, fd, &ss, a->port);
		} else if (no_room(errno)) {
			later(a->all);
			return;
		} else if (errno == EAGAIN) {
			return;
		} /* else this one has gone, or EINTR */
	}
}

static uint16_t
port(const struct sockaddr_storage *ss)
{
	if (ss->ss_family == AF_INET)
		return ntohs(((const struct sockaddr_in *)ss)->sin_port);
	if (ss->ss_family == AF_INET6)
		return ntohs(((const struct sockaddr_in6 *)ss)->sin6_port);
	return 0;
}

int
acceptor_add(struct acceptors *all, int fd)
{
	struct acceptor *a = &all->one[all->n];
	struct sockaddr_storage ss;
	socklen_t len = sizeof ss;
	int one = 1;

	if (all->n == ACCEPTOR_MAX) {
		errno = E2BIG;
		return -1;
	}
	if (getsockname(fd, (struct sockaddr *)&ss, &len) == -1 ||
	    listen(fd, ACCEPTOR_BACKLOG) == -1)
		return -1;
	/* what is accepted inherits it */
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	a->all = all;
	a->fd = fd;
	a->port = port(&ss);
	all->n++;
	loop_io_start(&a->io, fd, LOOP_READ, on_connection, a);
	return 0;
}

void
acceptor_stop(struct acceptors *all)
{
	unsigned i;

	loop_timer_stop(&all->again);
	for (i = 0; i < all->n; i++) {
		loop_io_stop(&all->one[i].io);
		close(all->one[i].fd);
	}
	all->n = 0;
}
