#include "local/commandsock.h"
#include "base/fd.h"
#include "base/fdpass.h"
#include "chain/dial.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { FDS = 2, ANSWER_ROOM = 64 };

int
commandsock_ask(const char *path, const char *line, size_t n, int in, int out)
{
	const int fds[FDS] = { in, out };
	int fd;

	if (n > LTSV_LINE_MAX) {
		errno = EMSGSIZE;
		return -1;
	}
	fd = dial_path(path);
	if (fd == -1)
		return -1;
	/* a new socket has room for a line */
	if (fdpass_send(fd, line, n, fds, FDS) == (ssize_t)n)
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

static void
drop(const int fds[FDS])
{
	int i;

	for (i = 0; i < FDS; i++)
		if (fds[i] != -1)
			close(fds[i]);
}

/* a piece, and the first two descriptors that come together */
static ssize_t
receive(int fd, struct commandsock_request *r, size_t at)
{
	int fds[FDS];
	ssize_t n = fdpass_receive(fd, r->line + at, sizeof r->line - at,
	    MSG_CMSG_CLOEXEC, fds, FDS);

	if (r->in != -1 || fds[FDS - 1] == -1) {
		drop(fds);
		return n;
	}
	r->in = fds[0];
	r->out = fds[1];
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
