#include "recv/rcptserver.h"
#include "base/clock.h"
#include "base/die.h"
#include "chain/link.h"
#include <stdlib.h>
#include <string.h>

/* a connection of smtp-recv */
struct client {
	struct list_node line; /* of all */
	struct rcptserver *server;
	struct wire wire;
	struct list wants;
	unsigned n_wants;
	unsigned ended : 1; /* it asks nothing more */
	int *gone;          /* is set when it is dropped; see end() */
};

/* an address that is asked for; who wants to know it */
struct open {
	struct rcptclient_question q; /* first */
	struct hash_node by_key;
	struct list_node line; /* of all */
	struct rcptserver *server;
	struct list wanted_by;
	struct slice domain;
	unsigned was : 1; /* known before */
	size_t key_len;
	char key[RCPTCACHE_KEY_MAX];
	struct rcptwire_question said;
};

struct want {
	struct list_node of_client, of_open;
	struct client *client;
	struct open *open;
	uint32_t id;
};

static int64_t
now_s(void)
{
	return clock_mono_ms() / 1000;
}

static void
say(struct client *c, const struct rcptwire_answer *a)
{
	needs(rcptwire_answer(&c->wire.out, a));
	wire_dirty(&c->wire);
}

/* neither too much of its questions, nor of our answers? */
static void
pace(struct client *c)
{
	if (c->n_wants >= RCPTSERVER_WANTS_MAX || wire_full(&c->wire))
		wire_pause(&c->wire);
	else
		wire_resume(&c->wire);
}

static void
unwant(struct want *w)
{
	list_remove(&w->client->wants, &w->of_client);
	list_remove(&w->open->wanted_by, &w->of_open);
	w->client->n_wants--;
	free(w);
}

/* whom nobody wants any more is asked for all the same: it is remembered */
static void
drop(struct client *c)
{
	struct rcptserver *s = c->server;
	struct list_node *n;

	if (c->gone != NULL)
		*c->gone = 1;
	while ((n = c->wants.first) != NULL)
		unwant(LIST_OF(n, struct want, of_client));
	wire_close(&c->wire);
	list_remove(&s->clients, &c->line);
	free(c);
	acceptor_full(&s->acceptors, --s->n_clients == RCPTSERVER_CLIENTS_MAX);
}

/* it has heard all that it wanted to know, or is not there to hear it: then it
 * is dropped when that is written */
static void
end(struct client *c)
{
	int gone = 0;

	c->gone = &gone;
	wire_flush_all();
	if (!gone)
		drop(c);
}

/* the next link has answered, or will not */
static void
on_answer(struct rcptclient_question *q, const struct rcptwire_answer *said)
{
	struct open *o = (struct open *)q;
	struct rcptserver *s = o->server;
	struct rcptwire_answer a = *said;
	struct client *c;
	struct want *w;

	if (a.what != RCPTWIRE_UNSURE)
		rcptcache_put(&s->cache, o->key, o->key_len, &a, now_s());
	else if (o->was)
		a.what = RCPTWIRE_KNOWN;
	while ((w = LIST_OF(o->wanted_by.first, struct want, of_open)) !=
	    NULL) {
		a.id = w->id;
		c = w->client;
		unwant(w);
		say(c, &a);
		if (c->ended && c->n_wants == 0)
			end(c);
		else
			pace(c);
	}
	list_remove(&s->open, &o->line);
	hash_remove(&s->by_key, &o->by_key);
	s->n_open--;
	free(o);
}

/* is there room for one more of its domain? */
static int
has_room(const struct rcptserver *s, struct slice domain)
{
	const struct list_node *n;
	const struct open *o;
	unsigned same = 0;

	if (s->n_open >= RCPTSERVER_OPEN_MAX)
		return 0;
	for (n = s->open.first; n != NULL; n = n->next) {
		o = LIST_OF((struct list_node *)n, struct open, line);
		same += o->domain.n == domain.n &&
		    memcmp(o->domain.p, domain.p, domain.n) == 0;
	}
	return same < RCPTSERVER_DOMAIN_MAX;
}

static struct slice
domain_of(const char *key, size_t n)
{
	const char *at = memrchr(key, '@', n);

	if (at == NULL)
		return (struct slice){ key + n, 0 };
	return (struct slice){ at + 1, (size_t)(key + n - at) - 1 };
}

static struct open *
find_open(const struct rcptserver *s, const char *key, size_t n)
{
	struct hash_node *h = hash_first(&s->by_key, hash_bytes(0, key, n));
	struct open *o;

	for (; h != NULL; h = hash_again(h)) {
		o = (struct open *)((char *)h - offsetof(struct open, by_key));
		if (o->key_len == n && memcmp(o->key, key, n) == 0)
			return o;
	}
	return NULL;
}

/* ask the next link; NULL: there is no room */
static struct open *
begin(struct rcptserver *s, const char *key, size_t n,
    const struct rcptwire_question *said, int was)
{
	struct open *o;

	if (!has_room(s, domain_of(key, n)))
		return NULL;
	o = need(calloc(1, sizeof *o));
	o->server = s;
	o->was = was != 0;
	o->key_len = n;
	memcpy(o->key, key, n);
	o->domain = domain_of(o->key, n);
	o->said = *said;
	o->q.to = (struct slice){ o->said.to, o->said.to_len };
	o->q.ask = o->said.ask;
	o->q.done = on_answer;
	o->by_key.hash = hash_bytes(0, key, n);
	needs(hash_add(&s->by_key, &o->by_key));
	list_append(&s->open, &o->line);
	s->n_open++;
	/* it takes more at once than we have */
	needs(rcptclient_ask(&s->chain, &o->q));
	return o;
}

static void
want(struct open *o, struct client *c, uint32_t id)
{
	struct want *w = need(calloc(1, sizeof *w));

	w->client = c;
	w->open = o;
	w->id = id;
	list_append(&c->wants, &w->of_client);
	list_append(&o->wanted_by, &w->of_open);
	c->n_wants++;
}

static void
answer(struct client *c, const struct rcptwire_question *q)
{
	struct rcptserver *s = c->server;
	struct rcptwire_answer a = { .id = q->id, .what = RCPTWIRE_UNSURE };
	char key[RCPTCACHE_KEY_MAX];
	size_t n = rcptcache_key(key, q->ask, q->to, q->to_len);
	struct open *o = find_open(s, key, n);
	enum rcptcache_found found = RCPTCACHE_NONE;

	if (o == NULL) {
		found = rcptcache_find(&s->cache, key, n, now_s(), a.esc);
		if (found == RCPTCACHE_NONE || found == RCPTCACHE_WAS)
			o = begin(s, key, n, q, found == RCPTCACHE_WAS);
	}
	if (o != NULL) {
		want(o, c, q->id);
		return;
	}
	if (found == RCPTCACHE_NOBODY)
		a.what = RCPTWIRE_NOBODY;
	else if (found != RCPTCACHE_NONE)
		a.what = RCPTWIRE_KNOWN;
	say(c, &a);
}

static size_t
on_question(void *arg, const char *p, size_t n)
{
	struct client *c = arg;
	size_t len = link_line(p, n);
	struct rcptwire_question q;

	if (len == 0)
		return 0;
	if (rcptwire_read_question(p, len, &q) == -1) {
		if (!c->server->told)
			warn("a client speaks another protocol: connection "
			     "ended");
		c->server->told = 1;
		drop(c);
		return len;
	}
	answer(c, &q);
	pace(c);
	return len;
}

static void
on_ended(void *arg, int err)
{
	struct client *c = arg;

	c->ended = 1;
	if (err != 0)
		drop(c);
	else if (c->n_wants == 0)
		end(c);
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
	pace(arg);
}

static const struct wire_ops ops = { on_question, on_ended, on_gone,
	on_drained };

static void
on_accepted(void *arg, int fd, const struct sockaddr_storage *ss, uint16_t port)
{
	struct rcptserver *s = arg;
	struct client *c = need(calloc(1, sizeof *c));

	(void)ss;
	(void)port;
	c->server = s;
	wire_open(&c->wire, fd, fd, &ops, c);
	c->wire.record_max = LTSV_LINE_MAX;
	list_append(&s->clients, &c->line);
	acceptor_full(&s->acceptors, ++s->n_clients == RCPTSERVER_CLIENTS_MAX);
}

void
rcptserver_open(struct rcptserver *s, int listening)
{
	rcptclient_init(&s->chain, s->next);
	s->chain.asker.wait_ms = s->wait_ms;
	/* what has ended it is not put to the next one */
	s->chain.asker.tries = 1;
	s->chain.asker.away_ms = RCPTSERVER_AWAY_MS;
	s->acceptors.accepted = on_accepted;
	s->acceptors.arg = s;
	acceptor_add(&s->acceptors, listening);
}

void
rcptserver_stop(struct rcptserver *s)
{
	struct list_node *n;
	struct open *o;

	acceptor_stop(&s->acceptors);
	while ((n = s->clients.first) != NULL)
		drop(LIST_OF(n, struct client, line));
	rcptclient_close(&s->chain);
	while ((n = s->open.first) != NULL) {
		o = LIST_OF(n, struct open, line);
		list_remove(&s->open, n);
		hash_remove(&s->by_key, &o->by_key);
		free(o);
	}
	s->n_open = 0;
	hash_free(&s->by_key);
	rcptcache_clear(&s->cache);
}
