#include "base/loop.h"
#include "base/clock.h"
#include "base/fd.h"
#include "tap.h"
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

static char trace[200];

static void
note(void *arg)
{
	strcat(trace, arg);
}

static void
stop(void *arg)
{
	strcat(trace, arg);
	loop_stop();
}

static void
run(const char *want, const char *name)
{
	loop_run();
	is_str(trace, want, name);
	trace[0] = '\0';
}

static struct loop_timer a, b, c, *heap;

/* both have expired in one turn: the first to be told stops the other */
static void
stop_others(void *arg)
{
	strcat(trace, arg);
	loop_timer_stop(&a);
	loop_timer_stop(&b);
	if (heap != NULL) {
		loop_timer_stop(heap);
		memset(heap, 0x5a, sizeof *heap);
		free(heap);
		heap = NULL;
	}
}

static void
set_again(void *arg)
{
	strcat(trace, arg);
	loop_timer_set(&a, 30, note, "a");
	loop_timer_set(&b, 10, note, "b");
}

static void
timers(void)
{
	int64_t t;

	run("", "nothing to wait for");
	loop_timer_set(&a, 30, note, "a");
	loop_timer_set(&b, 10, note, "b");
	loop_timer_set(&c, 20, note, "c");
	run("bca", "in order");
	loop_timer_set(&a, 10, note, "a");
	loop_timer_set(&a, 30, note, "A");
	loop_timer_set(&b, 20, note, "b");
	run("bA", "set again: the new time holds");
	loop_timer_set(&a, 10, note, "a");
	ok(loop_timer_active(&a), "active");
	loop_timer_stop(&a);
	ok(!loop_timer_active(&a), "not active");
	run("", "stopped");
	loop_timer_stop(&a);

	heap = calloc(1, sizeof *heap);
	loop_timer_set(&a, 5, stop_others, "x");
	loop_timer_set(&b, 5, stop_others, "x");
	loop_timer_set(heap, 5, stop_others, "x");
	poll(NULL, 0, 20);
	run("x", "stopped when it had expired already");
	loop_timer_set(&a, 5, set_again, "s");
	loop_timer_set(&b, 5, set_again, "s");
	poll(NULL, 0, 20);
	run("sba", "set again when it had expired already");

	t = clock_mono_ms();
	poll(NULL, 0, 60);
	loop_timer_set(&a, 40, note, "a");
	run("a", "after a pause outside the loop");
	ok(clock_mono_ms() - t >= 99, "ms are counted from now");
	loop_timer_set(&a, -5, note, "a");
	run("a", "a time that has passed");
}

static void
on_ready(void *arg, int events)
{
	char x[8];
	int *fd = arg;
	ssize_t n = read(*fd, x, sizeof x);

	strcat(trace, events == LOOP_READ ? "r" : "?");
	if (n <= 0)
		loop_stop();
}

static struct loop_io io;

static void
want_read(void *arg)
{
	note(arg);
	loop_io_want(&io, LOOP_READ);
}

static void
descriptors(void)
{
	int p[2], q[2];

	if (fd_pipe(p) == -1)
		return;
	loop_io_start(&io, p[0], 0, on_ready, &p[0]);
	fd_write_all(p[1], "x", 1);
	close(p[1]);
	loop_timer_set(&a, 20, want_read, "w");
	run("wrr", "nothing wanted, then read to the end");
	loop_io_stop(&io);
	close(p[0]);
	/* the same number again, another pipe */
	if (fd_pipe(q) == -1)
		return;
	is_num(q[0], p[0], "the number is used again");
	loop_io_start(&io, q[0], LOOP_READ, on_ready, &q[0]);
	fd_write_all(q[1], "x", 1);
	close(q[1]);
	run("rr", "and works");
	loop_io_stop(&io);
	close(q[0]);
	run("", "nothing left");
}

static struct loop_hook hook, earlier, within;
static struct loop_signal sig;

/* one that is started by another, when first called */
static void
start_another(void *arg)
{
	strcat(trace, arg);
	if (within.before == NULL)
		loop_hook_start(&within, note, "w");
}

static void
others(void)
{
	int st;
	pid_t pid;

	loop_timer_set(&a, 5, note, "a");
	loop_hook_start(&hook, note, "h");
	run("ha", "a hook runs before each wait and keeps nothing going");
	loop_keep(1);
	loop_timer_set(&a, 5, stop, "a");
	run("ha", "kept going until stopped");
	loop_keep(0);
	loop_signal_start(&sig, SIGUSR1, stop, "s");
	loop_timer_set(&a, 2000, stop, "late");
	kill(getpid(), SIGUSR1);
	run("hs", "a signal");
	loop_hook_first(&earlier, start_another, "f");
	loop_timer_set(&a, 5, stop, "a");
	loop_run();
	/* what comes behind the first, in either order, and perhaps twice */
	ok(trace[0] == 'f' && strchr(trace, 'h') != NULL &&
		strchr(trace, 'w') != NULL &&
		strchr(trace, 'a') == trace + strlen(trace) - 1,
	    "first, and what it starts before the loop waits");
	trace[0] = '\0';
	/* children belong to who started them */
	pid = fork();
	if (pid == 0)
		_exit(7);
	loop_timer_set(&a, 50, stop, "");
	loop_run();
	ok(waitpid(pid, &st, 0) == pid && WEXITSTATUS(st) == 7,
	    "the loop takes no child's status");
}

/* the write that is to wake the loop fails: fd is that of its eventfd */
static void
no_wake(int fd)
{
	const struct itimerval soon = { .it_value.tv_usec = 50000 };
	static struct loop_signal alarms;
	int i;

	close(fd);
	loop_signal_start(&alarms, SIGALRM, stop, "s");
	for (i = 0; i < 2; i++) {
		loop_timer_set(&a, 10000, stop, "late");
		setitimer(ITIMER_REAL, &soon, NULL);
		loop_run();
		ok(strchr(trace, 's') != NULL && strchr(trace, 'l') == NULL,
		    "a signal is told, though nothing can wake the loop");
		trace[0] = '\0';
	}
	loop_timer_stop(&a);
}

int
main(void)
{
	int fd;

	timers();
	descriptors();
	fd = dup(0);
	close(fd);
	others();
	no_wake(fd);
	return done();
}
