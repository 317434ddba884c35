#include "send/poolparts.h"
#include "base/clock.h"

static void
all_later(struct sendpool *p, const char *why)
{
	struct list_node *n;
	struct sendslot *s;

	for (n = p->sites.all.first; n != NULL; n = n->next) {
		s = LIST_OF(n, struct sendslot, all);
		if (s->n_wait > 0)
			sendpool_ready(p, s);
		while (s->n_wait > 0)
			sendpool_later(p,
			    sendpool_dequeue(p, sendsites_first(s)), "local",
			    why, 1000);
	}
}

/* begin nothing new; what is open has SENDPOOL_STOP_MS, and who owes us no
 * more than the reply to a final dot is waited for as long as a stop may
 * take: without it nobody knows whether the message has arrived */
static void
stop_soon(struct sendpool *p, int64_t now)
{
	struct sendconn *c;
	size_t i;

	p->share.stopping = 1;
	p->stop_ms = now + SENDPOOL_STOP_MS;
	p->last_ms = now + SENDPOOL_LAST_MS;
	all_later(p, "stopping");
	for (i = p->places.n; i-- > 0;) {
		c = &p->places.all[i]->conn;
		if (c->lead != NULL || c->is_idle)
			sendconn_stop(c);
	}
}

/* what has waited too long for a connection: the head has better to do */
static void
expire_lines(struct sendpool *p, int64_t now)
{
	int64_t since = now - p->share.wait_ms[SENDWAIT_LINE];
	struct list_node *n = p->sites.all.first;
	struct sendslot *s;

	for (; p->sites.n_wait > 0 && n != NULL; n = n->next) {
		s = LIST_OF(n, struct sendslot, all);
		while (s->n_wait > 0 && sendsites_first(s)->queued_ms < since)
			sendpool_later(p,
			    sendpool_dequeue(p, sendsites_first(s)), "limit",
			    "no connection in time", 10000);
	}
}

static int
is_over(const struct sendpool *p, const struct sendconn *c, int64_t now)
{
	return p->share.stopping && now >= p->stop_ms &&
	    (now >= p->last_ms || !sendconn_is_last(c));
}

void
sendpool_due(void *arg)
{
	struct sendpool *p = arg;
	int64_t now = clock_mono_ms();
	struct sendconn *c;
	size_t i;

	if (p->closing && !p->share.stopping && now >= p->stop_ms)
		stop_soon(p, now);
	expire_lines(p, now);
	for (i = p->places.n; i-- > 0;) {
		c = &p->places.all[i]->conn;
		if (is_over(p, c, now))
			sendconn_stop(c);
		else if (now >= c->deadline_ms)
			sendconn_timeout(c);
	}
	sendpool_tick(p);
}

void
sendpool_close(struct sendpool *p, int64_t drain_ms)
{
	int64_t now = clock_mono_ms(), stop = now + drain_ms;

	if (p->share.stopping || (p->closing && p->stop_ms <= stop))
		return;
	p->closing = 1;
	p->stop_ms = stop;
	if (drain_ms == 0)
		stop_soon(p, now);
	loop_timer_stop(&p->tick);
	sendpool_tick(p);
}
