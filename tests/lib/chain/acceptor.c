#include "chain/acceptor.h"
#include "base/clock.h"
#include "tap.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

static struct acceptors acceptors;
static unsigned came, awaited = 3;
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
	if (came == awaited)
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
	listen(fd, 8);
	getsockname(fd, (struct sockaddr *)sa, &n);
	return fd;
}

static void
call(const struct sockaddr_in *sa)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	connect(fd, (const struct sockaddr *)sa, sizeof *sa);
}

static void
on_time(void *arg)
{
	(void)arg;
	loop_stop();
}

/* a while in which others would be accepted */
static void
wait_ms(int ms)
{
	static struct loop_timer t;

	loop_timer_set(&t, ms, on_time, NULL);
	loop_run();
}

static void
test_full(const struct sockaddr_in *sa)
{
	came = 0;
	awaited = 1;
	acceptor_full(&acceptors, 1);
	call(sa);
	wait_ms(50);
	is_num(came, 0, "full: he waits");
	acceptor_full(&acceptors, 0);
	loop_run();
	is_num(came, 1, "and is taken when there is room again");
}

static void
test_pause(const struct sockaddr_in *sa)
{
	int64_t before = clock_mono_ms();

	came = 0;
	acceptor_pause(&acceptors);
	call(sa);
	acceptor_full(&acceptors, 1);
	acceptor_full(&acceptors, 0);
	loop_run();
	is_num(came, 1, "after a pause");
	ok(clock_mono_ms() - before >= ACCEPTOR_AGAIN_MS - 5,
	    "which room does not end");
}

static struct rlimit descriptors;

static void
on_room(void *arg)
{
	(void)arg;
	is_num(came, 0, "no descriptor: nobody is taken");
	setrlimit(RLIMIT_NOFILE, &descriptors);
}

static void
test_no_descriptors(const struct sockaddr_in *sa)
{
	static struct loop_timer t;
	struct rlimit few;
	char said[1000];
	int p[2], err = dup(2), lines = 0;
	ssize_t n;

	pipe(p);
	dup2(p[1], 2);
	close(p[1]);
	came = 0;
	call(sa);
	getrlimit(RLIMIT_NOFILE, &descriptors);
	few = descriptors;
	few.rlim_cur = 3;
	setrlimit(RLIMIT_NOFILE, &few);
	loop_timer_set(&t, ACCEPTOR_AGAIN_MS * 5 / 2, on_room, NULL);
	loop_run();
	is_num(came, 1, "nor lost");
	dup2(err, 2);
	close(err);
	n = read(p[0], said, sizeof said);
	close(p[0]);
	while (n > 0)
		lines += said[--n] == '\n';
	is_num(lines, 1, "it is said once, however often it is tried");
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
	test_full(&sa[1]);
	test_pause(&sa[1]);
	test_no_descriptors(&sa[1]);
	acceptor_close(&acceptors);
	for (i = 0; i < ACCEPTOR_MAX; i++)
		if (fcntl(fd[i], F_GETFD) != -1)
			break;
	is_num(i, ACCEPTOR_MAX, "all are closed");
	is_num(fcntl(more, F_GETFD), FD_CLOEXEC, "but what was not taken");
	return done();
}
