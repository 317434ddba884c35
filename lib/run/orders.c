#include "base/clock.h"
#include "base/die.h"
#include "chain/event.h"
#include "run/run.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>

static void
tell_label(const char *label, struct slice v)
{
	if (v.n > 0)
		event_put(label, v.p, v.n);
}

/* why: of one that has ended */
static void
tell(const char *kind, const struct order *o, const char *why, uint32_t by,
    const char *user)
{
	const struct ctlparam *w = &o->req.with;
	unsigned i;

	event_begin(kind);
	event_num("order", o->number);
	event_puts("cmd", ctlrequest_verb_name(o->req.verb));
	event_put("sel", buf_data(&o->words), buf_len(&o->words));
	event_num("by", by);
	event_puts("user", user);
	if (o->until_s > 0)
		event_num("until", (uint64_t)o->until_s);
	tell_label("reason", w->reason);
	tell_label("pool", w->pool);
	tell_label("host", w->host);
	for (i = 0; i < w->n_tag; i++)
		tell_label("tag", w->tag[i]);
	if (why != NULL)
		event_puts("why", why);
	event_end();
}

void
orders_count(struct run *r)
{
	struct orders *t = &r->orders;
	const struct order *o;
	unsigned i;

	t->heads = t->returns = t->labels = 0;
	for (i = 0; i < t->n; i++) {
		o = t->one[i];
		t->labels += o->below || o->req.verb == CTLREQUEST_REBIND;
		t->returns += o->req.verb == CTLREQUEST_BOUNCE;
		t->heads += o->req.verb == CTLREQUEST_SUSPEND && o->head;
	}
}

static void on_time(void *);

/* what was put off by route may go now */
static void
out(struct run *r, unsigned i, const char *why, uint32_t by, const char *user)
{
	struct order *o = r->orders.one[i];

	r->orders.n--;
	memmove(&r->orders.one[i], &r->orders.one[i + 1],
	    (r->orders.n - i) * sizeof o);
	tell("order-ended", o, why, by, user);
	if (o->below)
		retrylater_start(r);
	orderfile_free(o);
}

/* those whose time is over */
static int
expire(struct run *r)
{
	int64_t now = clock_wall_s();
	unsigned i = 0, n = r->orders.n;

	while (i < r->orders.n)
		if (r->orders.one[i]->until_s == 0 ||
		    r->orders.one[i]->until_s > now)
			i++;
		else
			out(r, i, "expired", r->orders.one[i]->by,
			    r->orders.one[i]->user);
	return r->orders.n < n;
}

/* when the oldest message was accepted, ms since 1970; INT64_MAX: none is
 * there; 0: not all are known */
static int64_t
oldest_ms(const struct run *r)
{
	const struct schedule_message *m = r->s.message, *old = NULL;
	const struct schedule_message *end = m + r->s.n_message;

	if (r->first_scan || r->load.again)
		return 0;
	for (; m < end; m++)
		if (m->used &&
		    (old == NULL || memcmp(m->id, old->id, NAME_LEN) < 0))
			old = m;
	return old == NULL ? INT64_MAX : name_time_us(old->id) / 1000;
}

/* once in a while: rebindings of which no message is left */
static int
forget_gone(struct run *r)
{
	int64_t now = clock_wall_us() / 1000, old;
	unsigned i = 0, n = r->orders.n;

	if (now - r->orders.seen_ms < ORDERS_AGAIN_S * 1000)
		return 0;
	r->orders.seen_ms = now;
	old = oldest_ms(r);
	while (i < r->orders.n) {
		const struct order *o = r->orders.one[i];

		/* what was accepted just before it may not be known yet */
		if (o->req.verb == CTLREQUEST_REBIND && o->since_ms < old &&
		    now - o->since_ms >= ORDERS_AGAIN_S * 1000)
			out(r, i, "gone", o->by, o->user);
		else
			i++;
	}
	return r->orders.n < n;
}

/* behind each change of the list */
static void
set_timer(struct run *r)
{
	int64_t now = clock_wall_s(), ms = ORDERS_LOOK_MS, left;
	unsigned i, n = 0;

	orders_count(r);

	for (i = 0; i < r->orders.n; i++) {
		n += r->orders.one[i]->req.verb == CTLREQUEST_REBIND;
		if (r->orders.one[i]->until_s == 0)
			continue;
		n++;
		left = (r->orders.one[i]->until_s - now) * 1000;
		if (left < ms)
			ms = left > 0 ? left : 1;
	}
	if (n > 0)
		loop_timer_set(&r->orders.timer, ms, on_time, r);
	else
		loop_timer_stop(&r->orders.timer);
}

static void
on_time(void *arg)
{
	struct run *r = arg;
	int over = expire(r);

	over |= forget_gone(r);
	/* if it cannot be written, it is over at the next start all the same */
	if (over && orderfile_store(r) == -1)
		warn("unable to write %s/orders: %m", r->queue);
	set_timer(r);
	chain_refill(r);
}

void
orders_start(struct run *r)
{
	orderfile_load(r);
	r->orders.seen_ms = clock_wall_us() / 1000;
	on_time(r);
}

/* is a mark of no recipient's any more?  Only when each was given once */
static void
unmark(struct run *r, uint16_t slot)
{
	uint32_t x;

	for (x = 0; x < r->s.n_rcpt; x++)
		if (r->s.order[x] == slot)
			r->s.order[x] = 0;
}

static uint16_t
next_slot(struct run *r)
{
	do {
		if (r->orders.slot++ == ORDERS_SLOTS) {
			r->orders.slot = 1;
			r->orders.again = 1;
		}
	} while (orders_of(r, r->orders.slot) != NULL);
	if (r->orders.again)
		unmark(r, r->orders.slot);
	return r->orders.slot;
}

static int
same(const struct order *a, const struct order *b)
{
	return a->req.verb == b->req.verb &&
	    buf_len(&a->words) == buf_len(&b->words) &&
	    memcmp(buf_data(&a->words), buf_data(&b->words),
		buf_len(&a->words)) == 0;
}

/* as it will be read again at the next start */
static struct order *
make(struct run *r, const struct ctlrequest *q, uint32_t by, const char *user)
{
	static struct order given; /* until it has a place of its own */
	struct buf b = { 0 };
	struct order *o = NULL;

	given.req = *q;
	given.req.with.order = 0;
	given.number = r->orders.last + 1;
	given.since_ms = clock_wall_us() / 1000;
	given.until_s =
	    q->with.for_s == 0 ? 0 : clock_wall_s() + (int64_t)q->with.for_s;
	given.by = by;
	snprintf(given.user, sizeof given.user, "%s", user);
	errno = ENOMEM;
	if (orderfile_put(&given, &b) == 0)
		o = orderfile_line(buf_data(&b), buf_len(&b));
	if (o == NULL && errno == EINVAL)
		errno = EMSGSIZE;
	buf_free(&b);
	return o;
}

const struct order *
orders_add(struct run *r, const struct ctlrequest *q, uint32_t by,
    const char *user)
{
	struct order *o = make(r, q, by, user), *old = NULL;
	unsigned i;
	int saved;

	if (o == NULL)
		return NULL;
	for (i = 0; i < r->orders.n && !same(r->orders.one[i], o); i++)
		;
	errno = ENOSPC;
	if (i < r->orders.n)
		old = r->orders.one[i];
	else if (i == ORDERS_MAX)
		goto bad;
	o->slot = old != NULL ? old->slot : next_slot(r);
	r->orders.one[i] = o;
	r->orders.n += old == NULL;
	r->orders.last++;
	if (orderfile_store(r) == -1) {
		r->orders.last--;
		r->orders.n -= old == NULL;
		r->orders.one[i] = old;
		goto bad;
	}
	if (old != NULL) {
		tell("order-ended", old, "replaced", by, user);
		orderfile_free(old);
	}
	tell("order-begun", o, NULL, by, user);
	set_timer(r);
	return o;
bad:
	saved = errno;
	orderfile_free(o);
	errno = saved;
	return NULL;
}

int
orders_means(const struct ctlrequest *q, const struct order *o)
{
	static struct buf words;
	int rebound = o->req.verb == CTLREQUEST_REBIND;

	if (rebound != (q->verb == CTLREQUEST_REBIND))
		return 0;
	if (q->with.order > 0)
		return q->with.order == o->number;
	if (rebound || ctlrequest_all(q))
		return 1;
	buf_clear(&words);
	return ctlrequest_words(q, &words) == 0 &&
	    buf_len(&words) == buf_len(&o->words) &&
	    memcmp(buf_data(&words), buf_data(&o->words), buf_len(&words)) == 0;
}

int
orders_end(struct run *r, const struct ctlrequest *q, uint32_t by,
    const char *user)
{
	static struct order *was[ORDERS_MAX];
	unsigned n = r->orders.n, left = 0, i;

	memcpy(was, r->orders.one, n * sizeof *was);
	for (i = 0; i < n; i++)
		if (!orders_means(q, was[i]))
			r->orders.one[left++] = was[i];
	r->orders.n = left;
	if (left < n && orderfile_store(r) == -1) {
		memcpy(r->orders.one, was, n * sizeof *was);
		r->orders.n = n;
		return -1;
	}
	for (i = 0; i < n; i++) {
		if (!orders_means(q, was[i]))
			continue;
		tell("order-ended", was[i], "ordered", by, user);
		if (was[i]->below)
			retrylater_start(r);
		orderfile_free(was[i]);
	}
	set_timer(r);
	return 0;
}

const struct order *
orders_of(const struct run *r, unsigned slot)
{
	unsigned i;

	for (i = 0; slot > 0 && i < r->orders.n; i++)
		if (r->orders.one[i]->slot == slot)
			return r->orders.one[i];
	return NULL;
}
