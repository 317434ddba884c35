#include "base/fdpass.h"
#include <assert.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

union control {
	struct cmsghdr align;
	char p[CMSG_SPACE(FDPASS_MAX * sizeof(int))];
};

ssize_t
fdpass_send(int socket, const void *p, size_t n, const int fds[], size_t n_fds)
{
	union control control = { .p = { 0 } };
	struct iovec v = { (void *)p, n };
	struct msghdr m = { .msg_iov = &v, .msg_iovlen = 1 };
	struct cmsghdr *c = &control.align;
	ssize_t r;

	assert(n > 0 && n_fds <= FDPASS_MAX);
	if (n_fds > 0) {
		m.msg_control = &control;
		m.msg_controllen = CMSG_SPACE(n_fds * sizeof *fds);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(n_fds * sizeof *fds);
		memcpy(CMSG_DATA(c), fds, n_fds * sizeof *fds);
	}
	do
		r = sendmsg(socket, &m, MSG_NOSIGNAL);
	while (r == -1 && errno == EINTR);
	return r;
}

/* those of one control message: as many as are wanted, from *have on */
static void
take(const struct cmsghdr *c, int fds[], size_t n_fds, size_t *have)
{
	size_t i, n = (c->cmsg_len - CMSG_LEN(0)) / sizeof *fds;
	int fd;

	for (i = 0; i < n; i++) {
		memcpy(&fd, CMSG_DATA(c) + i * sizeof fd, sizeof fd);
		if (*have < n_fds)
			fds[(*have)++] = fd;
		else
			close(fd);
	}
}

ssize_t
fdpass_receive(int socket, void *p, size_t n, int flags, int fds[],
    size_t n_fds)
{
	union control control;
	struct iovec v = { p, n };
	struct msghdr m = { .msg_iov = &v,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof control };
	struct cmsghdr *c;
	size_t i, have = 0;
	ssize_t r;

	for (i = 0; i < n_fds; i++)
		fds[i] = -1;
	do
		r = recvmsg(socket, &m, flags);
	while (r == -1 && errno == EINTR);
	if (r == -1)
		return -1;
	for (c = CMSG_FIRSTHDR(&m); c != NULL; c = CMSG_NXTHDR(&m, c))
		if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS)
			take(c, fds, n_fds, &have);
	return r;
}
