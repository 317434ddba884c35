#include "run/controlparts.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include <string.h>

enum {
	IN_INDEX = 1 << SELECTOR_DOMAIN | 1 << SELECTOR_SITE |
	    1 << SELECTOR_STATE | 1 << SELECTOR_AGE,
	IN_FILE = 1 << SELECTOR_FROM | 1 << SELECTOR_TO | 1 << SELECTOR_TENANT |
	    1 << SELECTOR_TAG
};

/* what the index knows of it */
static void
facts_index(struct control_conn *c, const struct schedule_rcpt *p,
    struct selector_facts *f)
{
	const struct run *r = c->r;
	const struct nametable_name *d = &r->s.domains.name[p->domain];

	f->known |= IN_INDEX;
	f->domain.p = d->len > 0 ? d->s : NULL;
	f->domain.n = d->len;
	f->site.p = show_site(r, p, &f->site.n);
	f->state = p->state;
	f->where = show_where(p);
	f->age_s = clock_wall_s() -
	    heads_birth_ms(r, r->s.message[p->message].id) / 1000;
}

/* what stands in its file, for all recipients of the message; l is where the
 * facts point into */
static void
facts_file(const struct jobhead *k, struct ltsv *l, struct selector_facts *f)
{
	const struct ltsv_field *g;
	struct selector_text *t;
	unsigned i;

	f->known = IN_FILE;
	if (ltsv_parse(k->text, k->who_len, l) == -1)
		return;
	for (i = 0; i < l->n; i++) {
		g = &l->f[i];
		t = i == 0 ? &f->from : NULL;
		if (g->label_len == 6 && memcmp(g->label, "tenant", 6) == 0)
			t = &f->tenant;
		if (g->label_len == 3 && memcmp(g->label, "tag", 3) == 0 &&
		    f->n_tag < SELECTOR_TAGS)
			t = &f->tag[f->n_tag++];
		if (t != NULL) {
			t->p = g->value;
			t->n = g->value_len;
		}
	}
}

/* sender and domain of selectors, as the index has them */
static void
find_keys(struct control_conn *c)
{
	const struct selector_list *l = &c->order.sel;
	char domain[JOBHEAD_DOMAIN_MAX];
	struct buf b = { 0 };
	unsigned i;

	for (i = 0; i < l->n; i++) {
		if (l->by[i].what == SELECTOR_FROM) {
			buf_clear(&b);
			if (ltsv_escape(&b, l->by[i].value, l->by[i].len) == -1)
				die(EXIT_TEMP, "out of memory");
			c->work.key[i] =
			    jobhead_sender(buf_data(&b), buf_len(&b));
		} else if (l->by[i].what == SELECTOR_TO) {
			c->work.key[i] =
			    nametable_find(&c->r->s.domains, domain,
				jobhead_domain(l->by[i].value, l->by[i].len,
				    domain));
		}
	}
	buf_free(&b);
}

/* could it be one of these, by what the index keeps of addresses */
static int
may_be(struct control_conn *c, const struct schedule_rcpt *p)
{
	const struct selector_list *l = &c->order.sel;
	unsigned i, asked = 0, good = 0, bit;

	for (i = 0; i < l->n; i++) {
		bit = 1u << l->by[i].what;
		if (l->by[i].what != SELECTOR_FROM &&
		    l->by[i].what != SELECTOR_TO)
			continue;
		asked |= bit;
		if (c->work.key[i] ==
		    (l->by[i].what == SELECTOR_TO
			    ? p->domain
			    : c->r->s.message[p->message].sender))
			good |= bit;
	}
	return asked == good;
}

/* how many recipients of it are meant, as far as the index knows */
static unsigned
may_match(struct control_conn *c, uint32_t m)
{
	const struct schedule *s = &c->r->s;
	struct selector_facts f = { .known = 0 };
	unsigned n = 0;
	uint32_t x;

	for (x = s->message[m].first; x != SCHEDULE_NONE;
	     x = s->rcpt[x].later) {
		facts_index(c, &s->rcpt[x], &f);
		n +=
		    may_be(c, &s->rcpt[x]) && selector_match(&c->order.sel, &f);
	}
	return n;
}

/* f: what its file says of the message */
static int
matches(struct control_conn *c, uint32_t x, const struct jobhead *k,
    struct selector_facts *f)
{
	const struct schedule_rcpt *p = &c->r->s.rcpt[x];

	if (p->n >= k->n_rcpt)
		return 0;
	facts_index(c, p, f);
	f->to.p = k->text + k->rcpt[p->n].at;
	f->to.n = k->rcpt[p->n].to_len;
	return selector_match(&c->order.sel, f);
}

/* is there something for this verb at all: spares reading the file */
static int
concerns(struct control_conn *c, uint32_t m)
{
	const struct schedule *s = &c->r->s;
	const struct schedule_rcpt *p;
	uint32_t x;

	for (x = s->message[m].first; x != SCHEDULE_NONE; x = p->later) {
		p = &s->rcpt[x];
		if (c->order.verb == CTLREQUEST_RETRY ||
			    c->order.verb == CTLREQUEST_RESUME
			? p->where == SCHEDULE_TIMER
			: c->order.verb == CTLREQUEST_RELEASE
			? p->state == MESSAGE_HELD || p->flags & RUN_HOLD
			: control_is_pending(p))
			return 1;
	}
	return 0;
}

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

	facts_file(k, &l, &f);
	for (i = r->s.message[m].first; i != SCHEDULE_NONE; i = next) {
		next = r->s.rcpt[i].later;
		if (r->s.rcpt[i].n < c->work.n)
			continue;
		c->work.n = r->s.rcpt[i].n;
		if (seen++ == CONTROL_RCPTS_MAX ||
		    c->work.matched - before == CONTROL_ACTS_MAX)
			return 1;
		if (matches(c, i, k, &f)) {
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

/* a message's head, if it is one for this order */
static struct jobhead *
meant(struct control_conn *c, uint32_t m)
{
	struct schedule_message *x = &c->r->s.message[m];
	struct jobhead *k;
	unsigned n;

	if (!x->used || x->flags & RUN_LEAVING || (n = may_match(c, m)) == 0)
		return NULL;
	if (!concerns(c, m) && !(selector_kinds(&c->order.sel) & IN_FILE)) {
		c->work.matched += n;
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
	find_keys(c);
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
