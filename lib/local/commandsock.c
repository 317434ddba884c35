#include "local/commandsock.h"
#include "base/fd.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

enum { FDS = 2, ANSWER_ROOM = 64 };

union control {
	struct cmsghdr align;
	char p[CMSG_SPACE(FDS * sizeof(int))];
};

static int
dial(const char *path)
{
	struct sockaddr_un sa = { .sun_family = AF_UNIX };
	int fd;

	if (strlen(path) >= sizeof sa.sun_path) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(sa.sun_path, path, strlen(path) + 1);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd == -1)
		return -1;
	if (connect(fd, (struct sockaddr *)&sa, sizeof sa) == -1)
		return fd_fail(fd);
	return fd;
}

int
commandsock_ask(const char *path, const char *line, size_t n, int in, int out)
{
	const int fds[FDS] = { in, out };
	union control control = { 0 };
	struct iovec v = { (char *)line, n };
	struct msghdr m = { .msg_iov = &v,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof control };
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);
	int fd;

	if (n > LTSV_LINE_MAX) {
		errno = EMSGSIZE;
		return -1;
	}
	fd = dial(path);
	if (fd == -1)
		return -1;
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof fds);
	memcpy(CMSG_DATA(c), fds, sizeof fds);
	/* a new socket has room for a line */
	if (sendmsg(fd, &m, MSG_NOSIGNAL) == (ssize_t)n)
		return fd;
	errno = EAGAIN;
	return fd_fail(fd);
}

int
commandsock_status(int fd, int *status)
{
	char text[ANSWER_ROOM];
	struct ltsv l;
	uint64_t u;
	ssize_t n = read(fd, text, sizeof text);

	if (n == -1 && (errno == EAGAIN || errno == EINTR))
		return 0;
	/* it is written at once, and so comes at once */
	if (n <= 0 || text[n - 1] != '\n' || ltsv_parse(text, n, &l) == -1)
		return -1;
	if (ltsv_num(&l, "exit", 0, 255, &u) == 0)
		*status = (int)u << 8; /* as wait() has it */
	else if (ltsv_num(&l, "signal", 1, 127, &u) == 0)
		*status = (int)u;
	else
		return -1;
	return 1;
}

/* the two that come with the first bytes; others are closed */
static void
take_descriptors(struct msghdr *m, struct commandsock_request *r)
{
	struct cmsghdr *c;
	int fds[FDS];

	for (c = CMSG_FIRSTHDR(m); c != NULL; c = CMSG_NXTHDR(m, c)) {
		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS ||
		    c->cmsg_len != CMSG_LEN(sizeof fds) || r->in != -1)
			continue;
		memcpy(fds, CMSG_DATA(c), sizeof fds);
		r->in = fds[0];
		r->out = fds[1];
	}
}

static ssize_t
receive(int fd, struct commandsock_request *r, size_t at)
{
	union control control;
	struct iovec v = { r->line + at, sizeof r->line - at };
	struct msghdr m = { .msg_iov = &v,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof control };
	ssize_t n;

	do
		n = recvmsg(fd, &m, MSG_CMSG_CLOEXEC);
	while (n == -1 && errno == EINTR);
	if (n > 0)
		take_descriptors(&m, r);
	return n;
}

const char *
commandsock_take(int fd, struct commandsock_request *r)
{
	size_t at = 0;
	ssize_t n;

	r->in = r->out = -1;
	while (at == 0 || r->line[at - 1] != '\n') {
		errno = 0;
		if (at == sizeof r->line)
			return "request too long";
		n = receive(fd, r, at);
		if (n == -1)
			return "unable to read the request";
		if (n == 0)
			return "request cut short by end of input";
		at += n;
	}
	errno = 0;
	if (ltsv_parse(r->line, at, &r->fields) == -1 ||
	    ltsv_find(&r->fields, "command") == NULL)
		return "request is none";
	return r->in == -1 ? "request without descriptors" : NULL;
}

int
commandsock_answer(int fd, int status)
{
	char text[ANSWER_ROOM];
	int n;

	if (WIFEXITED(status))
		n = snprintf(text, sizeof text, "exit:%d\n",
		    WEXITSTATUS(status));
	else
		n = snprintf(text, sizeof text, "signal:%d\n",
		    WTERMSIG(status));
	return fd_write_all(fd, text, (size_t)n);
}
