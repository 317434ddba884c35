#include "ship/shipconn.h"
#include "base/fd.h"
#include "ship/shiptls.h"
#include "ship/shipwait.h"
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static int
failed(struct shipconn *c, const char *what)
{
	snprintf(c->why, sizeof c->why, "%s: %s", what, strerror(errno));
	return -1;
}

/* a socket connected to that address: 0, or -1 with errno */
static int
dial(struct shipconn *c, const struct sockaddr *sa, socklen_t len, int type,
    int64_t until_ms)
{
	int e = 0, on = 1;
	socklen_t n = sizeof e;

	c->fd = socket(sa->sa_family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (c->fd == -1)
		return -1;
	if (sa->sa_family != AF_UNIX && type == SOCK_STREAM) {
		setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
		setsockopt(c->fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
	}
	if (connect(c->fd, sa, len) == 0)
		return 0;
	if (errno == EINPROGRESS && shipwait(c->fd, POLLOUT, until_ms) == 0 &&
	    getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &e, &n) == 0) {
		if (e == 0)
			return 0;
		errno = e;
	}
	fd_fail(c->fd);
	c->fd = -1;
	return -1;
}

static int
dial_path(struct shipconn *c, const struct shipconn_to *to, int64_t until_ms)
{
	struct sockaddr_un sa = { .sun_family = AF_UNIX };

	if (strlen(to->path) >= sizeof sa.sun_path) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(sa.sun_path, to->path, strlen(to->path));
	return dial(c, (struct sockaddr *)&sa, sizeof sa, SOCK_STREAM,
	    until_ms);
}

/* the first of its addresses that answers */
static int
dial_host(struct shipconn *c, const struct shipconn_to *to, int64_t until_ms)
{
	int type = to->datagrams ? SOCK_DGRAM : SOCK_STREAM;
	struct addrinfo hints = { .ai_socktype = type }, *list, *a;
	int r = getaddrinfo(to->host, to->port, &hints, &list);

	if (r != 0) {
		snprintf(c->why, sizeof c->why, "%s: %s", to->host,
		    gai_strerror(r));
		return -1;
	}
	errno = EADDRNOTAVAIL;
	for (a = list; a != NULL; a = a->ai_next)
		if (dial(c, a->ai_addr, a->ai_addrlen, type, until_ms) == 0)
			break;
	freeaddrinfo(list);
	return a != NULL ? 0 : failed(c, "unable to connect");
}

int
shipconn_open(struct shipconn *c, const struct shipconn_to *to,
    int64_t until_ms)
{
	c->fd = -1;
	c->tls = NULL;
	c->why[0] = '\0';
	if (to->path == NULL) {
		if (dial_host(c, to, until_ms) == -1)
			return -1;
	} else if (dial_path(c, to, until_ms) == -1) {
		return failed(c, "unable to connect");
	}
	if (!to->tls)
		return 0;
	c->tls = shiptls_open(c->fd, to, until_ms, c->why, sizeof c->why);
	if (c->tls != NULL)
		return 0;
	shipconn_close(c);
	return -1;
}

int
shipconn_write(struct shipconn *c, const void *p, size_t n, int64_t until_ms)
{
	const char *at = p;
	ssize_t k;

	if (c->tls != NULL)
		return shiptls_write(c->tls, p, n, until_ms, c->why,
		    sizeof c->why);
	while (n > 0) {
		k = send(c->fd, at, n, MSG_NOSIGNAL);
		if (k >= 0) {
			at += k;
			n -= (size_t)k;
		} else if (errno == EAGAIN) {
			if (shipwait(c->fd, POLLOUT, until_ms) == -1)
				return failed(c, "unable to write");
		} else if (errno != EINTR) {
			return failed(c, "unable to write");
		}
	}
	return 0;
}

ssize_t
shipconn_read(struct shipconn *c, void *p, size_t n, int64_t until_ms)
{
	ssize_t k;

	if (c->tls != NULL)
		return shiptls_read(c->tls, p, n, until_ms, c->why,
		    sizeof c->why);
	for (;;) {
		k = recv(c->fd, p, n, 0);
		if (k >= 0)
			return k;
		if (errno == EAGAIN) {
			if (shipwait(c->fd, POLLIN, until_ms) == -1)
				return failed(c, "no answer");
		} else if (errno != EINTR) {
			return failed(c, "unable to read");
		}
	}
}

int
shipconn_finish(struct shipconn *c, int64_t until_ms)
{
	char junk[4096];
	ssize_t n;

	if (c->tls != NULL &&
	    shiptls_finish(c->tls, until_ms, c->why, sizeof c->why) == -1)
		return -1;
	if (shutdown(c->fd, SHUT_WR) == -1)
		return failed(c, "unable to end the connection");
	do
		n = shipconn_read(c, junk, sizeof junk, until_ms);
	while (n > 0);
	return n == 0 ? 0 : -1;
}

int
shipconn_alive(struct shipconn *c)
{
	struct pollfd p = { .fd = c->fd, .events = POLLIN };

	if (c->fd == -1)
		return 0;
	/* TLS may have something to say for itself */
	if (c->tls != NULL)
		return shiptls_alive(c->tls);
	return poll(&p, 1, 0) == 0;
}

void
shipconn_close(struct shipconn *c)
{
	if (c->tls != NULL)
		shiptls_close(c->tls);
	c->tls = NULL;
	fd_drop(&c->fd);
}
