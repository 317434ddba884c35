#include "base/fd.h"
#include "base/wholefile.h"
#include "tap.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static char *
bytes(size_t n)
{
	char *p = malloc(n + 1);
	size_t i;

	for (i = 0; i < n; i++)
		p[i] = i * 7 + i / 251;
	return p;
}

/* through a pipe */
static void
piped(size_t n, int mapped)
{
	char *want = bytes(n), label[60];
	struct wholefile m;
	int p[2], st;
	pid_t pid;

	snprintf(label, sizeof label, "%zu bytes", n);
	if (pipe(p) == -1 || (pid = fork()) == -1) {
		ok(0, "pipe");
		return;
	}
	if (pid == 0) {
		close(p[0]);
		_exit(fd_write_all(p[1], want, n) == -1);
	}
	close(p[1]);
	is_num(wholefile_open(&m, p[0], "/tmp"), 0, label);
	ok(m.n == n && memcmp(m.p, want, n) == 0, "are there");
	is_num(m.map != NULL, mapped, "in memory or in a file");
	wholefile_close(&m);
	close(p[0]);
	waitpid(pid, &st, 0);
	free(want);
}

static void
file(size_t n, size_t at)
{
	char path[] = "/tmp/mapin.XXXXXX", *want = bytes(n);
	int fd = mkstemp(path);
	struct wholefile m;

	unlink(path);
	fd_write_all(fd, want, n);
	lseek(fd, at, SEEK_SET);
	is_num(wholefile_open(&m, fd, "/nowhere"), 0, "a file");
	ok(m.n == n - at && memcmp(m.p, want + at, n - at) == 0,
	    "from where it stands");
	wholefile_close(&m);
	close(fd);
	free(want);
}

int
main(void)
{
	struct wholefile m;
	int fd;

	piped(0, 0);
	piped(1, 0);
	piped(WHOLEFILE_MEMORY_MAX, 0);
	piped(WHOLEFILE_MEMORY_MAX + 1, 1);
	piped(3 * WHOLEFILE_MEMORY_MAX + 4711, 1);
	file(0, 0);
	file(10, 0);
	file(10, 10);
	file(100000, 4711);
	fd = open("/dev/zero", O_RDONLY);
	is_num(wholefile_open(&m, fd, "/nowhere"), -1, "no place for a file");
	is_num(errno, ENOENT, "says why");
	wholefile_close(&m);
	fd = open("/", O_RDONLY);
	is_num(wholefile_open(&m, fd, "/tmp"), -1, "a folder");
	wholefile_close(&m);
	return done();
}
