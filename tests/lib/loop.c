/* the loop must leave children to who started them */
#include "base/loop.h"
#include "tap.h"
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static int caught, fired;

static void
on_child(void *arg)
{
	(void)arg;
	caught++;
}

static void
on_time(void *arg)
{
	(void)arg;
	fired = 1;
	loop_stop();
}

int
main(void)
{
	static struct loop_signal s;
	static struct loop_timer t;
	pid_t pid;
	int st = -1;

	loop_signal_start(&s, SIGCHLD, on_child, NULL);
	loop_timer_set(&t, 100, on_time, NULL);
	pid = fork();
	if (pid == 0)
		_exit(7);
	loop_run();
	ok(fired, "timer came");
	ok(caught > 0, "SIGCHLD is handed on");
	ok(waitpid(pid, &st, 0) == pid, "the child is still there");
	is_num(WIFEXITED(st) ? WEXITSTATUS(st) : -1, 7, "with its status");
	return done();
}
