#include "throttle/gate.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "throttle/transactiontext.h"
#include <stdlib.h>
#include <string.h>

static void
no_memory(void)
{
	die(EXIT_TEMP, "out of memory");
}

static void
send_down(struct gate *g, struct transaction *t, int64_t now)
{
	transactiontext_jobs(g->down, t);
	if (g->events)
		transactiontext_granted(t);
	if (transaction_sent(&g->way, t, now) == -1)
		no_memory();
}

static void
answer_later(struct gate *g, struct transaction *t, int64_t now)
{
	if (transactiontext_later(&g->up->out, t,
		clock_wall_us() + t->item.next_us - now, g->shutting) == -1)
		no_memory();
	wire_dirty(g->up);
}

/* a reply has closed where it goes */
static void
answer_closed(struct gate *g, struct transaction *t, const struct closure *c,
    int64_t now)
{
	struct limiter_said said;

	closing_keeps(t, c, &said, now);
	answer_later(g, t, now);
}

/* what the limiter has decided */
void
gate_drain(struct gate *g, int64_t now)
{
	const struct closure *c;
	struct limiter_item *i;
	struct transaction *t;

	while ((i = limiter_pop(&g->limiter)) != NULL) {
		t = (struct transaction *)i;
		g->held_bytes -= t->len;
		c = i->verdict == LIMITER_GO
		    ? closures_keep(&g->closing.react.closed, &t->where, 1, now)
		    : NULL;
		if (i->verdict == LIMITER_GO && c == NULL) {
			send_down(g, t, now);
			free(t->lines);
			t->lines = NULL;
			continue;
		}
		/* closed while it waited */
		if (c != NULL)
			answer_closed(g, t, c, now);
		else
			answer_later(g, t, now);
		if (c != NULL && g->way.over != NULL)
			g->way.over(t, now);
		/* what that grants goes in this round, too */
		limiter_done(&g->limiter, i, BACKOFF_NONE, now);
		transaction_free(t);
	}
}

void
gate_book(struct gate *g, int64_t now)
{
	limitfile_flush(&g->book);
	ledgerout_flush(&g->ledger, now);
}

static struct transaction *
make(const struct gate *g)
{
	struct transaction *t = transaction_make(&g->group);

	if (t == NULL)
		no_memory();
	return t;
}

static void
no_room(struct gate *g, int64_t now)
{
	struct transaction *t = make(g);

	t->lines = (char *)g->group.p;
	t->item.room = t->item.provider_room = -1;
	t->item.next_us = now + LIMITER_AGAIN_US;
	answer_later(g, t, now);
	free(t);
}

/* a reply has closed where the group goes */
static int
kept_away(struct gate *g, int64_t now)
{
	const struct closure *c;
	struct closures_who who;
	struct transaction *t;

	transaction_where(&g->group.first, &who);
	c = closures_keep(&g->closing.react.closed, &who, 0, now);
	if (c == NULL)
		return 0;
	t = make(g);
	t->lines = (char *)g->group.p;
	answer_closed(g, t, c, now);
	free(t);
	return 1;
}

void
gate_offer(struct gate *g, int64_t now)
{
	struct transaction *t;
	char *copy;

	if (g->group.n == 0)
		return;
	if (!g->shutting && kept_away(g, now)) {
		g->group.n = 0;
		return;
	}
	if (g->flow == NULL || g->held_bytes >= GATE_HELD_BYTES) {
		no_room(g, now);
		g->group.n = 0;
		return;
	}
	copy = malloc(g->group.len);
	if (copy == NULL)
		no_memory();
	t = make(g);
	t->lines = memcpy(copy, g->group.p, g->group.len);
	g->held_bytes += t->len;
	limiter_offer(&g->limiter, &t->item, g->flow, now);
	gate_drain(g, now);
	g->group.n = 0;
}

void
gate_job(struct gate *g, const char *p, size_t n, const struct ltsv *l,
    uint64_t num, int64_t now)
{
	unsigned max = THROTTLE_GROUP_MAX;

	g->group.tags = &g->limiter.rules.tags;
	g->group.labels = g->limiter.labels | 1 << THROTTLE_SITE |
	    1 << THROTTLE_VIA | 1 << THROTTLE_PROVIDER | 1 << THROTTLE_SRC;
	if (transaction_join(&g->group, n, l, num))
		return;
	gate_offer(g, now);
	g->flow = limiter_flow(&g->limiter, &g->group.who, now);
	if (g->flow != NULL && limiter_jobs_max(g->flow) < max)
		max = limiter_jobs_max(g->flow);
	transaction_gather(&g->group, p, n, l, num, max);
}
