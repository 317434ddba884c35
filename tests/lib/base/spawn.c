#include "base/spawn.h"
#include "base/exit.h"
#include "base/fd.h"
#include "tap.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *
run(char *const argv[], const char *in, int *status)
{
	static char out[1000];
	int to, from, st;
	ssize_t n;
	pid_t pid = spawn_next(argv, &to, &from);

	*status = -1;
	if (pid <= 0)
		return "(not run)";
	if (!(fcntl(to, F_GETFL) & O_NONBLOCK) ||
	    !(fcntl(from, F_GETFL) & O_NONBLOCK) ||
	    !(fcntl(to, F_GETFD) & FD_CLOEXEC) ||
	    !(fcntl(from, F_GETFD) & FD_CLOEXEC))
		return "(flags)";
	fd_block(to);
	fd_block(from);
	fd_write_all(to, in, strlen(in));
	close(to);
	n = fd_read_all(from, out, sizeof out - 1);
	out[n] = '\0';
	close(from);
	waitpid(pid, &st, 0);
	*status = spawn_status(st);
	return out;
}

#define SH(s) ((char *[]){ "sh", "-c", s, NULL })

static void
sockets(void)
{
	struct sockaddr_un sa = { .sun_family = AF_UNIX };
	char dir[] = "/tmp/spawn.XXXXXX", word[200];
	int fd, to, from, c;

	if (mkdtemp(dir) == NULL)
		return;
	snprintf(sa.sun_path, sizeof sa.sun_path, "%s/s", dir);
	snprintf(word, sizeof word, "unix:%s", sa.sun_path);
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	is_num(spawn_next((char *[]){ word, NULL }, &to, &from), -1,
	    "unix: nobody there");
	is_num(errno, ENOENT, "ENOENT");
	bind(fd, (struct sockaddr *)&sa, sizeof sa);
	is_num(spawn_next((char *[]){ word, NULL }, &to, &from), -1,
	    "unix: nobody serves it");
	is_num(errno, ECONNREFUSED, "ECONNREFUSED");
	listen(fd, 5);
	is_num(spawn_next((char *[]){ word, NULL }, &to, &from), 0,
	    "unix: no process");
	c = accept(fd, NULL, NULL);
	ok(to != from && fd_write_all(to, "x", 1) == 0 &&
		fd_read_all(c, word, 1) == 1 && fd_write_all(c, "y", 1) == 0 &&
		read(from, word, 1) == 1,
	    "two descriptors of it");
	ok(fcntl(to, F_GETFL) & O_NONBLOCK, "non-blocking");
	close(to);
	close(from);
	close(c);
	close(fd);
	unlink(sa.sun_path);
	rmdir(dir);
	memset(word, 'x', 150);
	memcpy(word, "unix:", 5);
	word[5 + 108] = '\0';
	is_num(spawn_next((char *[]){ word, NULL }, &to, &from), -1,
	    "unix: path too long");
	is_num(errno, ENAMETOOLONG, "ENAMETOOLONG");
}

/* this very program is one that stands beside it */
static void
beside(const char *self)
{
	const char *slash = strrchr(self, '/');
	char name[100];
	int st;
	pid_t pid;

	snprintf(name, sizeof name, "%s", slash == NULL ? self : slash + 1);
	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		spawn_beside((char *[]){ name, "beside", NULL });
		_exit(1);
	}
	waitpid(pid, &st, 0);
	is_num(spawn_status(st), EXIT_STOP, "a program beside this one");
	spawn_beside((char *[]){ "no-such-program", NULL });
	is_num(errno, ENOENT, "none of that name");
}

int
main(int argc, char **argv)
{
	char *none[] = { NULL };
	int st, n, to, from, i;
	struct rlimit limit = { 64, 64 };

	if (argc > 1)
		return EXIT_STOP;
	signal(SIGPIPE, SIG_IGN);
	for (i = 3; i < 256; i++)
		close(i); /* whatever the caller left open */
	is_str(run(SH("cat"), "text", &st), "text", "0 and 1 are pipes");
	is_num(st, 0, "status 0");
	run(SH("exit 99"), "", &st);
	is_num(st, EXIT_STOP, "status 99");
	run(SH("exit 100"), "", &st);
	is_num(st, EXIT_PERM, "status 100");
	run(SH("exit 1"), "", &st);
	is_num(st, EXIT_TEMP, "status 1 is temporary");
	run(SH("kill -9 $$"), "", &st);
	is_num(st, EXIT_TEMP, "a signal is temporary");
	is_str(run(SH("kill -PIPE $$; echo lives"), "", &st), "",
	    "SIGPIPE has its default");
	is_str(run(SH("ls /proc/self/fd | wc -l"), "", &st), "4\n",
	    "no further descriptors");
	is_str(run((char *[]){ "no-such-program", NULL }, "", &st), "(not run)",
	    "no such program");
	is_num(errno, ENOENT, "ENOENT");
	is_str(run((char *[]){ "/etc/passwd", NULL }, "", &st), "(not run)",
	    "no program");
	is_num(errno, EACCES, "EACCES");
	is_str(run(none, "", &st), "(not run)", "nothing to run");
	is_num(waitpid(-1, NULL, WNOHANG), -1, "no child is left");
	sockets();

	/* also where 0 and 1 are free: pipes may not land there */
	n = dup(1);
	fflush(stdout);
	close(0);
	close(1);
	i = spawn_piped(SH("cat; echo x"), &to, &from) > 0 ? 0 : -1;
	if (i == 0) {
		close(to);
		fd_block(from);
		i = fd_read_all(from, (char[8]){ 0 }, 8);
		close(from);
	}
	dup2(n, 1);
	is_num(i, 2, "0 and 1 closed here: the child has its own");
	ok(to > 2 && from > 2, "our ends are above 2");
	wait(NULL);
	/* a child that closes its side and lives on: a bounded wait */
	i = spawn_piped(SH("exit 100"), &to, &from);
	is_num(spawn_collect(i, 2000), EXIT_PERM, "how it has ended");
	is_num(spawn_collect(i, 2000), EXIT_TEMP, "collected before");
	i = spawn_piped(SH("exec >&-; exec sleep 60"), &to, &from);
	is_num(spawn_collect(i, 50), -1, "has not ended");
	kill(i, SIGKILL);
	is_num(spawn_collect(i, 2000), EXIT_TEMP, "killed");
	/* out of descriptors: an error, nothing is lost */
	setrlimit(RLIMIT_NOFILE, &limit);
	for (i = 0; i < 64 && dup(1) != -1; i++)
		;
	is_num(spawn_piped(SH("true"), &to, &from), -1, "no descriptors");
	is_num(errno, EMFILE, "EMFILE");
	close(20);
	is_num(spawn_piped(SH("true"), &to, &from), -1, "one descriptor");
	ok(fcntl(20, F_GETFD) == -1, "it is still free");
	beside(argv[0]);
	return done();
}
