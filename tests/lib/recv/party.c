/* who the clients are: one address, one network, and when they are gone */
#include "recv/party.h"
#include "tap.h"
#include <arpa/inet.h>

static struct parties all;
static struct share share;

static struct party *
of(const char *text, int ours)
{
	unsigned char ip[16] = { [10] = 255, [11] = 255 };

	if (inet_pton(AF_INET, text, ip + 12) != 1)
		inet_pton(AF_INET6, text, ip);
	return party_of(&all, ip, ours);
}

/* two addresses: same party, same network? */
static void
pairs(void)
{
	static const struct {
		const char *a, *b;
		int same, net;
	} t[] = {
		{ "192.0.2.1", "192.0.2.1", 1, 1 },
		{ "192.0.2.1", "::ffff:192.0.2.1", 1, 1 },
		{ "192.0.2.1", "192.0.2.255", 0, 1 },
		{ "192.0.2.1", "192.0.3.1", 0, 0 },
		{ "2001:db8::1", "2001:db8::ffff:1", 1, 1 },
		{ "2001:db8:0:1::1", "2001:db8::1", 0, 1 },
		{ "2001:db8:0:ff::1", "2001:db8::1", 0, 1 },
		{ "2001:db8:0:100::1", "2001:db8::1", 0, 0 },
	};
	struct party *a, *b;
	size_t i;

	for (i = 0; i < sizeof t / sizeof *t; i++) {
		a = of(t[i].a, 0);
		share_add(&share, SHARE_CONNS, &a->share, 1);
		b = of(t[i].b, 0);
		share_add(&share, SHARE_CONNS, &b->share, 1);
		is_num(a == b, t[i].same, t[i].b);
		is_num(a->share.up == b->share.up, t[i].net, "the network");
		is_num(a->turns.turn.up == b->turns.turn.up, t[i].net,
		    "its turn");
		share_give(&share, SHARE_CONNS, &a->share, 1);
		party_check(&all, a);
		ok(of(t[i].b, 0) == b, "the other is still there");
		share_give(&share, SHARE_CONNS, &b->share, 1);
		party_check(&all, b);
		is_num(all.all.n, 0, "nobody is left");
	}
}

static void
ours(void)
{
	struct party *a = of("127.0.0.1", 1), *b = of("127.0.0.2", 1),
		     *c = of("127.0.0.1", 0), *u = party_user(&all, 0), *l;

	ok(a != b && a != c && u != a, "each is one of its own");
	ok(a->share.ours && b->share.ours && u->share.ours && !c->share.ours,
	    "ours, and not");
	ok(a->share.up == NULL && c->share.up != NULL, "without a network");
	ok(party_user(&all, 0) == u && party_user(&all, 1) != u, "users");
	l = party_login(&all, "ann");
	ok(l != u && l != a && l->share.ours && l->share.up == NULL,
	    "a login is one of its own");
	ok(party_login(&all, "ann") == l && party_login(&all, "anna") != l,
	    "wherever it comes from");
	ok(party_login(&all, "Ann") == l && party_login(&all, "aNN") == l,
	    "in any case of letters");
	party_check(&all, a);
	party_check(&all, b);
	party_check(&all, c);
	party_check(&all, u);
	party_check(&all, l);
	party_check(&all, party_login(&all, "anna"));
	party_check(&all, party_user(&all, 1));
	is_num(all.all.n, 0, "nobody is left");
	hash_free(&all.all);
}

int
main(void)
{
	pairs();
	ours();
	return done();
}
