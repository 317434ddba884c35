#include "base/fd.h"
#include "sendmail/unixmail.h"
#include "tap.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct {
	const char *in, *header, *body;
	int keep_dots, eight;
} cases[] = {
	{ "", "", "", 0, 0 },
	{ "A: b\n\nbody\n", "A: b\n", "body\n", 0, 0 },
	{ "A: b\n c\nD: e", "A: b\n c\nD: e\n", "", 0, 0 },
	{ "From ann Mon\nA: b\n\nx\r\ny", "A: b\n", "x\ny\n", 0, 0 },
	{ "no field\nA: b\n", "", "no field\nA: b\n", 0, 0 },
	{ " folded\n", "", " folded\n", 0, 0 },
	{ "A: b\n\nx\n.\ny\n", "A: b\n", "x\n", 0, 0 },
	{ "A: b\n\nx\n.\ny\n", "A: b\n", "x\n.\ny\n", 1, 0 },
	{ "A: b\n.\ny\n", "A: b\n", "", 0, 0 },
	{ "\n\303\266\n", "", "\303\266\n", 0, 1 },
};

static struct unixmail d = { .body.fd = -1 };
static const char *tmp = "/tmp";

static void
clear(void)
{
	buf_free(&d.header);
	spool_free(&d.body);
}

/* in through a pipe, whole or byte by byte */
static enum unixmail_result
reading(const char *in, size_t n, int keep_dots, int bytewise)
{
	enum unixmail_result r;
	int p[2];
	size_t i;
	pid_t pid;

	clear();
	d = (struct unixmail){ .tmp = tmp };
	fflush(stdout);
	if (fd_pipe(p) == -1)
		exit(111);
	pid = fork();
	if (pid == 0) {
		close(p[0]);
		for (i = 0; bytewise && i < n; i++)
			if (write(p[1], in + i, 1) != 1)
				_exit(0);
		if (!bytewise)
			fd_write_all(p[1], in, n);
		_exit(0);
	}
	close(p[1]);
	r = unixmail_read(&d, p[0], keep_dots);
	close(p[0]);
	waitpid(pid, NULL, 0);
	return r;
}

static int
same(const struct buf *b, const char *want)
{
	return buf_len(b) == strlen(want) &&
	    (buf_len(b) == 0 || memcmp(buf_data(b), want, buf_len(b)) == 0);
}

/* a header of n bytes, in lines or in one */
static enum unixmail_result
header(size_t n, int lines)
{
	char *s = malloc(n + 1);
	enum unixmail_result r;
	size_t i;

	memset(s, 'x', n);
	memcpy(s, "X:", 2);
	for (i = 64; lines && i + 64 < n; i += 64)
		memcpy(s + i - 1, "\nX:", 3);
	s[n - 1] = '\n';
	s[n] = '\n';
	r = reading(s, n + 1, 0, 0);
	free(s);
	return r;
}

static void
bodies(void)
{
	size_t n = 3 * UNIXMAIL_MEMORY_MAX, i;
	char *s = malloc(n), *got = malloc(n);
	char path[] = "/tmp/rohrpost-unixmail.XXXXXX";
	int fd = mkstemp(path), full = open("/dev/full", O_WRONLY);

	unlink(path);
	for (i = 0; i < n; i++)
		s[i] = i % 50 == 49 ? '\n' : 'a' + i % 7;
	s[0] = '\n';
	s[n - 1] = s[UNIXMAIL_MEMORY_MAX] = '\n';
	is_num(reading(s, UNIXMAIL_MEMORY_MAX + 1, 0, 0), UNIXMAIL_OK,
	    "a body at the limit");
	is_num(d.body.fd, -1, "is in memory");
	is_num(spool_write(&d.body, fd), SPOOL_OK, "written");
	is_num(pread(fd, got, n, 0), UNIXMAIL_MEMORY_MAX, "all of it");
	is_num(memcmp(got, s + 1, UNIXMAIL_MEMORY_MAX), 0, "and the same");
	is_num(ftruncate(fd, 0), 0, "again");
	lseek(fd, 0, SEEK_SET);
	is_num(reading(s, n, 0, 0), UNIXMAIL_OK, "a large one");
	ok(d.body.fd != -1 && d.body.filed == n - 1 &&
		buf_len(&d.body.text) == 0,
	    "is in a file");
	is_num(spool_write(&d.body, fd), SPOOL_OK, "written");
	is_num(pread(fd, got, n, 0), n - 1, "all of it");
	is_num(memcmp(got, s + 1, n - 1), 0, "and the same");
	is_num(spool_write(&d.body, full), SPOOL_UNSENT, "no room there");
	is_num(ftruncate(d.body.fd, 10), 0, "cut short");
	is_num(spool_write(&d.body, fd), SPOOL_LOST, "is no message");
	close(full);
	close(fd);
	tmp = "/nonexistent";
	is_num(reading(s, n, 0, 0), UNIXMAIL_MAKE, "no folder for the file");
	is_num(errno, ENOENT, "errno");
	is_num(unixmail_read(&d, fd, 0), UNIXMAIL_READ, "no input");
	free(s);
	free(got);
}

int
main(void)
{
	size_t i;
	int b;

	for (i = 0; i < sizeof cases / sizeof *cases; i++)
		for (b = 0; b < 2; b++) {
			is_num(reading(cases[i].in, strlen(cases[i].in),
				   cases[i].keep_dots, b),
			    UNIXMAIL_OK, cases[i].in);
			ok(same(&d.header, cases[i].header), "header");
			ok(same(&d.body.text, cases[i].body), "body");
			is_num(d.eight_bit, cases[i].eight, "8 bits");
		}
	is_num(header(HEADER_MAX, 1), UNIXMAIL_OK, "a header at the limit");
	is_num(header(HEADER_MAX + 1, 1), UNIXMAIL_HEADER, "one above");
	is_num(header(HEADER_MAX, 0), UNIXMAIL_OK, "a line at the limit");
	is_num(header(HEADER_MAX + 1, 0), UNIXMAIL_HEADER, "one above");
	is_num(header(HEADER_MAX + 200000, 0), UNIXMAIL_LINE, "far above");
	bodies();
	clear();
	return done();
}
