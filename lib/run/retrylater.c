#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "run/run.h"

void
retrylater_start(struct run *r)
{
	schedule_free_sites(&r->s);
	r->retrylater.left = r->s.n_rcpt;
	rounds_more(r);
}

int
retrylater_slice(struct run *r)
{
	int64_t now = clock_mono_ms();
	struct schedule_rcpt *p;
	unsigned i;

	for (i = 0; i < RUN_AGAIN_SLICE && r->retrylater.left > 0; i++) {
		p = &r->s.rcpt[--r->retrylater.left];
		if (schedule_leave_key(&r->s, r->retrylater.left) == -1)
			die(EXIT_TEMP, "out of memory");
		if (p->where != SCHEDULE_TIMER || !(p->flags & RUN_LATER))
			continue;
		if (schedule_wait(&r->s, r->retrylater.left, now, now, 0) == -1)
			die(EXIT_TEMP, "out of memory");
	}
	return r->retrylater.left > 0;
}
