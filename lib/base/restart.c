#include "base/restart.h"
#include "base/clock.h"

void
restart_failed(struct restart *r)
{
	if (r->pause_ms == 0)
		r->pause_ms = r->first_ms;
	else if (r->pause_ms < r->max_ms / 2)
		r->pause_ms *= 2;
	else
		r->pause_ms = r->max_ms;
	r->at_ms = clock_mono_ms() + r->pause_ms;
}

static void
on_time(void *arg)
{
	struct restart *r = arg;

	r->waiting = 0;
	r->start(r->arg);
}

void
restart_wait(struct restart *r, void (*start)(void *), void *arg)
{
	r->start = start;
	r->arg = arg;
	r->waiting = 1;
	loop_timer_set(&r->timer, r->at_ms - clock_mono_ms(), on_time, r);
}

void
restart_stop(struct restart *r)
{
	r->waiting = 0;
	loop_timer_stop(&r->timer);
}
