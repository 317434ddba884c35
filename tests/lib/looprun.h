#ifndef TESTS_LOOPRUN_H
#define TESTS_LOOPRUN_H

#include "base/loop.h"
#include "tap.h"

/*
 * The event loop in a test: for a time, until a callback stops it, or until
 * something is so; not for ever, on however slow a machine.
 */
enum { LOOPRUN_MS = 20000 };

static struct {
	struct loop_timer end, look;
	int late;
	void (*turn)(void);
	int (*is)(const void *);
	const void *arg;
} looprun_now;

static inline void
looprun_over(void *arg)
{
	(void)arg;
	looprun_now.late = 1;
	loop_stop();
}

/* 1: it was stopped, 0: it was not, within the time */
static inline int
looprun_ms(int64_t ms)
{
	looprun_now.late = 0;
	loop_timer_set(&looprun_now.end, ms, looprun_over, NULL);
	loop_run();
	loop_timer_stop(&looprun_now.end);
	return !looprun_now.late;
}

/* until it is stopped */
static inline void
looprun(void)
{
	if (!looprun_ms(LOOPRUN_MS))
		ok(0, "it hangs");
}

static inline void
looprun_look(void *arg)
{
	(void)arg;
	if (looprun_now.turn != NULL)
		looprun_now.turn();
	if (looprun_now.is(looprun_now.arg))
		loop_stop();
	else
		loop_timer_set(&looprun_now.look, 1, looprun_look, NULL);
}

/* until is(arg): 1, or 0 when it never was; turn() is called before each look,
 * NULL: nothing is */
static inline int
looprun_until(void (*turn)(void), int (*is)(const void *), const void *arg)
{
	int r;

	looprun_now.turn = turn;
	looprun_now.is = is;
	looprun_now.arg = arg;
	loop_timer_set(&looprun_now.look, 0, looprun_look, NULL);
	r = looprun_ms(LOOPRUN_MS);
	loop_timer_stop(&looprun_now.look);
	return r;
}

#endif
