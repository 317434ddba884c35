#include "send/pool.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/fd.h"
#include <stddef.h>
#include <string.h>

/* of a connection */
static struct sendpool *
pool_of(const struct sendconn *c)
{
	return (struct sendpool *)((char *)c->share -
	    offsetof(struct sendpool, share));
}

/* sites */

static void on_tick(void *arg);

/* as long as there is anything to do; it also keeps the loop alive when the
 * link is held and nothing else is waited for yet */
static void
tick(struct sendpool *p)
{
	if (!loop_timer_active(&p->tick) &&
	    (p->places.n > 0 || p->closing || p->ready.first != NULL))
		loop_timer_set(&p->tick,
		    p->closing ? SENDPOOL_TICK_MS / 5 : SENDPOOL_TICK_MS,
		    on_tick, p);
}

/* look at this site before the loop waits again */
static void
make_ready(struct sendpool *p, struct sendslot *s)
{
	if (s->is_ready)
		return;
	s->is_ready = 1;
	list_prepend(&p->ready, &s->ready);
	tick(p);
}

/* a place may be free for who waits for one */
static void
wake_wanting(struct sendpool *p)
{
	struct sendslot *s = LIST_OF(p->want.first, struct sendslot, want);

	if (s != NULL)
		make_ready(p, s);
}

static void
want(struct sendpool *p, struct sendslot *s)
{
	if (!s->wants)
		list_append(&p->want, &s->want);
	s->wants = 1;
}

static void
unwant(struct sendpool *p, struct sendslot *s)
{
	if (s->wants)
		list_remove(&p->want, &s->want);
	s->wants = 0;
}

/* when nothing refers to a site it is forgotten */
static void
maybe_forget(struct sendpool *p, struct sendslot *s)
{
	if (s->n_wait == 0 && s->n_conn == 0 && !s->is_ready && !s->wants)
		sendsites_forget(&p->sites, s);
}

struct sendslot *
sendpool_slot(struct sendpool *p, const struct sendjob *j)
{
	struct sendslot *s = sendsites_find(&p->sites, j);

	if (s != NULL)
		make_ready(p, s);
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
	t->queued_ms = clock_mono_ms();
	p->n_txn++;
	sendsites_add(&p->sites, t);
	make_ready(p, t->slot);
	hold(p);
}

static struct sendtxn *
dequeue(struct sendpool *p, struct sendtxn *t)
{
	sendsites_remove(&p->sites, t);
	hold(p);
	return t;
}

/* all have their answers: it is gone */
static void
finish(struct sendpool *p, struct sendtxn *t)
{
	p->n_txn--;
	sendtxn_free(t);
}

static void
later(struct sendpool *p, struct sendtxn *t, const char *class,
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
	finish(p, t);
}

/* the line is full, and this site is at its own limit: others come first */
static void
trim(struct sendpool *p, struct sendslot *s)
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
		later(p, t, "limit", "many wait for this site", 2000);
	}
	hold(p);
}

/* what a connection asks and tells */

/* the first in the line that the host is for: a site has the name of the best
 * host, and domains that share this one may have others that differ.  Who was
 * passed over often is not passed over again */
static struct sendtxn *
peek(const struct sendconn *c)
{
	struct list_node *n = sendplace_of(c)->slot->line.first;
	struct sendtxn *t;
	unsigned i;

	for (i = 0; n != NULL && i < SENDPOOL_LOOK; i++, n = n->next) {
		t = LIST_OF(n, struct sendtxn, line);
		if (sendhost_listed(&c->host, t->mx))
			return t;
		if (t->passed >= SENDPOOL_LOOK)
			break;
	}
	return NULL;
}

static struct sendtxn *
take(struct sendconn *c)
{
	struct sendpool *p = pool_of(c);
	struct sendtxn *t = p->share.stopping ? NULL : peek(c);
	struct list_node *n;

	if (t == NULL)
		return NULL;
	for (n = t->line.prev; n != NULL; n = n->prev)
		LIST_OF(n, struct sendtxn, line)->passed++;
	return dequeue(p, t);
}

static int
is_wanted(const struct sendconn *c)
{
	const struct list_node *n = pool_of(c)->want.first;

	return n != NULL && n != &sendplace_of(c)->slot->want;
}

static int
has_sibling(const struct sendconn *c)
{
	return sendplaces_stands(&pool_of(c)->places, sendplace_of(c)->slot,
	    c->host.ip);
}

static void
on_sending(struct sendconn *c, struct sendtxn *t)
{
	sendanswers_sending(&pool_of(c)->answers, t);
}

static void
on_answer(struct sendconn *c, struct sendtxn *t, unsigned i,
    struct sendresult *r)
{
	sendanswers_rcpt(&pool_of(c)->answers, t, i, &c->host, r);
}

static void
on_over(struct sendconn *c, struct sendtxn *t, struct sendresult *r)
{
	struct sendpool *p = pool_of(c);

	if (r != NULL)
		sendanswers_rest(&p->answers, t, &c->host, r);
	finish(p, t);
}

/* to the head of its site's line, if it has not been there too often */
static int
on_again(struct sendconn *c, struct sendtxn *t)
{
	struct sendpool *p = pool_of(c);

	if (p->share.stopping || t->retried >= SENDPOOL_RETRIES ||
	    !sendtxn_again(t))
		return 0;
	sendsites_back(&p->sites, t);
	make_ready(p, t->slot);
	return 1;
}

static void
on_idle(struct sendconn *c)
{
	struct sendpool *p = pool_of(c);

	sendplaces_idle(&p->places, sendplace_of(c));
	/* who waits there is for another host */
	if (sendplace_of(c)->slot->n_wait > 0)
		make_ready(p, sendplace_of(c)->slot);
	wake_wanting(p);
}

static void
on_gone(struct sendconn *c)
{
	struct sendpool *p = pool_of(c);
	struct sendslot *s = sendplace_of(c)->slot;

	sendplaces_free(&p->places, sendplace_of(c));
	make_ready(p, s);
	wake_wanting(p);
}

static const struct sendconn_ops ops = { .peek = peek,
	.take = take,
	.is_wanted = is_wanted,
	.has_sibling = has_sibling,
	.on_sending = on_sending,
	.on_answer = on_answer,
	.on_over = on_over,
	.on_again = on_again,
	.on_idle = on_idle,
	.on_gone = on_gone };

/* connections */

/* a new one for a transaction; 0, or -1 when there is no memory for it */
static int
start(struct sendpool *p, struct sendslot *s, struct sendtxn *t)
{
	struct sendplace *place = sendplaces_new(&p->places, s);

	if (place == NULL)
		return -1;
	sendconn_start(&place->conn, &p->share, &s->site, t);
	return 0;
}

/* room for one more connection, if need be at the cost of an idle one */
static int
make_room(struct sendpool *p)
{
	struct sendplace *idle;

	if (!sendplaces_full(&p->places))
		return 1;
	idle = sendplaces_any_idle(&p->places);
	if (idle == NULL)
		return 0;
	sendconn_stop(&idle->conn);
	return 1;
}

static size_t
site_max(const struct sendpool *p, const struct sendslot *s)
{
	return s->conns > 0 && s->conns < p->limit.site_conns
	    ? s->conns
	    : p->limit.site_conns;
}

/* to an idle connection, which may have done its share: then it ends */
static void
reuse(struct sendpool *p, struct sendplace *place, struct sendtxn *t)
{
	struct sendconn *c = &place->conn;

	if (c->messages >= p->share.msgs ||
	    (t->msgs > 0 && c->messages >= t->msgs)) {
		sendconn_stop(c);
		return;
	}
	sendplaces_busy(&p->places, place);
	sendconn_give(c, dequeue(p, t));
}

/* that has its host among those of the transaction; NULL: there is none */
static struct sendplace *
idle_for(const struct sendslot *s, const struct sendtxn *t)
{
	struct list_node *n;
	struct sendplace *place;

	for (n = s->idle.first; n != NULL; n = n->next) {
		place = LIST_OF(n, struct sendplace, idle);
		if (sendhost_listed(&place->conn.host, t->mx))
			return place;
	}
	return NULL;
}

/* the site has as many connections as it may: one that is idle and for other
 * hosts gives its place */
static int
make_site_room(struct sendslot *s)
{
	struct sendplace *idle = LIST_OF(s->idle.last, struct sendplace, idle);

	if (idle == NULL)
		return 0;
	sendconn_stop(&idle->conn);
	return 1;
}

/* give the waiting transactions of a site to connections */
static void
serve(struct sendpool *p, struct sendslot *s)
{
	struct sendplace *idle;
	struct sendtxn *t;

	while ((t = sendsites_first(s)) != NULL) {
		idle = idle_for(s, t);
		if (idle != NULL) {
			reuse(p, idle, t);
			continue;
		}
		if (s->n_conn >= site_max(p, s) && !make_site_room(s)) {
			trim(p, s);
			break;
		}
		if (!make_room(p)) {
			want(p, s);
			return;
		}
		dequeue(p, t);
		if (start(p, s, t) == -1)
			later(p, t, "local", "out of memory",
			    SENDCONN_LOCAL_MS);
	}
	unwant(p, s);
	if (!sendplaces_full(&p->places) || p->places.n_idle > 0)
		wake_wanting(p);
}

static void
maybe_end(struct sendpool *p)
{
	if (p->closing && !p->ended && p->n_txn == 0 &&
	    p->ready.first == NULL) {
		p->ended = 1;
		while (p->places.n > 0)
			sendconn_stop(&p->places.all[p->places.n - 1]->conn);
		loop_timer_stop(&p->tick);
		link_close_down(p->answers.link);
	}
}

static void
run_ready(void *arg)
{
	struct sendpool *p = arg;
	struct sendslot *s;

	while ((s = LIST_OF(list_take(&p->ready), struct sendslot, ready)) !=
	    NULL) {
		s->is_ready = 0;
		if (!p->share.stopping)
			serve(p, s);
		maybe_forget(p, s);
	}
	maybe_end(p);
	/* this hook may come after the one that writes answers */
	wire_flush_all();
}

/* time and the end */

static void
all_later(struct sendpool *p, const char *why)
{
	struct list_node *n;
	struct sendslot *s;

	for (n = p->sites.all.first; n != NULL; n = n->next) {
		s = LIST_OF(n, struct sendslot, all);
		if (s->n_wait > 0)
			make_ready(p, s);
		while (s->n_wait > 0)
			later(p, dequeue(p, sendsites_first(s)), "local", why,
			    1000);
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
			later(p, dequeue(p, sendsites_first(s)), "limit",
			    "no connection in time", 10000);
	}
}

static int
is_over(const struct sendpool *p, const struct sendconn *c, int64_t now)
{
	return p->share.stopping && now >= p->stop_ms &&
	    (now >= p->last_ms || !sendconn_is_last(c));
}

static void
on_tick(void *arg)
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
	tick(p);
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
	tick(p);
}

void
sendpool_open(struct sendpool *p, struct link *l)
{
	size_t fds = fd_limit_raise();
	size_t most =
	    fds > SENDPOOL_RESERVE + 16 ? fds - SENDPOOL_RESERVE : fds / 2;

	p->answers.link = l;
	p->share.ops = &ops;
	if (p->limit.conns == 0 || p->limit.conns > most)
		p->limit.conns = most;
	if (p->limit.site_conns == 0)
		p->limit.site_conns = p->limit.conns;
	p->places.max = p->limit.conns;
	if (sendplaces_open(&p->places) == -1 ||
	    sendconn_share_open(&p->share) == -1)
		die(EXIT_TEMP, "out of memory");
	loop_hook_start(&p->hook, run_ready, p);
}
