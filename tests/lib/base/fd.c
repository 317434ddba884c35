#include "base/fd.h"
#include "base/buf.h"
#include "tap.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <sys/stat.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PIPES = 100, ASKED = 1 << 20 };

/* a user who has used up his share gets what is left of it, and goes on */
static int
share(void)
{
	int p[2], i, size, full = 0, less = 0, bad = 0;

	fd_limit_raise();
	if (getuid() == 0 && setuid(12345) == -1)
		return 111;
	/* an odd rest */
	if (fd_pipe(p) == -1)
		return 111;
	for (i = 0; i < PIPES; i++) {
		if (fd_pipe(p) == -1)
			return 111;
		fd_pipe_size(p[0], ASKED);
		size = fcntl(p[0], F_GETPIPE_SZ);
		full += size == ASKED;
		less += size < ASKED && size > 65536;
		bad += size < 4096;
	}
	/* 64 MiB by default, or no limit */
	return bad || (full < PIPES && less == 0);
}

static void
sizes(void)
{
	int p[2], st;
	pid_t pid;

	is_num(fd_pipe(p), 0, "pipe");
	fd_pipe_size(p[0], 131072);
	is_num(fcntl(p[1], F_GETPIPE_SZ), 131072, "a larger pipe");
	fd_pipe_size(p[0], 4096);
	is_num(fcntl(p[1], F_GETPIPE_SZ), 131072, "never a smaller one");
	close(p[0]);
	close(p[1]);
	fd_pipe_size(p[0], 131072);
	ok(1, "what is no pipe stays");
	fflush(stdout);
	pid = fork();
	if (pid == 0)
		_exit(share());
	waitpid(pid, &st, 0);
	is_num(st, 0, "what is left of a share");
}

static void
renamed(void)
{
	char dir[] = "/tmp/fd.XXXXXX";
	int fd = mkdtemp(dir) == NULL ? -1 : open(dir, O_DIRECTORY | O_RDONLY);

	close(openat(fd, "a", O_CREAT | O_WRONLY, 0600));
	close(openat(fd, "b", O_CREAT | O_WRONLY, 0600));
	is_num(fd_rename(fd, "a", "b"), -1, "a name that is taken");
	is_num(errno, EEXIST, "EEXIST");
	is_num(fd_rename(fd, "a", "c"), 0, "one that is free");
	is_num(unlinkat(fd, "c", 0), 0, "the new name is there");
	is_num(unlinkat(fd, "b", 0), 0, "the taken one, too");
	close(fd);
	rmdir(dir);
}

static int to;

static void
on_alarm(int sig)
{
	(void)sig;
	fd_write_all(to, "ef", 2);
}

/* what is there, behind what was */
static void
more(void)
{
	struct sigaction sa = { .sa_handler = on_alarm };
	struct buf b = { 0 };
	int p[2], from;

	fd_pipe(p);
	from = p[0];
	to = p[1];
	fd_write_all(to, "abcd", 4);
	is_num(fd_read_more(from, &b, 3), 3, "as many as are wanted");
	is_num(fd_read_more(from, &b, 3), 1, "or as there are");
	fd_nonblock(from);
	ok(fd_read_more(from, &b, 3) == -1 && errno == EAGAIN, "none now");
	fd_block(from);
	/* the handler does not let the call go on */
	sigaction(SIGALRM, &sa, NULL);
	ualarm(10000, 0);
	is_num(fd_read_more(from, &b, 3), 2, "a signal is no end");
	close(to);
	is_num(fd_read_more(from, &b, 3), 0, "the end");
	buf_putc(&b, '\0');
	is_str(buf_data(&b), "abcdef", "one behind the other");
	close(from);
	ok(fd_read_more(from, &b, 3) == -1 && errno == EBADF, "closed");
	ok(fd_read_more(from, &b, SIZE_MAX / 2) == -1 && errno == ENOMEM,
	    "no room");
	buf_free(&b);
}

static void
locks(void)
{
	char path[] = "/tmp/fd.XXXXXX";
	int a = mkstemp(path), b = open(path, O_RDONLY | O_CLOEXEC);

	is_num(fd_lock(a, 0), 0, "locked");
	is_num(fd_lock(b, 20), -1, "by another one");
	is_num(errno, ETIMEDOUT, "who keeps it");
	close(a);
	is_num(fd_lock(b, 0), 0, "until he has gone");
	close(b);
	is_num(fd_lock(b, 20), -1, "no file");
	is_num(errno, EBADF, "why");
	unlink(path);
}

int
main(void)
{
	char path[] = "/tmp/fd.XXXXXX", b[10], *s;
	int fd = mkstemp(path), p[2];
	size_t n;

	is_num(fd_write_all(fd, "0123456789", 10), 0, "write");
	is_num(fd_slurp(path, 10, &s, &n), 0, "a file of max bytes");
	is_num(n, 10, "its length");
	is_str(s, "0123456789", "its bytes");
	free(s);
	is_num(fd_slurp(path, 9, &s, &n), -1, "one byte too long");
	is_num(errno, EFBIG, "EFBIG");
	is_num(ftruncate(fd, 0), 0, "emptied");
	is_num(fd_slurp(path, 9, &s, &n), 0, "an empty file");
	is_str(s, "", "is empty");
	free(s);
	close(fd);
	unlink(path);
	is_num(fd_slurp(path, 9, &s, &n), -1, "no file");
	is_num(errno, ENOENT, "ENOENT");
	is_num(fd_slurp("/tmp", 1 << 30, &s, &n), -1, "a folder");
	is_num(errno, EISDIR, "EISDIR");
	is_num(mkfifo(path, 0600), 0, "a FIFO");
	is_num(fd_slurp(path, 9, &s, &n), -1, "is not waited for");
	is_num(errno, ENOTSUP, "ENOTSUP");
	unlink(path);
	is_num(fd_slurp("/dev/zero", 9, &s, &n), -1, "a device");
	is_num(errno, ENOTSUP, "ENOTSUP");
	is_num(fd_slurp("/dev/null", 9, &s, &n), 0, "this one is empty");
	is_num(n, 0, "empty");
	free(s);

	is_num(fd_pipe(p), 0, "pipe");
	ok(fcntl(p[0], F_GETFD) & fcntl(p[1], F_GETFD) & FD_CLOEXEC,
	    "close-on-exec");
	is_num(fd_nonblock(p[0]), 0, "nonblock");
	is_num(fd_read_all(p[0], b, 1), -1, "would block");
	is_num(fd_block(p[0]), 0, "block");
	fd_write_all(p[1], "abc", 3);
	close(p[1]);
	is_num(fd_read_all(p[0], b, sizeof b), 3, "to the end");
	is_num(fd_read_all(p[0], b, sizeof b), 0, "at the end");
	close(p[0]);
	is_num(fd_nonblock(p[0]), -1, "closed");
	is_num(fd_write_all(p[0], "x", 1), -1, "closed");
	is_num(fd_write_all(p[0], "x", 0), 0, "nothing is always written");
	is_num(fd_pipe(p), 0, "pipe");
	errno = EXDEV;
	is_num(fd_fail(p[0]), -1, "given up");
	is_num(errno, EXDEV, "for the reason that was");
	is_num(fcntl(p[0], F_GETFD), -1, "and closed");
	n = p[1];
	fd_drop(&p[1]);
	is_num(p[1], -1, "dropped");
	is_num(fcntl((int)n, F_GETFD), -1, "the same");
	fd_drop(&p[1]);
	is_num(p[1], -1, "none is left as it is");
	signal(SIGPIPE, SIG_IGN);
	is_num(fd_pipe(p), 0, "pipe");
	close(p[0]);
	is_num(fd_write_all(p[1], "x", 1), -1, "no reader");
	is_num(errno, EPIPE, "EPIPE");
	ok(fd_limit_raise() >= 64, "limit");
	more();
	sizes();
	renamed();
	locks();
	return done();
}
