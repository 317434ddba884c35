#include "base/fd.h"
#include "tap.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <stdlib.h>
#include <unistd.h>

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
	signal(SIGPIPE, SIG_IGN);
	is_num(fd_pipe(p), 0, "pipe");
	close(p[0]);
	is_num(fd_write_all(p[1], "x", 1), -1, "no reader");
	is_num(errno, EPIPE, "EPIPE");
	ok(fd_limit_raise() >= 64, "limit");
	return done();
}
