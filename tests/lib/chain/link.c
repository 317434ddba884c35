#include "base/die.h"
#include "base/exit.h"
#include "base/fd.h"
#include "base/spawn.h"
#include "chain/link.h"
#include "chain/record.h"
#include "tap.h"
#include <fcntl.h>
#include <signal.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * Each case runs a link in a child: what it is fed on 0, what comes on 1,
 * its exit status.
 */
static struct link l;
static struct loop_timer timer;
static struct buf kept;
static int status;

static size_t
pass(struct link *k, const char *p, size_t n)
{
	size_t len = link_line(p, n);

	link_down(k, 0, p, len);
	return len;
}

static size_t
echo(struct link *k, const char *p, size_t n)
{
	size_t len = link_line(p, n);

	link_up(k, p, len);
	return len;
}

/* the second line of each answer, upper case */
static size_t
pairs(struct link *k, unsigned which, const char *p, size_t n)
{
	size_t a = link_line(p, n), b = link_line(p + a, n - a), i;

	if (a == 0 || b == 0)
		return 0;
	for (i = 0; i < b; i++)
		link_up(k, (char[1]){ p[a + i] & ~('a' <= p[a + i] ? 32 : 0) },
		    1);
	return which == 0 ? a + b : 0;
}

/* one job at a time, 1 ms each; holds the others back */
static void
on_timer(void *arg)
{
	struct link *k = arg;

	link_up(k, buf_data(&kept), buf_len(&kept));
	buf_clear(&kept);
	link_release(k);
}

static size_t
one_at_a_time(struct link *k, const char *p, size_t n)
{
	size_t len = link_line(p, n);

	if (len == 0)
		return 0;
	if (buf_len(&kept) > 0)
		link_up(k, "ERROR\n", 6);
	buf_put(&kept, p, len);
	link_hold(k);
	loop_timer_set(&timer, 1, on_timer, k);
	return len;
}

/* keeps all jobs until the end */
static size_t
keep(struct link *k, const char *p, size_t n)
{
	size_t len = link_line(p, n);

	(void)k;
	buf_put(&kept, p, len);
	return len;
}

static void
last_word(void *arg)
{
	link_close_down(arg);
	link_close_down(arg);
}

static void
give_kept(struct link *k)
{
	link_up(k, buf_data(&kept), buf_len(&kept));
	loop_timer_set(&timer, 5, last_word, k);
}

static void
ending(struct link *k, int st)
{
	char s[32];

	snprintf(s, sizeof s, "end %d\n", st);
	link_up(k, s, strlen(s));
}

static const struct link_ops op_pass = { .request = pass },
			     op_pairs = { .request = pass, .answer = pairs },
			     op_echo = { .request = echo },
			     op_hold = { .request = one_at_a_time },
			     op_keep = { .request = keep,
				     .closing = give_kept },
			     op_end = { .request = pass, .ending = ending };

static const char *
run(const struct link_ops *ops, char *const next[], const char *in, size_t n)
{
	static char out[1 << 20];
	int a[2], b[2], st;
	pid_t pid, feeder;
	ssize_t r;

	fflush(stdout);
	if (fd_pipe(a) == -1 || fd_pipe(b) == -1)
		return "";
	pid = fork();
	if (pid == 0) {
		dup2(a[0], 0);
		dup2(b[1], 1);
		close(a[1]);
		close(b[0]);
		alarm(10);
		link_open(&l, ops);
		if (next != NULL)
			link_next(&l, next);
		_exit(link_run(&l));
	}
	feeder = fork();
	if (feeder == 0) {
		close(a[0]);
		close(b[0]);
		close(b[1]);
		_exit(fd_write_all(a[1], in, n) == -1);
	}
	close(a[0]);
	close(a[1]);
	close(b[1]);
	r = fd_read_all(b[0], out, sizeof out - 1);
	close(b[0]);
	out[r > 0 ? r : 0] = '\0';
	waitpid(feeder, NULL, 0);
	waitpid(pid, &st, 0);
	status = WIFEXITED(st) ? WEXITSTATUS(st) : -WTERMSIG(st);
	return out;
}

#define SH(s) ((char *[]){ "sh", "-c", s, NULL })
#define RUN(ops, next, in) run(ops, next, in, strlen(in))

static void
small(void)
{
	is_str(RUN(&op_pass, SH("cat"), "a\nb\n"), "a\nb\n", "there and back");
	is_num(status, 0, "status");
	is_str(RUN(&op_pass, SH("cat"), ""), "", "nothing");
	is_num(status, 0, "status");
	is_str(RUN(&op_pairs, SH("cat"), "a\nb\nc\nd\n"), "B\nD\n",
	    "answers taken in records");
	is_num(status, 0, "status");
	is_str(RUN(&op_pairs, SH("cat"), "a\nb\nc\n"), "B\n",
	    "half an answer at the end");
	is_num(status, 111, "status");
	is_str(RUN(&op_pass, SH("printf 'a\\nb'; cat"), ""), "a\n",
	    "an answer cut short");
	is_num(status, 111, "status");
	is_str(RUN(&op_echo, NULL, "a\nb\n"), "a\nb\n", "no next link");
	is_num(status, 0, "status");
	is_str(RUN(&op_hold, NULL, "a\nb\nc\nd\n"), "a\nb\nc\nd\n",
	    "one at a time");
	is_num(status, 0, "status");
	is_str(RUN(&op_keep, NULL, "a\nb\n"), "a\nb\n",
	    "answered at the end of input");
	is_num(status, 0, "status");
	is_str(RUN(&op_end, SH("cat; exit 100"), "a\n"), "a\nend 100\n",
	    "last words");
	is_num(status, 100, "status");
	is_str(RUN(&op_pass, SH("cat; exec >&-; sleep 0.2; exit 99"), "a\n"),
	    "a\n", "the status is waited for");
	is_num(status, 99, "status");
	is_str(RUN(&op_pass, SH("cat; exec >&-; exec sleep 4"), "a\n"), "a\n",
	    "not for ever");
	is_num(status, 111, "status");
}

/* an endless stream of requests, and a next link that ends */
static void
endings(void)
{
	static char many[1 << 20];
	size_t i;

	for (i = 0; i < sizeof many; i += 8)
		memcpy(many + i, "1234567\n", 8);
	is_num(strlen(run(&op_pass, SH("cat"), many, 1000000)), 1000000,
	    "a megabyte there and back");
	is_num(status, 0, "status");
	is_num(strlen(run(&op_echo, NULL, many, 1000000)), 1000000,
	    "a megabyte");
	is_num(status, 0, "status");
	is_num(strlen(run(&op_hold, NULL, many, 800)), 800,
	    "held a hundred times");
	is_str(run(&op_pass, SH("head -c 8; exit 0"), many, sizeof many),
	    "1234567\n", "a next link that stops");
	is_num(status, 111, "status");
	run(&op_pass, SH("head -c 8; exit 99"), many, sizeof many);
	is_num(status, 99, "says stop");
	run(&op_pass, SH("exit 100"), many, sizeof many);
	is_num(status, 100, "says permanent");
	run(&op_pass, SH("kill -9 $$"), many, sizeof many);
	is_num(status, 111, "is killed");
	run(&op_pass, SH("head -c 2000000 /dev/zero"), "", 0);
	is_num(status, 111, "an answer without end");
	memset(many, 'x', sizeof many);
	is_str(run(&op_echo, NULL, many, sizeof many), "",
	    "a request without end");
	is_num(status, 111, "status");
}

/* nobody reads the answers any more, and what was under way ends then */
static int reader;
static struct loop_timer soon;

static size_t
hears_of_the_end(struct link *k, const char *p, size_t n)
{
	close(reader);
	return one_at_a_time(k, p, n);
}

static void
ends_soon(struct link *k)
{
	loop_timer_set(&soon, 100, last_word, k);
}

static const struct link_ops op_orphan = { .request = hears_of_the_end,
	.orphaned = ends_soon };

/* with a record on descriptor fd */
static void
orphan_link(int fd)
{
	char path[64], number[16];
	int p[2], q[2];

	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	fd = open(path, O_WRONLY | O_APPEND);
	snprintf(number, sizeof number, "%d", fd);
	setenv(RECORD_ENV, number, 1);
	if (fd_pipe(p) == -1 || fd_pipe(q) == -1)
		_exit(1);
	fd_write_all(p[1], "a\nb\nc\n", 6);
	dup2(p[0], 0);
	dup2(q[1], 1);
	close(q[1]);
	reader = q[0];
	alarm(10);
	link_open(&l, &op_orphan);
	link_record(&l);
	_exit(link_run(&l));
}

static void
orphan(void)
{
	int fd = memfd_create("record", MFD_CLOEXEC), st;
	char text[64] = "";
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid == 0)
		orphan_link(fd);
	waitpid(pid, &st, 0);
	ok(WIFEXITED(st) && WEXITSTATUS(st) == 111, "an orphan ends");
	pread(fd, text, sizeof text - 1, 0);
	is_str(text, "\na\n", "ends what it had, and begins nothing more");
	close(fd);
}

int
main(void)
{
	signal(SIGPIPE, SIG_IGN);
	/* what the link says is not looked at */
	if (freopen("/dev/null", "w", stderr) == NULL)
		return 1;
	is_num(link_line("a\nb\n", 4), 2, "line");
	is_num(link_line("a", 1), 0, "no line");
	is_num(link_line("\n", 1), 1, "empty line");
	small();
	endings();
	orphan();
	return done();
}
