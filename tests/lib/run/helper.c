/* a helper that ends, is missing, goes on unheard; its pauses */
#include "run/helper.h"
#include "base/clock.h"
#include "base/die.h"
#include "tap.h"
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

static char *self, *argv[3];
static struct helper h;
static struct buf trace;
static struct loop_timer guard;

/*
 * The child:
 *   echo   its input, until EOF
 *   end    nothing
 *   mute   closes its answers and stays
 */
static int
child(const char *how)
{
	char b[512];
	ssize_t n;

	alarm(20);
	while (strcmp(how, "echo") == 0 && (n = read(0, b, sizeof b)) > 0)
		if (write(1, b, n) != n)
			return 111;
	if (strcmp(how, "mute") == 0) {
		close(1);
		for (;;)
			pause();
	}
	return 0;
}

static size_t
on_record(void *arg, const char *p, size_t n)
{
	const char *e = memchr(p, '\n', n);

	(void)arg;
	if (e == NULL)
		return 0;
	buf_put(&trace, p, e - p);
	buf_putc(&trace, ' ');
	if (memcmp(p, "last", 4) == 0)
		loop_stop();
	return e + 1 - p;
}

static void
on_started(void *arg)
{
	(void)arg;
	buf_puts(&trace, "started ");
}

static void
on_ended(void *arg)
{
	(void)arg;
	buf_puts(&trace, "ended ");
	loop_stop();
}

static const struct helper_ops ops = { on_record, on_started, on_ended, NULL };

static void
on_guard(void *arg)
{
	(void)arg;
	buf_puts(&trace, "hangs ");
	loop_stop();
}

static void
start(const char *program, const char *how)
{
	buf_clear(&trace);
	memset(&h, 0, sizeof h);
	argv[0] = (char *)program;
	argv[1] = (char *)how;
	helper_start(&h, "helper", argv, &ops, NULL);
}

static void
run(int64_t ms)
{
	loop_timer_set(&guard, ms, on_guard, NULL);
	loop_run();
	loop_timer_stop(&guard);
}

static void
traced(const char *want, const char *name)
{
	buf_putc(&trace, '\0');
	is_str(buf_data(&trace), want, name);
	buf_clear(&trace);
}

static void
talks(void)
{
	static const char text[] = "one\ntwo\nlast\n";
	size_t i;

	start(self, "echo");
	is_num(helper_up(&h), 1, "it runs");
	wire_put(&h.wire, text, sizeof text - 1);
	run(10000);
	traced("started one two last ", "its records");
	for (i = 0; i < sizeof text - 1; i++) {
		wire_put(&h.wire, text + i, 1);
		wire_flush_all();
	}
	run(10000);
	traced("one two last ", "byte by byte");
	helper_stop(&h);
	while (helper_up(&h)) {
		loop_timer_set(&guard, 10, on_guard, NULL);
		loop_run();
		loop_timer_stop(&guard);
		buf_clear(&trace);
	}
	traced("", "stopped: no end is told");
	is_num(h.restart.waiting, 0, "and no new one");
}

static void
ends(void)
{
	int64_t began;

	start(self, "end");
	run(10000);
	traced("started ended ", "it ends");
	is_num(h.restart.pause_ms, HELPER_PAUSE_MS, "the shortest pause");
	began = clock_mono_ms();
	run(10000);
	traced("started ended ", "and is started again");
	ok(clock_mono_ms() - began >= HELPER_PAUSE_MS - 50, "after the pause");
	is_num(h.restart.pause_ms, 2 * HELPER_PAUSE_MS, "then twice as long");
	helper_stop(&h);

	/* the longest pause, and the shortest again */
	start(self, "end");
	h.restart.pause_ms = HELPER_PAUSE_MAX_MS / 2 + 1;
	run(10000);
	is_num(h.restart.pause_ms, HELPER_PAUSE_MAX_MS, "not above the most");
	helper_stop(&h);
	start(self, "end");
	h.restart.pause_ms = HELPER_PAUSE_MAX_MS;
	h.started_ms -= HELPER_GOOD_MS;
	run(10000);
	is_num(h.restart.pause_ms, HELPER_PAUSE_MS, "short when it lived long");
	helper_stop(&h);
}

static void
trouble(void)
{
	pid_t pid;

	start("/nowhere/at/all", NULL);
	traced("", "a program that is missing");
	is_num(helper_up(&h), 0, "does not run");
	ok(h.restart.waiting, "is tried again");
	helper_stop(&h);
	is_num(h.restart.waiting, 0, "not when stopped");

	start(self, "mute");
	pid = h.pid;
	run(10000);
	traced("started ended ", "one that goes on unheard");
	ok(kill(pid, 0) == -1 && errno == ESRCH, "is killed");
	helper_stop(&h);
}

int
main(int argc, char **args)
{
	if (argc > 1)
		return child(args[1]);
	prog_init(args);
	self = realpath(args[0], NULL);
	if (freopen("/dev/null", "w", stderr) == NULL)
		return 111;
	fflush(stdout);
	talks();
	ends();
	trouble();
	return done();
}
