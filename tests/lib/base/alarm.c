/* an alarm rings once, not early, and the last time set holds */
#include "base/alarm.h"
#include "base/clock.h"
#include "tap.h"

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

int
main(void)
{
	int64_t due;

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
