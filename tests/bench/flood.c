/*
 * flood - one address or many that keep an SMTP server busy
 *
 * usage: flood WHAT ADDRESSES CONNECTIONS PORT
 *
 * Connects to 127.0.0.1 from so many addresses, each in a network of its own,
 * with so many connections in all, until it is ended.  WHAT each does: idle,
 * next to nothing; commands, NOOP; recipients, of a message that does not
 * end; refusals, recipients that are refused; unfinished, a message of 45 MB
 * without an end, which is then held.  One that is closed is made anew.
 */
#include "base/num.h"
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CHUNK = 16384, READ = 65536, AGAIN_MS = 100 };

struct what {
	const char *name, *first, *line;
	unsigned net;
	size_t most; /* bytes of lines, 0: any number */
};

#define MAIL "HELO x\r\nMAIL FROM:<a@elsewhere.test>\r\n"
static const struct what kinds[] = {
	{ "idle", "N", "", 10, 1 },
	{ "commands", "HELO x\r\n", "NOOP\r\n", 20, 0 },
	{ "recipients", MAIL,
	    "RCPT TO:<a-long-name-of-somebody@local.test>\r\n", 30, 0 },
	{ "refusals", MAIL, "RCPT TO:<a@elsewhere.test>\r\n", 40, 0 },
	{ "unfinished", MAIL "RCPT TO:<a@local.test>\r\nDATA\r\n",
	    "yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\r\n",
	    50, 45 << 20 },
};

struct conn {
	int fd;
	unsigned address;
	size_t sent;
};

static const struct what *what;
static char chunk[CHUNK];
static size_t first_len, period;
static unsigned port;
static int ep;

/* the lines from any place of them on */
static void
fill(void)
{
	size_t line = strlen(what->line), i;

	first_len = strlen(what->first);
	period = line == 0 ? 1 : CHUNK / line * line;
	for (i = 0; i < period && line > 0; i++)
		chunk[i] = what->line[i % line];
}

static void
open_one(struct conn *c)
{
	struct sockaddr_in me = { .sin_family = AF_INET }, it = me;
	struct epoll_event ev = { EPOLLIN | EPOLLOUT | EPOLLET, { .ptr = c } };

	c->sent = 0;
	c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	me.sin_addr.s_addr =
	    htonl(127u << 24 | what->net << 16 | c->address << 8 | 1);
	it.sin_port = htons((uint16_t)port);
	it.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (c->fd == -1 ||
	    bind(c->fd, (struct sockaddr *)&me, sizeof me) == -1 ||
	    (connect(c->fd, (struct sockaddr *)&it, sizeof it) == -1 &&
		errno != EINPROGRESS) ||
	    epoll_ctl(ep, EPOLL_CTL_ADD, c->fd, &ev) == -1) {
		if (c->fd != -1)
			close(c->fd);
		c->fd = -1;
	}
}

/* -1: it is over */
static int
send_some(struct conn *c)
{
	const char *p;
	size_t n, at;
	ssize_t r;

	for (;;) {
		if (c->sent < first_len) {
			p = what->first + c->sent;
			n = first_len - c->sent;
		} else {
			at = c->sent - first_len;
			if (what->most > 0 && at + period > what->most)
				return 0;
			p = chunk + at % period;
			n = period - at % period;
		}
		r = send(c->fd, p, n, MSG_NOSIGNAL);
		if (r == -1)
			return errno == EAGAIN ? 0 : -1;
		c->sent += (size_t)r;
	}
}

static int
read_all(struct conn *c)
{
	static char in[READ];
	ssize_t r;

	do
		r = read(c->fd, in, sizeof in);
	while (r > 0);
	return r == -1 && errno == EAGAIN ? 0 : -1;
}

static void
ready(struct conn *c, unsigned events)
{
	int end = 0;

	if (events & EPOLLIN)
		end = read_all(c);
	if (end == 0 && (events & EPOLLOUT))
		end = send_some(c);
	if (end == 0 && !(events & (EPOLLERR | EPOLLHUP)))
		return;
	close(c->fd);
	c->fd = -1;
}

int
main(int argc, char **argv)
{
	struct rlimit r;
	struct epoll_event ev[256];
	struct conn *c;
	uint64_t addresses, n, p, i;
	int k, got;

	for (k = 0; argc == 5 && k < (int)(sizeof kinds / sizeof *kinds); k++)
		if (strcmp(argv[1], kinds[k].name) == 0)
			what = &kinds[k];
	if (what == NULL || num_scans(argv[2], 1, 250, &addresses) == -1 ||
	    num_scans(argv[3], 1, 100000, &n) == -1 ||
	    num_scans(argv[4], 1, 65535, &p) == -1) {
		fprintf(stderr,
		    "usage: flood WHAT ADDRESSES CONNECTIONS PORT\n");
		return 100;
	}
	port = (unsigned)p;
	fill();
	if (getrlimit(RLIMIT_NOFILE, &r) == 0) {
		r.rlim_cur = r.rlim_max;
		setrlimit(RLIMIT_NOFILE, &r);
	}
	ep = epoll_create1(0);
	c = calloc(n, sizeof *c);
	if (ep == -1 || c == NULL)
		return 111;
	for (i = 0; i < n; i++) {
		c[i].address = (unsigned)(i % addresses);
		c[i].fd = -1;
	}
	for (;;) {
		for (i = 0; i < n; i++)
			if (c[i].fd == -1)
				open_one(&c[i]);
		got = epoll_wait(ep, ev, 256, AGAIN_MS);
		for (k = 0; k < got; k++)
			ready(ev[k].data.ptr, ev[k].events);
	}
}
