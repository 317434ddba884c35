#include "sasl/authserver.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/random.h"
#include "sasl/authattempt.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

static struct authserver_conn *
conn_of(struct list_node *n)
{
	return LIST_OF(n, struct authserver_conn, in_server);
}

static void
drop(struct authserver_conn *c)
{
	struct authserver *s = c->server;

	/* not once more, while its attempts end */
	c->old = 0;
	authattempt_drop_all(c);
	authconn_close(&c->c);
	list_remove(&s->conns, &c->in_server);
	free(c);
	acceptor_full(&s->acceptors, --s->n_conns == AUTHSERVER_CONNS_MAX);
}

static void
on_idle(struct authserver_conn *c)
{
	/* what it still has to hear goes before */
	if (c->old && c->attempts.first == NULL && buf_len(&c->c.out) == 0)
		drop(c);
}

static void
other_protocol(struct authserver_conn *c)
{
	if (!c->server->told)
		warn("a client speaks another protocol: connection ended");
	c->server->told = 1;
	drop(c);
}

static void
on_line(void *arg, const struct authwire_line *l)
{
	struct authserver_conn *c = arg;

	if (authwire_is(l, "VERSION")) {
		c->version = l->n > 1 && word_is(l->w[1], "1");
		if (!c->version)
			other_protocol(c);
		return;
	}
	if (!c->version) {
		other_protocol(c);
		return;
	}
	if ((authwire_is(l, "AUTH") || authwire_is(l, "CONT") ||
		authwire_is(l, "CANCEL")) &&
	    authattempt_line(c, l) == -1)
		other_protocol(c);
}

static void
on_ended(void *arg, int err)
{
	if (err == EMSGSIZE)
		other_protocol(arg);
	else
		drop(arg);
}

static const struct authconn_ops ops = { on_line, on_ended };

static void
put_mechs(struct buf *b, unsigned offered)
{
	static const char *const properties[EXCHANGE_MECHS] = { "plaintext",
		"plaintext", "mutual-auth" };
	unsigned m;

	for (m = 0; m < EXCHANGE_MECHS; m++)
		if (offered & 1u << m)
			needs(buf_printf(b, "MECH\t%s\t%s\n", exchange_names[m],
			    properties[m]));
}

static void
greet(struct authserver_conn *c)
{
	struct buf *b = need(authconn_out(&c->c, AUTHWIRE_LINE_MAX));
	char cookie[33];

	if (random_hex(cookie, 32) == -1)
		die(EXIT_TEMP, "no random bytes: %m");
	needs(buf_puts(b, "VERSION\t1\t1\n"));
	put_mechs(b, c->server->offered);
	needs(buf_printf(b, "SPID\t%ld\nCUID\t%u\nCOOKIE\t%s\nDONE\n",
	    (long)getpid(), (unsigned)++c->server->last_conn, cookie));
	authconn_flush(&c->c);
}

static void
on_accepted(void *arg, int fd, const struct sockaddr_storage *ss, uint16_t port)
{
	struct authserver *s = arg;
	struct authserver_conn *c = need(calloc(1, sizeof *c));

	(void)ss;
	(void)port;
	authserver_changed(s);
	c->server = s;
	c->idle = on_idle;
	authconn_open(&c->c, fd, &ops, c);
	list_append(&s->conns, &c->in_server);
	acceptor_full(&s->acceptors, ++s->n_conns == AUTHSERVER_CONNS_MAX);
	greet(c);
}

void
authserver_open(struct authserver *s, int fd, const struct authserver_ops *o,
    void *arg)
{
	s->ops = o;
	s->arg = arg;
	s->offered = o->mechs(arg);
	if (getrandom(&s->guesses.seed, sizeof s->guesses.seed, 0) !=
	    sizeof s->guesses.seed)
		die(EXIT_TEMP, "no random bytes: %m");
	s->acceptors.accepted = on_accepted;
	s->acceptors.arg = s;
	acceptor_add(&s->acceptors, fd);
}

void
authserver_changed(struct authserver *s)
{
	unsigned offered = s->ops->mechs(s->arg);
	int other = offered != s->offered;
	struct list_node *n, *next;

	s->offered = offered;
	/* also those that had still to hear something the last time */
	for (n = s->conns.first; n != NULL; n = next) {
		next = n->next;
		conn_of(n)->old |= other;
		on_idle(conn_of(n));
	}
}

void
authserver_stop(struct authserver *s)
{
	acceptor_stop(&s->acceptors);
	if (loop_timer_active(&s->sum)) {
		loop_timer_stop(&s->sum);
		s->sum.expired(s->sum.arg);
	}
	while (s->conns.first != NULL) {
		conn_of(s->conns.first)->old = 0;
		authattempt_later_all(conn_of(s->conns.first));
		drop(conn_of(s->conns.first));
	}
	guesses_free(&s->guesses);
}
