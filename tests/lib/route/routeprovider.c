/* who runs the servers of a recipient's domain */
#include "route/routeprovider.h"
#include "memlookup.h"
#include "nolookup.h"
#include "route/providerfile.h"
#include "tap.h"
#include <stdlib.h>

static struct routing w;

static void
goes_to(const char *to)
{
	address_set(&w.addr, to, strlen(to));
}

int
main(void)
{
	struct hosts_draft *d = calloc(1, sizeof *d);
	struct hostaddr_policy policy = { .me = "me.example" };
	const unsigned char ip[4] = { 192, 0, 2, 1 };
	struct memtable t;
	struct lookup l = memtable_make(&t, &conffile_providers,
	    "one one.example\ntwo mx:mx.two.example\n");
	struct hosts h;

	policy.local.get = nolookup;
	hosts_add_ip(hosts_add(d, "mx.two.example", 14, 10, 25), ip, 4);
	is_num(hosts_finish(d, &policy, &h), 0, "hosts");
	w.what = ROUTING_MX;
	goes_to("u@one.example");
	is_num(routeprovider(&l, &w, NULL), 0, "by its domain");
	ok(word_is(w.provider.name, "one"), "one");
	is_num(routeprovider(NULL, &w, &h), 0, "no table");
	is_num((long)w.provider.name.n, 0, "so nobody is known");
	goes_to("u@d.example");
	is_num(routeprovider(&l, &w, &h), 0, "by its MX");
	ok(word_is(w.provider.name, "two"), "two");
	w.what = ROUTING_HOST;
	is_num(routeprovider(&l, &w, &h), 0, "the same hosts by a rule");
	is_num((long)w.provider.name.n, 0, "are no MX of the domain");
	t.broken = 1;
	is_num(routeprovider(&l, &w, NULL), -1, "a damaged table");
	hosts_free(&h);
	memtable_free(&t);
	free(d);
	return done();
}
