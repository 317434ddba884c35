#include "base/fd.h"
#include "base/fdpass.h"
#include "chain/hold.h"
#include "chain/listen.h"
#include "tap.h"
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static struct hold hold;

static int
connects(const char *path)
{
	struct sockaddr_un sa = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	snprintf(sa.sun_path, sizeof sa.sun_path, "%s", path);
	if (connect(fd, (struct sockaddr *)&sa, sizeof sa) == -1)
		return fd_fail(fd);
	return fd;
}

/* are both of them one socket? */
static int
same(int a, int b)
{
	struct stat s, t;

	return fstat(a, &s) == 0 && fstat(b, &t) == 0 && s.st_ino == t.st_ino;
}

static void
opened(void)
{
	static struct hold many;
	char longest[HOLD_ASK_MAX + 1];
	size_t i;

	is_num(hold_open(&hold, "127.0.0.1:0"), 0, "opened");
	is_num(hold_open(&hold, "unix:x"), -1, "no Unix socket");
	is_num(errno, EINVAL, "says so");
	memset(longest, '1', sizeof longest);
	memcpy(longest + sizeof longest - 4, ":25", 4);
	is_num(hold_open(&hold, longest), -1, "too long");
	is_num(errno, EINVAL, "says so");
	is_num(hold_open(&hold, "127.0.0.1:0"), 0, "one more");
	is_num(hold.n, 2, "two sockets");
	for (i = 0; i < HOLD_SOCKETS_MAX; i++)
		is_num(hold_open(&many, "127.0.0.1:0"), 0, "16 of them");
	is_num(hold_open(&many, "127.0.0.1:0"), -1, "no 17th");
	is_num(errno, E2BIG, "says so");
	for (i = 0; i < many.n; i++)
		close(many.one[i].fd);
}

/* as if another program had been run in between */
static void
handed_on(void)
{
	struct stat st[2];
	static struct hold h;
	char pid[24];

	fstat(hold.one[0].fd, &st[0]);
	fstat(hold.one[1].fd, &st[1]);
	is_num(hold_hand_on(&hold), 0, "handed on");
	is_str(getenv("LISTEN_FDS"), "2", "so many");
	is_str(getenv("LISTEN_FDNAMES"), "127.0.0.1;0:127.0.0.1;0", "names");
	snprintf(pid, sizeof pid, "%ld", (long)getpid());
	is_str(getenv("LISTEN_PID"), pid, "for this process");
	is_num(fcntl(3, F_GETFD), 0, "inheritable");
	is_num(fcntl(4, F_GETFD), 0, "both");

	setenv("LISTEN_PID", "1", 1);
	is_num(hold_inherit(&h), -1, "for another process");
	ok(getenv("LISTEN_PID") == NULL && getenv("LISTEN_FDS") == NULL &&
		getenv("LISTEN_FDNAMES") == NULL,
	    "the environment has nothing more");
	is_num(hold_inherit(&h), -1, "nothing given");
	setenv("LISTEN_PID", pid, 1);
	setenv("LISTEN_FDS", "17", 1);
	is_num(hold_inherit(&h), -1, "too many");
	setenv("LISTEN_PID", pid, 1);
	setenv("LISTEN_FDS", "2", 1);
	setenv("LISTEN_FDNAMES", "smtp:127.0.0.1;0", 1);
	memset(&hold, 0, sizeof hold);
	is_num(hold_inherit(&hold), 0, "given");
	ok(hold.n == 2 && hold.one[0].fd == 3 && hold.one[1].fd == 4, "3, 4");
	is_str(hold.one[0].name, "smtp", "a name as systemd has it");
	is_str(hold.one[1].name, "127.0.0.1:0", "and as we have it");
	is_num(fcntl(3, F_GETFD), FD_CLOEXEC, "close-on-exec");
	setenv("LISTEN_PID", pid, 1);
	setenv("LISTEN_FDS", "1", 1);
	is_num(hold_inherit(&h), 0, "without names");
	is_str(h.one[0].name, "", "it has none");
	close(dup2(open("/dev/null", O_RDONLY), 5));
	dup2(2, 5);
	setenv("LISTEN_PID", pid, 1);
	setenv("LISTEN_FDS", "3", 1);
	is_num(hold_inherit(&h), 5, "no listening socket");
	close(5);
}

static void
caught(void *arg)
{
	hold_stop(&hold);
	loop_stop();
	(void)arg;
}

static void
serve(void)
{
	static struct loop_signal term;

	signal(SIGPIPE, SIG_IGN);
	loop_signal_start(&term, SIGTERM, caught, NULL);
	hold_serve(&hold, listen_open("unix:door", 0600));
	loop_run();
	_exit(0);
}

static void
asked(void)
{
	struct sockaddr_storage ss;
	socklen_t len = sizeof ss;
	char address[64], b[8] = "";
	int fd, i, fds[HOLD_CLIENTS_MAX];

	is_num(hold_take("door", "smtp", &fd), 1, "by its name");
	ok(same(fd, 3), "the socket");
	is_num(fcntl(fd, F_GETFD), FD_CLOEXEC, "close-on-exec");
	ok(fcntl(fd, F_GETFL) & O_NONBLOCK, "it does not block");
	close(fd);
	getsockname(4, (struct sockaddr *)&ss, &len);
	snprintf(address, sizeof address, "127.0.0.1:%u",
	    ntohs(((struct sockaddr_in *)&ss)->sin_port));
	is_num(hold_take("door", address, &fd), 1, "by its address");
	ok(same(fd, 4), "the socket");
	close(fd);
	is_num(hold_take("door", "127.0.0.1:1", &fd), 0, "another port");
	is_num(hold_take("door", "[::1]:1", &fd), 0, "another family");
	is_num(hold_take("door", "", &fd), 0, "no address");
	is_num(hold_take("door",
		   "127.0.0.1:000000000000000000000000000000000"
		   "0000000000000000000000000000000000000000025",
		   &fd),
	    0, "a long one");
	is_num(fd, -1, "nothing taken");

	/* byte by byte, and the same socket by two spellings */
	i = connects("door");
	memcpy(address + strlen(address), "\n", 2);
	for (fd = 0; address[fd] != '\0'; fd++)
		fdpass_send(i, address + fd, 1, NULL, 0);
	is_num(fdpass_receive(i, b, sizeof b, 0, &fd, 1), 2, "byte by byte");
	ok(memcmp(b, "K\n", 2) == 0 && same(fd, 4), "the same answer");
	close(fd);
	is_num(read(i, b, 1), 0, "and the end");
	close(i);

	/* as many as there may be say nothing: they go after a second */
	for (i = 0; i < HOLD_CLIENTS_MAX; i++)
		fds[i] = connects("door");
	i = hold_take("door", "smtp", &fd);
	ok(i == 1 || (i == -1 && errno == ETIMEDOUT), "one more may wait");
	if (i == 1)
		close(fd);
	for (i = 0; i < HOLD_CLIENTS_MAX; i++) {
		is_num(read(fds[i], b, 1), 0, "who is silent goes");
		close(fds[i]);
	}
	is_num(hold_take("door", "smtp", &fd), 1, "others are served again");
	close(fd);
	i = connects("door");
	for (fd = 0; fd < HOLD_ASK_MAX; fd++)
		fdpass_send(i, "x", 1, NULL, 0);
	is_num(read(i, b, 1), 0, "a question that is too long");
	close(i);
}

/* a door that answers what we say */
static int
take_from(const char *says, size_t n)
{
	int fd, r, door = listen_open("unix:bad", 0600);
	pid_t pid = fork();
	char c;

	if (pid == 0) {
		fd_block(door);
		fd = accept(door, NULL, NULL);
		while (read(fd, &c, 1) == 1 && c != '\n')
			;
		fd_write_all(fd, says, n);
		if (n == 0)
			pause();
		_exit(0);
	}
	r = hold_take("bad", "smtp", &fd);
	n = (size_t)errno;
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	close(door);
	errno = (int)n;
	return r;
}

int
main(void)
{
	char dir[] = "/tmp/hold.XXXXXX";
	int fd, st;
	pid_t pid;

	if (mkdtemp(dir) == NULL || chdir(dir) == -1)
		return 1;
	close(3);
	close(4);
	opened();
	handed_on();
	pid = fork();
	if (pid == 0) {
		/* whoever asks is there first */
		usleep(10 * HOLD_KNOCK_MS * 1000);
		serve();
	}
	is_num(hold_take("door", "smtp", &fd), 1, "a door that comes yet");
	close(fd);
	asked();
	kill(pid, SIGTERM);
	ok(waitpid(pid, &st, 0) == pid && st == 0, "ends");
	is_num(hold_take("door", "smtp", &fd), -1, "nobody is there");
	is_num(errno, ECONNREFUSED, "says so");
	is_num(hold_take("none", "smtp", &fd), -1, "no door");
	is_num(errno, ENOENT, "says so");

	ok(take_from("K\n", 2) == -1 && errno == EPROTO, "K with nothing");
	ok(take_from("?\n", 2) == -1 && errno == EPROTO, "no answer of ours");
	ok(take_from("K", 1) == -1 && errno == EPROTO, "half an answer");
	is_num(take_from("Dno\n", 4), 0, "D");
	ok(take_from("", 0) == -1 && errno == ETIMEDOUT, "no answer");
	unlink("bad");
	unlink("door");
	is_num(chdir("/"), 0, "away");
	is_num(rmdir(dir), 0, "nothing is left");
	return done();
}
