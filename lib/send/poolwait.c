#include "send/poolparts.h"
#include "base/clock.h"
#include "send/doubthost.h"
#include <string.h>

/* sites */

void
sendpool_tick(struct sendpool *p)
{
	if (!loop_timer_active(&p->tick) &&
	    (p->places.n > 0 || p->closing || p->ready.first != NULL))
		loop_timer_set(&p->tick,
		    p->closing ? SENDPOOL_TICK_MS / 5 : SENDPOOL_TICK_MS,
		    p->on_tick, p);
}

void
sendpool_ready(struct sendpool *p, struct sendslot *s)
{
	if (s->is_ready)
		return;
	s->is_ready = 1;
	list_prepend(&p->ready, &s->ready);
	sendpool_tick(p);
}

void
sendpool_wake(struct sendpool *p)
{
	struct sendslot *s = LIST_OF(p->want.first, struct sendslot, want);

	if (s != NULL)
		sendpool_ready(p, s);
}

void
sendpool_want(struct sendpool *p, struct sendslot *s)
{
	if (!s->wants)
		list_append(&p->want, &s->want);
	s->wants = 1;
}

void
sendpool_unwant(struct sendpool *p, struct sendslot *s)
{
	if (s->wants)
		list_remove(&p->want, &s->want);
	s->wants = 0;
}

void
sendpool_forget(struct sendpool *p, struct sendslot *s)
{
	if (s->n_wait == 0 && s->n_conn == 0 && !s->is_ready && !s->wants)
		sendsites_forget(&p->sites, s);
}

struct sendslot *
sendpool_slot(struct sendpool *p, const struct sendjob *j)
{
	struct sendslot *s = sendsites_find(&p->sites, j);

	if (s != NULL)
		sendpool_ready(p, s);
	return s;
}

/* transactions */

static void
hold(struct sendpool *p)
{
	size_t n = p->sites.n_wait;

	if (!p->held && n >= p->limit.waiting) {
		p->held = 1;
		link_hold(p->answers.link);
	} else if (p->held && n <= p->limit.waiting / 2) {
		p->held = 0;
		link_release(p->answers.link);
	}
}

void
sendpool_add(struct sendpool *p, struct sendtxn *t)
{
	if (t->doubt_host != NULL &&
	    !doubthost_first(t->mx, t->tiers, t->doubt_host))
		t->doubt_host = NULL;
	t->queued_ms = clock_mono_ms();
	p->n_txn++;
	sendsites_add(&p->sites, t);
	sendpool_ready(p, t->slot);
	hold(p);
}

struct sendtxn *
sendpool_dequeue(struct sendpool *p, struct sendtxn *t)
{
	sendsites_remove(&p->sites, t);
	hold(p);
	return t;
}

void
sendpool_finish(struct sendpool *p, struct sendtxn *t)
{
	p->n_txn--;
	sendtxn_free(t);
}

void
sendpool_later(struct sendpool *p, struct sendtxn *t, const char *class,
    const char *text, int64_t in_ms)
{
	struct sendresult r = { .status = "later",
		.class = class,
		.text = text,
		.text_len = strlen(text),
		.next_ms = clock_wall_us() / 1000 + in_ms };

	if (strcmp(class, "limit") == 0)
		r.room = t->slot->n_conn + p->limit.waiting / 8;
	sendanswers_rest(&p->answers, t, NULL, &r);
	sendpool_finish(p, t);
}

void
sendpool_trim(struct sendpool *p, struct sendslot *s)
{
	size_t keep = 1 + p->limit.waiting / 4;
	struct list_node *n = s->line.first, *next;
	struct sendtxn *t;

	if (!p->held || s->n_wait <= keep)
		return;
	for (; keep > 0; keep--)
		n = n->next;
	for (; n != NULL; n = next) {
		next = n->next;
		t = LIST_OF(n, struct sendtxn, line);
		sendsites_remove(&p->sites, t);
		sendpool_later(p, t, "limit", "many wait for this site", 2000);
	}
	hold(p);
}
