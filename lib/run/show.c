#include "run/run.h"
#include "base/clock.h"
#include <string.h>

const char *
show_where(const struct schedule_rcpt *p)
{
	switch (p->where) {
	case SCHEDULE_TIMER: return "waiting";
	case SCHEDULE_LANE:
	case SCHEDULE_AGAIN: return "ready";
	case SCHEDULE_OUT:
	case SCHEDULE_LATE: return "out";
	default: return NULL;
	}
}

/* of a domain whose site is not known yet: NULL */
const char *
show_site(const struct run *r, const struct schedule_rcpt *p, size_t *n)
{
	uint32_t site = r->s.domain_site[p->domain];
	const char *name;

	if (site == SCHEDULE_NONE)
		return NULL;
	name = schedule_site_name(&r->s, site, n);
	return *n >= 7 && memcmp(name, "domain:", 7) == 0 ? NULL : name;
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
	name = show_site(r, p, &n);
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

/* what was ordered and is done when it comes back */
static const char *
pending(const struct schedule_rcpt *p)
{
	return p->flags & RUN_DELETE ? "delete"
	    : p->flags & RUN_BOUNCE  ? "bounce"
	    : p->flags & RUN_HOLD    ? "hold"
				     : NULL;
}

static int
put_rcpt(struct run *r, uint32_t x, struct buf *b)
{
	const struct schedule_rcpt *p = &r->s.rcpt[x];
	const char *where = show_where(p), *text;
	size_t n;
	int k = ltsv_put(b, "id", r->s.message[p->message].id, NAME_LEN);

	k |= ltsv_putnum(b, "n", p->n);
	if (where != NULL)
		k |= ltsv_puts(b, "where", where);
	k |= put_site(r, p, b);
	if (schedule_is_down(p))
		k |= put_out(r, p, b);
	if (p->where == SCHEDULE_TIMER)
		k |= ltsv_putnum(b, "next", wall_s(p->due_ms));
	if (p->flags & RUN_LATER && !schedule_is_down(p) &&
	    (text = waitreason_of(r, p->domain, &n)) != NULL) {
		k |= buf_puts(b, "\tlater:");
		k |= buf_put(b, text, n);
	}
	if (p->flags & RUN_DOUBT)
		k |= ltsv_puts(b, "doubt", "1");
	if (suspend_is(r, x))
		k |= ltsv_puts(b, "suspended", "1");
	if (pending(p) != NULL)
		k |= ltsv_puts(b, "order", pending(p));
	return k | ltsv_end(b);
}

int
show_message(struct run *r, uint32_t m, struct buf *b)
{
	uint32_t x;
	int k = 0;

	for (x = r->s.message[m].first; x != SCHEDULE_NONE && k == 0;
	     x = r->s.rcpt[x].later)
		k = put_rcpt(r, x, b);
	return k == 0 ? 0 : -1;
}
