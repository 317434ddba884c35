#include "base/clock.h"
#include "chain/event.h"
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
recorded(struct run *r, uint32_t x, const struct jobhead *k, int64_t at_s)
{
	struct schedule_rcpt *p = &r->s.rcpt[x];
	char was = p->state;

	if (p->flags & RUN_DELETE)
		return final_journal(r, p->message, p->n, MESSAGE_DELETED,
		    at_s);
	if (!r->can_report)
		return final_journal(r, p->message, p->n, MESSAGE_BOUNCED_SAID,
		    at_s);
	p->state = MESSAGE_BOUNCED;
	if (toline_write(r, x, k->rcpt[p->n].offset, at_s, RUN_RETURNED,
		strlen(RUN_RETURNED)) == 0)
		return 0;
	p->state = was;
	return -1;
}

void
ordered_end(struct run *r, uint32_t x, const struct jobhead *k)
{
	struct schedule_rcpt *p = &r->s.rcpt[x];
	int64_t at_s = clock_wall_s();

	if (recorded(r, x, k, at_s) == -1) {
		schedule_watch(&r->s, x, at_s + RUN_FAULT_MS / 1000);
		return;
	}
	schedule_idle(&r->s, x);
	final_ended(p, at_s);
	schedule_watch(&r->s, x, SCHEDULE_WATCH_NONE);
	failed_replay(r, r->s.message[p->message].id, p->n, k,
	    p->flags & RUN_DELETE             ? MESSAGE_DELETED
		: p->state == MESSAGE_BOUNCED ? MESSAGE_BOUNCED
					      : MESSAGE_BOUNCED_SAID,
	    at_s);
	if (p->state == MESSAGE_BOUNCED)
		bounces_owe(r, p->message);
	else
		final_drop(r, x);
}

/* into its file, where a report is owed, else into the journal */
static int
record_bounce(struct run *r, uint32_t x, const struct jobhead *k, int64_t at_s)
{
	static const char text[] = RUN_RETURNED;
	const struct schedule_rcpt *p = &r->s.rcpt[x];

	return r->can_report
	    ? toline_write(r, x, k->rcpt[p->n].offset, at_s, text,
		  sizeof text - 1)
	    : final_journal(r, p->message, p->n, MESSAGE_BOUNCED_SAID, at_s);
}

int
ordered_bounce(struct run *r, uint32_t x, const struct jobhead *k,
    int64_t at_us)
{
	struct schedule_rcpt *p = &r->s.rcpt[x];
	char was = p->state;

	p->state = MESSAGE_BOUNCED;
	if (record_bounce(r, x, k, at_us / 1000000) == -1) {
		p->state = was;
		return -1;
	}
	schedule_idle(&r->s, x);
	final_ended(p, at_us / 1000000);
	return 0;
}

void
ordered_bounced(struct run *r, uint32_t x)
{
	if (r->can_report)
		bounces_owe(r, r->s.rcpt[x].message);
	else
		final_drop(r, x);
}

void
ordered_return(struct run *r, uint32_t x, const struct jobhead *k,
    const struct order *o)
{
	const struct schedule_rcpt *p = &r->s.rcpt[x];
	int64_t at_us = clock_wall_us();
	struct failure failure;

	if (ordered_bounce(r, x, k, at_us) == -1) {
		retries_wait(r, x, at_us / 1000 + RUN_FAULT_MS, 0);
		return;
	}
	rcptevent_of("bounced", at_us, r->s.message[p->message].id, p->n, k);
	event_num("by", o->by);
	event_num("order", o->number);
	if (o->req.with.reason.n > 0)
		event_put("reason", o->req.with.reason.p, o->req.with.reason.n);
	failed_reply(r, RUN_RETURNED, strlen(RUN_RETURNED), "bounced",
	    &failure);
	failed_put(&failure);
	event_end();
	ordered_bounced(r, x);
}
