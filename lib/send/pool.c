#include "send/poolparts.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/fd.h"
#include "send/conntls.h"
#include "send/doubthost.h"
#include "send/leasthost.h"

/* a new one for a transaction; 0, or -1 when there is no memory for it */
static int
start(struct sendpool *p, struct sendslot *s, struct sendtxn *t)
{
	struct sendplace *place;

	leasthost_first(s, t, &p->share.dead, clock_mono_ms());
	place = sendplaces_new(&p->places, s);
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

	if (conntls_once(c) || c->messages >= p->share.msgs ||
	    (t->msgs > 0 && c->messages >= t->msgs)) {
		sendconn_stop(c);
		return;
	}
	sendplaces_busy(&p->places, place);
	sendconn_give(c, sendpool_dequeue(p, t));
}

/* that has its host among those of the transaction; NULL: there is none */
static struct sendplace *
idle_for(const struct sendslot *s, const struct sendtxn *t)
{
	struct list_node *n;
	struct sendplace *place;

	for (n = s->idle.first; n != NULL; n = n->next) {
		place = LIST_OF(n, struct sendplace, idle);
		if (doubthost_serves(&place->conn.host, t) &&
		    conntls_serves(&place->conn, t))
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
			sendpool_trim(p, s);
			break;
		}
		if (!make_room(p)) {
			sendpool_want(p, s);
			return;
		}
		sendpool_dequeue(p, t);
		if (start(p, s, t) == -1)
			sendpool_later(p, t, "local", "out of memory",
			    SENDCONN_LOCAL_MS);
	}
	sendpool_unwant(p, s);
	if (!sendplaces_full(&p->places) || p->places.n_idle > 0)
		sendpool_wake(p);
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
		sendpool_forget(p, s);
	}
	maybe_end(p);
	/* this hook may come after the one that writes answers */
	wire_flush_all();
}

void
sendpool_open(struct sendpool *p, struct link *l)
{
	size_t fds = fd_limit_raise();
	size_t most =
	    fds > SENDPOOL_RESERVE + 16 ? fds - SENDPOOL_RESERVE : fds / 2;

	p->answers.link = l;
	p->share.ops = &sendpool_calls;
	p->on_tick = sendpool_due;
	if (p->limit.conns > most)
		warn("the limit of descriptors, %zu, leaves %zu connections "
		     "of %zu",
		    fds, most, p->limit.conns);
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
