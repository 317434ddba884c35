#include "sim/simflow.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/table.h"
#include "base/zone.h"
#include "chain/link.h"
#include "conf/tablelookup.h"
#include "conf/tableopen.h"
#include "throttle/closing.h"
#include "throttle/transactiontext.h"
#include <stdio.h>
#include <stdlib.h>

static void
bound(void *arg, const struct limiter_notice *n)
{
	struct simflow *f = arg;

	needs(simstat_bound(f->stat, n->key, n->limit, 0, f->now_us,
	    f->now_us + LIMITER_AGAIN_US));
}

static void
clock_set(struct simflow *f, int64_t now)
{
	f->now_us = now;
	limiter_clock(&f->limiter, now, now);
}

static void
load(struct simflow *f, const char *confdir, int64_t now)
{
	struct table table = { .open = 0 };
	const struct lookup records = { tablelookup_get, &table };
	struct throttle_rules rules = { .n = 0 };
	const char *reason;

	tableopen(&table, confdir, "throttle");
	if (!table.open)
		return;
	if (throttle_load(&rules, &records, &reason) == -1) {
		needs(reason == NULL ? -1 : 0);
		die(EXIT_TEMP, "%s: %s", table.path, reason);
	}
	needs(limiter_load(&f->limiter, &rules, now));
	table_close(&table);
}

void
simflow_open(struct simflow *f, const char *confdir, uint64_t seed, int64_t now)
{
	limiter_open(&f->limiter, seed);
	f->limiter.notice = bound;
	f->limiter.arg = f;
	f->limiter.turn = zone_period;
	f->limiter.date = zone_date;
	clock_set(f, now);
	transaction_way_open(&f->way, &f->limiter);
	load(f, confdir, now);
	react_open(&f->react, confdir, seed);
}

/* up */

static void
each_up(struct simflow *f, const struct buf *b, int64_t now)
{
	const char *p = buf_data(b);
	size_t n = buf_len(b), used;

	for (; n > 0 && (used = link_line(p, n)) > 0; p += used, n -= used)
		f->up(f->arg, p, used, now);
}

static void
put_off(struct simflow *f, const struct transaction *t, int64_t now)
{
	static struct buf out;

	if (t->item.key != NULL)
		needs(simstat_bound(f->stat, t->item.key, t->item.limit,
		    t->item.jobs, now, t->item.next_us));
	buf_clear(&out);
	needs(transactiontext_later(&out, t, t->item.next_us, 0));
	each_up(f, &out, now);
}

/* as closing_keeps() has it, without a file of what is closed */
static void
put_off_closed(struct simflow *f, struct transaction *t,
    const struct closure *c, int64_t now)
{
	struct limiter_said said = { c->said.code, c->said.esc, c->said.host,
		c->said.text };

	t->item.said = &said;
	t->item.key = c->key;
	snprintf(t->item.limit, sizeof t->item.limit, "%s", c->limit);
	t->item.closed = 1;
	t->item.room = closures_whole_site(c) ? 0 : -1;
	t->item.next_us = closures_until(c, now);
	put_off(f, t, now);
}

/* what the limiter has decided */
static void
drain(struct simflow *f, int64_t now)
{
	const struct closure *c;
	struct limiter_item *i;
	struct transaction *t;

	while ((i = limiter_pop(&f->limiter)) != NULL) {
		t = (struct transaction *)i;
		c = i->verdict == LIMITER_GO
		    ? closures_keep(&f->react.closed, &t->where, 1, now)
		    : NULL;
		if (i->verdict == LIMITER_GO && c == NULL) {
			needs(transaction_sent(&f->way, t, now));
			f->go(f->arg, t->lines, t->len, now);
			free(t->lines);
			t->lines = NULL;
			continue;
		}
		if (c != NULL)
			put_off_closed(f, t, c, now);
		else
			put_off(f, t, now);
		limiter_done(&f->limiter, i, BACKOFF_NONE, now);
		transaction_free(t);
	}
}

/* down */

/* it is answered at once: by a closure, or there is no room */
static void
answer(struct simflow *f, const struct closure *c, int64_t now)
{
	struct transaction *t = need(transaction_make(&f->group));

	t->lines = buf_data(&f->lines);
	if (c != NULL) {
		put_off_closed(f, t, c, now);
	} else {
		t->item.room = -1;
		t->item.next_us = now + LIMITER_AGAIN_US;
		put_off(f, t, now);
	}
	free(t);
}

void
simflow_offer(struct simflow *f, int64_t now)
{
	const struct closure *c;
	struct closures_who who;
	struct transaction *t;

	if (f->group.n == 0)
		return;
	clock_set(f, now);
	transaction_where(&f->group.first, &who);
	c = closures_keep(&f->react.closed, &who, 0, now);
	if (c != NULL || f->flow == NULL) {
		answer(f, c, now);
	} else {
		t = need(transaction_make(&f->group));
		t->lines = need(malloc(f->group.len));
		memcpy(t->lines, buf_data(&f->lines), f->group.len);
		limiter_offer(&f->limiter, &t->item, f->flow, now);
		drain(f, now);
	}
	f->group.n = 0;
}

/* the lines stand one behind the other: there is room for all of a group, so
 * that none moves */
void
simflow_job(struct simflow *f, const char *line, size_t n, int64_t now)
{
	static struct ltsv l;
	struct transaction_group *g = &f->group;
	unsigned max = THROTTLE_GROUP_MAX;
	uint64_t num;
	char *p;

	clock_set(f, now);
	g->tags = &f->limiter.rules.tags;
	g->labels = f->limiter.labels | 1 << THROTTLE_SITE | 1 << THROTTLE_VIA |
	    1 << THROTTLE_PROVIDER | 1 << THROTTLE_SRC;
	if (g->n > 0 && f->lines.cap - f->lines.end < n)
		simflow_offer(f, now);
	if (g->n == 0) {
		buf_clear(&f->lines);
		needs(buf_reserve(&f->lines, LTSV_LINE_MAX * 4));
	}
	p = buf_tail(&f->lines);
	needs(buf_put(&f->lines, line, n));
	if (ltsv_parse(p, n, &l) == -1 ||
	    ltsv_num(&l, "n", 0, UINT32_MAX, &num) == -1)
		return;
	if (transaction_join(g, n, &l, num))
		return;
	if (g->n > 0) {
		/* of another one: it is the first again */
		buf_added(&f->lines, 0 - n);
		simflow_offer(f, now);
		buf_clear(&f->lines);
		p = buf_tail(&f->lines);
		needs(buf_put(&f->lines, line, n));
		if (ltsv_parse(p, n, &l) == -1)
			return;
		transaction_who(&g->who, &l, g->tags);
	}
	f->flow = limiter_flow(&f->limiter, &g->who, now);
	if (f->flow != NULL && limiter_jobs_max(f->flow) < max)
		max = limiter_jobs_max(f->flow);
	transaction_gather(g, p, n, &l, num, max);
}

/* results */

static void
reopen(struct simflow *f, const struct transaction *t, const struct ltsv *l,
    int64_t now)
{
	if (f->react.closed.by_key.n == 0 || t == NULL ||
	    transaction_sign(l) != BACKOFF_GOOD)
		return;
	while (closures_open(&f->react.closed, &t->where, t->item.started_us) !=
	    NULL)
		if (f->opened_us == 0)
			f->opened_us = now + CLOSING_REOPEN_US;
}

void
simflow_result(struct simflow *f, const char *line, size_t n, int64_t now)
{
	static struct ltsv l;
	static struct buf changed;
	const struct transaction *t;
	struct react_case c = { &l, NULL, 0 };
	struct react_done done;

	clock_set(f, now);
	if (ltsv_parse(line, n, &l) == -1)
		return;
	t = transaction_of(&f->way, &l);
	if (t != NULL) {
		c.who = &t->where;
		c.started_us = t->item.started_us;
	}
	buf_clear(&changed);
	needs(react_result(&f->react, &c, t == NULL ? 0 : t->item.message, now,
	    now, &changed, &done));
	if (done.closed == NULL)
		reopen(f, t, &l, now);
	if (done.slow)
		transaction_slow(&f->way, &l);
	transaction_learn(&f->way, &l, now);
	if (done.changed)
		each_up(f, &changed, now);
	else
		f->up(f->arg, line, n, now);
	drain(f, now);
}

int64_t
simflow_due(const struct simflow *f)
{
	int64_t due = limiter_due(&f->limiter);

	return f->opened_us != 0 && f->opened_us < due ? f->opened_us : due;
}

void
simflow_run(struct simflow *f, int64_t now)
{
	clock_set(f, now);
	limiter_run(&f->limiter, now);
	drain(f, now);
	if (f->opened_us == 0 || f->opened_us > now)
		return;
	f->opened_us = 0;
	f->again(f->arg, now);
}

void
simflow_close(struct simflow *f)
{
	limiter_close(&f->limiter);
	closures_free(&f->react.closed);
	buf_free(&f->lines);
}
