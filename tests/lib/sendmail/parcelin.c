#include "base/fd.h"
#include "sendmail/parcelin.h"
#include "tap.h"
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LARGE = 1 << 20 };

static struct spool s;

/* parcelin_read of what comes on a pipe, with a limit of 9 bytes, or LARGE;
 * then what is left there */
static int
read_it(const char *in, size_t n, uint64_t max, char rest[64])
{
	int p[2], r;
	pid_t pid;

	fflush(stdout);
	if (fd_pipe(p) == -1)
		exit(111);
	pid = fork();
	if (pid == 0) {
		close(p[0]);
		_exit(fd_write_all(p[1], in, n) == -1);
	}
	close(p[1]);
	spool_init(&s);
	r = parcelin_read(&s, p[0], max, "/tmp");
	if (rest != NULL)
		rest[fd_read_all(p[0], rest, 63)] = '\0';
	close(p[0]);
	waitpid(pid, NULL, 0);
	return r;
}

static int
same(const char *p, size_t n, const char *want, size_t want_n)
{
	return ok(n == want_n && memcmp(p, want, n) == 0, "as it came");
}

static void
one(const char *in, int want, const char *whole, const char *left)
{
	char rest[64];
	const char *p = "";
	long n;

	is_num(read_it(in, strlen(in), 9, rest), want, in);
	n = want == 1 ? spool_read(&s, 0, &p) : 0;
	same(p, n, whole, strlen(whole));
	if (want == 1)
		is_str(rest, left, "nothing else is read");
	spool_free(&s);
}

static void
large(void)
{
	static char in[LARGE + 64], out[LARGE + 64];
	int head = snprintf(in, sizeof in, "%d:", LARGE);
	const char *p;
	uint64_t at;
	long n;

	memset(in + head, 'x', LARGE);
	in[head + LARGE] = ',';
	is_num(read_it(in, head + LARGE + 1, LARGE, NULL), 1, "a large one");
	ok(s.fd != -1, "is in a file");
	for (at = 0; (n = spool_read(&s, at, &p)) > 0; at += n)
		memcpy(out + at, p, n);
	same(out, at, in, head + LARGE + 1);
	spool_free(&s);
	is_num(read_it(in, head + LARGE + 1, LARGE - 1, NULL), -1,
	    "one byte above the limit");
	spool_free(&s);
}

int
main(void)
{
	one("3:abc,", 1, "3:abc,", "");
	one("9:123456789,3:abc,", 1, "9:123456789,", "3:abc,");
	one("0:,", 1, "0:,", "");
	one("", 0, "", "");
	one("10:0123456789,", -1, "", "");
	one("3:abcd", -1, "", "");
	one("3:ab", -1, "", "");
	one("3:abc", -1, "", "");
	one("3", -1, "", "");
	one("x", -1, "", "");
	one("03:abc,", -1, "", "");
	one("999999999999999999999999:", -1, "", "");
	large();
	return done();
}
