/* the journal: made, appended to, by two at once, torn, full, held */
#include "suppress/suppresslog.h"
#include "suppressdir.h"
#include "tap.h"
#include <errno.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

/* what stands in the journal behind its first line: whole lines, and others */
static void
count(unsigned *good, unsigned *bad)
{
	struct suppressline l;
	char *p, *at, *lf;
	size_t n;

	*good = *bad = 0;
	if (fd_slurp(suppressdir_path("journal"), 1 << 24, &p, &n) == -1)
		abort();
	for (at = p + SUPPRESSLINE_HEAD; at < p + n; at = lf + 1) {
		lf = memchr(at, '\n', (size_t)(p + n - at));
		if (lf == NULL)
			lf = p + n;
		if (suppressline_read(&l, at, (size_t)(lf - at)) == 0)
			++*good;
		else
			++*bad;
	}
	free(p);
}

static void
check(unsigned good, unsigned bad, const char *name)
{
	unsigned g, b;

	count(&g, &b);
	is_num(g, good, name);
	is_num(b, bad, "as many that are none");
}

static int
add(const char *to)
{
	return suppressdir_add(SUPPRESSLINE_ADD, "a", "*", to, 1, 0);
}

/* two processes, 300 lines each */
static void
two(void)
{
	struct suppresslog own;
	int i, r = 0, status;
	pid_t pid = fork();

	if (suppresslog_open(&own, suppressdir) == -1)
		abort();
	suppressdir_log = own;
	for (i = 0; i < 300; i++)
		r |= add("two@example.org");
	if (pid == 0)
		_exit(r != 0);
	waitpid(pid, &status, 0);
	ok(r == 0 && status == 0, "two write at once");
	check(602, 0, "and each line is whole");
}

static void
full(void)
{
	struct rlimit old, small;
	struct stat st;

	getrlimit(RLIMIT_FSIZE, &old);
	small = old;
	stat(suppressdir_path("journal"), &st);
	small.rlim_cur = (rlim_t)st.st_size + 20;
	setrlimit(RLIMIT_FSIZE, &small);
	is_num(add("full@example.org"), -1, "a full disk");
	setrlimit(RLIMIT_FSIZE, &old);
	check(603, 1, "nothing of it is there");
	is_num(add("full@example.org"), 0, "room again");
	check(604, 1, "and it is");
}

/* another one keeps the lock: with a clock that runs fast, or it would take
 * SUPPRESSLOG_LOCK_MS */
static void
held(void)
{
	int fd = open(suppressdir_path("lock"), O_RDWR);

	flock(fd, LOCK_EX);
	is_num(add("held@example.org"), -1, "the lock is held");
	is_num(errno, ETIMEDOUT, "too long");
	close(fd);
	is_num(add("held@example.org"), 0, "and it is not");
	check(605, 1, "once");
}

int
main(void)
{
	struct suppresslog other;
	struct stat st;
	struct buf none = { 0 };

	struct timespec t;
	char clock[100];

	clock_gettime(CLOCK_MONOTONIC, &t);
	snprintf(clock, sizeof clock, "0:%lld:100",
	    (long long)t.tv_sec * 1000000);
	setenv("ROHRPOST_CLOCK", clock, 1);
	signal(SIGXFSZ, SIG_IGN);
	umask(022);
	suppressdir_make();
	is_num(stat(suppressdir_path("journal"), &st), 0, "it is made");
	is_num(st.st_mode & 0777, 0640, "for its owner and group");
	is_num(st.st_size, SUPPRESSLINE_HEAD, "with its first line");
	is_num(suppresslog_append(&suppressdir_log, &none), 0, "nothing");
	is_num(add("one@example.org"), 0, "a line");
	is_num(suppresslog_sync(&suppressdir_log), 0, "is safe");
	is_num(suppresslog_open(&other, suppressdir), 0, "opened again");
	suppresslog_close(&other);
	is_num(add("one@example.org"), 0, "another");
	check(2, 0, "both are there");
	two();
	suppressdir_raw("journal", "act:add\ttenant:a\tstr", 20);
	is_num(add("torn@example.org"), 0, "behind one that is torn");
	check(603, 1, "it is whole");
	full();
	held();
	unlink(suppressdir_path("journal"));
	is_num(add("new@example.org"), 0, "one that was taken away");
	check(1, 0, "is made again");
	unlink(suppressdir_path("journal"));
	suppressdir_raw("journal", "something else\n", 15);
	is_num(suppresslog_open(&other, suppressdir), -1, "another's file");
	is_num(errno, EINVAL, "is none");
	is_num(suppresslog_open(&other, "/dev/null/x"), -1, "no folder");
	suppressdir_remove();
	return done();
}
