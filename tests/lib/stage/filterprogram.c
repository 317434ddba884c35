/* a message through a program */
#include "stage/filterprogram.h"
#include "tap.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static struct filterprogram t;
static enum filterprogram_end end;
static int code, called;

static void
done_(struct filterprogram *x, enum filterprogram_end e, int c)
{
	(void)x;
	end = e;
	code = c;
	called++;
	loop_stop();
}

static int
file(const char *p, size_t n)
{
	int fd = memfd_create("message", MFD_CLOEXEC);

	while (n > 0) {
		ssize_t w = write(fd, p, n);

		if (w <= 0)
			abort();
		p += w;
		n -= (size_t)w;
	}
	lseek(fd, 0, SEEK_SET);
	return fd;
}

static struct filterprogram_run run_ = { .dir = "/tmp",
	.output_max = FILTERPROGRAM_OUTPUT_MAX,
	.timeout_ms = 20000 };

/* -1 when it did not start */
static int
run(const char *p, size_t n, char *const argv[])
{
	int r;

	memset(&t, 0, sizeof t);
	t.done = done_;
	run_.argv = argv;
	run_.name = argv[0];
	run_.in = file(p, n);
	called = 0;
	r = filterprogram_start(&t, &run_);
	close(run_.in);
	if (r == 0)
		loop_run();
	return r;
}

#define RUN(in, ...) run(in, strlen(in), (char *[]){ __VA_ARGS__, NULL })

static const char *
output(void)
{
	static char text[4096];
	uint64_t at = 0;
	const char *p;
	long r;

	while ((r = spool_read(&t.output, at, &p)) > 0 &&
	    at + (uint64_t)r < sizeof text) {
		memcpy(text + at, p, (size_t)r);
		at += (uint64_t)r;
	}
	text[at] = '\0';
	return text;
}

static void
simple(void)
{
	static const struct spawn_env env[] = { { "SENDER", "a b$x" } };

	is_num(RUN("a\nb\n", "sed", "s/b/c/"), 0, "starts");
	ok(end == FILTERPROGRAM_EXIT && code == 0, "ends well");
	is_str(output(), "a\nc\n", "what it wrote");
	is_num(t.err.log.kept_len, 0, "it said nothing");
	filterprogram_free(&t);
	RUN("a\n", "sh", "-c", "cat; echo one >&2; exit 7");
	is_num(code, 7, "exit status");
	is_str(output(), "a\n", "output");
	ok(t.err.log.kept_len == 4 && memcmp(t.err.log.kept, "one\n", 4) == 0,
	    "its words");
	filterprogram_free(&t);
	RUN("a\n", "sh", "-c", "kill -9 $$");
	ok(end == FILTERPROGRAM_SIGNAL && code == SIGKILL, "killed");
	filterprogram_free(&t);
	run_.env = env;
	run_.n_env = 1;
	RUN("", "sh", "-c", "printf '%s\n' \"$SENDER\"");
	is_str(output(), "a b$x\n", "environment");
	run_.n_env = 0;
	filterprogram_free(&t);
	RUN("in\n", "sh", "-c", "echo early; exit 0");
	is_str(output(), "early\n", "reads nothing");
	filterprogram_free(&t);
	RUN("", "printf", "a\\r\\nb\\rc\\000d");
	is_str(output(), "a\nb c d\n", "line ends become LF, no CR, no NUL");
	filterprogram_free(&t);
	RUN("", "sh", "-c", "ls /proc/self/fd | wc -l | tr -d ' '");
	is_str(output(), "4\n", "0, 1, 2 and that of ls");
	filterprogram_free(&t);
	is_num(RUN("", "/no/such/program"), -1, "does not start");
	is_num(errno, ENOENT, "errno");
	is_num(RUN("", "/tmp"), -1, "a directory");
	is_num(errno, EACCES, "errno");
}

/* large both ways: nobody waits for the other */
static void
large(void)
{
	size_t n = 3 << 20, i;
	char *p = malloc(n), *cat[] = { "cat", NULL };
	uint64_t at = 0;
	const char *q;
	int same = 1;
	long r;

	for (i = 0; i < n; i++)
		p[i] = i % 77 == 76 ? '\n' : (char)('a' + i % 23);
	p[n - 1] = '\n';
	run(p, n, cat);
	is_num(spool_len(&t.output), n, "3 MB");
	ok(t.output.fd != -1, "in a file");
	while ((r = spool_read(&t.output, at, &q)) > 0) {
		same &= memcmp(q, p + at, (size_t)r) == 0;
		at += (uint64_t)r;
	}
	ok(same && at == n, "as it was");
	filterprogram_free(&t);
	free(p);
}

/* orphans are collected by somebody else, in his time */
static int
group_gone(pid_t group)
{
	unsigned i;

	for (i = 0; i < 500; i++) {
		if (kill(-group, 0) == -1 && errno == ESRCH)
			return 1;
		poll(NULL, 0, 10);
	}
	return 0;
}

static void
limits(void)
{
	char *const words[] = { "sh", "-c",
		"head -c 5000 /dev/zero | tr '\\0' x >&2", NULL };

	run_.output_max = 10;
	RUN("", "printf", "123456789\\n");
	ok(end == FILTERPROGRAM_EXIT, "as much as there may be");
	is_str(output(), "123456789\n", "all of it");
	filterprogram_free(&t);
	RUN("", "printf", "1234567890\\n");
	ok(end == FILTERPROGRAM_TOO_LONG, "one more");
	filterprogram_free(&t);
	RUN("", "printf", "1234567890");
	ok(end == FILTERPROGRAM_TOO_LONG, "the line end that is added counts");
	filterprogram_free(&t);
	RUN("", "yes");
	ok(end == FILTERPROGRAM_TOO_LONG, "without end");
	is_num(spool_len(&t.output), 10, "is not kept");
	filterprogram_free(&t);
	run_.head = 1;
	RUN("", "sh", "-c", "printf '1\\r\\n4567890123456789'; exit 3");
	ok(end == FILTERPROGRAM_EXIT && code == 3,
	    "the head alone: may be longer");
	is_str(output(), "1\r\n4567890", "as it is");
	filterprogram_free(&t);
	run_.head = 0;
	run_.output_max = FILTERPROGRAM_OUTPUT_MAX;
	run("", 0, words);
	is_num(t.err.log.kept_len, ERRLOG_KEPT_MAX, "words have a limit");
	filterprogram_free(&t);

	run_.timeout_ms = 50;
	RUN("", "sh", "-c", "echo $$; sleep 1000 & wait");
	ok(end == FILTERPROGRAM_TIMEOUT, "too slow");
	ok(group_gone(atoi(output())), "nothing of its group is left");
	filterprogram_free(&t);
	run_.timeout_ms = 20000;
	RUN("", "sh", "-c", "sleep 1000 & echo $$");
	ok(end == FILTERPROGRAM_EXIT, "who leaves somebody behind has ended");
	ok(group_gone(atoi(output())), "and nobody is left");
	filterprogram_free(&t);
	run_.dir = "/no/such/place";
	RUN("", "sh", "-c", "head -c 300000 /dev/zero | tr '\\0' x");
	ok(end == FILTERPROGRAM_FAILED, "no room for its output");
	run_.dir = "/tmp";
	filterprogram_free(&t);
}

static void
killed(void)
{
	char *const argv[] = { "sleep", "1000", NULL };
	pid_t pid;

	memset(&t, 0, sizeof t);
	t.done = done_;
	run_.argv = argv;
	run_.name = argv[0];
	run_.in = file("", 0);
	called = 0;
	filterprogram_start(&t, &run_);
	close(run_.in);
	pid = t.child.pid;
	filterprogram_kill(&t);
	ok(kill(pid, 0) == -1 && errno == ESRCH, "ended from here");
	is_num(called, 0, "done() does not come");
	filterprogram_kill(&t);
}

int
main(void)
{
	signal(SIGPIPE, SIG_IGN);
	simple();
	large();
	limits();
	killed();
	return done();
}
