#include "run/controlfacts.h"
#include "run/controlparts.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include <string.h>

/* from recipient c->work.n on, as many as there is time for; 1: more to do */
static int
act_some(struct control_conn *c, uint32_t m, const struct jobhead *k)
{
	struct run *r = c->r;
	struct selector_facts f = { .known = 0 };
	uint64_t before = c->work.matched;
	struct ltsv l;
	uint32_t i, next;
	unsigned seen = 0;

	facts_head(k, &l, &f);
	for (i = r->s.message[m].first; i != SCHEDULE_NONE; i = next) {
		next = r->s.rcpt[i].later;
		if (r->s.rcpt[i].n < c->work.n)
			continue;
		c->work.n = r->s.rcpt[i].n;
		if (seen++ == CONTROL_RCPTS_MAX ||
		    c->work.matched - before == CONTROL_ACTS_MAX)
			return 1;
		if (controlfacts_match(c, i, k, &f)) {
			c->work.matched++;
			control_act(c, i, k);
		}
	}
	return 0;
}

static void
show(struct control_conn *c, uint32_t m)
{
	struct buf b = { 0 };

	if (show_message(c->r, m, &b) == -1)
		die(EXIT_TEMP, "out of memory");
	c->work.matched++;
	control_say(c, buf_data(&b), buf_len(&b));
	buf_free(&b);
}

/* does it change nothing that stands in a file? */
static int
needs_no_head(const struct control_conn *c)
{
	return c->order.count || c->order.verb == CTLREQUEST_SUSPEND ||
	    c->order.verb == CTLREQUEST_REBIND;
}

/* a message's head, if it is one for this order */
static struct jobhead *
meant(struct control_conn *c, uint32_t m)
{
	struct schedule_message *x = &c->r->s.message[m];
	struct jobhead *k;
	unsigned n, concerned;

	if (!x->used || x->flags & RUN_LEAVING ||
	    (n = controlfacts_may(c, m, &concerned)) == 0)
		return NULL;
	/* no file is read when the index will do */
	if (!(selector_kinds(&c->order.sel) & CONTROLFACTS_IN_FILE) &&
	    (concerned == 0 || needs_no_head(c))) {
		c->work.matched += n;
		if (concerned > 0)
			controlfacts_act(c, m);
		return NULL;
	}
	k = heads_take(c->r, m);
	if (k == NULL) {
		warn("unable to read message %.20s: %m", x->id);
		c->work.failed++;
	}
	return k;
}

/* as much of it as there is time for */
static int
part_of(struct control_conn *c, uint32_t m, struct jobhead *k)
{
	uint64_t before = c->work.count;

	c->work.more = act_some(c, m, k);
	control_sync_message(c, before);
	toline_close(c->r);
	if (c->work.more)
		c->r->s.message[m].flags |= RUN_ORDERED;
	else
		c->r->s.message[m].flags &= ~RUN_ORDERED;
	heads_release(c->r, m, k);
	return c->work.more;
}

/* 1: more to do for it, in another round */
static int
one_message(struct control_conn *c, uint32_t m)
{
	struct jobhead *k = meant(c, m);

	if (k == NULL)
		return 0;
	memcpy(c->work.id, c->r->s.message[m].id, NAME_LEN);
	c->work.n = 0;
	return part_of(c, m, k);
}

/* the message that is under way; 1: more to do for it */
static int
go_on(struct control_conn *c)
{
	uint32_t m = schedule_find(&c->r->s, c->work.id);
	struct jobhead *k;

	c->work.more = 0;
	/* it may have come to its end */
	if (m == SCHEDULE_NONE || c->r->s.message[m].flags & RUN_LEAVING)
		return 0;
	k = heads_take(c->r, m);
	if (k != NULL)
		return part_of(c, m, k);
	warn("unable to read message %.20s: %m", c->work.id);
	c->work.failed++;
	return 0;
}

static int
one_id(struct control_conn *c, const char *id)
{
	uint32_t m = schedule_find(&c->r->s, id);

	if (m == SCHEDULE_NONE || c->r->s.message[m].flags & RUN_LEAVING)
		c->work.unknown++;
	else if (c->order.verb == CTLREQUEST_SHOW)
		show(c, m);
	else
		return one_message(c, m);
	return 0;
}

/* the next one; 1: more to do for it */
static int
one(struct control_conn *c, size_t ids)
{
	if (c->work.more)
		return go_on(c);
	if (ids > 0)
		return one_id(c,
		    buf_data(&c->order.sel.ids) + c->work.at * NAME_LEN);
	return one_message(c, c->work.at);
}

/* 1: more to do */
int
control_scan(struct control_conn *c)
{
	struct run *r = c->r;
	size_t ids = buf_len(&c->order.sel.ids) / NAME_LEN;
	uint64_t before = c->work.count;
	unsigned i;

	lifetime_clock(r);
	controlfacts_keys(c);
	for (i = 0; i < CONTROL_SLICE &&
	     c->work.at < (ids > 0 ? ids : r->s.n_message) &&
	     c->work.count - before < CONTROL_ACTS_MAX;
	     i++, c->work.at++) {
		if (!c->dead && wire_full(&c->wire))
			return 0; /* goes on when it has drained */
		if (one(c, ids))
			return 1;
	}
	if (c->work.at < (ids > 0 ? ids : r->s.n_message))
		return 1;
	control_finish(c, NULL);
	return 0;
}
