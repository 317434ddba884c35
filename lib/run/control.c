#include "base/clock.h"
#include "base/die.h"
#include "base/durable.h"
#include "base/exit.h"
#include "chain/event.h"
#include "chain/link.h"
#include "queue/ctlrequest.h"
#include "run/run.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/*
 * Requests on QUEUE/ctl.  One that concerns many messages is done in slices
 * between rounds of the loop, so delivery goes on beside it.
 */
enum {
	CONTROL_CONNS_MAX = 32,
	CONTROL_SLICE = 256,      /* messages, recipients or sites in a round */
	CONTROL_ACTS_MAX = 256,   /* recipients changed in a round */
	CONTROL_RCPTS_MAX = 4096, /* of one message, looked at in a round */
	CONTROL_SYNC_MAX = 8, /* files synced one by one; more: all at once */
	CONTROL_REOPEN_MS = 1000,
	CONTROL_AGAIN_MS = 10000, /* the socket could not be made */
	CONTROL_FLAG_MS = 1000,   /* the flag file is looked at so often */
	CONTROL_IDLE_MS = 30000   /* one that says or reads nothing is closed */
};

struct conn {
	struct wire wire;
	struct run *r;
	struct ctlrequest order;
	uid_t uid;
	uint32_t at, sites_at; /* how far the work is */
	char id[NAME_LEN];     /* the message that is under way, */
	uint32_t n;            /* and its next recipient, if there is more */
	uint32_t
	    key[SELECTOR_MAX]; /* of selectors: sender, domain in the index */
	uint64_t count, out, failed;
	uint64_t matched, unknown; /* recipients meant; ids of no message */
	int64_t now_s;             /* when the work began */
	uint32_t synced;           /* files of this order */
	uint8_t journaled;         /* it stands in the journal */
	uint64_t n_waiting, n_ready, n_out, n_held, n_owed;
	int64_t oldest_us;
	int64_t heard_ms; /* it said or read something */
	uint64_t turn;    /* the same: who did so before whom */
	uint8_t used, busy, dead, more;
};

static struct conn *conn;
static struct durable ctl_durable;
static struct loop_io listen_io;
static struct loop_timer reopen_timer, flag_timer;
static int listen_fd;

static void
heard(struct conn *c)
{
	static uint64_t turns;

	c->heard_ms = clock_mono_ms();
	c->turn = ++turns;
}

static void
say(struct conn *c, const char *p, size_t n)
{
	if (!c->dead)
		wire_put(&c->wire, p, n);
}

static void
refuse(struct conn *c, const char *text)
{
	struct buf b = { 0 };

	ltsv_puts(&b, "ok", "0");
	ltsv_puts(&b, "text", text);
	ltsv_end(&b);
	say(c, buf_data(&b), buf_len(&b));
	buf_free(&b);
}

static void
free_conn(struct conn *c)
{
	ctlrequest_free(&c->order);
	c->used = 0;
}

static void
close_conn(struct conn *c)
{
	if (!c->dead)
		wire_close(&c->wire);
	free_conn(c);
}

/* ok is said when what was ordered survives a power cut */
static int
make_durable(struct conn *c)
{
	struct run *r = c->r;
	int bad = 0;

	if (c->synced > CONTROL_SYNC_MAX && ctl_durable.all)
		return durable_sync_all(&ctl_durable, r->qfd);
	if (c->journaled && r->done.fd != -1)
		bad = fdatasync(r->done.fd);
	return bad;
}

/* the files of a message, after what was ordered for it */
static void
sync_message(struct conn *c, uint64_t before)
{
	if (c->count == before || c->r->toline.fd == -1)
		return;
	if (++c->synced > CONTROL_SYNC_MAX && ctl_durable.all)
		return;
	if (toline_sync(c->r) == -1)
		c->failed++;
}

/* the last line of an answer, and the next request */
static void
finish(struct conn *c, const char *refused)
{
	char line[200];

	if (refused == NULL && make_durable(c) == -1)
		refused = "done, but it could not be made durable";

	c->busy = 0;
	if (refused != NULL)
		refuse(c, refused);
	else
		say(c, line,
		    snprintf(line, sizeof line,
			"ok:1\tcount:%llu\tout:%llu\tfailed:%llu\t"
			"matched:%llu\tunknown:%llu%s\n",
			(unsigned long long)c->count,
			(unsigned long long)c->out,
			(unsigned long long)c->failed,
			(unsigned long long)c->matched,
			(unsigned long long)c->unknown,
			c->r->held ? "\thold:1" : ""));
	heard(c);
	if (c->dead)
		free_conn(c);
	else
		wire_resume(&c->wire);
}

/* acts */

static void
event_act(struct conn *c, const char *kind, uint32_t x, const struct jobhead *k)
{
	const struct schedule *s = &c->r->s;
	const struct schedule_rcpt *p = &s->rcpt[x];

	rcptevent_of(kind, s->message[p->message].id, p->n, k);
	event_num("by", c->uid);
	event_end();
}

static void
act_hold(struct conn *c, uint32_t x, const struct jobhead *k)
{
	struct run *r = c->r;
	struct schedule_rcpt *p = &r->s.rcpt[x];

	if (p->state != MESSAGE_QUEUED || p->flags & RUN_HOLD)
		return;
	c->count++;
	if (schedule_is_down(p)) {
		c->out++;
		/* in its file already, should we not see it come back */
		p->state = MESSAGE_HELD;
		if (toline_write(r, x, k->rcpt[p->n].offset, 0, NULL, 0) == -1)
			c->failed++;
		p->state = MESSAGE_QUEUED;
		p->flags |= RUN_HOLD;
	} else {
		schedule_idle(&r->s, x);
		p->state = MESSAGE_HELD;
		if (toline_write(r, x, k->rcpt[p->n].offset, 0, NULL, 0) == -1)
			c->failed++;
	}
	event_act(c, "held", x, k);
}

static void
act_release(struct conn *c, uint32_t x, const struct jobhead *k)
{
	struct run *r = c->r;
	struct schedule_rcpt *p = &r->s.rcpt[x];

	if (p->flags & RUN_HOLD) {
		p->flags &= ~RUN_HOLD;
		if (toline_write(r, x, k->rcpt[p->n].offset, 0, NULL, 0) == -1)
			c->failed++;
	} else if (p->state == MESSAGE_HELD) {
		p->state = MESSAGE_QUEUED;
		if (toline_write(r, x, k->rcpt[p->n].offset, 0, NULL, 0) == -1)
			c->failed++;
		retries_wait(r, x, 0, 0);
	} else {
		return;
	}
	c->count++;
	event_act(c, "released", x, k);
}

static int
is_pending(const struct schedule_rcpt *p)
{
	return p->state == MESSAGE_QUEUED || p->state == MESSAGE_HELD;
}

static void
act_delete(struct conn *c, uint32_t x, const struct jobhead *k)
{
	struct run *r = c->r;
	struct schedule_rcpt *p = &r->s.rcpt[x];

	if (!is_pending(p) || p->flags & RUN_DELETE)
		return;
	if (schedule_is_down(p)) {
		c->failed += ordered_mark(r, x, k, RUN_DELETE) == -1;
		c->count++;
		c->out++;
		return;
	}
	if (final_journal(r, p->message, p->n, MESSAGE_DELETED) == -1) {
		c->failed++;
		return;
	}
	c->count++;
	c->journaled = 1;
	event_act(c, "deleted", x, k);
	final_drop(r, x);
}

static void
act_retry(struct conn *c, uint32_t x, const struct jobhead *k)
{
	struct schedule_rcpt *p = &c->r->s.rcpt[x];

	if (p->state != MESSAGE_QUEUED || p->where != SCHEDULE_TIMER)
		return;
	c->count++;
	if (toline_next(c->r, x, k->rcpt[p->n].offset, 0) == -1)
		c->failed++;
	retries_wait(c->r, x, 0, 0);
}

static void
act_bounce(struct conn *c, uint32_t x, const struct jobhead *k)
{
	static const char text[] = RUN_RETURNED;
	struct run *r = c->r;
	struct schedule_rcpt *p = &r->s.rcpt[x];
	char was = p->state;

	if (!is_pending(p) || p->flags & RUN_BOUNCE)
		return;
	if (schedule_is_down(p)) {
		c->failed += ordered_mark(r, x, k, RUN_BOUNCE) == -1;
		c->count++;
		c->out++;
		return;
	}
	p->state = MESSAGE_BOUNCED;
	if (r->can_report ? toline_write(r, x, k->rcpt[p->n].offset, 0, text,
				sizeof text - 1) == -1
			  : final_journal(r, p->message, p->n,
				MESSAGE_BOUNCED_SAID) == -1) {
		p->state = was;
		c->failed++;
		return;
	}
	c->count++;
	c->journaled |= !r->can_report;
	schedule_idle(&r->s, x);
	event_act(c, "bounced", x, k);
	if (r->can_report)
		report_owe(r, p->message);
	else
		final_drop(r, x);
}

static void
act(struct conn *c, uint32_t x, const struct jobhead *k)
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

/* selection */

enum {
	IN_INDEX = 1 << SELECTOR_DOMAIN | 1 << SELECTOR_SITE |
	    1 << SELECTOR_STATE | 1 << SELECTOR_AGE,
	IN_FILE = 1 << SELECTOR_FROM | 1 << SELECTOR_TO | 1 << SELECTOR_TENANT |
	    1 << SELECTOR_TAG
};

/* what the index knows of it */
static void
facts_index(struct conn *c, const struct schedule_rcpt *p,
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
	f->age_s =
	    c->now_s - name_time_us(r->s.message[p->message].id) / 1000000;
}

/* what stands in its file, for all recipients of the message */
static void
facts_file(const struct jobhead *k, struct selector_facts *f)
{
	static struct ltsv l; /* the facts point into it */
	const struct ltsv_field *g;
	struct selector_text *t;
	unsigned i;

	f->known = IN_FILE;
	if (ltsv_parse(k->text, k->who_len, &l) == -1)
		return;
	for (i = 0; i < l.n; i++) {
		g = &l.f[i];
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
find_keys(struct conn *c)
{
	const struct selector_list *l = &c->order.sel;
	char domain[JOBHEAD_DOMAIN_MAX];
	static struct buf b;
	unsigned i;

	for (i = 0; i < l->n; i++) {
		if (l->by[i].what == SELECTOR_FROM) {
			buf_clear(&b);
			if (ltsv_escape(&b, l->by[i].value, l->by[i].len) == -1)
				die(EXIT_TEMP, "out of memory");
			c->key[i] = jobhead_sender(buf_data(&b), buf_len(&b));
		} else if (l->by[i].what == SELECTOR_TO) {
			c->key[i] = nametable_find(&c->r->s.domains, domain,
			    jobhead_domain(l->by[i].value, l->by[i].len,
				domain));
		}
	}
}

/* could it be one of these, by what the index keeps of addresses */
static int
may_be(struct conn *c, const struct schedule_rcpt *p)
{
	const struct selector_list *l = &c->order.sel;
	unsigned i, asked = 0, good = 0, bit;

	for (i = 0; i < l->n; i++) {
		bit = 1u << l->by[i].what;
		if (l->by[i].what != SELECTOR_FROM &&
		    l->by[i].what != SELECTOR_TO)
			continue;
		asked |= bit;
		if (c->key[i] ==
		    (l->by[i].what == SELECTOR_TO
			    ? p->domain
			    : c->r->s.message[p->message].sender))
			good |= bit;
	}
	return asked == good;
}

/* how many recipients of it are meant, as far as the index knows */
static unsigned
may_match(struct conn *c, uint32_t m)
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
matches(struct conn *c, uint32_t x, const struct jobhead *k,
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
concerns(struct conn *c, uint32_t m)
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
			: is_pending(p))
			return 1;
	}
	return 0;
}

/* from recipient c->n on, as many as there is time for; 1: more to do */
static int
act_some(struct conn *c, uint32_t m, const struct jobhead *k)
{
	struct run *r = c->r;
	struct selector_facts f = { .known = 0 };
	uint64_t before = c->matched;
	uint32_t i, next;
	unsigned seen = 0;

	facts_file(k, &f);
	for (i = r->s.message[m].first; i != SCHEDULE_NONE; i = next) {
		next = r->s.rcpt[i].later;
		if (r->s.rcpt[i].n < c->n)
			continue;
		c->n = r->s.rcpt[i].n;
		if (seen++ == CONTROL_RCPTS_MAX ||
		    c->matched - before == CONTROL_ACTS_MAX)
			return 1;
		if (matches(c, i, k, &f)) {
			c->matched++;
			act(c, i, k);
		}
	}
	return 0;
}

static void
show(struct conn *c, uint32_t m)
{
	struct buf b = { 0 };

	if (show_message(c->r, m, &b) == -1)
		die(EXIT_TEMP, "out of memory");
	c->matched++;
	say(c, buf_data(&b), buf_len(&b));
	buf_free(&b);
}

/* a message's head, if it is one for this order */
static struct jobhead *
meant(struct conn *c, uint32_t m)
{
	struct schedule_message *x = &c->r->s.message[m];
	struct jobhead *k;
	unsigned n;

	if (!x->used || x->flags & RUN_LEAVING || (n = may_match(c, m)) == 0)
		return NULL;
	if (!concerns(c, m) && !(selector_kinds(&c->order.sel) & IN_FILE)) {
		c->matched += n;
		return NULL;
	}
	k = load_card(c->r, m);
	if (k == NULL) {
		warn("unable to read message %.20s: %m", x->id);
		c->failed++;
	}
	return k;
}

/* as much of it as there is time for */
static int
part_of(struct conn *c, uint32_t m, struct jobhead *k)
{
	uint64_t before = c->count;

	c->more = act_some(c, m, k);
	sync_message(c, before);
	toline_close(c->r);
	if (c->more)
		c->r->s.message[m].flags |= RUN_ORDERED;
	else
		c->r->s.message[m].flags &= ~RUN_ORDERED;
	jobhead_release(c->r, m, k);
	return c->more;
}

/* 1: more to do for it, in another round */
static int
one_message(struct conn *c, uint32_t m)
{
	struct jobhead *k = meant(c, m);

	if (k == NULL)
		return 0;
	memcpy(c->id, c->r->s.message[m].id, NAME_LEN);
	c->n = 0;
	return part_of(c, m, k);
}

/* the message that is under way; 1: more to do for it */
static int
go_on(struct conn *c)
{
	uint32_t m = schedule_find(&c->r->s, c->id);
	struct jobhead *k;

	c->more = 0;
	/* it may have come to its end */
	if (m == SCHEDULE_NONE || c->r->s.message[m].flags & RUN_LEAVING)
		return 0;
	k = load_card(c->r, m);
	if (k != NULL)
		return part_of(c, m, k);
	warn("unable to read message %.20s: %m", c->id);
	c->failed++;
	return 0;
}

static int
one_id(struct conn *c, const char *id)
{
	uint32_t m = schedule_find(&c->r->s, id);

	if (m == SCHEDULE_NONE || c->r->s.message[m].flags & RUN_LEAVING)
		c->unknown++;
	else if (c->order.verb == CTLREQUEST_SHOW)
		show(c, m);
	else
		return one_message(c, m);
	return 0;
}

/* the next one; 1: more to do for it */
static int
one(struct conn *c, size_t ids)
{
	if (c->more)
		return go_on(c);
	if (ids > 0)
		return one_id(c,
		    buf_data(&c->order.sel.ids) + c->at * NAME_LEN);
	return one_message(c, c->at);
}

/* 1: more to do */
static int
selector_slice(struct conn *c)
{
	struct run *r = c->r;
	size_t ids = buf_len(&c->order.sel.ids) / NAME_LEN;
	uint64_t before = c->count;
	unsigned i;

	find_keys(c);
	for (i = 0;
	     i < CONTROL_SLICE && c->at < (ids > 0 ? ids : r->s.n_message) &&
	     c->count - before < CONTROL_ACTS_MAX;
	     i++, c->at++) {
		if (!c->dead && wire_full(&c->wire))
			return 0; /* goes on when it has drained */
		if (one(c, ids))
			return 1;
	}
	if (c->at < (ids > 0 ? ids : r->s.n_message))
		return 1;
	finish(c, NULL);
	return 0;
}

/* status */

static void
count_rcpt(struct conn *c, const struct schedule_rcpt *p)
{
	switch (p->where) {
	case SCHEDULE_TIMER: c->n_waiting++; break;
	case SCHEDULE_LANE:
	case SCHEDULE_AGAIN: c->n_ready++; break;
	case SCHEDULE_OUT:
	case SCHEDULE_LATE: c->n_out++; break;
	case SCHEDULE_IDLE:
		if (p->state == MESSAGE_HELD)
			c->n_held++;
		else
			c->n_owed++;
		break;
	}
}

static void
status_totals(struct conn *c)
{
	struct run *r = c->r;
	struct buf b = { 0 };
	const char *name;
	unsigned at = 0;
	size_t n;
	int64_t age = c->oldest_us == INT64_MAX
	    ? 0
	    : (clock_wall_us() - c->oldest_us) / 1000000;

	ltsv_putnum(&b, "messages", r->s.used_message - r->n_leaving);
	ltsv_putnum(&b, "ready", c->n_ready);
	ltsv_putnum(&b, "waiting", c->n_waiting);
	ltsv_putnum(&b, "out", c->n_out);
	ltsv_putnum(&b, "overdue", r->s.late);
	ltsv_putnum(&b, "held", c->n_held);
	ltsv_putnum(&b, "owed", c->n_owed);
	ltsv_putnum(&b, "removing", r->n_leaving);
	ltsv_putnum(&b, "oldest", age > 0 ? age : 0);
	ltsv_putnum(&b, "window", r->window);
	ltsv_putnum(&b, "hold", r->held);
	ltsv_putnum(&b, "stalled", r->stalled);
	ltsv_putnum(&b, "scanning", r->scanning);
	ltsv_putnum(&b, "sent", r->settle.n_sent);
	ltsv_putnum(&b, "deferred", r->settle.n_deferred);
	ltsv_putnum(&b, "bounced", r->settle.n_bounced);
	ltsv_putnum(&b, "later", r->settle.n_later);
	ltsv_end(&b);
	while ((name = suspend_name(&at, &n)) != NULL) {
		ltsv_put(&b, "suspended", name, n);
		ltsv_end(&b);
	}
	say(c, buf_data(&b), buf_len(&b));
	buf_free(&b);
}

/* sites where something is in the chain, waits for room, or is held */
static void
status_site(struct conn *c, uint32_t i)
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
	say(c, buf_data(&b), buf_len(&b));
	c->count++;
	buf_free(&b);
}

static int
status_slice(struct conn *c)
{
	struct run *r = c->r;
	const struct schedule_rcpt *p;
	unsigned i;
	int64_t us;

	for (i = 0; i < CONTROL_SLICE * 16 && c->at < r->s.n_rcpt; i++) {
		p = &r->s.rcpt[c->at++];
		if (p->where == SCHEDULE_FREE)
			continue;
		count_rcpt(c, p);
		us = name_time_us(r->s.message[p->message].id);
		if (us < c->oldest_us)
			c->oldest_us = us;
	}
	if (c->at < r->s.n_rcpt)
		return 1;
	if (c->sites_at == 0)
		status_totals(c);
	if (!c->dead && wire_full(&c->wire))
		return 0; /* goes on when it has drained */
	for (i = 0; i < CONTROL_SLICE && c->sites_at < r->s.sites.n; i++)
		status_site(c, c->sites_at++);
	if (c->sites_at < r->s.sites.n)
		return 1;
	finish(c, NULL);
	return 0;
}

/* requests */

static void
event_all(struct conn *c, const char *kind)
{
	event_begin(kind);
	event_puts("sel", "all");
	event_num("by", c->uid);
	event_end();
}

/* the flag that holds everything; 0 or -1 with errno */
static int
set_held(struct run *r, int held)
{
	int fd;

	if (held) {
		fd = openat(r->qfd, "held", O_WRONLY | O_CREAT | O_CLOEXEC,
		    0640);
		if (fd == -1)
			return -1;
		close(fd);
		if (fsync(r->qfd) == -1)
			return -1;
	} else if ((unlinkat(r->qfd, "held", 0) == -1 && errno != ENOENT) ||
	    fsync(r->qfd) == -1) {
		return -1;
	}
	r->held = held;
	return 0;
}

/* hold all is the flag alone; release all takes it away, and releases those
 * that were held one by one */
static int
all(struct conn *c)
{
	int hold = c->order.verb == CTLREQUEST_HOLD;
	char text[128];

	if (set_held(c->r, hold) == -1) {
		snprintf(text, sizeof text, "unable to %s the flag file: %s",
		    hold ? "make" : "remove", strerror(errno));
		refuse(c, text);
		return 0;
	}
	event_all(c, hold ? "held" : "released");
	if (!hold)
		return 1;
	c->count = c->matched = c->r->s.used_rcpt;
	c->out = c->r->s.out + c->r->s.late;
	finish(c, NULL);
	return 0;
}

/* the domain's name; a resumed one's recipients are then tried at once */
static int
suspend(struct conn *c)
{
	int on = c->order.verb == CTLREQUEST_SUSPEND;
	const char *domain;
	char text[128];
	size_t n;

	domain = ctlrequest_domain(&c->order, &n);
	c->matched = suspend_has(domain, n);
	if (suspend_set(c->r, domain, n, on) == -1) {
		snprintf(text, sizeof text, "unable to write the list: %s",
		    strerror(errno));
		refuse(c, text);
		return 0;
	}
	if (!on)
		return 1;
	c->count = c->matched = 1;
	finish(c, NULL);
	return 0;
}

static void
begin(struct conn *c)
{
	c->at = c->sites_at = 0;
	c->count = c->out = c->failed = c->matched = c->unknown = 0;
	c->now_s = clock_wall_s();
	c->synced = c->journaled = c->more = 0;
	c->n_waiting = c->n_ready = c->n_out = c->n_held = c->n_owed = 0;
	c->oldest_us = INT64_MAX;
	if (c->order.verb == CTLREQUEST_STOP) {
		finish(c, NULL);
		wire_flush_all();
		sweep_stop(c->r);
		report_stop(c->r);
		chain_stop(c->r);
		return;
	}
	if (ctlrequest_all(&c->order) &&
	    (c->order.verb == CTLREQUEST_HOLD ||
		c->order.verb == CTLREQUEST_RELEASE) &&
	    !all(c))
		return;
	if ((c->order.verb == CTLREQUEST_SUSPEND ||
		c->order.verb == CTLREQUEST_RESUME) &&
	    !suspend(c))
		return;
	c->busy = 1;
	wire_pause(&c->wire);
	run_more(c->r);
}

/* who may read the queue may ask; orders are for its owner, and root */
static int
may(const struct conn *c)
{
	struct stat st;

	if (c->order.verb == CTLREQUEST_STATUS ||
	    c->order.verb == CTLREQUEST_SHOW || c->uid == 0 ||
	    c->uid == geteuid())
		return 1;
	return fstat(c->r->qfd, &st) == 0 && c->uid == st.st_uid;
}

static void
refuse_user(struct conn *c)
{
	char text[64];

	snprintf(text, sizeof text, "user %lu may only ask for the status",
	    (unsigned long)c->uid);
	warn("%s refused: %s", order_verb_name(c->order.verb), text);
	refuse(c, text);
}

static size_t
conn_record(void *arg, const char *p, size_t n)
{
	struct conn *c = arg;
	size_t used = link_line(p, n);
	const char *wrong;

	if (used == 0)
		return 0;
	heard(c);
	wrong = ctlrequest_parse(p, used, &c->order);
	if (wrong != NULL)
		refuse(c, wrong);
	else if (!may(c))
		refuse_user(c);
	else
		begin(c);
	return used;
}

/* who has shut his side may still read.  A wire that is paused sees no end,
 * so all that was asked for is answered, and ours is shut behind it */
static void
conn_ended(void *arg, int err)
{
	struct conn *c = arg;

	if (err == 0 && buf_len(&c->wire.in) > 0)
		refuse(c, "request without a line end");
	wire_finish(&c->wire);
}

/* what is asked for is done all the same, but for what only tells */
static void
conn_gone(void *arg, int err)
{
	struct conn *c = arg;

	(void)err;
	wire_close(&c->wire);
	c->dead = 1;
	if (!c->busy || c->order.verb == CTLREQUEST_STATUS ||
	    c->order.verb == CTLREQUEST_SHOW) {
		c->busy = 0;
		free_conn(c);
	}
}

static void
conn_drained(void *arg)
{
	struct conn *c = arg;

	heard(c);
	if (c->busy)
		run_more(c->r);
}

static const struct wire_ops conn_ops = { conn_record, conn_ended, conn_gone,
	conn_drained };

int
control_slice(struct run *r)
{
	int more = 0;
	unsigned i;

	(void)r;
	for (i = 0; i < CONTROL_CONNS_MAX; i++) {
		if (!conn[i].used || !conn[i].busy)
			continue;
		if (conn[i].order.verb == CTLREQUEST_STATUS)
			more |= status_slice(&conn[i]);
		else
			more |= selector_slice(&conn[i]);
	}
	return more;
}

/* the socket */

/* does nobody wait for work of ours on it */
static int
is_idle(const struct conn *c)
{
	return c->used && (!c->busy || (!c->dead && wire_full(&c->wire)));
}

/* all is said and read, or nothing happens */
static int
is_over(const struct conn *c, int64_t now)
{
	return is_idle(c) &&
	    (c->wire.wfd == -1 || now - c->heard_ms >= CONTROL_IDLE_MS);
}

static void
close_idle(void)
{
	int64_t now = clock_mono_ms();
	unsigned i;

	for (i = 0; i < CONTROL_CONNS_MAX; i++)
		if (is_over(&conn[i], now))
			close_conn(&conn[i]);
}

/* root and the queue's owner come before others */
static int
is_first(uid_t uid)
{
	return uid == 0 || uid == geteuid();
}

/* a place for one more: free, or of the longest idle; NULL: none */
static struct conn *
make_place(uid_t uid)
{
	struct conn *c, *best = NULL;

	close_idle();
	for (c = conn; c < conn + CONTROL_CONNS_MAX; c++) {
		if (!c->used)
			return c;
		if (!is_idle(c) || (is_first(c->uid) && !is_first(uid)))
			continue;
		if (best == NULL || is_first(c->uid) < is_first(best->uid) ||
		    (is_first(c->uid) == is_first(best->uid) &&
			c->turn < best->turn))
			best = c;
	}
	if (best != NULL)
		close_conn(best);
	return best;
}

/* the flag may come and go without us */
static void
on_flag(void *arg)
{
	struct run *r = arg;
	struct stat st;
	int was = r->held;

	r->held = fstatat(r->qfd, "held", &st, 0) == 0;
	close_idle();
	loop_timer_set(&flag_timer, CONTROL_FLAG_MS, on_flag, r);
	if (was && !r->held)
		chain_refill(r);
}

static void
on_reopen(void *arg)
{
	(void)arg;
	loop_io_want(&listen_io, LOOP_READ);
}

/* all places are busy */
static void
no_place(int fd)
{
	static const char text[] = "ok:0\ttext:too many at work, try again\n";

	send(fd, text, sizeof text - 1, MSG_DONTWAIT | MSG_NOSIGNAL);
	close(fd);
}

static void
take(struct run *r, int fd)
{
	struct ucred cred;
	socklen_t len = sizeof cred;
	struct conn *c;

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &cred, &len) == -1) {
		close(fd);
		return;
	}
	c = make_place(cred.uid);
	if (c == NULL) {
		no_place(fd);
		return;
	}
	memset(c, 0, sizeof *c);
	c->used = 1;
	c->r = r;
	c->uid = cred.uid;
	heard(c);
	wire_open(&c->wire, fd, fd, &conn_ops, c);
	c->wire.record_max = CTLREQUEST_LINE_MAX;
}

static void
on_listen(void *arg, int events)
{
	struct run *r = arg;
	int fd = accept4(listen_fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

	(void)events;
	if (fd != -1) {
		take(r, fd);
		return;
	}
	/* no descriptors: look again later */
	loop_io_want(&listen_io, 0);
	loop_timer_set(&reopen_timer, CONTROL_REOPEN_MS, on_reopen, r);
}

static int
listen_there(struct run *r)
{
	struct sockaddr_un sa = { .sun_family = AF_UNIX };
	mode_t mask = umask(0117);
	int fd;

	/* by way of /proc the path is short enough, however long QUEUE is */
	snprintf(sa.sun_path, sizeof sa.sun_path, "/proc/self/fd/%d/ctl",
	    r->qfd);
	unlinkat(r->qfd, "ctl", 0);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd != -1 &&
	    (bind(fd, (struct sockaddr *)&sa, sizeof sa) == -1 ||
		listen(fd, 64) == -1)) {
		close(fd);
		fd = -1;
	}
	umask(mask);
	return fd;
}

/* a disk without room for a socket holds no deliveries up */
static void
on_no_socket(void *arg)
{
	struct run *r = arg;

	listen_fd = listen_there(r);
	if (listen_fd != -1) {
		loop_io_start(&listen_io, listen_fd, LOOP_READ, on_listen, r);
		return;
	}
	warn("unable to listen on %s/ctl: %m; tried again", r->queue);
	loop_timer_set(&reopen_timer, CONTROL_AGAIN_MS, on_no_socket, r);
}

void
control_start(struct run *r)
{
	conn = calloc(CONTROL_CONNS_MAX, sizeof *conn);
	if (conn == NULL)
		die(EXIT_TEMP, "out of memory");
	ctl_durable = durable_ask(r->qfd);
	on_flag(r);
	on_no_socket(r);
}
