#include "base/clock.h"
#include "queue/name.h"
#include "run/run.h"
#include <stdlib.h>
#include <string.h>

/* what is asked of a recipient, found when the first order needs it */
struct asked {
	const struct run *r;
	uint32_t x, domain; /* domain: hash */
	const struct jobhead *k;
	struct selector_facts f;
	int64_t birth_ms;
	int known;
};

static struct asked
about(const struct run *r, uint32_t x, const struct jobhead *k)
{
	const struct nametable_name *d =
	    &r->s.domains.name[r->s.rcpt[x].domain];
	struct asked a = { r, x, nametable_hash(d->s, d->len), k, { 0 }, 0, 0 };

	return a;
}

static void
find_out(struct asked *a)
{
	const struct schedule_rcpt *p = &a->r->s.rcpt[a->x];
	static struct ltsv l; /* where the facts point into, until the next */

	if (a->k != NULL && p->n < a->k->n_rcpt) {
		facts_head(a->k, &l, &a->f);
		facts_to(a->k, p->n, &a->f);
	}
	facts_index(a->r, p, &a->f);
	a->birth_ms = name_time_us(a->r->s.message[p->message].id) / 1000;
	/* where it goes this time route will say */
	a->f.known &= ~(unsigned)CTLREQUEST_OF_ROUTE;
	a->known = 1;
}

static int
has_id(const struct selector_list *l, const char *id)
{
	size_t i;

	for (i = 0; i < buf_len(&l->ids); i += NAME_LEN)
		if (memcmp(buf_data(&l->ids) + i, id, NAME_LEN) == 0)
			return 1;
	return buf_len(&l->ids) == 0;
}

/* of mail that was queued before */
static int
is_queued(const struct asked *a, const struct order *o)
{
	const char *id = a->r->s.message[a->r->s.rcpt[a->x].message].id;

	return name_time_us(id) / 1000 <= o->since_ms &&
	    has_id(&o->req.sel, id);
}

static int
holds(struct asked *a, const struct order *o)
{
	if ((o->domain != 0 && o->domain != a->domain) ||
	    (o->req.verb == CTLREQUEST_REBIND && !is_queued(a, o)))
		return 0;
	if (!a->known)
		find_out(a);
	/* as old as it was then */
	a->f.age_s = (o->since_ms - a->birth_ms) / 1000;
	return selector_match(&o->req.sel, &a->f);
}

static const struct order *
first(const struct run *r, uint32_t x, const struct jobhead *k,
    enum ctlrequest_verb verb)
{
	const struct order *o;
	struct asked a;
	int64_t now;
	unsigned i;

	if (r->orders.n == 0)
		return NULL;
	a = about(r, x, k);
	now = clock_wall_s();
	for (i = 0; i < r->orders.n; i++) {
		o = r->orders.one[i];
		if (o->req.verb == verb && !o->below &&
		    (k != NULL || !o->head) &&
		    (o->until_s == 0 || o->until_s > now) && holds(&a, o))
			return o;
	}
	return NULL;
}

const struct order *
ordermatch_keeps(const struct run *r, uint32_t x, const struct jobhead *k)
{
	return first(r, x, k, CTLREQUEST_SUSPEND);
}

const struct order *
ordermatch_returns(const struct run *r, uint32_t x, const struct jobhead *k)
{
	return r->orders.returns == 0 ? NULL
				      : first(r, x, k, CTLREQUEST_BOUNCE);
}

int64_t
ordermatch_again_ms(const struct order *o, int64_t now_s)
{
	int64_t at = now_s + ORDERS_AGAIN_S;

	if (o->until_s > 0 && o->until_s < at)
		at = o->until_s;
	return at * 1000;
}

/* "7,1790000000,via=p,site=mx.x": number, when to ask again, what must agree */
static int
put_condition(struct buf *b, const struct order *o, int64_t now_s)
{
	const struct selector_list *l = &o->req.sel;
	unsigned i;
	int k = 0;

	k |= buf_putnum(b, o->number);
	k |= buf_putc(b, ',');
	k |= buf_putnum(b, (uint64_t)(ordermatch_again_ms(o, now_s) / 1000));
	for (i = 0; i < l->n; i++) {
		if (!(CTLREQUEST_OF_ROUTE & 1u << l->by[i].what))
			continue;
		k |= buf_putc(b, ',');
		k |= buf_puts(b, selector_name(l->by[i].what));
		k |= buf_putc(b, '=');
		k |= buf_put(b, l->by[i].value, l->by[i].len);
	}
	return k;
}

/* later ones stand before earlier ones */
static void
choose(const struct ctlparam *w, struct slice *pool, struct slice *host)
{
	if (w->pool.n > 0)
		*pool = w->pool;
	if (w->host.n > 0)
		*host = w->host;
}

static int
put_tags(const struct ctlparam *w, struct buf *b)
{
	unsigned i;
	int k = 0;

	for (i = 0; i < w->n_tag; i++)
		k |= ltsv_put(b, "tag", w->tag[i].p, w->tag[i].n);
	return k;
}

int
ordermatch_labels(const struct run *r, uint32_t x, const struct jobhead *k,
    struct buf *b)
{
	static struct buf where;
	struct slice pool = { "", 0 }, host = { "", 0 };
	const struct order *o;
	struct asked a;
	int64_t now;
	unsigned i;
	int bad = 0;

	if (r->orders.labels == 0)
		return 0;
	buf_clear(&where);
	a = about(r, x, k);
	now = clock_wall_s();
	b->end--; /* the LF */
	for (i = 0; i < r->orders.n; i++) {
		o = r->orders.one[i];
		if (!(o->below || o->req.verb == CTLREQUEST_REBIND) ||
		    (o->until_s > 0 && o->until_s <= now) || !holds(&a, o))
			continue;
		if (o->req.verb == CTLREQUEST_REBIND) {
			choose(&o->req.with, &pool, &host);
			bad |= put_tags(&o->req.with, b);
		} else if (buf_len(&where) < ORDERS_LABELS_MAX) {
			if (buf_len(&where) > 0)
				bad |= buf_putc(&where, ' ');
			bad |= put_condition(&where, o, now);
		}
	}
	if (buf_len(&where) > 0)
		bad |= ltsv_put(b, "suspend-if", buf_data(&where),
		    buf_len(&where));
	if (pool.n > 0)
		bad |= ltsv_put(b, "pool", pool.p, pool.n);
	if (host.n > 0)
		bad |= ltsv_put(b, "host", host.p, host.n);
	bad |= buf_putc(b, '\n');
	return bad == 0 ? 0 : -1;
}
