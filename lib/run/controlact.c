#include "run/controlparts.h"
#include "base/clock.h"
#include "chain/event.h"

static void
event_act(struct control_conn *c, const char *kind, uint32_t x,
    const struct jobhead *k, int64_t at_us)
{
	const struct schedule *s = &c->r->s;
	const struct schedule_rcpt *p = &s->rcpt[x];
	struct failure failure;

	rcptevent_of(kind, at_us, s->message[p->message].id, p->n, k);
	event_num("by", c->uid);
	if (strcmp(kind, "bounced") == 0) {
		failed_reply(c->r, RUN_RETURNED, strlen(RUN_RETURNED), kind,
		    &failure);
		failed_put(&failure);
	}
	event_end();
}

int
control_is_pending(const struct schedule_rcpt *p)
{
	return p->state == MESSAGE_QUEUED || p->state == MESSAGE_HELD;
}

int
control_concerns(const struct control_conn *c, const struct schedule_rcpt *p)
{
	switch (c->order.verb) {
	case CTLREQUEST_HOLD:
		return p->state == MESSAGE_QUEUED && !(p->flags & RUN_HOLD);
	case CTLREQUEST_RELEASE:
		return p->state == MESSAGE_HELD || p->flags & RUN_HOLD;
	case CTLREQUEST_DELETE:
		return control_is_pending(p) && !(p->flags & RUN_DELETE);
	case CTLREQUEST_BOUNCE:
		return control_is_pending(p) && !(p->flags & RUN_BOUNCE);
	case CTLREQUEST_RETRY:
		return p->state == MESSAGE_QUEUED && p->where == SCHEDULE_TIMER;
	case CTLREQUEST_SUSPEND: return p->state == MESSAGE_QUEUED;
	case CTLREQUEST_REBIND: return control_is_pending(p);
	default: return 0;
	}
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
	event_act(c, "held", x, k, clock_wall_us());
}

static void
act_release(struct control_conn *c, uint32_t x, const struct jobhead *k)
{
	struct run *r = c->r;
	struct schedule_rcpt *p = &r->s.rcpt[x];

	if (p->flags & RUN_HOLD) {
		p->flags &= ~RUN_HOLD;
		write_state(c, x, k);
	} else {
		p->state = MESSAGE_QUEUED;
		write_state(c, x, k);
		retries_wait(r, x, 0, 0);
	}
	c->work.count++;
	event_act(c, "released", x, k, clock_wall_us());
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
	int64_t at_us = clock_wall_us();

	if (schedule_is_down(p)) {
		act_later(c, x, k, RUN_DELETE);
		return;
	}
	if (final_journal(r, p->message, p->n, MESSAGE_DELETED,
		at_us / 1000000) == -1) {
		c->work.failed++;
		return;
	}
	c->work.count++;
	note_journaled(c);
	event_act(c, "deleted", x, k, at_us);
	final_drop(r, x);
}

static void
act_retry(struct control_conn *c, uint32_t x, const struct jobhead *k)
{
	struct schedule_rcpt *p = &c->r->s.rcpt[x];

	c->work.count++;
	if (toline_next(c->r, x, k->rcpt[p->n].offset, 0) == -1)
		c->work.failed++;
	retries_wait(c->r, x, 0, 0);
}

static void
act_bounce(struct control_conn *c, uint32_t x, const struct jobhead *k)
{
	struct run *r = c->r;
	struct schedule_rcpt *p = &r->s.rcpt[x];
	int64_t at_us = clock_wall_us();

	if (schedule_is_down(p)) {
		act_later(c, x, k, RUN_BOUNCE);
		return;
	}
	if (ordered_bounce(r, x, k, at_us) == -1) {
		c->work.failed++;
		return;
	}
	c->work.count++;
	if (!r->can_report)
		note_journaled(c);
	event_act(c, "bounced", x, k, at_us);
	ordered_bounced(r, x);
}

/* those in the chain are looked at when they go down again */
static void
act_suspend(struct control_conn *c, uint32_t x)
{
	const struct schedule_rcpt *p = &c->r->s.rcpt[x];

	control_count(c, p);
	if (p->where == SCHEDULE_TIMER && c->r->s.order[x] == 0)
		c->r->s.order[x] = c->work.slot;
}

/* as the order itself counts them */
void
control_count(struct control_conn *c, const struct schedule_rcpt *p)
{
	c->work.count++;
	c->work.out +=
	    schedule_is_down(p) && c->order.verb != CTLREQUEST_RELEASE;
}

void
control_act(struct control_conn *c, uint32_t x, const struct jobhead *k)
{
	const struct schedule_rcpt *p = &c->r->s.rcpt[x];

	if (!control_concerns(c, p))
		return;
	if (c->order.count || c->order.verb == CTLREQUEST_REBIND) {
		control_count(c, p);
		return;
	}
	switch (c->order.verb) {
	case CTLREQUEST_HOLD: act_hold(c, x, k); break;
	case CTLREQUEST_RELEASE: act_release(c, x, k); break;
	case CTLREQUEST_DELETE: act_delete(c, x, k); break;
	case CTLREQUEST_RETRY: act_retry(c, x, k); break;
	case CTLREQUEST_SUSPEND: act_suspend(c, x); break;
	case CTLREQUEST_BOUNCE: act_bounce(c, x, k); break;
	default: break;
	}
}
