/* children under the event loop */
#include "base/child.h"
#include "base/fd.h"
#include "looprun.h"
#include "tap.h"
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define SH(s) ((char *[]){ "sh", "-c", s, NULL })

static struct child one, two;
static int status, called, out = 1;
static void
on_ended(void *arg, int st)
{
	is_num(((struct child *)arg)->pid, 0, "it may be used again");
	status = st;
	called++;
	loop_stop();
}

/* -1: not started */
static int
start(struct child *c, char *const argv[], int apart)
{
	struct spawn s = { .argv = argv, .fd = { 0, out, 2 }, .apart = apart };

	fflush(stdout);
	status = -1;
	called = 0;
	return child_start(c, &s, on_ended, c);
}

static int
run(void)
{
	looprun();
	return status;
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
ends(void)
{
	is_num(start(&one, SH("exit 7"), 0), 0, "starts");
	ok(one.pid > 0, "has a number");
	is_num(run(), 7 << 8, "its status");
	start(&one, SH("kill -TERM $$"), 1);
	is_num(run(), SIGTERM, "its signal");
	start(&one, SH("exec sleep 1000"), 0);
	child_kill(&one);
	is_num(called, 0, "not from within");
	is_num(run(), SIGKILL, "killed");
	child_kill(&one);
	is_num(start(&one, (char *[]){ "/no/such/program", NULL }, 0), -1,
	    "does not start");
	is_num(errno, ENOENT, "ENOENT");
	is_num(one.pid, 0, "none runs");
	child_end(&one);
	start(&one, SH("sleep 1000"), 1);
	child_end(&one);
	is_num(one.pid, 0, "ended from here");
	is_num(called, 0, "which is not told");
	is_num(waitpid(-1, NULL, WNOHANG), -1, "no child is left");
}

/* those that it leaves behind */
static void
groups(void)
{
	int p[2];
	pid_t pid;
	char c;

	fd_pipe(p);
	out = p[1];
	start(&one, SH("sleep 1000 & echo; wait"), 1);
	out = 1;
	pid = one.pid;
	is_num(read(p[0], &c, 1), 1, "one more in its group");
	child_kill(&one);
	run();
	ok(group_gone(pid), "is killed with it");
	start(&one, SH("sleep 1000 & exit 3"), 1);
	pid = one.pid;
	is_num(run(), 3 << 8, "who leaves one behind has ended");
	is_num(kill(-pid, SIGKILL), 0, "and that one lives");
	one.all = 1;
	start(&one, SH("sleep 1000 & exit 3"), 1);
	pid = one.pid;
	is_num(run(), 3 << 8, "the same");
	ok(group_gone(pid), "all of its group ends with it");
	one.all = 0;
}

static void
at_once(void)
{
	start(&one, SH("exit 1"), 0);
	is_num(start(&two, SH("exit 2"), 1), 0, "two");
	run();
	if (called < 2)
		run();
	is_num(called, 2, "both are told");
}

/* one descriptor for its end, and none left over */
static void
descriptors(void)
{
	struct rlimit limit = { 64, 64 };
	int i;

	setrlimit(RLIMIT_NOFILE, &limit);
	for (i = 0; i < 64 && dup(1) != -1; i++)
		;
	is_num(start(&one, SH("sleep 1000"), 1), -1, "no descriptors");
	is_num(errno, EMFILE, "EMFILE");
	close(20);
	close(21);
	is_num(start(&one, SH("exit 4"), 1), 0, "two are enough");
	is_num(run(), 4 << 8, "its status");
	ok(dup(1) != -1 && dup(1) != -1, "and are free again");
	is_num(waitpid(-1, NULL, WNOHANG), -1, "no child is left");
}

int
main(void)
{
	alarm(60);
	ends();
	groups();
	at_once();
	descriptors();
	return done();
}
