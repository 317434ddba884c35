/* the clocks agree with those of the system, and one never goes back */
#include "base/clock.h"
#include "tap.h"
#include <time.h>

int
main(void)
{
	int64_t before, us, ms, last, wall;
	struct timespec t;
	int i, back = 0;

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
