#include "chain/record.h"
#include "base/fd.h"
#include "base/num.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

/* whoever set the variable: only what can do no harm is written to */
static int
is_record(int fd)
{
	int f = fcntl(fd, F_GETFL);
	struct stat st;

	return f != -1 && (f & O_ACCMODE) == O_WRONLY && (f & O_APPEND) &&
	    fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
}

int
record_inherited(void)
{
	const char *s = getenv(RECORD_ENV);
	uint64_t u;

	if (s == NULL || num_scans(s, 3, INT_MAX, &u) == -1 || !is_record(u))
		return -1;
	return u;
}

int
record_take(void)
{
	int fd = record_inherited();

	unsetenv(RECORD_ENV);
	if (fd != -1 && fd_cloexec(fd) == -1)
		return -1;
	return fd;
}

/* the descriptor in a message, -1: none */
static int
carried(struct msghdr *m)
{
	struct cmsghdr *c;
	int fd = -1;

	for (c = CMSG_FIRSTHDR(m); c != NULL; c = CMSG_NXTHDR(m, c))
		if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS &&
		    c->cmsg_len == CMSG_LEN(sizeof fd))
			memcpy(&fd, CMSG_DATA(c), sizeof fd);
	return fd;
}

void
record_receive(int socket)
{
	union {
		struct cmsghdr align;
		char p[CMSG_SPACE(sizeof(int))];
	} control;
	char byte, text[16];
	struct iovec v = { &byte, 1 };
	struct msghdr m = { .msg_iov = &v,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof control };
	ssize_t n;
	int fd;

	unsetenv(RECORD_ENV);
	do
		n = recvmsg(socket, &m, MSG_PEEK);
	while (n == -1 && errno == EINTR);
	fd = n == 1 ? carried(&m) : -1;
	if (fd == -1)
		return;
	snprintf(text, sizeof text, "%d", fd);
	if (!is_record(fd) || setenv(RECORD_ENV, text, 1) == -1)
		close(fd);
}
