#include "sim/simrun.h"
#include "base/die.h"
#include "conf/tableopen.h"
#include "sim/simjob.h"
#include "sim/simsettle.h"
#include <stdlib.h>

/* things that happen, by their times */

/* the next one is due: 1 with it, and it is gone; 0 */
static int
pop(struct simrun *r, struct heap *h, struct simrun_due *d)
{
	if (h->n == 0)
		return 0;
	memcpy(d, heap_item(h, &simstate_heap, 0), sizeof *d);
	if (d->at_us > r->now_us)
		return 0;
	heap_remove(h, &simstate_heap, r, 0);
	return 1;
}

static int64_t
first(const struct heap *h)
{
	const struct simrun_due *d;

	if (h->n == 0)
		return INT64_MAX;
	d = heap_item(h, &simstate_heap, 0);
	return d->at_us;
}

/* arrivals */

static int64_t
birth(const struct simrun *r, uint32_t i)
{
	return r->store->message[r->store->rcpt[r->order[i]].message].birth_us;
}

/* as lib/queue/jobhead.c has it */
static void
put_campaign(struct simrun *r, uint32_t x, const struct simstore_message *m)
{
	static const char name[] = "campaign=";
	const size_t len = sizeof name - 1;
	struct slice tags, tag;

	tags.p = simstore_text(r->store, m->tags, &tags.n);
	while (word_piece(&tags, '\n', &tag))
		if (tag.n > len && memcmp(tag.p, name, len) == 0) {
			schedule_campaign(&r->s, x, tag.p + len, tag.n - len);
			return;
		}
}

/* the message in the schedule: with its first recipient it comes there */
static uint32_t
message(struct simrun *r, uint32_t from)
{
	const struct simstore_message *m = &r->store->message[from];
	uint32_t x = schedule_find(&r->s, m->id);
	const char *p, *at;
	size_t n;

	if (x != SCHEDULE_NONE)
		return x;
	/* whom it belongs to, as lib/queue/jobhead.c has it */
	p = simstore_text(r->store,
	    m->tenant != SIMSTORE_NONE ? m->tenant : m->user, &n);
	if (m->tenant == SIMSTORE_NONE && m->user == SIMSTORE_NONE) {
		p = simstore_text(r->store, m->from, &n);
		at = n == 0 ? NULL : memrchr(p, '@', n);
		if (at != NULL) {
			n -= (size_t)(at + 1 - p);
			p = at + 1;
		}
	}
	x = schedule_message(&r->s, m->id, p, n, m->prio, 0);
	needs(x == SCHEDULE_NONE ? -1 : 0);
	r->s.message[x].segment = from;
	put_campaign(r, x, m);
	return x;
}

static void
arrive(struct simrun *r, uint32_t rcpt)
{
	const struct simstore_rcpt *x = &r->store->rcpt[rcpt];
	struct simrun_live *v = &r->live[rcpt];
	struct simrun_due d = { 0, rcpt, r->turn++ };
	int64_t due = r->store->message[x->message].hold_us;
	const char *domain;
	size_t n;

	domain = simstore_text(r->store, x->domain, &n);
	v->at = schedule_rcpt(&r->s, message(r, x->message), x->n, domain, n);
	needs(v->at == SCHEDULE_NONE ? -1 : 0);
	if (due < r->now_us)
		due = r->now_us;
	needs(schedule_wait(&r->s, v->at, due / 1000, r->now_us / 1000, 0));
	d.at_us = simsettle_lifetime(r, rcpt);
	/* it came when it was too old already */
	if (d.at_us == -1)
		d.at_us = r->now_us + (int64_t)SIMRUN_GRACE_S * 1000000;
	needs(heap_add(&r->lives, &simstate_heap, r, &d));
	simstate_want(r);
}

static void
arrivals(struct simrun *r)
{
	for (;
	     r->arrived < r->store->n_rcpt && birth(r, r->arrived) <= r->now_us;
	     r->arrived++)
		arrive(r, r->order[r->arrived]);
}

/* what is over */

static void
landings(struct simrun *r)
{
	struct simrun_due d;

	while (pop(r, &r->flights, &d)) {
		if (r->live[d.rcpt].flags & SIMRUN_ENDED)
			continue;
		simjob_over(r, d.rcpt);
		simsettle(r);
	}
}

static void
lifetimes(struct simrun *r)
{
	struct simrun_due d;
	int64_t at;

	while (pop(r, &r->lives, &d)) {
		if (r->live[d.rcpt].flags & SIMRUN_ENDED)
			continue;
		at = simsettle_lifetime(r, d.rcpt);
		if (at == -1) {
			simstate_ended(r, d.rcpt, SIMSTORE_EXPIRED);
			continue;
		}
		d.at_us = at;
		needs(heap_add(&r->lives, &simstate_heap, r, &d));
	}
}

/* an administrator has deleted some, as the log says */
static void
cuts(struct simrun *r)
{
	const struct simstore_cut *c;
	uint32_t at;

	for (; r->cut < r->store->n_cut; r->cut++) {
		c = &r->store->cut[r->cut];
		if (c->at_us > r->now_us)
			return;
		at = r->live[c->rcpt].at;
		if (at != SCHEDULE_NONE && !schedule_is_down(&r->s.rcpt[at]))
			simstate_ended(r, c->rcpt, SIMSTORE_DELETED);
	}
}

/* down */

static void
emit(struct simrun *r, const uint32_t *run, unsigned n)
{
	uint32_t rcpt[SIMRUN_RUN_MAX];
	unsigned i;

	for (i = 0; i < n; i++)
		rcpt[i] = simstore_number(r->store,
		    r->s.message[r->s.rcpt[run[i]].message].segment,
		    r->s.rcpt[run[i]].n);
	simjob_emit(r, rcpt, n);
}

static int64_t
refill_at(const struct simrun *r)
{
	int64_t at = r->wanted_us, due = schedule_due(&r->s);

	if (due < at / 1000)
		at = due * 1000;
	if (at == INT64_MAX)
		return at;
	return (at > r->refilled_us ? at : r->refilled_us) + SIMRUN_ROUND_US;
}

static void
refill(struct simrun *r)
{
	int64_t now = r->now_us / 1000;
	uint32_t run[SIMRUN_RUN_MAX];
	unsigned n;

	if (r->now_us < refill_at(r))
		return;
	r->wanted_us = INT64_MAX;
	r->refilled_us = r->now_us;
	schedule_tick(&r->s, now);
	schedule_look(&r->s, now);
	while ((n = schedule_pick(&r->s, now, run, SIMRUN_RUN_MAX)) > 0)
		emit(r, run, n);
	simflow_offer(&r->flow, r->now_us);
	simsettle(r);
}

/* the clock */

static int64_t
sooner(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static int64_t
next(const struct simrun *r)
{
	int64_t at = sooner(first(&r->flights), first(&r->lives));

	if (r->arrived < r->store->n_rcpt)
		at = sooner(at, birth(r, r->arrived));
	at = sooner(at, simflow_due(&r->flow));
	at = sooner(at, refill_at(r));
	return at != INT64_MAX && at < r->now_us ? r->now_us : at;
}

static void
start(struct simrun *r)
{
	uint32_t i;

	r->now_us = birth(r, 0);
	r->wanted_us = INT64_MAX;
	r->stat->from_us = r->now_us;
	r->where.spills.seed = r->where.breakers.seed = r->seed;
	if (!r->recorded)
		simroute_open(&r->where, r->confdir);
	tableopen(&r->retry, r->confdir, "retry");
	r->flow.stat = r->stat;
	r->flow.go = simjob_go;
	r->flow.again = simsettle_again;
	r->flow.arg = r;
	simflow_open(&r->flow, r->confdir, r->seed, r->now_us);
	needs(schedule_init(&r->s, r->window));
	schedule_seed(&r->s, r->seed);
	r->live = need(calloc(r->store->n_rcpt, sizeof *r->live));
	r->took_ms = need(calloc(r->store->names.n + 1, sizeof *r->took_ms));
	for (i = 0; i < r->store->n_rcpt; i++) {
		r->live[i].at = SCHEDULE_NONE;
		r->live[i].next = r->store->rcpt[i].first;
		r->live[i].site = r->live[i].via = r->live[i].src =
		    r->live[i].provider = r->live[i].class =
			r->live[i].failure = NAMETABLE_NONE;
	}
}

static void
finish(struct simrun *r)
{
	uint32_t i;

	for (i = 0; i < r->arrived; i++)
		if (!(r->live[r->order[i]].flags & SIMRUN_ENDED))
			simstate_queued(r, r->order[i]);
	r->stat->to_us = r->now_us;
	simflow_close(&r->flow);
	schedule_free(&r->s);
	nametable_free(&r->words);
	heap_free(&r->flights);
	heap_free(&r->lives);
	buf_free(&r->up);
	free(r->live);
	free(r->took_ms);
}

static void
up(void *arg, const char *line, size_t n, int64_t now)
{
	struct simrun *r = arg;
	static struct buf other;

	if (simroute_result(&r->where, line, n, now, &other))
		needs(buf_put(&r->up, buf_data(&other), buf_len(&other)));
	else
		needs(buf_put(&r->up, line, n));
}

void
simrun(struct simrun *r)
{
	int64_t at;

	r->flow.up = up;
	start(r);
	while (r->ended < r->store->n_rcpt && (at = next(r)) != INT64_MAX &&
	    at <= r->end_us) {
		r->now_us = at;
		landings(r);
		arrivals(r);
		simflow_run(&r->flow, r->now_us);
		simsettle(r);
		lifetimes(r);
		cuts(r);
		refill(r);
	}
	finish(r);
}
