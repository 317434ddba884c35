#include "base/alarm.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include <string.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

static void
ready(void *arg, int events)
{
	struct alarm *a = arg;
	uint64_t times;

	(void)events;
	if (read(a->fd, &times, sizeof times) == -1)
		return; /* set anew in the meantime */
	a->due_us = INT64_MAX;
	a->expired(a->arg);
}

void
alarm_open(struct alarm *a, void (*expired)(void *), void *arg)
{
	a->expired = expired;
	a->arg = arg;
	a->due_us = INT64_MAX;
	a->fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	if (a->fd == -1)
		die(EXIT_TEMP, "unable to make a timer: %m");
	loop_io_start(&a->io, a->fd, LOOP_READ, ready, a);
}

void
alarm_set(struct alarm *a, int64_t due_us)
{
	int64_t at_us = clock_system_us(due_us);
	struct itimerspec t = { .it_value = {
				    at_us / 1000000, at_us % 1000000 * 1000 } };

	if (due_us == a->due_us)
		return;
	a->due_us = due_us;
	if (due_us == INT64_MAX || due_us <= 0)
		memset(&t, 0, sizeof t);
	if (due_us <= 0)
		t.it_value.tv_nsec = 1;
	if (timerfd_settime(a->fd, TFD_TIMER_ABSTIME, &t, NULL) == -1)
		die(EXIT_TEMP, "unable to set a timer: %m");
}
