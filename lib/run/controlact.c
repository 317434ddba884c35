#include "run/controlparts.h"
#include "chain/event.h"

static void
event_act(struct control_conn *c, const char *kind, uint32_t x,
    const struct jobhead *k)
{
	const struct schedule *s = &c->r->s;
	const struct schedule_rcpt *p = &s->rcpt[x];
	struct failure failure;

	rcptevent_of(kind, s->message[p->message].id, p->n, k);
	event_num("by", c->uid);
	if (strcmp(kind, "bounced") == 0) {
		failed_reply(c->r, RUN_RETURNED, strlen(RUN_RETURNED), kind,
		    &failure);
		failed_put(&failure);
	}
	event_end();
}

/* its state into its file */
static void
write_state(struct control_conn *c, uint32_t x, const struct jobhead *k)
{
	uint32_t offset = k->rcpt[c->r->s.rcpt[x].n].offset;

	if (toline_write(c->r, x, offset, 0, NULL, 0) == -1)
		c->work.failed++;
}

static void
act_hold(struct control_conn *c, uint32_t x, const struct jobhead *k)
{
	struct run *r = c->r;
	struct schedule_rcpt *p = &r->s.rcpt[x];

	if (p->state != MESSAGE_QUEUED || p->flags & RUN_HOLD)
		return;
	c->work.count++;
	if (!schedule_is_down(p))
		schedule_idle(&r->s, x);
	/* in its file already, should we not see it come back */
	p->state = MESSAGE_HELD;
	write_state(c, x, k);
	if (schedule_is_down(p)) {
		c->work.out++;
		p->state = MESSAGE_QUEUED;
		p->flags |= RUN_HOLD;
	}
	event_act(c, "held", x, k);
}

static void
act_release(struct control_conn *c, uint32_t x, const struct jobhead *k)
{
	struct run *r = c->r;
	struct schedule_rcpt *p = &r->s.rcpt[x];

	if (p->flags & RUN_HOLD) {
		p->flags &= ~RUN_HOLD;
		write_state(c, x, k);
	} else if (p->state == MESSAGE_HELD) {
		p->state = MESSAGE_QUEUED;
		write_state(c, x, k);
		retries_wait(r, x, 0, 0);
	} else {
		return;
	}
	c->work.count++;
	event_act(c, "released", x, k);
}

int
control_is_pending(const struct schedule_rcpt *p)
{
	return p->state == MESSAGE_QUEUED || p->state == MESSAGE_HELD;
}

/* what is down is done with when it is back */
static void
act_later(struct control_conn *c, uint32_t x, const struct jobhead *k,
    unsigned flag)
{
	c->work.failed += ordered_mark(c->r, x, k, flag) == -1;
	c->work.count++;
	c->work.out++;
}

/* an order may fill a segment, and go on in the next */
static void
note_journaled(struct control_conn *c)
{
	if (c->work.journaled == 0)
		c->work.journaled = done_current(&c->r->done);
}

static void
act_delete(struct control_conn *c, uint32_t x, const struct jobhead *k)
{
	struct run *r = c->r;
	struct schedule_rcpt *p = &r->s.rcpt[x];

	if (!control_is_pending(p) || p->flags & RUN_DELETE)
		return;
	if (schedule_is_down(p)) {
		act_later(c, x, k, RUN_DELETE);
		return;
	}
	if (final_journal(r, p->message, p->n, MESSAGE_DELETED) == -1) {
		c->work.failed++;
		return;
	}
	c->work.count++;
	note_journaled(c);
	event_act(c, "deleted", x, k);
	final_drop(r, x);
}

static void
act_retry(struct control_conn *c, uint32_t x, const struct jobhead *k)
{
	struct schedule_rcpt *p = &c->r->s.rcpt[x];

	if (p->state != MESSAGE_QUEUED || p->where != SCHEDULE_TIMER)
		return;
	c->work.count++;
	if (toline_next(c->r, x, k->rcpt[p->n].offset, 0) == -1)
		c->work.failed++;
	retries_wait(c->r, x, 0, 0);
}

/* into its file, where a report is owed, else into the journal */
static int
record_bounce(struct run *r, uint32_t x, const struct jobhead *k)
{
	static const char text[] = RUN_RETURNED;
	const struct schedule_rcpt *p = &r->s.rcpt[x];

	return r->can_report
	    ? toline_write(r, x, k->rcpt[p->n].offset, 0, text, sizeof text - 1)
	    : final_journal(r, p->message, p->n, MESSAGE_BOUNCED_SAID);
}

static void
act_bounce(struct control_conn *c, uint32_t x, const struct jobhead *k)
{
	struct run *r = c->r;
	struct schedule_rcpt *p = &r->s.rcpt[x];
	char was = p->state;

	if (!control_is_pending(p) || p->flags & RUN_BOUNCE)
		return;
	if (schedule_is_down(p)) {
		act_later(c, x, k, RUN_BOUNCE);
		return;
	}
	p->state = MESSAGE_BOUNCED;
	if (record_bounce(r, x, k) == -1) {
		p->state = was;
		c->work.failed++;
		return;
	}
	c->work.count++;
	if (!r->can_report)
		note_journaled(c);
	schedule_idle(&r->s, x);
	event_act(c, "bounced", x, k);
	if (r->can_report)
		bounces_owe(r, p->message);
	else
		final_drop(r, x);
}

void
control_act(struct control_conn *c, uint32_t x, const struct jobhead *k)
{
	switch (c->order.verb) {
	case CTLREQUEST_HOLD: act_hold(c, x, k); break;
	case CTLREQUEST_RELEASE: act_release(c, x, k); break;
	case CTLREQUEST_DELETE: act_delete(c, x, k); break;
	case CTLREQUEST_RETRY:
	case CTLREQUEST_RESUME: act_retry(c, x, k); break;
	case CTLREQUEST_BOUNCE: act_bounce(c, x, k); break;
	default: break;
	}
}
