/* places for connections, that connect nowhere: send/places */
#include "send/places.h"
#include "tap.h"

/* the one of this site that became idle last, or NULL */
static struct sendplace *
idle_last(const struct sendslot *s)
{
	return LIST_OF(s->idle.first, struct sendplace, idle);
}

enum { MAX = 3 };

/* as a connection does that has heard from this address */
static void
hear(struct sendplace *p, char *ip)
{
	p->conn.heard = 1;
	p->conn.host.ip = ip;
}

static void
rest(struct sendplaces *all, struct sendplace *p)
{
	p->conn.is_idle = 1;
	sendplaces_idle(all, p);
}

static void
numbers(struct sendplaces *all, struct sendslot *s, struct sendslot *t)
{
	struct sendplace *a, *b, *c;

	a = sendplaces_new(all, s);
	b = sendplaces_new(all, s);
	ok(!sendplaces_full(all), "one below the limit");
	c = sendplaces_new(all, t);
	ok(sendplaces_full(all), "at the limit");
	ok(sendplace_of(&b->conn) == b && b->slot == s, "its place and site");
	is_num(s->n_conn, 2, "two of one site");
	is_num(t->n_conn, 1, "one of another");
	sendplaces_free(all, a);
	ok(!sendplaces_full(all) && s->n_conn == 1, "one has gone");
	ok(all->all[b->index] == b && all->all[c->index] == c,
	    "the others are where they say");
	sendplaces_free(all, c);
	sendplaces_free(all, b);
	ok(all->n == 0 && s->n_conn == 0 && t->n_conn == 0, "all have");
}

static void
idle_ones(struct sendplaces *all, struct sendslot *s, struct sendslot *t)
{
	struct sendplace *a = sendplaces_new(all, s);
	struct sendplace *b = sendplaces_new(all, s);
	struct sendplace *c = sendplaces_new(all, t);

	ok(sendplaces_any_idle(all) == NULL, "all are busy");
	ok(idle_last(s) == NULL, "here, too");
	rest(all, a);
	rest(all, b);
	is_num(all->n_idle, 2, "two are idle");
	ok(idle_last(s) == b, "the last comes first");
	ok(idle_last(t) == NULL, "none of another site");
	ok(sendplaces_any_idle(all) == a, "one of any");
	sendplaces_busy(all, b);
	b->conn.is_idle = 0;
	ok(idle_last(s) == a, "the other");
	sendplaces_free(all, a);
	ok(all->n_idle == 0 && idle_last(s) == NULL,
	    "one that goes is idle no more");
	sendplaces_free(all, b);
	sendplaces_free(all, c);
}

static void
siblings(struct sendplaces *all, struct sendslot *s, struct sendslot *t)
{
	char ip[] = "192.0.2.1", other[] = "192.0.2.2";
	struct sendplace *a = sendplaces_new(all, s), *b, *c;

	hear(a, ip);
	ok(!sendplaces_stands(all, s, ip), "there is but one");
	b = sendplaces_new(all, s);
	ok(sendplaces_stands(all, s, ip), "another hears from it");
	ok(!sendplaces_stands(all, s, other), "not from this one");
	c = sendplaces_new(all, t);
	ok(!sendplaces_stands(all, t, ip), "nor at another site");
	a->conn.heard = 0;
	ok(!sendplaces_stands(all, s, ip), "it is silent");
	sendplaces_free(all, a);
	sendplaces_free(all, b);
	sendplaces_free(all, c);
}

int
main(void)
{
	struct sendplaces all = { .max = MAX };
	struct sendslot s = { 0 }, t = { 0 };

	if (sendplaces_open(&all) == -1)
		return 111;
	numbers(&all, &s, &t);
	idle_ones(&all, &s, &t);
	siblings(&all, &s, &t);
	return done();
}
