#include "base/clock.h"
#include "run/run.h"
#include <string.h>

int
ordered_mark(struct run *r, uint32_t x, const struct jobhead *k, unsigned flag)
{
	struct schedule_rcpt *p = &r->s.rcpt[x];

	p->flags |= flag;
	p->mark =
	    p->flags & RUN_DELETE ? MESSAGE_MARK_DELETE : MESSAGE_MARK_BOUNCE;
	return toline_mark(r, x, k->rcpt[p->n].offset);
}

int
ordered_load(struct run *r, uint32_t x)
{
	struct schedule_rcpt *p = &r->s.rcpt[x];

	if (p->state != MESSAGE_QUEUED && p->state != MESSAGE_HELD)
		return 0;
	if (p->mark == MESSAGE_MARK_DELETE)
		p->flags |= RUN_DELETE;
	else if (p->mark == MESSAGE_MARK_BOUNCE)
		p->flags |= RUN_BOUNCE;
	else
		return 0;
	/* a result may have been written down: that is looked at first */
	schedule_watch(&r->s, x, clock_wall_s());
	return 1;
}

static int
recorded(struct run *r, uint32_t x, const struct jobhead *k)
{
	struct schedule_rcpt *p = &r->s.rcpt[x];
	char was = p->state;

	if (p->flags & RUN_DELETE)
		return final_journal(r, p->message, p->n, MESSAGE_DELETED);
	if (!r->can_report)
		return final_journal(r, p->message, p->n, MESSAGE_BOUNCED_SAID);
	p->state = MESSAGE_BOUNCED;
	if (toline_write(r, x, k->rcpt[p->n].offset, 0, RUN_RETURNED,
		strlen(RUN_RETURNED)) == 0)
		return 0;
	p->state = was;
	return -1;
}

void
ordered_end(struct run *r, uint32_t x, const struct jobhead *k)
{
	struct schedule_rcpt *p = &r->s.rcpt[x];

	if (recorded(r, x, k) == -1) {
		schedule_watch(&r->s, x, clock_wall_s() + RUN_FAULT_MS / 1000);
		return;
	}
	schedule_idle(&r->s, x);
	schedule_watch(&r->s, x, SCHEDULE_WATCH_NONE);
	failed_replay(r, r->s.message[p->message].id, p->n, k,
	    p->flags & RUN_DELETE             ? MESSAGE_DELETED
		: p->state == MESSAGE_BOUNCED ? MESSAGE_BOUNCED
					      : MESSAGE_BOUNCED_SAID);
	if (p->state == MESSAGE_BOUNCED)
		bounces_owe(r, p->message);
	else
		final_drop(r, x);
}
