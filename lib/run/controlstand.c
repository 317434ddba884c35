#include "run/controlparts.h"
#include "base/die.h"
#include "base/exit.h"
#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* who gives an order, for people */
static const char *
user_of(const struct control_conn *c)
{
	const struct passwd *pw = getpwuid(c->uid);

	return pw == NULL ? "" : pw->pw_name;
}

static int
refuse(struct control_conn *c)
{
	char text[128];

	snprintf(text, sizeof text, "unable to write the list: %s",
	    errno == ENOSPC         ? "too many orders, or no space"
		: errno == EMSGSIZE ? "the order is too long"
				    : strerror(errno));
	control_refuse(c, text);
	return 0;
}

static void
say_number(struct control_conn *c, const struct order *o)
{
	struct buf b = { 0 };
	int k = ltsv_putnum(&b, "order", o->number);

	if (o->until_s > 0)
		k |= ltsv_putnum(&b, "until", (uint64_t)o->until_s);
	k |= ltsv_end(&b);
	if (k != 0)
		die(EXIT_TEMP, "out of memory");
	control_say(c, buf_data(&b), buf_len(&b));
	buf_free(&b);
}

int
control_stand(struct control_conn *c)
{
	const struct order *o;

	if (c->order.count)
		return 1;
	o = orders_add(c->r, &c->order, c->uid, user_of(c));
	if (o == NULL)
		return refuse(c);
	c->work.slot = o->slot;
	say_number(c, o);
	return 1;
}

int
control_end(struct control_conn *c)
{
	const struct run *r = c->r;
	unsigned i;

	for (i = 0; i < r->orders.n; i++)
		if (orders_means(&c->order, r->orders.one[i])) {
			c->work.matched++;
			c->work.ends[r->orders.one[i]->slot / 8] |= 1u
			    << r->orders.one[i]->slot % 8;
		}
	if (!c->order.count &&
	    orders_end(c->r, &c->order, c->uid, user_of(c)) == -1)
		return refuse(c);
	if (c->order.verb == CTLREQUEST_RESUME && c->work.matched > 0)
		return 1;
	c->work.count = c->work.matched;
	control_finish(c, NULL);
	return 0;
}

/* what they have kept is tried at once */
int
control_resume(struct control_conn *c)
{
	struct run *r = c->r;
	const struct schedule_rcpt *p;
	uint16_t slot;
	unsigned i;

	for (i = 0; i < RUN_AGAIN_SLICE && c->work.at < r->s.n_rcpt; i++) {
		slot = r->s.order[c->work.at];
		p = &r->s.rcpt[c->work.at++];
		if (p->where != SCHEDULE_TIMER || slot == 0 ||
		    !(c->work.ends[slot / 8] & 1u << slot % 8))
			continue;
		c->work.matched++;
		c->work.count++;
		if (c->order.count)
			continue;
		r->s.order[c->work.at - 1] = 0;
		if (p->state == MESSAGE_QUEUED)
			retries_wait(r, c->work.at - 1, 0, 0);
	}
	if (c->work.at < r->s.n_rcpt)
		return 1;
	control_finish(c, NULL);
	return 0;
}

/* the list */

static int
count_kept(struct control_conn *c)
{
	const struct schedule *s = &c->r->s;
	unsigned i;

	if (c->work.kept == NULL)
		c->work.kept = calloc(ORDERS_SLOTS + 1, sizeof *c->work.kept);
	if (c->work.kept == NULL)
		die(EXIT_TEMP, "out of memory");
	for (i = 0; i < CONTROL_SLICE * 16 && c->work.at < s->n_rcpt; i++) {
		c->work.kept[s->order[c->work.at]] +=
		    s->rcpt[c->work.at].where != SCHEDULE_FREE;
		c->work.at++;
	}
	return c->work.at < s->n_rcpt;
}

static int
put_label(struct buf *b, const char *label, struct slice v)
{
	return v.n > 0 ? ltsv_put(b, label, v.p, v.n) : 0;
}

static int
put_order(struct buf *b, const struct order *o, uint32_t kept)
{
	const struct ctlparam *w = &o->req.with;
	unsigned i;
	int k = ltsv_putnum(b, "order", o->number);

	k |= ltsv_puts(b, "cmd", ctlrequest_verb_name(o->req.verb));
	k |= ltsv_put(b, "sel", buf_data(&o->words), buf_len(&o->words));
	k |= ltsv_putnum(b, "by", o->by);
	k |= ltsv_puts(b, "user", o->user);
	k |= ltsv_putnum(b, "since", (uint64_t)(o->since_ms / 1000));
	if (o->until_s > 0)
		k |= ltsv_putnum(b, "until", (uint64_t)o->until_s);
	k |= put_label(b, "reason", w->reason);
	k |= put_label(b, "pool", w->pool);
	k |= put_label(b, "host", w->host);
	for (i = 0; i < w->n_tag; i++)
		k |= put_label(b, "tag", w->tag[i]);
	if (o->req.verb == CTLREQUEST_SUSPEND)
		k |= ltsv_putnum(b, "waiting", kept);
	return k | ltsv_end(b);
}

int
control_orders(struct control_conn *c)
{
	const struct run *r = c->r;
	const struct order *o;
	struct buf b = { 0 };
	unsigned i;

	if (count_kept(c))
		return 1;
	for (i = 0; i < r->orders.n; i++) {
		o = r->orders.one[i];
		if ((o->req.verb == CTLREQUEST_REBIND) !=
		    (c->order.verb == CTLREQUEST_REBINDINGS))
			continue;
		if (put_order(&b, o, c->work.kept[o->slot]) != 0)
			die(EXIT_TEMP, "out of memory");
		c->work.count++;
		c->work.matched++;
	}
	control_say(c, buf_data(&b), buf_len(&b));
	buf_free(&b);
	free(c->work.kept);
	c->work.kept = NULL;
	control_finish(c, NULL);
	return 0;
}
