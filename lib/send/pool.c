#include "send/pool.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/fd.h"
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* the pool and the place of a connection */
static struct sendpool *
pool_of(const struct sendconn *c)
{
	return (struct sendpool *)((char *)c->share -
	    offsetof(struct sendpool, share));
}

static struct sendplace *
place_of(const struct sendconn *c)
{
	return (struct sendplace *)c;
}

/* answers */

static void
answer(struct sendpool *p, struct sendtxn *t, unsigned i,
    const struct sendconn *c, struct sendresult *r)
{
	if (c != NULL && r->host == NULL && c->host.name != NULL) {
		r->host = c->host.name;
		r->ip = c->host.ip;
	}
	r->ms = t->started_ms == 0 ? -1 : clock_mono_ms() - t->started_ms;
	r->attempt = t->mail.rcpt[i].attempt;
	if (sendresult_put(&p->link->up.out, t->id, t->mail.rcpt[i].n,
		&t->slot->site, r) == -1)
		die(EXIT_TEMP, "out of memory");
	t->mail.rcpt[i].state = SMTPOUT_DECIDED;
	wire_dirty(&p->link->up);
}

static void
on_answer(struct sendconn *c, struct sendtxn *t, unsigned i,
    struct sendresult *r)
{
	answer(pool_of(c), t, i, c, r);
}

static void
on_sending(struct sendconn *c, struct sendtxn *t)
{
	struct sendpool *p = pool_of(c);
	struct sendresult r = { .status = "sending", .ms = -1 };
	unsigned i;

	if (p->link->up.record == -1)
		return;
	buf_clear(&p->noted);
	for (i = 0; i < t->mail.n_rcpt; i++) {
		if (t->mail.rcpt[i].state == SMTPOUT_DECIDED)
			continue;
		r.attempt = t->mail.rcpt[i].attempt;
		if (sendresult_put(&p->noted, t->id, t->mail.rcpt[i].n, NULL,
			&r) == -1)
			die(EXIT_TEMP, "out of memory");
	}
	link_note(p->link, buf_data(&p->noted), buf_len(&p->noted));
}

/* the same for all recipients without one; the transaction is gone */
static void
finish(struct sendpool *p, struct sendtxn *t, const struct sendconn *c,
    struct sendresult *r)
{
	unsigned i;

	for (i = 0; r != NULL && i < t->mail.n_rcpt; i++)
		if (t->mail.rcpt[i].state != SMTPOUT_DECIDED)
			answer(p, t, i, c, r);
	p->n_txn--;
	sendtxn_free(t);
}

static void
on_over(struct sendconn *c, struct sendtxn *t, struct sendresult *r)
{
	finish(pool_of(c), t, c, r);
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

	finish(p, t, NULL, &r);
}

/* sites */

static size_t
hash(const char *k, size_t n)
{
	uint32_t h = 2166136261u;

	for (; n > 0; n--)
		h = (h ^ (unsigned char)*k++) * 16777619u;
	return h % SENDPOOL_SITES;
}

static struct sendslot *
find_slot(struct sendpool *p, const struct sendjob *j)
{
	char key[SENDJOB_KEY_MAX];
	size_t n = sendjob_key(j, key);
	struct sendslot **head, *s = p->last_slot;

	if (n == 0)
		return NULL;
	if (s != NULL && s->site.key_len == n &&
	    memcmp(s->site.key, key, n) == 0)
		return s;
	head = &p->hash[hash(key, n)];
	for (s = *head; s != NULL; s = s->hash_next)
		if (s->site.key_len == n && memcmp(s->site.key, key, n) == 0)
			return p->last_slot = s;
	s = calloc(1, sizeof *s);
	if (s == NULL || sendsite_fill(&s->site, j, key, n) == -1) {
		free(s);
		return NULL;
	}
	s->last = &s->first;
	s->hash_next = *head;
	*head = s;
	return p->last_slot = s;
}

static void on_tick(void *arg);

/* as long as there is anything to do; it also keeps the loop alive when the
 * link is held and nothing else is waited for yet */
static void
tick(struct sendpool *p)
{
	if (!loop_timer_active(&p->tick) &&
	    (p->n_conn > 0 || p->closing || p->ready != NULL))
		loop_timer_set(&p->tick,
		    p->closing ? SENDPOOL_TICK_MS / 5 : SENDPOOL_TICK_MS,
		    on_tick, p);
}

/* look at this site before the loop waits again */
static void
make_ready(struct sendpool *p, struct sendslot *s)
{
	if (s->ready)
		return;
	s->ready = 1;
	s->ready_next = p->ready;
	p->ready = s;
	tick(p);
}

/* when nothing refers to a site it is forgotten */
static void
maybe_forget(struct sendpool *p, struct sendslot *s)
{
	struct sendslot **h;

	if (s->first != NULL || s->n_conn > 0 || s->ready || s->wants ||
	    (p->open != NULL && p->open->slot == s))
		return;
	for (h = &p->hash[hash(s->site.key, s->site.key_len)]; *h != s;
	     h = &(*h)->hash_next)
		;
	*h = s->hash_next;
	if (p->last_slot == s)
		p->last_slot = NULL;
	sendsite_free(&s->site);
	free(s);
}

static void
hold(struct sendpool *p)
{
	if (!p->held && p->n_wait >= p->limit.waiting) {
		p->held = 1;
		link_hold(p->link);
	} else if (p->held && p->n_wait <= p->limit.waiting / 2) {
		p->held = 0;
		link_release(p->link);
	}
}

static void
enqueue(struct sendpool *p, struct sendslot *s, struct sendtxn *t, int first)
{
	t->next = first ? s->first : NULL;
	if (first) {
		if (s->first == NULL)
			s->last = &t->next;
		s->first = t;
	} else {
		*s->last = t;
		s->last = &t->next;
	}
	s->n_wait++;
	p->n_wait++;
	make_ready(p, s);
}

static struct sendtxn *
dequeue(struct sendpool *p, struct sendslot *s)
{
	struct sendtxn *t = s->first;

	if (t == NULL)
		return NULL;
	s->first = t->next;
	if (s->first == NULL)
		s->last = &s->first;
	s->n_wait--;
	p->n_wait--;
	hold(p);
	return t;
}

static struct sendtxn *
peek(const struct sendconn *c)
{
	return place_of(c)->slot->first;
}

static struct sendtxn *
take(struct sendconn *c)
{
	struct sendpool *p = pool_of(c);

	return p->stopping ? NULL : dequeue(p, place_of(c)->slot);
}

/* to the head of its site's line, if it has not been there too often */
static int
on_again(struct sendconn *c, struct sendtxn *t)
{
	struct sendpool *p = pool_of(c);
	unsigned i;

	if (p->stopping || t->retried >= SENDPOOL_RETRIES)
		return 0;
	for (i = 0; i < t->mail.n_rcpt; i++)
		if (t->mail.rcpt[i].state == SMTPOUT_DECIDED)
			return 0;
		else
			t->mail.rcpt[i].state = SMTPOUT_WAITING;
	t->mail.rset = t->mail.failed = t->mail.open = 0;
	t->mail.sent = t->mail.got = t->mail.accepted = t->mail.at = 0;
	t->retried++;
	enqueue(p, t->slot, t, 1);
	return 1;
}

/* connections */

static void
take_idle(struct sendpool *p, struct sendplace *c)
{
	struct sendplace **i;

	for (i = &c->slot->idle; *i != c; i = &(*i)->idle_next)
		;
	*i = c->idle_next;
	p->n_idle--;
}

static void
on_idle(struct sendconn *conn)
{
	struct sendpool *p = pool_of(conn);
	struct sendplace *c = place_of(conn);

	c->idle_next = c->slot->idle;
	c->slot->idle = c;
	p->n_idle++;
	if (p->want != NULL)
		make_ready(p, p->want);
}

static void
on_gone(struct sendconn *conn)
{
	struct sendpool *p = pool_of(conn);
	struct sendplace *c = place_of(conn);
	struct sendslot *s = c->slot;

	if (conn->is_idle)
		take_idle(p, c);
	p->conn[c->index] = p->conn[--p->n_conn];
	p->conn[c->index]->index = c->index;
	s->n_conn--;
	free(c);
	make_ready(p, s);
	if (p->want != NULL)
		make_ready(p, p->want);
}

static int
is_wanted(const struct sendconn *c)
{
	const struct sendpool *p = pool_of(c);

	return p->want != NULL && p->want != place_of(c)->slot;
}

static int
has_sibling(const struct sendconn *c)
{
	const struct sendpool *p = pool_of(c);
	const struct sendslot *s = place_of(c)->slot;
	size_t i;

	for (i = 0; s->n_conn > 1 && i < p->n_conn; i++)
		if (p->conn[i]->slot == s && p->conn[i]->conn.heard &&
		    strcmp(p->conn[i]->conn.host.ip, c->host.ip) == 0)
			return 1;
	return 0;
}

/* 0, or -1 when there is no memory for it */
static int
start(struct sendpool *p, struct sendslot *s, struct sendtxn *t)
{
	struct sendplace *c = calloc(1, sizeof *c);

	if (c == NULL)
		return -1;
	c->slot = s;
	c->index = p->n_conn;
	p->conn[p->n_conn++] = c;
	s->n_conn++;
	sendconn_start(&c->conn, &p->share, &s->site, t);
	return 0;
}

/* room for one more connection, if need be at the cost of an idle one */
static int
make_room(struct sendpool *p)
{
	size_t i;

	if (p->n_conn < p->limit.conns)
		return 1;
	if (p->n_idle == 0)
		return 0;
	for (i = 0; i < p->n_conn; i++)
		if (p->conn[i]->conn.is_idle) {
			sendconn_stop(&p->conn[i]->conn);
			return 1;
		}
	return 0;
}

static void
want(struct sendpool *p, struct sendslot *s)
{
	if (s->wants)
		return;
	s->wants = 1;
	s->want_next = NULL;
	*p->want_last = s;
	p->want_last = &s->want_next;
}

static void
unwant(struct sendpool *p, struct sendslot *s)
{
	struct sendslot **w;

	if (!s->wants)
		return;
	for (w = &p->want; *w != s; w = &(*w)->want_next)
		;
	*w = s->want_next;
	if (*w == NULL)
		p->want_last = w;
	s->wants = 0;
}

static size_t
site_max(const struct sendpool *p, const struct sendslot *s)
{
	return s->conns > 0 && s->conns < p->limit.site_conns
	    ? s->conns
	    : p->limit.site_conns;
}

/* the line is full, and this site is at its own limit: others come first */
static void
trim(struct sendpool *p, struct sendslot *s)
{
	size_t keep = 1 + p->limit.waiting / 4;
	struct sendtxn **t = &s->first, *rest, *next;

	if (!p->held || s->n_wait <= keep)
		return;
	p->n_wait -= s->n_wait - keep;
	s->n_wait = keep;
	for (; keep > 0; keep--)
		t = &(*t)->next;
	rest = *t;
	*t = NULL;
	s->last = t;
	for (; rest != NULL; rest = next) {
		next = rest->next;
		later(p, rest, "limit", "many wait for this site", 2000);
	}
	hold(p);
}

/* give the waiting transactions of a site to connections */
static void
serve(struct sendpool *p, struct sendslot *s)
{
	struct sendplace *c;
	struct sendtxn *t;

	while (s->first != NULL) {
		t = s->first;
		if ((c = s->idle) != NULL) {
			if (c->conn.messages >= p->share.msgs ||
			    (t->msgs > 0 && c->conn.messages >= t->msgs)) {
				/* it has done its share */
				sendconn_stop(&c->conn);
				continue;
			}
			take_idle(p, c);
			sendconn_give(&c->conn, dequeue(p, s));
			continue;
		}
		if (s->n_conn >= site_max(p, s)) {
			trim(p, s);
			break;
		}
		if (!make_room(p)) {
			want(p, s);
			return;
		}
		t = dequeue(p, s);
		if (start(p, s, t) == -1)
			later(p, t, "local", "out of memory",
			    SENDCONN_LOCAL_MS);
	}
	unwant(p, s);
	if (p->want != NULL && (p->n_conn < p->limit.conns || p->n_idle > 0))
		make_ready(p, p->want);
}

static void
maybe_end(struct sendpool *p)
{
	if (p->closing && !p->ended && p->n_txn == 0 && p->ready == NULL) {
		p->ended = 1;
		while (p->n_conn > 0)
			sendconn_stop(&p->conn[p->n_conn - 1]->conn);
		loop_timer_stop(&p->tick);
		link_close_down(p->link);
	}
}

static void
run_ready(void *arg)
{
	struct sendpool *p = arg;
	struct sendslot *s;

	while ((s = p->ready) != NULL) {
		p->ready = s->ready_next;
		s->ready = 0;
		if (!p->stopping)
			serve(p, s);
		maybe_forget(p, s);
	}
	maybe_end(p);
	/* this hook may come after the one that writes answers */
	wire_flush_all();
}

static void
all_later(struct sendpool *p, const char *why)
{
	struct sendslot *s;
	size_t i;

	for (i = 0; i < SENDPOOL_SITES; i++)
		for (s = p->hash[i]; s != NULL; s = s->hash_next)
			while (s->first != NULL) {
				make_ready(p, s);
				later(p, dequeue(p, s), "local", why, 1000);
			}
}

/* begin nothing new; what is open has SENDPOOL_STOP_MS, and who owes us no
 * more than the reply to a final dot is waited for as long as a stop may
 * take: without it nobody knows whether the message has arrived */
static void
stop_soon(struct sendpool *p, int64_t now)
{
	size_t i;

	p->stopping = p->share.stopping = 1;
	p->stop_ms = now + SENDPOOL_STOP_MS;
	p->last_ms = now + SENDPOOL_LAST_MS;
	all_later(p, "stopping");
	for (i = p->n_conn; i-- > 0;)
		if (p->conn[i]->conn.lead != NULL || p->conn[i]->conn.is_idle)
			sendconn_stop(&p->conn[i]->conn);
}

/* what has waited too long for a connection: the head has better to do */
static void
expire_lines(struct sendpool *p, int64_t now)
{
	int64_t since = now - p->share.wait_ms[SENDWAIT_LINE];
	struct sendslot *s;
	size_t i;

	for (i = 0; p->n_wait > 0 && i < SENDPOOL_SITES; i++)
		for (s = p->hash[i]; s != NULL; s = s->hash_next)
			while (s->first != NULL && s->first->queued_ms < since)
				later(p, dequeue(p, s), "limit",
				    "no connection in time", 10000);
}

static int
is_over(const struct sendpool *p, const struct sendconn *c, int64_t now)
{
	return p->stopping && now >= p->stop_ms &&
	    (now >= p->last_ms || !sendconn_is_last(c));
}

static void
on_tick(void *arg)
{
	struct sendpool *p = arg;
	int64_t now = clock_mono_ms();
	struct sendconn *c;
	size_t i;

	if (p->closing && !p->stopping && now >= p->stop_ms)
		stop_soon(p, now);
	expire_lines(p, now);
	for (i = p->n_conn; i-- > 0;) {
		/* one that ends puts the last in its place: seen already */
		c = &p->conn[i]->conn;
		if (is_over(p, c, now))
			sendconn_stop(c);
		else if (now >= c->deadline_ms)
			sendconn_timeout(c);
	}
	tick(p);
}

/* jobs */

void
sendpool_flush(struct sendpool *p)
{
	struct sendtxn *t = p->open;

	if (t == NULL)
		return;
	p->open = NULL;
	t->queued_ms = clock_mono_ms();
	enqueue(p, t->slot, t, 0);
	hold(p);
}

/* answer a job that does not become part of a transaction */
static void
refuse(struct sendpool *p, const struct sendjob *j, const struct sendslot *s,
    struct sendresult *r, const char *why)
{
	char id[SENDJOB_TEXT_MAX];

	if (j->f[SENDJOB_ID] == NULL ||
	    ltsv_value(j->f[SENDJOB_ID], id, sizeof id) == -1) {
		warn("dropped: %s", why);
		return;
	}
	r->text = why;
	r->text_len = strlen(why);
	r->esc_len = 5;
	r->ms = -1;
	r->attempt = j->attempt;
	if (sendresult_put(&p->link->up.out, id, j->n,
		s == NULL ? NULL : &s->site, r) == -1)
		die(EXIT_TEMP, "out of memory");
	wire_dirty(&p->link->up);
}

/* never the message's fault */
static void
refuse_local(struct sendpool *p, const struct sendjob *j, const char *why)
{
	struct sendresult r = {
		.status = "deferred", .class = "local", .esc = "4.3.5"
	};
	char text[200];

	snprintf(text, sizeof text, "job: %s", why);
	refuse(p, j, NULL, &r, text);
}

/* an address that would break the command, before any server sees it */
static int
bad_address(struct sendpool *p, const struct sendjob *j,
    const struct sendslot *s)
{
	struct sendresult r = { .status = "bounced", .code = 553 };

	switch (sendjob_addresses(j)) {
	case SENDJOB_BAD_FROM:
		r.esc = "5.1.7";
		r.class = "mail";
		refuse(p, j, s, &r,
		    "553 5.1.7 the sender's address is malformed");
		return 1;
	case SENDJOB_BAD_TO:
		r.esc = "5.1.3";
		r.class = "rcpt";
		refuse(p, j, s, &r,
		    "553 5.1.3 the recipient's address is malformed");
		return 1;
	case SENDJOB_GOOD: break;
	}
	return 0;
}

void
sendpool_job(struct sendpool *p, const char *line, size_t n)
{
	struct sendjob *j = &p->job;
	const char *bad = sendjob_parse(line, n, j);
	struct sendslot *s = bad == NULL ? find_slot(p, j) : NULL;
	struct sendresult tls = {
		.status = "deferred", .class = "tls", .esc = "4.7.4"
	};
	struct sendtxn *t = p->open;

	if (s == NULL) {
		refuse_local(p, j, bad == NULL ? "out of memory" : bad);
		return;
	}
	if (sendjob_tls(j)) {
		refuse(p, j, s, &tls, "TLS is required and not possible here");
		make_ready(p, s);
		return;
	}
	if (bad_address(p, j, s)) {
		make_ready(p, s);
		return;
	}
	if (j->conns > 0)
		s->conns = j->conns;
	if (t != NULL && t->slot == s && t->mail.n_rcpt < p->limit.rcpts &&
	    sendtxn_same(t, j) && sendtxn_add(t, j) == 0)
		return;
	sendpool_flush(p);
	t = sendtxn_new(j);
	if (t == NULL) {
		make_ready(p, s);
		refuse_local(p, j, "out of memory");
		return;
	}
	t->slot = s;
	p->n_txn++;
	p->open = t;
}

size_t
sendpool_take(struct sendpool *p, const char *in, size_t n)
{
	size_t used = 0, len;

	while (!sendpool_full(p) &&
	    (len = link_line(in + used, n - used)) > 0) {
		sendpool_job(p, in + used, len);
		used += len;
	}
	/* what follows has not arrived: these jobs wait for nobody */
	sendpool_flush(p);
	return used;
}

void
sendpool_close(struct sendpool *p, int64_t drain_ms)
{
	int64_t now = clock_mono_ms(), stop = now + drain_ms;

	if (p->stopping || (p->closing && p->stop_ms <= stop))
		return;
	sendpool_flush(p);
	p->closing = 1;
	p->stop_ms = stop;
	if (drain_ms == 0)
		stop_soon(p, now);
	loop_timer_stop(&p->tick);
	tick(p);
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

void
sendpool_open(struct sendpool *p, struct link *l)
{
	size_t fds = fd_limit_raise();
	size_t most =
	    fds > SENDPOOL_RESERVE + 16 ? fds - SENDPOOL_RESERVE : fds / 2;

	p->link = l;
	p->share.ops = &ops;
	p->want_last = &p->want;
	if (p->limit.conns == 0 || p->limit.conns > most)
		p->limit.conns = most;
	if (p->limit.site_conns == 0)
		p->limit.site_conns = p->limit.conns;
	p->conn = calloc(p->limit.conns + 1, sizeof *p->conn);
	if (p->conn == NULL || sendconn_share_open(&p->share) == -1)
		die(EXIT_TEMP, "out of memory");
	loop_hook_start(&p->hook, run_ready, p);
}
