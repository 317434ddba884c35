#include "sim/simjob.h"
#include "base/die.h"
#include "chain/link.h"
#include "failure/words.h"

static struct slice
name(const struct simrun *r, uint32_t i)
{
	struct slice s;

	s.p = simstore_text(r->store, i, &s.n);
	return s;
}

/* where to */

static void
job_of(const struct simrun *r, uint32_t rcpt, struct routing_job *j)
{
	const struct simstore_rcpt *x = &r->store->rcpt[rcpt];
	const struct simstore_message *m = &r->store->message[x->message];
	const struct simrun_live *v = &r->live[rcpt];
	struct slice tags = name(r, m->tags), tag;

	memset(j, 0, sizeof *j);
	j->id = (struct slice){ m->id, NAME_LEN };
	j->to.p = simstore_to(r->store, rcpt, &j->to.n);
	j->from = name(r, m->from);
	j->tenant = name(r, m->tenant);
	j->user = name(r, m->user);
	j->size = m->size;
	j->at_s = r->now_us / 1000000;
	j->try = r->s.rcpt[v->at].tries;
	j->last_class = simstate_text(r, v->class);
	j->last_failure = simstate_text(r, v->failure);
	if (j->try > 0)
		j->last_src = simstate_text(r, v->src);
	while (j->n_tag < ROUTING_TAGS_MAX && word_piece(&tags, '\n', &tag))
		j->tag[j->n_tag++] = tag;
}

/* as the log has it */
static void
as_recorded(const struct simrun *r, uint32_t rcpt, struct simroute_place *p)
{
	const struct simstore_rcpt *x = &r->store->rcpt[rcpt];

	memset(p, 0, sizeof *p);
	p->domain = name(r, x->domain);
	p->site = name(r, x->site);
	p->via = name(r, x->via);
	p->src = name(r, x->src);
	p->provider = name(r, x->provider);
	if (p->site.n == 0)
		p->site = p->domain;
	if (word_is(p->via, "local"))
		p->what = SIMROUTE_LOCAL;
}

/* is it another way than before? */
static void
compare(struct simrun *r, uint32_t rcpt, const struct simroute_place *p)
{
	static struct buf b;
	int fresh;
	uint32_t i;

	if (p->what == SIMROUTE_LATER || (r->live[rcpt].flags & SIMRUN_DECIDED))
		return;
	r->live[rcpt].flags |= SIMRUN_DECIDED;
	buf_clear(&b);
	needs(buf_put(&b, p->via.p, p->via.n));
	needs(buf_putc(&b, '\t'));
	needs(buf_put(&b, p->site.p, p->site.n));
	i = nametable_get(r->routes, buf_data(&b), buf_len(&b), &fresh);
	needs(i == NAMETABLE_NONE ? -1 : 0);
	/* of who was never tried the log knows no way */
	if (r->route[rcpt] != NAMETABLE_NONE && r->route[rcpt] != i)
		r->live[rcpt].flags |= SIMRUN_CHANGED;
	r->route[rcpt] = i;
}

static void
where(struct simrun *r, uint32_t rcpt, struct simroute_place *p)
{
	const struct simstore_rcpt *x = &r->store->rcpt[rcpt];
	struct simrun_live *v = &r->live[rcpt];
	struct routing_job j;

	if (r->recorded) {
		as_recorded(r, rcpt, p);
	} else {
		job_of(r, rcpt, &j);
		simroute_decide(&r->where, &j, name(r, x->site),
		    name(r, x->provider), r->now_us, p);
	}
	v->site = simstate_word(r, p->site);
	v->via = simstate_word(r, p->via);
	v->src = simstate_word(r, p->src);
	v->provider = simstate_word(r, p->provider);
	compare(r, rcpt, p);
}

/* down */

static void
put(struct buf *b, const char *label, struct slice s)
{
	if (s.n > 0)
		needs(ltsv_put(b, label, s.p, s.n));
}

static void
put_job(struct simrun *r, uint32_t rcpt, const struct simroute_place *p)
{
	const struct simstore_rcpt *x = &r->store->rcpt[rcpt];
	const struct simstore_message *m = &r->store->message[x->message];
	struct slice tags = name(r, m->tags), tag;
	static struct buf b;

	buf_clear(&b);
	needs(ltsv_put(&b, "id", m->id, NAME_LEN));
	needs(ltsv_putnum(&b, "n", x->n));
	needs(ltsv_putnum(&b, "size", m->size));
	needs(ltsv_putnum(&b, "try", r->s.rcpt[r->live[rcpt].at].tries));
	put(&b, "tenant", name(r, m->tenant));
	put(&b, "user", name(r, m->user));
	while (word_piece(&tags, '\n', &tag))
		put(&b, "tag", tag);
	put(&b, "domain", p->domain);
	put(&b, "site", p->site);
	put(&b, "provider", p->provider);
	put(&b, "via", p->via);
	put(&b, "src", p->src);
	if (p->spills)
		needs(ltsv_puts(&b, "spill", "1"));
	needs(ltsv_end(&b));
	simflow_job(&r->flow, buf_data(&b), buf_len(&b), r->now_us);
}

/* an attempt begins; it is over after ms */
static void
fly(struct simrun *r, uint32_t rcpt, uint32_t ms)
{
	struct simrun_due d = { r->now_us + (int64_t)ms * 1000, rcpt,
		r->turn++ };

	needs(heap_add(&r->flights, &simstate_heap, r, &d));
	needs(simstat_start(r->stat, simstate_group(r, rcpt), r->now_us));
}

/* how long the attempt takes that is next */
static uint32_t
takes_ms(const struct simrun *r, uint32_t rcpt)
{
	const struct simstore_rcpt *x = &r->store->rcpt[rcpt];
	uint32_t next = r->live[rcpt].next;

	if (next != SIMSTORE_NONE)
		return r->store->attempt[next].ms;
	return x->domain == SIMSTORE_NONE ? 0 : r->took_ms[x->domain];
}

/* by route itself: there is no attempt to replay */
static void
answered(struct simrun *r, uint32_t rcpt, const struct simroute_place *p)
{
	const struct simstore_rcpt *x = &r->store->rcpt[rcpt];
	const struct simstore_message *m = &r->store->message[x->message];
	struct buf *b = &r->up;

	if (p->what == SIMROUTE_LATER) {
		needs(buf_printf(b, "id:%.*s\tn:%u\tstatus:later\tnext:%lld\n",
		    NAME_LEN, m->id, x->n,
		    (long long)p->until_us / 1000000 + 1));
		simstate_want(r);
		return;
	}
	needs(simstat_start(r->stat, simstate_group(r, rcpt), r->now_us));
	needs(buf_printf(b, "id:%.*s\tn:%u\tstatus:%s", NAME_LEN, m->id, x->n,
	    p->what == SIMROUTE_SENT          ? "sent"
		: p->what == SIMROUTE_BOUNCED ? "bounced"
					      : "deferred"));
	if (p->what != SIMROUTE_SENT) {
		needs(ltsv_puts(b, "esc", p->esc == NULL ? "" : p->esc));
		needs(ltsv_puts(b, "class", p->class == NULL ? "" : p->class));
		needs(ltsv_puts(b, "text", p->text == NULL ? "" : p->text));
	}
	needs(ltsv_end(b));
	simstate_want(r);
}

void
simjob_emit(struct simrun *r, const uint32_t *rcpt, unsigned n)
{
	struct simroute_place p;
	unsigned i;

	for (i = 0; i < n; i++) {
		r->live[rcpt[i]].flags &= (uint8_t)~SIMRUN_LATER;
		r->live[rcpt[i]].down_us = r->now_us;
		where(r, rcpt[i], &p);
		if (p.what == SIMROUTE_REMOTE)
			put_job(r, rcpt[i], &p);
		else if (p.what == SIMROUTE_LOCAL)
			fly(r, rcpt[i], takes_ms(r, rcpt[i]));
		else
			answered(r, rcpt[i], &p);
	}
}

void
simjob_go(void *arg, const char *p, size_t n, int64_t now)
{
	struct simrun *r = arg;
	static struct ltsv l;
	struct simrun_live *v;
	const struct ltsv_field *id;
	uint64_t num;
	uint32_t rcpt;
	size_t used;
	int over;

	for (; (used = link_line(p, n)) > 0; p += used, n -= used) {
		if (ltsv_parse(p, used, &l) == -1 ||
		    (id = ltsv_find(&l, "id")) == NULL ||
		    ltsv_num(&l, "n", 0, UINT32_MAX, &num) == -1)
			continue;
		rcpt = simstore_number(r->store,
		    simstore_find(r->store, id->value), (uint32_t)num);
		v = &r->live[rcpt];
		if (now > v->down_us)
			v->flags |= SIMRUN_WAITED;
		over = simmodel_over(r->model, simstate_text(r, v->site), now);
		needs(over);
		if (over)
			v->flags |= SIMRUN_MODEL;
		fly(r, rcpt, takes_ms(r, rcpt));
	}
}

/* what the log has for an attempt */

/* the labels of the reply; one without a record is taken */
static struct slice
reply(struct simrun *r, uint32_t rcpt)
{
	/* a host has spoken, whichever it was */
	static const char taken[] = "status:sent\tcode:250\thost:-";
	static const struct slice sent = { taken, sizeof taken - 1 };
	const struct simstore_rcpt *x = &r->store->rcpt[rcpt];
	struct simrun_live *v = &r->live[rcpt];
	const struct simstore_try *t;

	if (v->flags & SIMRUN_MODEL) {
		v->flags &= (uint8_t)~SIMRUN_MODEL;
		return (struct slice){ simmodel_reply, strlen(simmodel_reply) };
	}
	if (v->next == SIMSTORE_NONE)
		return sent;
	t = &r->store->attempt[v->next];
	/* whose last one failed for good, or until he expired, is answered so
	 * again */
	if (t->next != SIMSTORE_NONE || x->end == SIMSTORE_SENT ||
	    x->end == SIMSTORE_OPEN)
		v->next = t->next;
	if (t->reply != SIMSTORE_NONE)
		return name(r, t->reply);
	if (x->domain != SIMSTORE_NONE)
		r->took_ms[x->domain] = t->ms;
	return sent;
}

void
simjob_over(struct simrun *r, uint32_t rcpt)
{
	const struct simstore_rcpt *x = &r->store->rcpt[rcpt];
	const struct simstore_message *m = &r->store->message[x->message];
	const struct simrun_live *v = &r->live[rcpt];
	struct slice site = simstate_text(r, v->site), said = reply(r, rcpt);
	static struct buf b;

	buf_clear(&b);
	needs(ltsv_put(&b, "id", m->id, NAME_LEN));
	needs(ltsv_putnum(&b, "n", x->n));
	needs(buf_putc(&b, '\t'));
	needs(buf_put(&b, said.p, said.n));
	put(&b, "site", site);
	put(&b, "provider", simstate_text(r, v->provider));
	put(&b, "via", simstate_text(r, v->via));
	needs(ltsv_end(&b));
	if (word_is(simstate_text(r, v->via), "local"))
		needs(buf_put(&r->up, buf_data(&b), buf_len(&b)));
	else
		simflow_result(&r->flow, buf_data(&b), buf_len(&b), r->now_us);
}
