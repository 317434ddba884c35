#include "recv/sockets.h"
#include "base/exit.h"
#include "tap.h"
#include <fcntl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char dir[] = "/tmp/rohrpost-sockets.XXXXXX", at[64];
static char said[300];

static int
listens(int fd)
{
	int yes = 0;
	socklen_t n = sizeof yes;

	return getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &yes, &n) == 0 && yes;
}

/* the exit status of one that opens this; what it says in said */
static int
open_one(const char *address, const char *door)
{
	struct sockets s = { .n = 0 };
	ssize_t r;
	int p[2], st;
	pid_t pid;

	if (pipe(p) == -1)
		return -1;
	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		dup2(p[1], 2);
		sockets_add(&s, address);
		sockets_open(&s, door, 0600);
		_exit(0);
	}
	close(p[1]);
	r = read(p[0], said, sizeof said - 1);
	said[r > 0 ? r : 0] = '\0';
	close(p[0]);
	waitpid(pid, &st, 0);
	return WEXITSTATUS(st);
}

int
main(void)
{
	struct sockets s = { .n = 0 }, many = { .n = 0 };
	struct sockaddr_in in4;
	socklen_t len = sizeof in4;
	struct stat st;
	unsigned i;

	alarm(60);
	if (mkdtemp(dir) == NULL)
		return 1;
	snprintf(at, sizeof at, "unix:%s/s", dir);
	for (i = 0; i < ACCEPTOR_MAX; i++)
		is_num(sockets_add(&many, "-"), 0, "an address");
	is_num(sockets_add(&many, "-"), -1, "one too many");
	sockets_add(&s, "127.0.0.1:0");
	sockets_add(&s, at);
	sockets_add(&s, "-");
	sockets_open(&s, NULL, 0606);
	is_num(listens(s.fd[0]) && listens(s.fd[1]), 1, "they listen");
	is_num(fcntl(s.fd[0], F_GETFL) & fcntl(s.fd[1], F_GETFL) & O_NONBLOCK,
	    O_NONBLOCK, "and do not block");
	is_num(s.fd[2], 0, "- is descriptor 0");
	getsockname(s.fd[0], (struct sockaddr *)&in4, &len);
	is_num(sockets_have_port(&s, ntohs(in4.sin_port)), 1, "a port");
	is_num(sockets_have_port(&s, 25), 0, "and none of them");
	stat(at + 5, &st);
	is_num(st.st_mode & 0777, 0606, "who may connect");
	s.n = 2;
	sockets_close(&s);
	is_num(fcntl(s.fd[0], F_GETFD) + fcntl(s.fd[1], F_GETFD), -2, "closed");
	is_num(open_one("nowhere", NULL), EXIT_TEMP, "no address");
	is_str(said,
	    "rohrpost: fatal: unable to listen at nowhere: Invalid argument\n",
	    "is a line");
	unlink(at + 5);
	i = (unsigned)sockets_local(at + 5, 0600);
	is_num(listens((int)i), 1, "by its path");
	stat(at + 5, &st);
	is_num(st.st_mode & 0777, 0600, "for us alone");
	unlink(at + 5);
	is_num(open_one("127.0.0.1:0", at + 5), EXIT_TEMP, "no door");
	ok(strncmp(said, "rohrpost: fatal: unable to take 127.0.0.1:0 from /",
	       50) == 0,
	    "is one, too");
	rmdir(dir);
	return done();
}
