#include "run/controlparts.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "chain/event.h"
#include "chain/link.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

void
control_heard(struct control_conn *c)
{
	c->heard_ms = clock_mono_ms();
	c->turn = ++c->r->control->turns;
}

void
control_say(struct control_conn *c, const char *p, size_t n)
{
	if (!c->dead)
		wire_put(&c->wire, p, n);
}

void
control_refuse(struct control_conn *c, const char *text)
{
	struct buf b = { 0 };

	ltsv_puts(&b, "ok", "0");
	ltsv_puts(&b, "text", text);
	ltsv_end(&b);
	control_say(c, buf_data(&b), buf_len(&b));
	buf_free(&b);
}

void
control_free_conn(struct control_conn *c)
{
	ctlrequest_free(&c->order);
	c->used = 0;
}

void
control_close_conn(struct control_conn *c)
{
	if (!c->dead)
		wire_close(&c->wire);
	control_free_conn(c);
}

/* ok is said when what was ordered survives a power cut */
static int
make_durable(struct control_conn *c)
{
	struct run *r = c->r;
	int bad = 0;

	if (c->work.synced > CONTROL_SYNC_MAX && r->control->durable.all)
		return durable_sync_all(&r->control->durable, r->qfd);
	if (c->work.journaled && r->done.fd != -1)
		bad = fdatasync(r->done.fd);
	return bad;
}

/* the files of a message, after what was ordered for it */
void
control_sync_message(struct control_conn *c, uint64_t before)
{
	if (c->work.count == before || c->r->toline.fd == -1)
		return;
	if (++c->work.synced > CONTROL_SYNC_MAX && c->r->control->durable.all)
		return;
	if (toline_sync(c->r) == -1)
		c->work.failed++;
}

/* the last line of an answer, and the next request */
void
control_finish(struct control_conn *c, const char *refused)
{
	char line[200];

	if (refused == NULL && make_durable(c) == -1)
		refused = "done, but it could not be made durable";

	c->busy = 0;
	if (refused != NULL)
		control_refuse(c, refused);
	else
		control_say(c, line,
		    snprintf(line, sizeof line,
			"ok:1\tcount:%llu\tout:%llu\tfailed:%llu\t"
			"matched:%llu\tunknown:%llu%s\n",
			(unsigned long long)c->work.count,
			(unsigned long long)c->work.out,
			(unsigned long long)c->work.failed,
			(unsigned long long)c->work.matched,
			(unsigned long long)c->work.unknown,
			c->r->held ? "\thold:1" : ""));
	control_heard(c);
	if (c->dead)
		control_free_conn(c);
	else
		wire_resume(&c->wire);
}

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
	f->age_s =
	    c->work.now_s - name_time_us(r->s.message[p->message].id) / 1000000;
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
	k = load_card(c->r, m);
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
	jobhead_release(c->r, m, k);
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
	k = load_card(c->r, m);
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
	int64_t age = w->oldest_us == INT64_MAX
	    ? 0
	    : (clock_wall_us() - w->oldest_us) / 1000000;
	const struct {
		const char *label;
		uint64_t n;
	} of[] = { { "messages", r->s.used_message - r->n_leaving },
		{ "ready", w->n_ready }, { "waiting", w->n_waiting },
		{ "out", w->n_out }, { "overdue", r->s.late },
		{ "held", w->n_held }, { "owed", w->n_owed },
		{ "removing", r->n_leaving }, { "oldest", age > 0 ? age : 0 },
		{ "window", r->window }, { "hold", r->held },
		{ "stalled", r->stalled }, { "scanning", r->scanning },
		{ "sent", r->settle.n_sent },
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
	const char *name;
	unsigned at = 0;
	size_t n;

	totals(c, &b);
	while ((name = suspend_name(&at, &n)) != NULL) {
		ltsv_put(&b, "suspended", name, n);
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
	int64_t us;

	for (i = 0; i < CONTROL_SLICE * 16 && c->work.at < s->n_rcpt; i++) {
		p = &s->rcpt[c->work.at++];
		if (p->where == SCHEDULE_FREE)
			continue;
		count_rcpt(&c->work, p);
		us = name_time_us(s->message[p->message].id);
		if (us < c->work.oldest_us)
			c->work.oldest_us = us;
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

static void
event_all(struct control_conn *c, const char *kind)
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
all(struct control_conn *c)
{
	int hold = c->order.verb == CTLREQUEST_HOLD;
	char text[128];

	if (set_held(c->r, hold) == -1) {
		snprintf(text, sizeof text, "unable to %s the flag file: %s",
		    hold ? "make" : "remove", strerror(errno));
		control_refuse(c, text);
		return 0;
	}
	event_all(c, hold ? "held" : "released");
	if (!hold)
		return 1;
	c->work.count = c->work.matched = c->r->s.used_rcpt;
	c->work.out = c->r->s.out + c->r->s.late;
	control_finish(c, NULL);
	return 0;
}

/* the domain's name; a resumed one's recipients are then tried at once */
static int
suspend(struct control_conn *c)
{
	int on = c->order.verb == CTLREQUEST_SUSPEND;
	const char *domain;
	char text[128];
	size_t n;

	domain = ctlrequest_domain(&c->order, &n);
	c->work.matched = suspend_has(domain, n);
	if (suspend_set(c->r, domain, n, on) == -1) {
		snprintf(text, sizeof text, "unable to write the list: %s",
		    strerror(errno));
		control_refuse(c, text);
		return 0;
	}
	if (!on)
		return 1;
	c->work.count = c->work.matched = 1;
	control_finish(c, NULL);
	return 0;
}

/* all stops, once this is answered */
static void
stop(struct control_conn *c)
{
	control_finish(c, NULL);
	wire_flush_all();
	sweep_stop(c->r);
	report_stop(c->r);
	chain_stop(c->r);
}

/* 1: its messages are to be looked for, or what is told of them; 0: it is
 * done, or refused */
static int
is_long(struct control_conn *c)
{
	switch (c->order.verb) {
	case CTLREQUEST_STOP: stop(c); return 0;
	case CTLREQUEST_HOLD:
	case CTLREQUEST_RELEASE: return !ctlrequest_all(&c->order) || all(c);
	case CTLREQUEST_SUSPEND:
	case CTLREQUEST_RESUME: return suspend(c);
	default: return 1;
	}
}

static void
begin(struct control_conn *c)
{
	memset(&c->work, 0, sizeof c->work);
	c->work.now_s = clock_wall_s();
	c->work.oldest_us = INT64_MAX;
	if (!is_long(c))
		return;
	c->busy = 1;
	wire_pause(&c->wire);
	run_more(c->r);
}

/* who may read the queue may ask; orders are for its owner, and root */
static int
may(const struct control_conn *c)
{
	struct stat st;

	if (c->order.verb == CTLREQUEST_STATUS ||
	    c->order.verb == CTLREQUEST_SHOW || c->uid == 0 ||
	    c->uid == geteuid())
		return 1;
	return fstat(c->r->qfd, &st) == 0 && c->uid == st.st_uid;
}

static void
refuse_user(struct control_conn *c)
{
	char text[64];

	snprintf(text, sizeof text, "user %lu may only ask for the status",
	    (unsigned long)c->uid);
	warn("%s refused: %s", order_verb_name(c->order.verb), text);
	control_refuse(c, text);
}

static size_t
conn_record(void *arg, const char *p, size_t n)
{
	struct control_conn *c = arg;
	size_t used = link_line(p, n);
	const char *wrong;

	if (used == 0)
		return 0;
	control_heard(c);
	wrong = ctlrequest_parse(p, used, &c->order);
	if (wrong != NULL)
		control_refuse(c, wrong);
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
	struct control_conn *c = arg;

	if (err == 0 && buf_len(&c->wire.in) > 0)
		control_refuse(c, "request without a line end");
	wire_finish(&c->wire);
}

/* what is asked for is done all the same, but for what only tells */
static void
conn_gone(void *arg, int err)
{
	struct control_conn *c = arg;

	(void)err;
	wire_close(&c->wire);
	c->dead = 1;
	if (!c->busy || c->order.verb == CTLREQUEST_STATUS ||
	    c->order.verb == CTLREQUEST_SHOW) {
		c->busy = 0;
		control_free_conn(c);
	}
}

static void
conn_drained(void *arg)
{
	struct control_conn *c = arg;

	control_heard(c);
	if (c->busy)
		run_more(c->r);
}

const struct wire_ops control_ops = { conn_record, conn_ended, conn_gone,
	conn_drained };

/* does nobody wait for work of ours on it */
static int
is_idle(const struct control_conn *c)
{
	return c->used && (!c->busy || (!c->dead && wire_full(&c->wire)));
}

/* all is said and read, or nothing happens */
static int
is_over(const struct control_conn *c, int64_t now)
{
	return is_idle(c) &&
	    (c->wire.wfd == -1 || now - c->heard_ms >= CONTROL_IDLE_MS);
}

void
control_close_idle(struct control *ctl)
{
	int64_t now = clock_mono_ms();
	struct control_conn *c;

	for (c = ctl->conn; c < ctl->conn + CONTROL_CONNS_MAX; c++)
		if (is_over(c, now))
			control_close_conn(c);
}

/* root and the queue's owner come before others */
static int
is_first(uid_t uid)
{
	return uid == 0 || uid == geteuid();
}

/* is one better given up than another, for somebody with this uid */
static int
goes_before(const struct control_conn *c, const struct control_conn *other)
{
	if (other == NULL)
		return 1;
	if (is_first(c->uid) != is_first(other->uid))
		return is_first(other->uid);
	return c->turn < other->turn;
}

struct control_conn *
control_make_place(struct control *ctl, uid_t uid)
{
	struct control_conn *c, *best = NULL;

	control_close_idle(ctl);
	for (c = ctl->conn; c < ctl->conn + CONTROL_CONNS_MAX; c++) {
		if (!c->used)
			return c;
		if (is_idle(c) && (!is_first(c->uid) || is_first(uid)) &&
		    goes_before(c, best))
			best = c;
	}
	if (best != NULL)
		control_close_conn(best);
	return best;
}

int
control_slice(struct run *r)
{
	struct control_conn *c;
	int more = 0;

	for (c = r->control->conn; c < r->control->conn + CONTROL_CONNS_MAX;
	     c++) {
		if (!c->used || !c->busy)
			continue;
		if (c->order.verb == CTLREQUEST_STATUS)
			more |= control_status(c);
		else
			more |= control_scan(c);
	}
	return more;
}

/* the flag may come and go without us */
static void
on_flag(void *arg)
{
	struct run *r = arg;
	struct stat st;
	int was = r->held;

	r->held = fstatat(r->qfd, "held", &st, 0) == 0;
	control_close_idle(r->control);
	loop_timer_set(&r->control->flag_timer, CONTROL_FLAG_MS, on_flag, r);
	if (was && !r->held)
		chain_refill(r);
}

static void
on_reopen(void *arg)
{
	struct run *r = arg;

	loop_io_want(&r->control->listen_io, LOOP_READ);
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
	struct control_conn *c;

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &cred, &len) == -1) {
		close(fd);
		return;
	}
	c = control_make_place(r->control, cred.uid);
	if (c == NULL) {
		no_place(fd);
		return;
	}
	memset(c, 0, sizeof *c);
	c->used = 1;
	c->r = r;
	c->uid = cred.uid;
	control_heard(c);
	wire_open(&c->wire, fd, fd, &control_ops, c);
	c->wire.record_max = CTLREQUEST_LINE_MAX;
}

static void
on_listen(void *arg, int events)
{
	struct run *r = arg;
	struct control *ctl = r->control;
	int fd =
	    accept4(ctl->listen_fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

	(void)events;
	if (fd != -1) {
		take(r, fd);
		return;
	}
	/* no descriptors: look again later */
	loop_io_want(&ctl->listen_io, 0);
	loop_timer_set(&ctl->reopen_timer, CONTROL_REOPEN_MS, on_reopen, r);
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
	struct control *ctl = r->control;

	ctl->listen_fd = listen_there(r);
	if (ctl->listen_fd != -1) {
		loop_io_start(&ctl->listen_io, ctl->listen_fd, LOOP_READ,
		    on_listen, r);
		return;
	}
	warn("unable to listen on %s/ctl: %m; tried again", r->queue);
	loop_timer_set(&ctl->reopen_timer, CONTROL_AGAIN_MS, on_no_socket, r);
}

void
control_start(struct run *r)
{
	r->control = calloc(1, sizeof *r->control);
	if (r->control == NULL)
		die(EXIT_TEMP, "out of memory");
	r->control->durable = durable_ask(r->qfd);
	on_flag(r);
	on_no_socket(r);
}
