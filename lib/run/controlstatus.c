#include "run/controlparts.h"
#include "base/clock.h"

static void
count_rcpt(struct control_work *w, const struct schedule_rcpt *p)
{
	switch (p->where) {
	case SCHEDULE_TIMER: w->n_waiting++; break;
	case SCHEDULE_LANE:
	case SCHEDULE_AGAIN: w->n_ready++; break;
	case SCHEDULE_OUT:
	case SCHEDULE_LATE: w->n_out++; break;
	case SCHEDULE_IDLE:
		if (p->state == MESSAGE_HELD)
			w->n_held++;
		else
			w->n_owed++;
		break;
	}
}

static void
totals(struct control_conn *c, struct buf *b)
{
	const struct run *r = c->r;
	const struct control_work *w = &c->work;
	int64_t age = w->oldest_ms == INT64_MAX
	    ? 0
	    : (clock_wall_us() / 1000 - w->oldest_ms) / 1000;
	const struct {
		const char *label;
		uint64_t n;
	} of[] = { { "messages", r->s.messages.n - r->cleaning.n_leaving },
		{ "ready", w->n_ready }, { "waiting", w->n_waiting },
		{ "out", w->n_out }, { "overdue", r->s.late },
		{ "held", w->n_held }, { "owed", w->n_owed },
		{ "removing", r->cleaning.n_leaving },
		{ "oldest", age > 0 ? age : 0 }, { "window", r->window },
		{ "hold", r->held }, { "stalled", r->stalled },
		{ "scanning", r->scan.on }, { "sent", r->settle.n_sent },
		{ "deferred", r->settle.n_deferred },
		{ "bounced", r->settle.n_bounced },
		{ "later", r->settle.n_later } };
	size_t i;

	for (i = 0; i < sizeof of / sizeof *of; i++)
		ltsv_putnum(b, of[i].label, of[i].n);
	ltsv_end(b);
}

static void
status_totals(struct control_conn *c)
{
	struct buf b = { 0 };
	const struct order *o;
	unsigned i;

	totals(c, &b);
	for (i = 0; i < c->r->orders.n; i++) {
		o = c->r->orders.one[i];
		if (o->req.verb != CTLREQUEST_SUSPEND)
			continue;
		ltsv_put(&b, "suspended", buf_data(&o->words),
		    buf_len(&o->words));
		ltsv_end(&b);
	}
	control_say(c, buf_data(&b), buf_len(&b));
	buf_free(&b);
}

/* sites where something is in the chain, waits for room, or is held */
static void
status_site(struct control_conn *c, uint32_t i)
{
	struct run *r = c->r;
	const struct schedule_site *t = &r->s.site[i];
	struct buf b = { 0 };
	const char *name;
	int64_t at;
	size_t n;

	if (r->s.sites.name[i].s == NULL ||
	    (t->out == 0 && t->n_parked == 0 && t->until_ms == 0))
		return;
	name = schedule_site_name(&r->s, i, &n);
	/* names come from results, escaped already */
	if (t->round == NULL)
		buf_puts(&b, "site:");
	buf_put(&b, name, n);
	ltsv_putnum(&b, "out", t->out);
	ltsv_putnum(&b, "lanes", t->n_parked);
	if (t->until_ms > 0) {
		at = clock_wall_us() / 1000 + t->until_ms - clock_mono_ms();
		ltsv_putnum(&b, "room", t->room);
		ltsv_putnum(&b, "next", at / 1000);
	}
	ltsv_end(&b);
	control_say(c, buf_data(&b), buf_len(&b));
	c->work.count++;
	buf_free(&b);
}

/* 1: there are more recipients */
static int
count_some(struct control_conn *c)
{
	const struct schedule *s = &c->r->s;
	const struct schedule_rcpt *p;
	unsigned i;
	int64_t ms;

	for (i = 0; i < CONTROL_SLICE * 16 && c->work.at < s->n_rcpt; i++) {
		p = &s->rcpt[c->work.at++];
		if (p->where == SCHEDULE_FREE)
			continue;
		count_rcpt(&c->work, p);
		ms = heads_birth_ms(c->r, s->message[p->message].id);
		if (ms < c->work.oldest_ms)
			c->work.oldest_ms = ms;
	}
	return c->work.at < s->n_rcpt;
}

int
control_status(struct control_conn *c)
{
	uint32_t n = c->r->s.sites.n;
	unsigned i;

	if (count_some(c))
		return 1;
	if (c->work.sites_at == 0)
		status_totals(c);
	if (!c->dead && wire_full(&c->wire))
		return 0; /* goes on when it has drained */
	for (i = 0; i < CONTROL_SLICE && c->work.sites_at < n; i++)
		status_site(c, c->work.sites_at++);
	if (c->work.sites_at < n)
		return 1;
	control_finish(c, NULL);
	return 0;
}
