#include "run/run.h"
#include "base/clock.h"
#include <string.h>

/* what it failed with the last time, as long as that is known */
static int
put_failure(const struct run *r, const struct schedule_rcpt *p, struct buf *b)
{
	struct retry_case c;
	int k = 0;

	failkind_case(&r->lifetime.kinds, p->class, &c);
	if (c.class.n > 0)
		k |= ltsv_put(b, "class", c.class.p, c.class.n);
	if (c.failure.n > 0)
		k |= ltsv_put(b, "failure", c.failure.p, c.failure.n);
	return k;
}

static int
put_provider(const struct run *r, const struct schedule_rcpt *p, struct buf *b)
{
	size_t n;
	const char *name = facts_provider(r, p, &n);

	/* escaped already, as it came */
	return name == NULL ? 0
			    : buf_printf(b, "\tprovider:%.*s", (int)n, name);
}

static int64_t
wall_s(int64_t mono_ms)
{
	return (clock_wall_us() / 1000 + mono_ms - clock_mono_ms()) / 1000;
}

/* in the chain: since when, and its first link */
static int
put_out(struct run *r, const struct schedule_rcpt *p, struct buf *b)
{
	const struct run_job *t = jobs_find(r, p->message, p->n);
	int k = 0;

	if (t != NULL)
		k |= ltsv_putnum(b, "since", wall_s(t->down_ms));
	if (p->where == SCHEDULE_LATE)
		k |= ltsv_puts(b, "overdue", "1");
	return k | ltsv_puts(b, "link", r->chain.next_name);
}

/* the site takes no more: until when */
static int
put_site(struct run *r, const struct schedule_rcpt *p, struct buf *b)
{
	uint32_t site = r->s.domain_site[p->domain];
	const struct schedule_site *t;
	const char *name;
	size_t n;
	int k = 0;

	if (site == SCHEDULE_NONE)
		return 0;
	name = facts_site(r, p, &n);
	if (name != NULL) {
		k |= buf_puts(b, "\tsite:");
		k |= buf_put(b, name, n);
	}
	t = &r->s.site[site];
	if (t->until_ms > 0) {
		k |= ltsv_putnum(b, "room", t->room);
		k |= ltsv_putnum(b, "site-next", wall_s(t->until_ms));
	}
	return k;
}

/* it waits in the line of a key that takes no more: until when */
static int
put_key(struct run *r, uint32_t x, struct buf *b)
{
	uint32_t k = schedule_key_of(&r->s, x);

	if (k == SCHEDULE_NONE || r->s.site[k].until_ms == 0)
		return 0;
	return ltsv_putnum(b, "next", wall_s(r->s.site[k].until_ms));
}

/* what was ordered and is done when it comes back */
static const char *
pending(const struct schedule_rcpt *p)
{
	return p->flags & RUN_DELETE ? "delete"
	    : p->flags & RUN_BOUNCE  ? "bounce"
	    : p->flags & RUN_HOLD    ? "hold"
				     : NULL;
}

/* it waits by an order that stands, or would if it were its turn */
static int
put_suspended(const struct run *r, uint32_t x, const struct jobhead *head,
    struct buf *b)
{
	const struct order *o = orders_of(r, r->s.order[x]);
	int k;

	if (o == NULL)
		o = ordermatch_keeps(r, x, head);
	if (o == NULL)
		return 0;
	k = ltsv_putnum(b, "suspended", o->number);
	if (o->until_s > 0)
		k |= ltsv_putnum(b, "suspended-until", (uint64_t)o->until_s);
	if (o->req.with.reason.n > 0)
		k |= ltsv_put(b, "reason", o->req.with.reason.p,
		    o->req.with.reason.n);
	return k;
}

int
show_rcpt(struct run *r, uint32_t x, const struct jobhead *head, struct buf *b)
{
	const struct schedule_rcpt *p = &r->s.rcpt[x];
	const char *where = facts_where(p), *text;
	size_t n;
	int k = ltsv_put(b, "id", r->s.message[p->message].id, NAME_LEN);

	k |= ltsv_putnum(b, "n", p->n);
	if (where != NULL)
		k |= ltsv_puts(b, "where", where);
	k |= put_site(r, p, b);
	k |= put_provider(r, p, b);
	k |= put_failure(r, p, b);
	if (schedule_is_down(p))
		k |= put_out(r, p, b);
	if (p->where == SCHEDULE_TIMER)
		k |= ltsv_putnum(b, "next", wall_s(p->due_ms));
	k |= put_key(r, x, b);
	if (p->flags & RUN_LATER && !schedule_is_down(p) &&
	    (text = waitreason_of(r, p->domain, &n)) != NULL) {
		k |= buf_puts(b, "\tlater:");
		k |= buf_put(b, text, n);
	}
	if (p->flags & RUN_DOUBT)
		k |= ltsv_puts(b, "doubt", "1");
	k |= put_suspended(r, x, head, b);
	if (pending(p) != NULL)
		k |= ltsv_puts(b, "order", pending(p));
	return k == 0 ? 0 : -1;
}

int
show_message(struct run *r, uint32_t m, struct buf *b)
{
	uint32_t x;
	int k = 0;

	for (x = r->s.message[m].first; x != SCHEDULE_NONE && k == 0;
	     x = r->s.rcpt[x].later)
		k = show_rcpt(r, x, NULL, b) == -1 || ltsv_end(b) == -1 ? -1
									: 0;
	return k == 0 ? 0 : -1;
}
