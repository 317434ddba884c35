/*
 * the clocks agree with those of the system, and one never goes back; with
 * ROHRPOST_CLOCK they run as fast as that says
 */
#include "base/clock.h"
#include "tap.h"
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* the variable is looked at once: what a process sees that begins with it */
static int
sees(const char *value, int (*look)(void))
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		setenv("ROHRPOST_CLOCK", value, 1);
		_exit(look());
	}
	return waitpid(pid, &status, 0) == pid ? WEXITSTATUS(status) : -1;
}

static int
factor_known(void)
{
	return clock_factor() == CLOCK_FACTOR_MAX ? 9 : clock_factor();
}

static int64_t
system_us(clockid_t id)
{
	struct timespec t;

	clock_gettime(id, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/* BASE:MONO:N of s seconds ago */
static const char *
begun(int s, int n)
{
	static char value[80];

	snprintf(value, sizeof value, "%lld:%lld:%d",
	    (long long)system_us(CLOCK_REALTIME) - s * 1000000,
	    (long long)system_us(CLOCK_MONOTONIC) - s * 1000000, n);
	return value;
}

/* an hour's worth of a minute, on both, and as a file's time; no more than a
 * minute may pass here */
static int
hour_passed(void)
{
	int64_t wall = clock_wall_us() - system_us(CLOCK_REALTIME);
	int64_t mono = clock_mono_us() - system_us(CLOCK_MONOTONIC);
	int64_t file = clock_file_s(time(NULL)) - time(NULL);
	const int64_t least = 59 * 60, most = 59 * 120;

	return wall / 1000000 >= least && wall / 1000000 < most &&
	    mono / 1000000 >= least && mono / 1000000 < most &&
	    file >= least - 60 && file < most;
}

/* there and back: not before it is due, and not a microsecond too late */
static int
system_agrees(void)
{
	int64_t us, due, now = clock_mono_us();

	for (due = now; due < now + 1000; due++) {
		us = clock_system_us(due);
		if (clock_system_us(due + 60) != us + 1 ||
		    clock_system_us(due - 59) > us)
			return 0;
	}
	return clock_system_us(now + 60000000) - system_us(CLOCK_MONOTONIC) <=
	    1000000;
}

static int
old_file_kept(void)
{
	return clock_file_s(1000) == 1000;
}

static int
system_holds(void)
{
	int64_t apart = clock_wall_us() - system_us(CLOCK_REALTIME);

	return clock_factor() == 0 && apart > -60000000 && apart < 60000000 &&
	    clock_system_us(77) == 77 && clock_file_s(77) == 77;
}

static void
compressed(void)
{
	static const char *const bad[] = { "", "1", "1:2", "1:2:", "1:2:0",
		"1:2:1001", "-1:2:3", "1:2:3 ", "1:2:3:4", "a:2:3",
		"9223372036854776:1:2", "1:9223372036854776:2" };
	size_t i;

	is_num(sees("1:1:1", factor_known), 1, "a factor");
	is_num(sees("1:1:1000", factor_known), 9, "at most CLOCK_FACTOR_MAX");
	for (i = 0; i < sizeof bad / sizeof *bad; i++)
		is_num(sees(bad[i], system_holds), 1, bad[i]);
	is_num(sees("9223372036854775:9223372036854775:3", factor_known), 3,
	    "the largest that it takes");
	is_num(sees(begun(60, 60), hour_passed), 1, "sixty times as fast");
	is_num(sees(begun(60, 60), system_agrees), 1, "the system's, for it");
	is_num(sees(begun(60, 60), old_file_kept), 1,
	    "a file of before has its time");
}

int
main(void)
{
	int64_t before, us, ms, last, wall;
	struct timespec t;
	int i, back = 0;

	compressed();
	is_num(clock_factor(), 1, "without the variable: as others");
	clock_gettime(CLOCK_MONOTONIC, &t);
	before = (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
	us = clock_mono_us();
	ms = clock_mono_ms();
	ok(us >= before && us - before < 60000000, "microseconds");
	ok(ms >= us / 1000 && ms - us / 1000 < 60000, "milliseconds");
	for (last = us, i = 0; i < 10000; i++) {
		us = clock_mono_us();
		back += us < last;
		last = us;
	}
	is_num(back, 0, "never back");
	wall = time(NULL);
	us = clock_wall_us();
	ok(clock_wall_s() >= wall - 1 && clock_wall_s() - wall < 60,
	    "wall clock, seconds");
	ok(us / 1000000 >= wall - 1 && us / 1000000 - wall < 60,
	    "wall clock, microseconds");
	return done();
}
