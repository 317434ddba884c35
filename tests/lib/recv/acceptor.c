#include "recv/acceptor.h"
#include "tap.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

static struct acceptors acceptors;
static unsigned came;
static int family, port, flags;

static void
on_accepted(void *arg, int fd, const struct sockaddr_storage *ss, uint16_t p)
{
	(void)arg;
	came++;
	family = ss->ss_family;
	port = p;
	flags = fcntl(fd, F_GETFL) & O_NONBLOCK && fcntl(fd, F_GETFD) != 0;
	close(fd);
	if (came == 3)
		loop_stop();
}

static int
bound(struct sockaddr_in *sa)
{
	socklen_t n = sizeof *sa;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	memset(sa, 0, sizeof *sa);
	sa->sin_family = AF_INET;
	sa->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	bind(fd, (struct sockaddr *)sa, sizeof *sa);
	getsockname(fd, (struct sockaddr *)sa, &n);
	return fd;
}

static void
call(const struct sockaddr_in *sa)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	connect(fd, (const struct sockaddr *)sa, sizeof *sa);
}

int
main(void)
{
	struct sockaddr_in sa[ACCEPTOR_MAX], other;
	int fd[ACCEPTOR_MAX], i, more;

	alarm(60);
	acceptors.accepted = on_accepted;
	for (i = 0; i < ACCEPTOR_MAX; i++) {
		fd[i] = bound(&sa[i]);
		is_num(acceptor_add(&acceptors, fd[i]), 0, "a socket");
	}
	more = bound(&other);
	is_num(acceptor_add(&acceptors, more), -1, "one too many");
	is_num(errno, E2BIG, "which is said");
	call(&sa[0]);
	call(&sa[0]);
	call(&sa[ACCEPTOR_MAX - 1]);
	loop_run();
	is_num(came, 3, "connections of two");
	is_num(family, AF_INET, "from whom");
	ok(port == ntohs(sa[0].sin_port) ||
		port == ntohs(sa[ACCEPTOR_MAX - 1].sin_port),
	    "at which port");
	ok(flags, "they do not block, and are closed on exec");
	acceptor_stop(&acceptors);
	for (i = 0; i < ACCEPTOR_MAX; i++)
		if (fcntl(fd[i], F_GETFD) != -1)
			break;
	is_num(i, ACCEPTOR_MAX, "all are closed");
	is_num(fcntl(more, F_GETFD), FD_CLOEXEC, "but what was not taken");
	return done();
}
