/* when what has ended is started again */
#include "base/clock.h"
#include "base/restart.h"
#include "tap.h"

static unsigned started;

static void
on_start(void *arg)
{
	started++;
	is_num(((struct restart *)arg)->waiting, 0, "it waits no more");
	loop_stop();
}

static void
pauses(void)
{
	static const int want[] = { 100, 200, 400, 800, 1000, 1000 };
	struct restart r = { .first_ms = 100, .max_ms = 1000 };
	struct restart same = { .first_ms = 250, .max_ms = 250 };
	unsigned i;

	for (i = 0; i < sizeof want / sizeof *want; i++) {
		restart_failed(&r);
		is_num(r.pause_ms, want[i], "later each time, up to a limit");
	}
	restart_good(&r);
	restart_failed(&r);
	is_num(r.pause_ms, 100, "it was of use: the shortest");
	for (i = 0; i < 3; i++) {
		restart_failed(&same);
		is_num(same.pause_ms, 250, "the same pause each time");
	}
}

static void
waits(void)
{
	struct restart r = { .first_ms = 30, .max_ms = 1000 };
	struct restart other = { .first_ms = 10000, .max_ms = 10000 };
	int64_t began = clock_mono_ms();

	restart_wait(&r, on_start, &r);
	is_num(r.waiting, 1, "it waits");
	loop_run();
	is_num(started, 1, "nothing has failed: at once");
	restart_failed(&r);
	restart_failed(&other);
	restart_wait(&other, on_start, &other);
	restart_wait(&r, on_start, &r);
	loop_run();
	is_num(started, 2, "again");
	ok(clock_mono_ms() - began >= 30, "not before its time");
	is_num(other.waiting, 1, "another one still waits");
	restart_stop(&other);
	is_num(other.waiting, 0, "until it is stopped");
	loop_run();
	is_num(started, 2, "and nothing more comes");
}

int
main(void)
{
	pauses();
	waits();
	return done();
}
