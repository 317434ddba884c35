#include "accept/acceptserver.h"
#include "accept/accepttext.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/zone.h"
#include "chain/event.h"
#include "chain/wire.h"
#include "format/ltsv.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* a message that somebody has in hand */
struct message {
	struct hash_node by_txn; /* first */
	struct list_node line;
	uint32_t txn;
	uint64_t bytes;
	struct acceptjudge_message in_hand;
};

/* a connection of who takes mail */
struct client {
	struct list_node line; /* of all */
	struct acceptserver *server;
	struct wire wire;
	struct list messages;
	struct hash by_txn;
	unsigned trusted : 1; /* may ask what is used, and top up */
};

static int64_t
now(struct acceptserver *s)
{
	int64_t us = clock_mono_us();

	limiter_clock(&s->judge.limiter, clock_wall_us(), us);
	return us;
}

/* rules */

/* 1: they are in force; 0: those from before are */
static int
load(struct acceptserver *s)
{
	const struct lookup records = softtable_lookup(&s->table);
	struct acceptrules rules = { .n = 0 };
	const char *reason = NULL;

	if (!softtable_empty(&s->table) &&
	    acceptrules_load(&rules, &records, &reason) == -1) {
		if (reason == NULL)
			die(EXIT_TEMP, "out of memory");
		warn("%s: %s", s->table.path, reason);
		acceptrules_free(&rules);
		return 0;
	}
	needs(acceptjudge_load(&s->judge, &rules, now(s)));
	return 1;
}

/* a key has no room: not each time */
static void
on_notice(void *arg, const struct limiter_notice *n)
{
	(void)arg;
	event_begin("limited");
	event_puts("key", n->key);
	event_puts("limit", n->limit);
	event_num("refused", n->later);
	event_end();
}

/* files */

static void
on_sync(void *arg)
{
	struct acceptserver *s = arg;

	if (s->book.fd != -1 && fdatasync(s->book.fd) == -1)
		warn("unable to sync %s: %m", s->book_path);
	creditfile_sync(&s->credits);
}

/* before it is answered */
static void
save(struct acceptserver *s)
{
	if (!s->files)
		return;
	limitfile_flush(&s->book);
	creditfile_flush(&s->credits);
	if (!loop_timer_active(&s->sync))
		loop_timer_set(&s->sync, ACCEPTSERVER_SYNC_MS, on_sync, s);
}

static void
on_spent(void *arg, const struct credit *a)
{
	struct acceptserver *s = arg;

	if (s->files)
		creditfile_put(&s->credits, a);
}

/* messages */

static struct message *
find(const struct client *c, uint32_t txn)
{
	struct hash_node *h =
	    hash_first(&c->by_txn, hash_bytes(0, &txn, sizeof txn));

	for (; h != NULL; h = hash_again(h))
		if (((struct message *)h)->txn == txn)
			return (struct message *)h;
	return NULL;
}

static struct message *
begin(struct client *c, uint32_t txn)
{
	struct message *m;

	if (c->by_txn.n >= ACCEPTSERVER_MESSAGES_MAX)
		return NULL;
	m = need(calloc(1, sizeof *m));
	m->txn = txn;
	m->by_txn.hash = hash_bytes(0, &txn, sizeof txn);
	needs(hash_add(&c->by_txn, &m->by_txn));
	list_append(&c->messages, &m->line);
	return m;
}

static void
end(struct client *c, struct message *m)
{
	acceptjudge_drop(&c->server->judge, &m->in_hand);
	list_remove(&c->messages, &m->line);
	hash_remove(&c->by_txn, &m->by_txn);
	free(m);
}

/* nobody says any more what became of it */
static void
count_in_doubt(struct client *c, struct message *m)
{
	struct acceptwire_question q = { .rcpts = m->in_hand.rcpts,
		.bytes = m->bytes };

	if (q.rcpts > 0)
		acceptjudge_done(&c->server->judge, &m->in_hand, &q,
		    now(c->server));
}

static void
hang_up(struct client *c)
{
	struct acceptserver *s = c->server;
	struct list_node *n;

	if (s->ending == c)
		s->ending = NULL;
	while ((n = c->messages.first) != NULL)
		end(c, LIST_OF(n, struct message, line));
	hash_free(&c->by_txn);
	wire_close(&c->wire);
	list_remove(&s->clients, &c->line);
	free(c);
	acceptor_full(&s->acceptors,
	    --s->n_clients == ACCEPTSERVER_CLIENTS_MAX);
}

/* it has ended, or is of no use */
static void
drop(struct client *c)
{
	struct list_node *n;

	for (n = c->messages.first; n != NULL; n = n->next)
		count_in_doubt(c, LIST_OF(n, struct message, line));
	save(c->server);
	hang_up(c);
}

/* questions */

static void
on_rcpt(struct client *c, const struct acceptwire_question *q,
    struct acceptwire_answer *a)
{
	struct acceptserver *s = c->server;
	struct message *m = find(c, q->txn);

	if (m == NULL)
		m = begin(c, q->txn);
	if (m == NULL) {
		accepttext_full(a);
		return;
	}
	acceptjudge_ask(&s->judge, &m->in_hand, q, now(s), a);
	if (m->bytes == 0)
		m->bytes = q->bytes;
}

static void
on_done(struct client *c, const struct acceptwire_question *q,
    struct acceptwire_answer *a)
{
	struct acceptjudge_message none = { .rcpts = 0 };
	struct acceptserver *s = c->server;
	struct message *m = find(c, q->txn);

	/* who has come here over a restart of ours says all there is to know */
	if (acceptjudge_done(&s->judge, m == NULL ? &none : &m->in_hand, q,
		now(s)) == -1)
		accepttext_full(a);
	if (m != NULL)
		end(c, m);
	save(s);
}

static void
on_show(struct acceptserver *s, const struct acceptwire_question *q,
    struct buf *more)
{
	needs(acceptjudge_show(&s->judge, more, q, now(s)));
	if (buf_len(more) == 0)
		needs(buf_puts(more, "no limit applies\n"));
}

/* credits come, and are safe before that is said */
static const char *
top_up(struct acceptserver *s, const struct acceptwire_question *q,
    const struct credit **account)
{
	const char *wrong =
	    acceptjudge_add(&s->judge, q->key, q->credits, account);

	if (wrong != NULL || !s->files || q->credits == 0)
		return wrong;
	creditfile_put(&s->credits, *account);
	if (creditfile_sync(&s->credits) == 0)
		return NULL;
	acceptjudge_add(&s->judge, q->key, -q->credits, account);
	creditfile_put(&s->credits, *account);
	return "it cannot be written to the disk";
}

static void
on_add(struct acceptserver *s, const struct acceptwire_question *q,
    struct acceptwire_answer *a, struct buf *more)
{
	const struct credit *account;
	const char *wrong = top_up(s, q, &account);

	if (wrong != NULL) {
		accepttext_full(a);
		snprintf(a->text, sizeof a->text, "%s", wrong);
		return;
	}
	needs(buf_printf(more, "%.*s has %" PRId64 " credits\n", (int)q->key.n,
	    q->key.p, account->balance));
	if (q->credits != 0)
		info("%.*s: %+" PRId64 " credits, %" PRId64 " now",
		    (int)q->key.n, q->key.p, q->credits, account->balance);
}

static void
answer(struct client *c, const struct acceptwire_question *q)
{
	struct acceptwire_answer a = { .id = q->id };
	struct acceptserver *s = c->server;
	struct buf more = { 0 };
	struct message *m;

	if (softtable_check(&s->table))
		load(s);
	switch (q->what) {
	case ACCEPTWIRE_RCPT: on_rcpt(c, q, &a); break;
	case ACCEPTWIRE_DONE: on_done(c, q, &a); break;
	case ACCEPTWIRE_DROP:
		if ((m = find(c, q->txn)) != NULL)
			end(c, m);
		break;
	case ACCEPTWIRE_SHOW: on_show(s, q, &more); break;
	default: on_add(s, q, &a, &more);
	}
	needs(acceptwire_answer(&c->wire.out, &a,
	    (struct slice){ buf_data(&more), buf_len(&more) }));
	buf_free(&more);
	wire_dirty(&c->wire);
}

/* does it ask what only its owner may? */
static int
presumes(const struct client *c, const struct acceptwire_question *q)
{
	return !c->trusted &&
	    (q->what == ACCEPTWIRE_SHOW || q->what == ACCEPTWIRE_ADD);
}

static size_t
on_question(void *arg, const char *p, size_t n)
{
	static struct acceptwire_read r;
	struct client *c = arg;
	size_t len = acceptwire_line(p, n);

	if (len == 0)
		return 0;
	if (acceptwire_read_question(p, len, &r) == -1 || presumes(c, &r.q)) {
		if (!c->server->told)
			warn("a client speaks another protocol, or asks what "
			     "it may not: connection ended");
		c->server->told = 1;
		drop(c);
		return len;
	}
	answer(c, &r.q);
	if (wire_full(&c->wire))
		wire_pause(&c->wire);
	return len;
}

/* it asks nothing more, and hears what it has asked; while that is written it may
 * be found to be gone */
static void
on_ended(void *arg, int err)
{
	struct client *c = arg;
	struct acceptserver *s = c->server;

	s->ending = c;
	if (err == 0)
		wire_flush_all();
	if (s->ending == c)
		drop(c);
}

static void
on_gone(void *arg, int err)
{
	(void)err;
	drop(arg);
}

static void
on_drained(void *arg)
{
	struct client *c = arg;

	wire_resume(&c->wire);
}

static const struct wire_ops ops = { on_question, on_ended, on_gone,
	on_drained };

static int
is_trusted(int fd)
{
	struct ucred peer;
	socklen_t n = sizeof peer;

	return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &n) == 0 &&
	    (peer.uid == 0 || peer.uid == geteuid());
}

static void
on_accepted(void *arg, int fd, const struct sockaddr_storage *ss, uint16_t port)
{
	struct acceptserver *s = arg;
	struct client *c = need(calloc(1, sizeof *c));

	(void)ss;
	(void)port;
	c->server = s;
	c->trusted = is_trusted(fd);
	wire_open(&c->wire, fd, fd, &ops, c);
	c->wire.record_max = LTSV_LINE_MAX;
	list_append(&s->clients, &c->line);
	acceptor_full(&s->acceptors,
	    ++s->n_clients == ACCEPTSERVER_CLIENTS_MAX);
}

/* the beginning and the end */

/* DIR/NAME into out */
static const char *
beside(char out[PATH_MAX], const char *dir, const char *name)
{
	if (snprintf(out, PATH_MAX, "%s/%s", dir, name) >= PATH_MAX)
		die(EXIT_TEMP, "%s: the name is too long", dir);
	return out;
}

static void
open_files(struct acceptserver *s, const char *dir)
{
	beside(s->book_path, dir, "counts");
	beside(s->credits_path, dir, "credits");
	if (limitfile_open(&s->book, s->book_path, &s->judge.limiter) == -1)
		die(EXIT_TEMP, "out of memory");
	/* what people have paid for is not to be forgotten */
	if (creditfile_open(&s->credits, s->credits_path, &s->judge.credits) ==
	    -1)
		die(EXIT_TEMP, "unable to read %s: %m", s->credits_path);
	s->files = 1;
}

void
acceptserver_open(struct acceptserver *s, const char *confdir,
    const char *state, uint64_t seed)
{
	struct limiter *l = &s->judge.limiter;

	limiter_open(l, seed);
	l->turn = zone_period;
	l->date = zone_date;
	l->notice = on_notice;
	s->judge.spent = on_spent;
	s->judge.arg = s;
	now(s);
	if (softtable_open(&s->table, confdir, "accept") == -1)
		die(EXIT_TEMP, "unable to open %s/accept.cdb: %m", confdir);
	if (!load(s))
		die(EXIT_TEMP, "unable to use %s", s->table.path);
	s->book.fd = s->book.lock = s->credits.fd = -1;
	if (state != NULL)
		open_files(s, state);
}

void
acceptserver_listen(struct acceptserver *s, int listening)
{
	s->acceptors.accepted = on_accepted;
	s->acceptors.arg = s;
	acceptor_add(&s->acceptors, listening);
}

void
acceptserver_stop(struct acceptserver *s)
{
	struct list_node *n;

	acceptor_stop(&s->acceptors);
	loop_timer_stop(&s->sync);
	while ((n = s->clients.first) != NULL)
		hang_up(LIST_OF(n, struct client, line));
	loop_timer_stop(&s->sync);
	if (s->files) {
		limitfile_close(&s->book);
		creditfile_close(&s->credits);
	}
	acceptjudge_close(&s->judge);
}
