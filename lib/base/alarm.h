#ifndef BASE_ALARM_H
#define BASE_ALARM_H

#include "base/loop.h"

/*
 * When to look again, to the microsecond.  A timer descriptor, because the
 * loop's own timers are late by up to a millisecond, and who asked for a
 * burst of 1 would get that much less than the rate.
 */
struct alarm {
	struct loop_io io;
	int fd;
	int64_t due_us; /* set for; INT64_MAX: not set */
	void (*expired)(void *arg);
	void *arg;
};

/* dies with EXIT_TEMP when there is no descriptor left for it */
void alarm_open(struct alarm *, void (*expired)(void *), void *arg);
/*
 * once, at due_us of clock_mono_us(), at once when that is over; the last
 * call holds.  INT64_MAX: never.
 */
void alarm_set(struct alarm *, int64_t due_us);

#endif
