#include "chain/hold.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/fd.h"
#include "base/fdpass.h"
#include "base/num.h"
#include "chain/dial.h"
#include "chain/listen.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	FIRST = 3,       /* of the descriptors that are handed on */
	ANSWER_ROOM = 80 /* bytes */
};

/* 0: there is something to read, or -1 with errno */
static int
wait_until(int fd, int64_t deadline)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	int64_t left;
	int n;

	do {
		left = deadline - clock_mono_ms();
		n = poll(&p, 1, left > 0 ? (int)left : 0);
	} while (n == -1 && errno == EINTR);
	if (n == 0)
		errno = ETIMEDOUT;
	return n > 0 ? 0 : -1;
}

/* what stands before the first LF decides, and the first descriptor is it;
 * returns as hold_take() */
static int
hear(int s, int *fd)
{
	int64_t deadline = clock_mono_ms() + HOLD_WAIT_MS;
	char text[ANSWER_ROOM];
	size_t n = 0;
	ssize_t r;
	int got;

	while (n == 0 || memchr(text, '\n', n) == NULL) {
		errno = EPROTO;
		if (n == sizeof text || wait_until(s, deadline) == -1)
			return -1;
		r = fdpass_receive(s, text + n, sizeof text - n,
		    MSG_CMSG_CLOEXEC, &got, 1);
		if (r == 0)
			errno = EPROTO;
		if (got != -1 && *fd == -1)
			*fd = got;
		else if (got != -1)
			close(got);
		if (r <= 0)
			return -1;
		n += r;
	}
	if (text[0] == 'K' && *fd != -1 && listen_is(*fd))
		return 1;
	errno = EPROTO;
	return text[0] == 'D' ? 0 : -1;
}

/* a connection to the door, or -1 with errno */
static int
knock(const char *door)
{
	int64_t deadline = clock_mono_ms() + HOLD_DOOR_MS;
	int s = dial_path(door);

	while (s == -1 && (errno == ENOENT || errno == ECONNREFUSED) &&
	    clock_mono_ms() < deadline) {
		poll(NULL, 0, HOLD_KNOCK_MS);
		s = dial_path(door);
	}
	return s;
}

int
hold_take(const char *door, const char *address, int *fd)
{
	char ask[HOLD_ASK_MAX + 1];
	int s, r = -1, n = snprintf(ask, sizeof ask, "%s\n", address);

	*fd = -1;
	if (n > HOLD_ASK_MAX)
		return 0;
	s = knock(door);
	if (s == -1)
		return -1;
	/* a new socket has room for a line */
	if (fdpass_send(s, ask, n, NULL, 0) == n)
		r = hear(s, fd);
	fd_fail(s);
	if (r != 1 && *fd != -1)
		fd_fail(*fd);
	if (r != 1)
		*fd = -1;
	return r;
}

int
hold_open(struct hold *h, const char *address)
{
	int fd;

	errno = E2BIG;
	if (h->n == HOLD_SOCKETS_MAX)
		return -1;
	errno = EINVAL;
	if (strncmp(address, "unix:", 5) == 0 ||
	    strlen(address) >= sizeof h->one[0].name)
		return -1;
	fd = listen_open(address, 0);
	if (fd == -1)
		return -1;
	h->one[h->n].fd = fd;
	memcpy(h->one[h->n].name, address, strlen(address) + 1);
	h->n++;
	return 0;
}

static void
swap(char *p, size_t n, char from, char to)
{
	for (; n > 0; n--, p++)
		if (*p == from)
			*p = to;
}

static int
say(const struct hold *h)
{
	char names[HOLD_SOCKETS_MAX * HOLD_ASK_MAX] = "", num[24];
	size_t i, len, at = 0;

	for (i = 0; i < h->n; i++) {
		if (i > 0)
			names[at++] = ':';
		len = strlen(h->one[i].name);
		memcpy(names + at, h->one[i].name, len + 1);
		swap(names + at, len, ':', ';');
		at += len;
	}
	snprintf(num, sizeof num, "%zu", h->n);
	if (setenv("LISTEN_FDS", num, 1) == -1 ||
	    setenv("LISTEN_FDNAMES", names, 1) == -1)
		return -1;
	snprintf(num, sizeof num, "%ld", (long)getpid());
	return setenv("LISTEN_PID", num, 1);
}

int
hold_hand_on(struct hold *h)
{
	size_t i;
	int fd;

	/* out of the way first: one may have the number of another */
	for (i = 0; i < h->n; i++) {
		fd = fcntl(h->one[i].fd, F_DUPFD_CLOEXEC,
		    FIRST + HOLD_SOCKETS_MAX);
		if (fd == -1)
			return -1;
		close(h->one[i].fd);
		h->one[i].fd = fd;
	}
	for (i = 0; i < h->n; i++) {
		fd = dup2(h->one[i].fd, FIRST + (int)i);
		if (fd == -1)
			return -1;
		close(h->one[i].fd);
		h->one[i].fd = fd;
	}
	return say(h);
}

/* the next of the names, where s stands; "" when it is none of ours */
static void
name_of(const char **s, char name[HOLD_ASK_MAX])
{
	size_t n = strcspn(*s, ":");

	name[0] = '\0';
	if (n < HOLD_ASK_MAX) {
		memcpy(name, *s, n);
		name[n] = '\0';
		swap(name, n, ';', ':');
	}
	*s += n + ((*s)[n] == ':');
}

static int
take_given(struct hold *h, uint64_t n)
{
	const char *names = getenv("LISTEN_FDNAMES");
	int fd;

	if (names == NULL)
		names = "";
	for (h->n = 0; h->n < n; h->n++) {
		fd = FIRST + (int)h->n;
		if (!listen_is(fd) || fd_cloexec(fd) == -1)
			return fd;
		h->one[h->n].fd = fd;
		name_of(&names, h->one[h->n].name);
	}
	return 0;
}

/* a number from 1 in the environment; 0: there is none */
static uint64_t
number(const char *name, uint64_t max)
{
	const char *s = getenv(name);
	uint64_t n;

	return s != NULL && num_scans(s, 1, max, &n) == 0 ? n : 0;
}

int
hold_inherit(struct hold *h)
{
	uint64_t n = number("LISTEN_FDS", HOLD_SOCKETS_MAX);
	int r = -1;

	if (n > 0 && number("LISTEN_PID", INT32_MAX) == (uint64_t)getpid())
		r = take_given(h, n);
	unsetenv("LISTEN_FDS");
	unsetenv("LISTEN_PID");
	unsetenv("LISTEN_FDNAMES");
	return r;
}

/* the socket that somebody asks for, -1: there is none */
static int
find(const struct hold *h, const char *ask)
{
	size_t i;

	for (i = 0; i < h->n; i++)
		if (strcmp(h->one[i].name, ask) == 0 ||
		    listen_is_at(h->one[i].fd, ask))
			return h->one[i].fd;
	return -1;
}

static void
away(struct hold_client *c)
{
	struct hold *h = c->hold;

	loop_io_stop(&c->io);
	loop_timer_stop(&c->late);
	close(c->fd);
	c->here = 0;
	acceptor_full(&h->door, --h->n_clients == HOLD_CLIENTS_MAX);
}

static void
answer(struct hold_client *c)
{
	static const char none[] = "Dno such socket\n";
	int fd = find(c->hold, c->ask);

	/* if it cannot be said, he who asks hears the end, and says so */
	if (fd == -1)
		fdpass_send(c->fd, none, sizeof none - 1, &fd, 0);
	else
		fdpass_send(c->fd, "K\n", 2, &fd, 1);
}

static void
on_ask(void *arg, int events)
{
	struct hold_client *c = arg;
	ssize_t r = read(c->fd, c->ask + c->n, sizeof c->ask - c->n);

	(void)events;
	if (r == -1 && (errno == EAGAIN || errno == EINTR))
		return;
	if (r > 0) {
		c->n += r;
		if (c->ask[c->n - 1] == '\n') {
			c->ask[c->n - 1] = '\0';
			answer(c);
		} else if (c->n < sizeof c->ask) {
			return;
		}
	}
	away(c);
}

static void
on_late(void *arg)
{
	away(arg);
}

static void
on_knock(void *arg, int fd, const struct sockaddr_storage *ss, uint16_t port)
{
	struct hold *h = arg;
	struct hold_client *c = h->clients;

	(void)ss;
	(void)port;
	while (c->here)
		c++;
	*c = (struct hold_client){ .hold = h, .fd = fd, .here = 1 };
	loop_io_start(&c->io, fd, LOOP_READ, on_ask, c);
	loop_timer_set(&c->late, HOLD_WAIT_MS, on_late, c);
	acceptor_full(&h->door, ++h->n_clients == HOLD_CLIENTS_MAX);
}

void
hold_serve(struct hold *h, int door)
{
	h->door.accepted = on_knock;
	h->door.arg = h;
	acceptor_add(&h->door, door);
}

void
hold_stop(struct hold *h)
{
	size_t i;

	for (i = 0; i < HOLD_CLIENTS_MAX; i++)
		if (h->clients[i].here)
			away(&h->clients[i]);
	acceptor_close(&h->door);
}
