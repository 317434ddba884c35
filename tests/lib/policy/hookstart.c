/* connections that another process makes */
#include "policy/hookstart.h"
#include "base/die.h"
#include "cdbfile.h"
#include "chain/listen.h"
#include "tap.h"
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static char dir[] = "/tmp/rohrpost-hookstart.XXXXXX", at[80];

static struct hookrule
rule(unsigned line, const char *where)
{
	struct hookrule r = { .line = line };

	snprintf(r.where, sizeof r.where, "%s", where);
	return r;
}

/* what comes there, until it ends or for so many bytes */
static const char *
hear(int fd, size_t n)
{
	static char t[100];
	struct pollfd p = { fd, POLLIN, 0 };
	size_t have = 0;
	ssize_t r = 1;

	while (have < n && r > 0 && poll(&p, 1, 10000) == 1) {
		r = read(fd, t + have, n - have);
		have += r > 0 ? (size_t)r : 0;
	}
	t[have] = '\0';
	return t;
}

static void
test_program(void)
{
	struct hookrule cat = rule(1, "run:cat"),
			two = rule(2, "run:read a; echo \"<$a>\"; exit 0");
	int64_t handle = 0, other = 0;
	int fd = hookstart_by.connect(&cat, &handle), fd2;

	ok(fd != -1 && handle > 0, "a program runs");
	needs(fd_write_all(fd, "hello", 5));
	is_str(hear(fd, 5), "hello", "on its 0 and 1");
	fd2 = hookstart_by.connect(&two, &other);
	ok(fd2 != -1 && other != handle, "and another");
	needs(fd_write_all(fd2, "x y\n", 4));
	is_str(hear(fd2, 99), "<x y>\n", "a command of the shell");
	close(fd2);
	close(fd);
}

static void
test_hung(void)
{
	struct hookrule r = rule(3, "run:sleep 1000; true");
	int64_t handle = 0;
	int fd = hookstart_by.connect(&r, &handle);

	ok(fd != -1, "one that hangs");
	hookstart_by.kill(handle + 100000);
	hookstart_by.kill(handle);
	is_str(hear(fd, 1), "", "is killed, with what it has started");
	close(fd);
}

static void
test_sockets(void)
{
	struct hookrule local = rule(4, at), tcp = rule(5, "tcp:127.0.0.1:1");
	int64_t handle = 7;
	int door = listen_open(at, 0600), fd, there;

	fd = hookstart_by.connect(&local, &handle);
	there = accept(door, NULL, NULL);
	ok(fd != -1 && there != -1, "a Unix socket");
	is_num(handle, 0, "which is not killed");
	hookstart_by.kill(0);
	needs(fd_write_all(there, "hi", 2));
	is_str(hear(fd, 2), "hi", "connected");
	close(there);
	close(fd);
	close(door);
	unlink(at + 5);
	is_num(hookstart_by.connect(&local, &handle), -1, "nobody there");
	is_num(errno, ENOENT, "and why");
	fd = hookstart_by.connect(&tcp, &handle);
	is_str(fd == -1 ? "" : hear(fd, 1), "", "TCP, where nobody is");
	if (fd != -1)
		close(fd);
}

static void
test_others(void)
{
	struct hookrule wrong = rule(1, "run:echo no"),
			none = rule(9, "run:cat");
	int64_t handle;

	is_num(hookstart_by.connect(&wrong, &handle), -1,
	    "what the table does not name is not run");
	is_num(errno, EPERM, "for that reason");
	is_num(hookstart_by.connect(&none, &handle), -1, "nor by a line more");
}

int
main(int argc, char **argv)
{
	char text[400], path[80];
	struct hookrule r = rule(1, "run:cat");
	int64_t handle;

	(void)argc;
	prog_init(argv);
	is_num(hookstart_by.connect(&r, &handle), -1, "not yet");
	need(mkdtemp(dir));
	snprintf(at, sizeof at, "unix:%s/sock", dir);
	snprintf(text, sizeof text,
	    "rcpt run:cat\nrcpt \"run:read a; echo \\\"<$a>\\\"; exit 0\"\n"
	    "rcpt run:\"sleep 1000; true\"\nrcpt %s\n"
	    "rcpt tcp:127.0.0.1:1\n",
	    at);
	cdbfile(dir, &conffile_hooks, text);
	is_num(hookstart_open(dir), 0, "the process that connects");
	test_program();
	test_hung();
	test_sockets();
	test_others();
	snprintf(path, sizeof path, "%s/hooks.cdb", dir);
	unlink(path);
	rmdir(dir);
	return done();
}
