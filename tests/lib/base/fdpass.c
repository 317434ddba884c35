#include "base/fdpass.h"
#include "tap.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

/* how many descriptors we have */
static int
count(void)
{
	int n = 0, fd;

	for (fd = 0; fd < 200; fd++)
		n += fcntl(fd, F_GETFD) != -1;
	return n;
}

/* is it another descriptor of the same file? */
static int
same(int a, int b)
{
	struct stat s, t;

	return a != b && fstat(a, &s) == 0 && fstat(b, &t) == 0 &&
	    s.st_ino == t.st_ino && s.st_dev == t.st_dev;
}

static void
several(int pair[2], const int p[2])
{
	int four[FDPASS_MAX] = { p[0], p[1], p[0], p[1] }, got[FDPASS_MAX];
	int before = count();
	size_t i, want;
	char b[8];

	for (want = 0; want <= FDPASS_MAX; want++) {
		is_num(fdpass_send(pair[0], "all", 3, four, FDPASS_MAX), 3,
		    "four go");
		is_num(fdpass_receive(pair[1], b, sizeof b, MSG_CMSG_CLOEXEC,
			   got, want),
		    3, "with their bytes");
		is_num(count(), before + (int)want,
		    "only what is wanted stays");
		for (i = 0; i < want; i++) {
			ok(same(got[i], four[i]), "in their order");
			is_num(fcntl(got[i], F_GETFD), FD_CLOEXEC, "flags");
			close(got[i]);
		}
	}
}

static void
fewer(int pair[2], const int p[2])
{
	int got[2], before = count();
	char b[8];

	fdpass_send(pair[0], "x", 1, p, 1);
	is_num(fdpass_receive(pair[1], b, sizeof b, 0, got, 2), 1, "one comes");
	ok(same(got[0], p[0]) && got[1] == -1, "and not the other");
	is_num(fcntl(got[0], F_GETFD), 0, "inheritable without the flag");
	close(got[0]);
	fdpass_send(pair[0], "xy", 2, NULL, 0);
	is_num(fdpass_receive(pair[1], b, 1, 0, got, 2), 1, "bytes alone");
	ok(got[0] == -1 && got[1] == -1, "no descriptor");
	is_num(fdpass_receive(pair[1], b, sizeof b, 0, got, 2), 1, "the rest");
	fdpass_send(pair[0], "x", 1, p, 1);
	is_num(fdpass_receive(pair[1], b, 1, MSG_PEEK, got, 1), 1, "a look");
	ok(same(got[0], p[0]), "has the descriptor");
	close(got[0]);
	is_num(fdpass_receive(pair[1], b, 1, 0, got, 0), 1, "the byte stayed");
	is_num(count(), before, "nothing is left open");
}

int
main(void)
{
	int pair[2], p[2], fd = 7;
	char b[8];

	signal(SIGPIPE, SIG_DFL);
	if (pipe(p) == -1 || socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == -1)
		return 1;
	several(pair, p);
	fewer(pair, p);
	is_num(fdpass_receive(pair[1], b, 1, MSG_DONTWAIT, &fd, 1), -1,
	    "nothing is there");
	is_num(errno, EAGAIN, "says so");
	is_num(fd, -1, "no descriptor");
	close(pair[0]);
	is_num(fdpass_receive(pair[1], b, 1, 0, &fd, 1), 0, "the end");
	is_num(fdpass_send(pair[1], "x", 1, p, 1), -1, "nobody is there");
	is_num(errno, EPIPE, "an error, no signal");
	return done();
}
