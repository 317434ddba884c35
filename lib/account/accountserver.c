#include "account/accountserver.h"
#include "account/accountedit.h"
#include "act/act.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "chain/event.h"
#include "chain/wire.h"
#include "format/ltsv.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* a connection of who serves the programming interface */
struct client {
	struct list_node line; /* of all */
	struct accountserver *server;
	struct wire wire;
	struct list asked;
	unsigned ended : 1; /* it asks nothing more */
};

/* a question that is not answered yet */
struct asked {
	struct hashers_question h; /* first: of a password that is set */
	struct list_node in_client;
	struct client *client; /* NULL: it has gone */
	struct accountserver *server;
	uint32_t id;
	enum accountwire_what what;
	struct account_actor actor;
	size_t n; /* of an edit, its line */
	char line[];
};

static struct accountwire_read words; /* of the edit that is done */

/* connections */

static void
hang_up(struct client *c)
{
	struct accountserver *s = c->server;
	struct list_node *n;

	if (s->ending == c)
		s->ending = NULL;
	while ((n = list_take(&c->asked)) != NULL)
		LIST_OF(n, struct asked, in_client)->client = NULL;
	wire_close(&c->wire);
	list_remove(&s->clients, &c->line);
	free(c);
	acceptor_full(&s->acceptors,
	    --s->n_clients == ACCOUNTSERVER_CLIENTS_MAX);
}

/* who has asked all, and heard all: while that is written it may be found to be
 * gone */
static void
end_if_done(struct client *c)
{
	struct accountserver *s = c->server;

	if (!c->ended || c->asked.first != NULL)
		return;
	s->ending = c;
	wire_flush_all();
	if (s->ending == c)
		hang_up(c);
}

static void
answer(struct asked *q, struct accountwire_answer *a)
{
	struct client *c = q->client;

	a->id = q->id;
	if (c != NULL) {
		list_remove(&c->asked, &q->in_client);
		needs(accountwire_answer(&c->wire.out, a));
		wire_dirty(&c->wire);
	}
	explicit_bzero(q->line, q->n);
	free(q);
	if (c != NULL)
		end_if_done(c);
}

/* edits */

static void
set_actor(struct account_actor *who, const struct accountwire_answer *a)
{
	who->role = a->role;
	who->scopes = a->scopes;
	memcpy(who->org, a->org, sizeof who->org);
	if (a->user[0] != '\0' && strchr(a->user, '/') == NULL)
		snprintf(who->user, sizeof who->user, "%s/%.*s", a->org,
		    ACCOUNTWIRE_NAME_MAX, a->user);
	else
		memcpy(who->user, a->user, sizeof who->user);
	if (who->user[0] != '\0')
		memcpy(who->name, who->user, sizeof who->name);
	else
		snprintf(who->name, sizeof who->name, "%s/%s", a->org, a->key);
}

static void
put_act(const struct accountedit *e)
{
	struct slice ip = e->q->value[ACCOUNTWIRE_IP];

	event_puts("what", e->what);
	event_puts("account", e->actor->name);
	if (ip.n > 0)
		event_put("client", ip.p, ip.n);
}

/* before it is in force */
static void
log_act(const struct accountserver *s, const struct accountedit *e)
{
	char act[32];

	snprintf(act, sizeof act, "%.*s", (int)e->q->value[ACCOUNTWIRE_ACT].n,
	    e->q->value[ACCOUNTWIRE_ACT].p);
	if (s->instance != NULL) {
		act_begin(act);
		put_act(e);
		act_end();
		act_write(s->instance);
		return;
	}
	event_begin("act");
	event_puts("act", act);
	put_act(e);
	event_end();
	event_flush();
}

static void
edit(struct asked *q, const char *hash)
{
	static struct accountwire_answer a;
	struct accountserver *s = q->server;
	struct accountedit e = { .db = &s->db,
		.actor = &q->actor,
		.q = &words.q,
		.hash = hash,
		.now_s = clock_wall_s(),
		.a = &a };

	memset(&a, 0, sizeof a);
	accountwire_read_question(q->line, q->n, &words);
	accountedit_run(&e);
	if (e.open) {
		log_act(s, &e);
		accountedit_end(&e);
		act_done();
	}
	if (a.status == ACCOUNTWIRE_OK && buf_len(&e.out) < sizeof a.json)
		memcpy(a.json, buf_data(&e.out), buf_len(&e.out));
	buf_wipe(&e.out);
	explicit_bzero(&words, sizeof words);
	answer(q, &a);
	explicit_bzero(a.json, sizeof a.json);
}

static void
on_hashed(struct hashers_question *h, int right)
{
	static struct accountwire_answer a;
	struct asked *q = (struct asked *)h;

	explicit_bzero((char *)h->password.p, h->password.n);
	free((char *)h->password.p);
	if (right == 1) {
		edit(q, h->made);
		return;
	}
	memset(&a, 0, sizeof a);
	accountjudge_say(&a, ACCOUNTWIRE_LATER,
	    "the password cannot be hashed now");
	answer(q, &a);
}

/* a password takes long, and others are answered meanwhile */
static void
begin_edit(struct asked *q)
{
	struct slice secret;
	char *p;

	accountwire_read_question(q->line, q->n, &words);
	secret = words.q.value[ACCOUNTWIRE_SECRET];
	if (!accountedit_hashes(&words.q)) {
		edit(q, NULL);
		return;
	}
	p = need(malloc(secret.n));
	memcpy(p, secret.p, secret.n);
	explicit_bzero(&words, sizeof words);
	q->h.hash = "";
	q->h.password = (struct slice){ p, secret.n };
	q->h.done = on_hashed;
	hashers_ask(&q->server->check.login.hashers, &q->h);
}

/* questions */

static void
on_who(void *arg, struct accountwire_answer *a)
{
	struct asked *q = arg;

	if (q->what == ACCOUNTWIRE_WHO || a->status != ACCOUNTWIRE_OK) {
		answer(q, a);
		return;
	}
	set_actor(&q->actor, a);
	begin_edit(q);
}

static void
ask(struct client *c, const struct accountwire_read *r, const char *p, size_t n)
{
	size_t keep = r->q.what == ACCOUNTWIRE_EDIT ? n : 0;
	struct asked *q = need(calloc(1, sizeof *q + keep));
	static struct accountwire_answer a;

	q->client = c;
	q->server = c->server;
	q->id = r->q.id;
	q->what = r->q.what;
	q->n = keep;
	memcpy(q->line, p, keep);
	list_append(&c->asked, &q->in_client);
	if (r->fault == NULL) {
		accountcheck_ask(&c->server->check, &r->q, on_who, q);
		return;
	}
	memset(&a, 0, sizeof a);
	accountjudge_say(&a,
	    r->q.what == ACCOUNTWIRE_WHO ? ACCOUNTWIRE_NO : ACCOUNTWIRE_BAD,
	    r->fault);
	answer(q, &a);
}

static size_t
on_question(void *arg, const char *p, size_t n)
{
	static struct accountwire_read r;
	struct client *c = arg;
	const char *lf = memchr(p, '\n', n);
	size_t len;

	if (lf == NULL)
		return 0;
	len = (size_t)(lf + 1 - p);
	if (accountwire_read_question(p, len, &r) == -1) {
		if (!c->server->told)
			warn("a client speaks another protocol: connection "
			     "ended");
		c->server->told = 1;
		hang_up(c);
		return len;
	}
	ask(c, &r, p, len);
	if (wire_full(&c->wire))
		wire_pause(&c->wire);
	return len;
}

static void
on_ended(void *arg, int err)
{
	struct client *c = arg;

	c->ended = 1;
	if (err != 0)
		hang_up(c);
	else
		end_if_done(c);
}

static void
on_gone(void *arg, int err)
{
	(void)err;
	hang_up(arg);
}

static void
on_drained(void *arg)
{
	struct client *c = arg;

	wire_resume(&c->wire);
}

static const struct wire_ops ops = { on_question, on_ended, on_gone,
	on_drained };

static void
on_accepted(void *arg, int fd, const struct sockaddr_storage *ss, uint16_t port)
{
	struct accountserver *s = arg;
	struct client *c = need(calloc(1, sizeof *c));

	(void)ss;
	(void)port;
	c->server = s;
	wire_open(&c->wire, fd, fd, &ops, c);
	c->wire.record_max = LTSV_LINE_MAX;
	list_append(&s->clients, &c->line);
	acceptor_full(&s->acceptors,
	    ++s->n_clients == ACCOUNTSERVER_CLIENTS_MAX);
}

void
accountserver_open(struct accountserver *s, const char *path,
    const char *instance, unsigned hashers)
{
	s->db.looks = 1;
	if (accountdb_open(&s->db, path) == -1)
		die(EXIT_TEMP, "unable to use %s: %s", path, s->db.fault);
	s->instance = instance;
	accountcheck_open(&s->check, &s->db, hashers);
}

void
accountserver_listen(struct accountserver *s, int listening)
{
	s->acceptors.accepted = on_accepted;
	s->acceptors.arg = s;
	acceptor_add(&s->acceptors, listening);
}

void
accountserver_stop(struct accountserver *s)
{
	struct list_node *n;

	acceptor_stop(&s->acceptors);
	while ((n = s->clients.first) != NULL)
		hang_up(LIST_OF(n, struct client, line));
	accountcheck_stop(&s->check);
	accountdb_close(&s->db);
}
