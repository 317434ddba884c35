/* an alarm rings once, not early, and the last time set holds */
#include "base/alarm.h"
#include "base/clock.h"
#include "tap.h"
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static struct alarm alarm_;
static struct loop_timer late;
static int64_t rang_us;
static int n;

static void
rings(void *arg)
{
	n += arg == &n;
	rang_us = clock_mono_us();
	loop_stop();
}

static void
over(void *arg)
{
	(void)arg;
	loop_stop();
}

/* how many times it rang by then */
static int
until(int64_t ms)
{
	n = 0;
	loop_timer_set(&late, ms, over, NULL);
	loop_run();
	loop_timer_stop(&late);
	return n;
}

/* a minute of a clock that runs a thousand times as fast; the timer beside the
 * alarm would come after two */
static int
minute_rings(void)
{
	static char clock_[80];
	int64_t due = clock_wall_us(), now = clock_mono_us();
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		snprintf(clock_, sizeof clock_, "%lld:%lld:%d", (long long)due,
		    (long long)now, CLOCK_FACTOR_MAX);
		execl("/proc/self/exe", "alarm", clock_, (char *)NULL);
		_exit(99);
	}
	if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return -1;
	ok(clock_mono_us() - now < 30000000, "a minute, and not here");
	return WEXITSTATUS(status);
}

static int
minute(const char *clock_)
{
	int64_t due;

	setenv("ROHRPOST_CLOCK", clock_, 1);
	alarm_open(&alarm_, rings, &n);
	due = clock_mono_us() + 60000000;
	alarm_set(&alarm_, due);
	return until(120000) == 1 && rang_us >= due ? 0 : 1;
}

int
main(int argc, char **argv)
{
	int64_t due;

	if (argc > 1)
		return minute(argv[1]);
	is_num(minute_rings(), 0, "it rings by a clock that is faster");
	alarm_open(&alarm_, rings, &n);
	is_num(until(10), 0, "not set: it does not ring");
	due = clock_mono_us() + 3500;
	alarm_set(&alarm_, due);
	is_num(until(5000), 1, "it rings");
	ok(rang_us >= due, "not too early");
	is_num(alarm_.due_us, INT64_MAX, "and is no longer set");
	is_num(until(10), 0, "it does not ring twice");
	alarm_set(&alarm_, clock_mono_us() + 1000);
	alarm_set(&alarm_, INT64_MAX);
	is_num(until(10), 0, "taken back");
	alarm_set(&alarm_, INT64_MAX - 1);
	due = clock_mono_us() + 1000;
	alarm_set(&alarm_, due);
	alarm_set(&alarm_, due);
	is_num(until(5000), 1, "the last time holds");
	alarm_set(&alarm_, clock_mono_us() - 1);
	is_num(until(5000), 1, "a time that is over");
	alarm_set(&alarm_, 0);
	is_num(until(5000), 1, "0");
	alarm_set(&alarm_, -5000000);
	is_num(until(5000), 1, "below 0");
	return done();
}
