/* names, and addresses of clients */
#include "account/accountname.h"
#include "tap.h"

static struct slice
slice(const char *s)
{
	return (struct slice){ s, strlen(s) };
}

static const struct {
	const char *name;
	int good;
} names[] = {
	{ "acme", 1 },
	{ "A", 1 },
	{ "a.b_c=d+e@f-9", 1 },
	{ "9", 1 },
	{ "@", 1 },
	{ "", 0 },
	{ ".a", 0 },
	{ "-a", 0 },
	{ "a/b", 0 },
	{ "a b", 0 },
	{ "a\tb", 0 },
	{ "a,b", 0 },
	{ "a:b", 0 },
	{ "a*", 0 },
	{ "\xc3\xa9", 0 },
};

static const struct {
	const char *all, *org, *name;
} splits[] = {
	{ "ann", "", "ann" },
	{ "acme/ann", "acme", "ann" },
	{ "/ann", "", "ann" },
	{ "acme/", "acme", "" },
	{ "a/b/c", "a", "b/c" },
	{ "", "", "" },
};

static const struct {
	const char *list, *ip;
	int has; /* -1: no list */
} clients[] = {
	{ "", "192.0.2.1", 1 },
	{ "", "", 1 },
	{ "", "unix", 1 },
	{ "192.0.2.1", "192.0.2.1", 1 },
	{ "192.0.2.1", "::ffff:192.0.2.1", 1 },
	{ "192.0.2.1", "192.0.2.2", 0 },
	{ "192.0.2.1", "", 0 },
	{ "192.0.2.1", "unix", 0 },
	{ "192.0.2.0/24", "192.0.2.255", 1 },
	{ "192.0.2.0/24", "192.0.3.0", 0 },
	{ "0.0.0.0/0", "192.0.3.0", 1 },
	{ "0.0.0.0/0", "2001:db8::1", 0 },
	{ "2001:db8::/32", "2001:db8::1", 1 },
	{ "2001:db8::/32", "2001:db9::1", 0 },
	{ "2001:db8::/32,192.0.2.7", "192.0.2.7", 1 },
	{ "192.0.2", "192.0.2.1", -1 },
	{ "192.0.2.0/33", "192.0.2.1", -1 },
	{ "192.0.2.1,", "192.0.2.1", -1 },
	{ ",192.0.2.1", "192.0.2.1", -1 },
	{ ",", "192.0.2.1", -1 },
	{ "192.0.2.1, 192.0.2.2", "192.0.2.1", -1 },
	{ "localhost", "192.0.2.1", -1 },
};

static void
splitting(void)
{
	struct slice org, name;
	size_t i;

	for (i = 0; i < sizeof splits / sizeof *splits; i++) {
		accountname_split(slice(splits[i].all), &org, &name);
		ok(org.n == strlen(splits[i].org) &&
			memcmp(org.p, splits[i].org, org.n) == 0 &&
			name.n == strlen(splits[i].name) &&
			memcmp(name.p, splits[i].name, name.n) == 0,
		    splits[i].all);
	}
}

int
main(void)
{
	size_t i;

	for (i = 0; i < sizeof names / sizeof *names; i++)
		is_num(accountname_ok(slice(names[i].name), 64), names[i].good,
		    names[i].name);
	ok(accountname_ok(slice("abcd"), 4) &&
		!accountname_ok(slice("abcd"), 3),
	    "as long as it may be, and longer");
	ok(!accountname_ok((struct slice){ "a\0b", 3 }, 64), "a NUL");
	splitting();
	for (i = 0; i < sizeof clients / sizeof *clients; i++) {
		is_num(accountclients_fault(slice(clients[i].list)) == NULL,
		    clients[i].has != -1, clients[i].list);
		if (clients[i].has != -1)
			is_num(accountclients_have(slice(clients[i].list),
				   slice(clients[i].ip)),
			    clients[i].has, clients[i].ip);
	}
	return done();
}
