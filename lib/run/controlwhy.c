#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "run/controlfacts.h"
#include "run/controlparts.h"
#include <string.h>

enum { LINE_MAX_LOOK = 10000 }; /* recipients before one in its line */

/* which are meant */

/* the states of which a domain's or site's oldest is shown */
static unsigned
group_of(const struct schedule_rcpt *p)
{
	switch (p->where) {
	case SCHEDULE_TIMER: return 0;
	case SCHEDULE_LANE:
	case SCHEDULE_AGAIN: return 1;
	case SCHEDULE_OUT:
	case SCHEDULE_LATE: return 2;
	default: return 3;
	}
}

static void
count(struct control_work *w, const struct schedule_rcpt *p)
{
	w->matched++;
	switch (group_of(p)) {
	case 0: w->n_waiting++; break;
	case 1: w->n_ready++; break;
	case 2: w->n_out++; break;
	default:
		if (p->state == MESSAGE_HELD)
			w->n_held++;
		else
			w->n_owed++;
	}
}

static void
set_pick(struct control_pick *k, const char *id, uint32_t n)
{
	memcpy(k->id, id, NAME_LEN);
	k->n = n;
	k->set = 1;
}

/* the oldest of each state */
static void
pick_group(struct control_work *w, const struct schedule_rcpt *p,
    const char *id)
{
	struct control_pick *k = &w->pick[group_of(p)];

	if (!k->set || memcmp(id, k->id, NAME_LEN) < 0)
		set_pick(k, id, p->n);
}

static int
is_older(const struct control_work *w, const char *id)
{
	return w->n_pick < CONTROL_WHY_RCPTS ||
	    memcmp(id, w->pick[CONTROL_WHY_RCPTS - 1].id, NAME_LEN) < 0;
}

/* the oldest of all: ids sort by time */
static void
pick_old(struct control_work *w, const struct schedule_rcpt *p, const char *id)
{
	unsigned i = w->n_pick;

	if (i < CONTROL_WHY_RCPTS)
		w->n_pick++;
	else
		i--;
	for (; i > 0 && memcmp(id, w->pick[i - 1].id, NAME_LEN) < 0; i--)
		w->pick[i] = w->pick[i - 1];
	set_pick(&w->pick[i], id, p->n);
}

/* is it that address, and not another with the same hash? */
static int
is_address(struct control_conn *c, uint32_t x)
{
	struct run *r = c->r;
	uint32_t m = r->s.rcpt[x].message;
	struct jobhead *k = heads_take(r, m);
	struct selector_facts f = { .known = 0 };
	static struct ltsv l;
	int is;

	if (k == NULL)
		return 0;
	facts_head(k, &l, &f);
	is = controlfacts_match(c, x, k, &f);
	toline_close(r);
	heads_release(r, m, k);
	return is;
}

/* how many files were read for it */
static unsigned
take(struct control_conn *c, uint32_t x)
{
	const struct run *r = c->r;
	const struct schedule_rcpt *p = &r->s.rcpt[x];
	const char *id = r->s.message[p->message].id;

	if (c->order.sel.by[0].what != SELECTOR_TO) {
		count(&c->work, p);
		pick_group(&c->work, p, id);
		return 0;
	}
	/* files are read only of who would be shown: of the others the hash
	 * will do */
	if (is_older(&c->work, id)) {
		if (!is_address(c, x))
			return 1;
		pick_old(&c->work, p, id);
		count(&c->work, p);
		return 1;
	}
	count(&c->work, p);
	return 0;
}

/* what the index has for the selector: hash of an address, number of a domain
 * or site */
static uint32_t
key_of(struct control_conn *c)
{
	const struct selector_by *by = &c->order.sel.by[0];
	static struct buf b;

	switch (by->what) {
	case SELECTOR_DOMAIN:
		return nametable_find(&c->r->s.domains, by->value, by->len);
	case SELECTOR_SITE:
		return nametable_find(&c->r->s.sites, by->value, by->len);
	default:
		buf_clear(&b);
		if (ltsv_escape(&b, by->value, by->len) == -1)
			die(EXIT_TEMP, "out of memory");
		return jobhead_sender(buf_data(&b), buf_len(&b));
	}
}

/* 1: there are more recipients */
static int
look(struct control_conn *c)
{
	const struct schedule *s = &c->r->s;
	const enum selector_kind what = c->order.sel.by[0].what;
	const uint32_t key = key_of(c);
	uint32_t x = c->work.at, end = s->n_rcpt, is;
	unsigned reads = 0;

	if (end - x > CONTROL_WHY_SLICE)
		end = x + CONTROL_WHY_SLICE;
	if (what != SELECTOR_TO && key == SCHEDULE_NONE)
		x = end = s->n_rcpt;
	for (; x < end && reads < CONTROL_SLICE; x++) {
		is = what == SELECTOR_TO                ? s->address[x]
		    : s->rcpt[x].where == SCHEDULE_FREE ? SCHEDULE_NONE
		    : what == SELECTOR_DOMAIN
		    ? s->rcpt[x].domain
		    : s->domain_site[s->rcpt[x].domain];
		if (is == key && s->rcpt[x].where != SCHEDULE_FREE)
			reads += take(c, x);
	}
	c->work.at = x;
	return x < s->n_rcpt;
}

/* one message */
static void
look_message(struct control_conn *c)
{
	const struct schedule *s = &c->r->s;
	uint32_t m = schedule_find(s, buf_data(&c->order.sel.ids)), x;
	struct control_work *w = &c->work;

	if (m == SCHEDULE_NONE || s->message[m].flags & RUN_LEAVING) {
		w->unknown++;
		return;
	}
	for (x = s->message[m].first; x != SCHEDULE_NONE;
	     x = s->rcpt[x].later) {
		if (c->order.n != CTLREQUEST_EACH && s->rcpt[x].n != c->order.n)
			continue;
		count(w, &s->rcpt[x]);
		if (w->n_pick < CONTROL_WHY_RCPTS)
			set_pick(&w->pick[w->n_pick++], s->message[m].id,
			    s->rcpt[x].n);
	}
}

/* what is said of one */

/* a limit over several sites lets no more go, or few */
static int
waits_for_key(const struct schedule *s, uint32_t x)
{
	uint32_t k = schedule_key_of(s, x);

	return k != SCHEDULE_NONE && s->site[k].until_ms > 0;
}

/* why it is not tried now, as far as that is decided here */
static const char *
because(const struct run *r, uint32_t x, const struct jobhead *k)
{
	const struct schedule_rcpt *p = &r->s.rcpt[x];

	if (schedule_is_down(p))
		return "out";
	if (p->state == MESSAGE_HELD)
		return "held";
	if (message_owes(p->state))
		return "report";
	if (orders_of(r, r->s.order[x]) != NULL ||
	    ordermatch_keeps(r, x, k) != NULL)
		return "suspended";
	if (r->held)
		return "all-held";
	if (waits_for_key(&r->s, x))
		return "limit";
	if (p->where == SCHEDULE_LANE || p->where == SCHEDULE_AGAIN)
		return r->s.domain_site[p->domain] != SCHEDULE_NONE &&
			r->s.site[r->s.domain_site[p->domain]].until_ms > 0
		    ? "site"
		    : "turn";
	if (k->hold_until > clock_wall_s())
		return "sender";
	return p->flags & RUN_LATER ? "limit"
	    : p->flags & RUN_TOLD   ? "told"
	    : p->tries > 0          ? "retry"
				    : "start";
}

/* how many stand before it in its lane */
static uint64_t
before(const struct schedule *s, uint32_t x)
{
	uint64_t n;

	for (n = 0; n < LINE_MAX_LOOK; n++) {
		x = s->rcpt[x].b;
		if (x == SCHEDULE_NONE)
			break;
	}
	return n;
}

static void
put_rcpt(struct control_conn *c, uint32_t x, const struct jobhead *k,
    struct buf *b)
{
	struct run *r = c->r;
	const struct schedule_rcpt *p = &r->s.rcpt[x];
	const struct jobhead_rcpt *t = &k->rcpt[p->n];
	char reply[MESSAGE_REPLY_LEN];
	struct retry_case last;
	struct retry_lines lines;
	struct retry retry;
	size_t n;
	int bad = show_rcpt(r, x, k, b);

	bad |= ltsv_puts(b, "because", because(r, x, k));
	bad |= buf_puts(b, "\tto:");
	bad |= buf_put(b, k->text + t->at, t->to_len);
	bad |= buf_putc(b, '\t');
	bad |= buf_put(b, k->text, k->who_len);
	bad |= ltsv_putnum(b, "try", p->tries);
	bad |= ltsv_putnum(b, "birth", k->birth_ms / 1000);
	if (p->where == SCHEDULE_LANE || p->where == SCHEDULE_AGAIN)
		bad |= ltsv_putnum(b, "before", before(&r->s, x));
	if (k->hold_until > 0)
		bad |= ltsv_putnum(b, "hold-until", k->hold_until);
	failkind_case(&r->lifetime.kinds, p->class, &last);
	retries_lines(r, x, &last, &retry, &lines);
	if (lines.intervals > 0)
		bad |= ltsv_putnum(b, "interval-line", lines.intervals);
	if (lines.lifetime > 0)
		bad |= ltsv_putnum(b, "lifetime-line", lines.lifetime);
	if (p->tries > 0)
		bad |= ltsv_putnum(b, "interval",
		    retries_pause_ms(r, x, &retry) / 1000);
	bad |= ltsv_putnum(b, "lifetime", retry.lifetime);
	if (retry.tries > 0)
		bad |= ltsv_putnum(b, "tries", retry.tries);
	n = toline_reply(r, r->s.message[p->message].id, t->offset, reply);
	if (n > 0) {
		bad |= buf_puts(b, "\treply:");
		bad |= buf_put(b, reply, n);
	}
	if (bad != 0)
		die(EXIT_TEMP, "out of memory");
}

void
control_answered(void *arg, const char *line, size_t n)
{
	struct control_conn *c = arg;

	if (line != NULL)
		control_say(c, line, n);
	c->work.asking--;
	rounds_more(c->r);
}

static uint32_t
find(const struct schedule *s, const struct control_pick *k)
{
	uint32_t m = schedule_find(s, k->id), x;

	if (m == SCHEDULE_NONE || s->message[m].flags & RUN_LEAVING)
		return SCHEDULE_NONE;
	for (x = s->message[m].first;
	     x != SCHEDULE_NONE && s->rcpt[x].n != k->n; x = s->rcpt[x].later)
		;
	return x;
}

static void
say_pick(struct control_conn *c, const struct control_pick *pick)
{
	struct run *r = c->r;
	uint32_t x = find(&r->s, pick), m;
	static struct buf b;
	struct jobhead *k;

	if (x == SCHEDULE_NONE)
		return;
	m = r->s.rcpt[x].message;
	k = heads_take(r, m);
	if (k == NULL || r->s.rcpt[x].n >= k->n_rcpt) {
		warn("unable to read message %.20s: %m", r->s.message[m].id);
		c->work.failed++;
		if (k != NULL)
			heads_release(r, m, k);
		return;
	}
	buf_clear(&b);
	put_rcpt(c, x, k, &b);
	if (!message_owes(r->s.rcpt[x].state)) {
		if (why_ask(r, x, k, control_answered, c) == 0)
			c->work.asking++;
		else if (ltsv_puts(&b, "chain", "busy") == -1)
			die(EXIT_TEMP, "out of memory");
	}
	if (ltsv_end(&b) == -1)
		die(EXIT_TEMP, "out of memory");
	control_say(c, buf_data(&b), buf_len(&b));
	toline_close(r);
	heads_release(r, m, k);
}

static void
say_counts(struct control_conn *c)
{
	const struct control_work *w = &c->work;
	struct buf b = { 0 };

	ltsv_putnum(&b, "all", w->matched);
	ltsv_putnum(&b, "waiting", w->n_waiting);
	ltsv_putnum(&b, "ready", w->n_ready);
	ltsv_putnum(&b, "out", w->n_out);
	ltsv_putnum(&b, "held", w->n_held);
	ltsv_putnum(&b, "owed", w->n_owed);
	ltsv_end(&b);
	control_say(c, buf_data(&b), buf_len(&b));
	buf_free(&b);
}

int
control_why(struct control_conn *c)
{
	unsigned i;

	if (!c->work.said) {
		if (buf_len(&c->order.sel.ids) > 0)
			look_message(c);
		else if (look(c))
			return 1;
		c->work.said = 1;
		say_counts(c);
		for (i = 0; i < CONTROL_WHY_RCPTS; i++)
			if (c->work.pick[i].set)
				say_pick(c, &c->work.pick[i]);
	}
	/* control_answered() has it looked at again */
	if (c->work.asking == 0)
		control_finish(c, NULL);
	return 0;
}
