#include "chain/record.h"
#include "tap.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void
set(int fd)
{
	char text[16];

	snprintf(text, sizeof text, "%d", fd);
	setenv(RECORD_ENV, text, 1);
}

/* "x" over a socket, with a descriptor if it is not -1 */
static void
post(int to, int fd)
{
	char control[CMSG_SPACE(sizeof fd)] = { 0 }, byte = 'x';
	struct iovec v = { &byte, 1 };
	struct msghdr m = { .msg_iov = &v, .msg_iovlen = 1 };
	struct cmsghdr *c;

	if (fd != -1) {
		m.msg_control = control;
		m.msg_controllen = sizeof control;
		c = CMSG_FIRSTHDR(&m);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(sizeof fd);
		memcpy(CMSG_DATA(c), &fd, sizeof fd);
	}
	is_num(sendmsg(to, &m, 0), 1, "one byte is sent");
}

int
main(void)
{
	char path[] = "/tmp/record.XXXXXX", byte = 0;
	int pair[2], p[2], good, fd = mkstemp(path);

	good = open(path, O_WRONLY | O_APPEND);
	unsetenv(RECORD_ENV);
	is_num(record_inherited(), -1, "nothing in the environment");
	setenv(RECORD_ENV, "x", 1);
	is_num(record_inherited(), -1, "no number");
	set(1);
	is_num(record_inherited(), -1, "a standard descriptor");
	set(999);
	is_num(record_inherited(), -1, "not open");
	set(fd);
	is_num(record_inherited(), -1, "not for appending only");
	if (pipe(p) == -1)
		return 1;
	set(p[1]);
	is_num(record_inherited(), -1, "a pipe");
	set(good);
	is_num(record_inherited(), good, "a file for appending");
	is_num(fcntl(good, F_GETFD), 0, "stays inheritable");
	is_num(record_take(), good, "taken");
	is_num(fcntl(good, F_GETFD), FD_CLOEXEC, "is inherited no more");
	ok(getenv(RECORD_ENV) == NULL, "and not in the environment");

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == -1)
		return 1;
	set(good);
	post(pair[0], -1);
	record_receive(pair[1]);
	ok(getenv(RECORD_ENV) == NULL, "a byte with nothing");
	ok(read(pair[1], &byte, 1) == 1 && byte == 'x', "it stays to be read");
	post(pair[0], fd);
	record_receive(pair[1]);
	ok(getenv(RECORD_ENV) == NULL, "not for appending: not taken");
	ok(read(pair[1], &byte, 1) == 1, "the byte");
	post(pair[0], good);
	record_receive(pair[1]);
	ok(record_inherited() > 2 && record_inherited() != good,
	    "a descriptor of its own");
	is_num(write(record_inherited(), "line\n", 5), 5,
	    "that can be written");
	ok(read(pair[1], &byte, 1) == 1 && byte == 'x', "the byte stays");
	close(pair[0]);
	record_receive(pair[1]);
	ok(getenv(RECORD_ENV) == NULL, "the end of the connection");
	is_num(lseek(fd, 0, SEEK_END), 5, "what was written is there");
	unlink(path);
	return done();
}
