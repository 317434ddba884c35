#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "run/run.h"

/*
 * The chain says that what it answered with `later' may be asked again now:
 * limits have changed.  What waits for its next attempt goes on waiting.
 */
void
again_start(struct run *r)
{
	schedule_free_sites(&r->s);
	r->again_left = r->s.n_rcpt;
	rounds_more(r);
}

int
again_slice(struct run *r)
{
	int64_t now = clock_mono_ms();
	struct schedule_rcpt *p;
	unsigned i;

	for (i = 0; i < RUN_AGAIN_SLICE && r->again_left > 0; i++) {
		p = &r->s.rcpt[--r->again_left];
		if (p->where != SCHEDULE_TIMER || !(p->flags & RUN_LATER))
			continue;
		if (schedule_wait(&r->s, r->again_left, now, now, 0) == -1)
			die(EXIT_TEMP, "out of memory");
	}
	return r->again_left > 0;
}
