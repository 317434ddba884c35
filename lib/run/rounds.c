#include "run/run.h"

void
rounds_start(struct run *r, int (*slices)(struct run *))
{
	r->rounds.slices = slices;
}

static void
on_more(void *arg)
{
	struct run *r = arg;

	r->rounds.set = 0;
	if (!r->stopping && r->rounds.slices(r))
		rounds_more(r);
}

void
rounds_more(struct run *r)
{
	if (r->rounds.set || r->stopping)
		return;
	r->rounds.set = 1;
	loop_timer_set(&r->rounds.timer, 0, on_more, r);
}
