/* what is wrong across the tables of where mail goes */
#include "memlookup.h"
#include "conf/local.h"
#include "route/aliasfile.h"
#include "route/pools.h"
#include "route/routecheck.h"
#include "route/routefile.h"
#include "tap.h"

static struct buf said;

static void
told(void *arg, enum routecheck_kind kind, const char *file, unsigned lineno,
    const char *text)
{
	(void)arg;
	buf_printf(&said, "%s:%u: %s%.24s\n", file, lineno,
	    kind == ROUTECHECK_DOUBT ? "warning: " : "", text);
}

/* all keys, or all records but those in front of which is a '=' */
static struct slice
all(const struct memtable *t, struct buf *b, int keys)
{
	const struct memtable_record *r = t->record;
	size_t i;

	buf_clear(b);
	for (i = 0; i < t->n; i++, r++)
		if (keys) {
			buf_put(b, r->key, r->key_len);
			buf_putc(b, '\n');
		} else if (r->key[0] != '=') {
			buf_put(b, r->data, r->data_len);
		}
	return (struct slice){ buf_data(b), buf_len(b) };
}

static const struct {
	const char *what, *pools, *aliases, *routes, *tests, *said;
} cases[] = {
	{ "good ones", "p\n", "a: b\n", "to:@x pool:p\nmx\n",
	    "# all\nto:a@x -> mx\n", "" },
	{ "nothing", "", "", "", "", "" },
	{ "a pool that is not there", "p\n", "",
	    "to:@x pool:p\nto:@y pool:p=1,q=2\n", "",
	    "routes:2: there is no pool q\n" },
	{ "a source that is not there", "p name=o1\np source=192.0.2.1\n", "",
	    "last-src:o1,192.0.2.1 mx\nlast-src:o1,o2 host:h\n", "",
	    "routes:2: no pool has a source o2\n" },
	{ "aliases that only name each other", "", "a: b\nb: c\nc: a\nd: e\n",
	    "", "",
	    "aliases:1: warning: these aliases only name \n"
	    "aliases:2: warning: these aliases only name \n"
	    "aliases:3: warning: these aliases only name \n" },
	{ "of a whole domain", "", "@x: a@y\n@y: b@x\n", "", "",
	    "aliases:1: warning: these aliases only name \n"
	    "aliases:2: warning: these aliases only name \n" },
	{ "one that is kept", "", "a: a, b@x\n", "", "", "" },
	{ "rules that never decide, in the order of lines", "", "",
	    "to:@a mx\nto:u@b to:@c mx\nto:u@a host:h\nto:@b mx\nto:u@b mx\n",
	    "",
	    "routes:2: warning: this rule never decides:\n"
	    "routes:3: warning: this rule never decides:\n"
	    "routes:5: warning: this rule never decides:\n" },
	{ "what is rewritten in between passes by", "", "",
	    "to:@a mx\nto:@old rewrite:@a\nto:@a host:h\n", "", "" },
	{ "not what is rewritten below", "", "",
	    "to:@a mx\nto:@a host:h\nto:@old rewrite:@a\n", "",
	    "routes:2: warning: this rule never decides:\n" },
	{ "tests that do not hold", "", "", "to:@a discard\n",
	    "to:u@a -> discard\n\n# x\nto:u@a -> mx\nto:u@a\r\nto:b@b -> mx\n",
	    "tests:4: not there: mx, got: disc\n"
	    "tests:5: carriage return in the l\n" },
};

static void
check(size_t i)
{
	struct memtable pools, aliases, routes, local;
	struct buf keys = { 0 }, rules = { 0 };
	struct routing_conf conf = { 0 };
	struct routecheck c = { &conf, told, NULL };

	memset(&conf, 0, sizeof conf);
	conf.pools = memtable_make(&pools, &conffile_pools, cases[i].pools);
	conf.aliases =
	    memtable_make(&aliases, &conffile_aliases, cases[i].aliases);
	conf.routes = memtable_make(&routes, &conffile_routes, cases[i].routes);
	conf.local = memtable_make(&local, &conffile_local, "here\n");
	ok(rulesearch_load(&conf.loaded, &conf.routes) == 0, cases[i].what);
	buf_clear(&said);
	routecheck_pools(&c);
	routecheck_sources(&c);
	ok(routecheck_rules(&c, all(&routes, &rules, 0)) == 0, "the rules");
	routecheck_aliases(&c, all(&aliases, &keys, 1));
	ok(routecheck_tests(&c, cases[i].tests, strlen(cases[i].tests)) == 0,
	    "the tests");
	buf_putc(&said, '\0');
	is_str(buf_data(&said), cases[i].said, "what is said");
	buf_free(&keys);
	buf_free(&rules);
	memtable_free(&pools);
	memtable_free(&aliases);
	memtable_free(&routes);
	memtable_free(&local);
}

int
main(void)
{
	size_t i;

	for (i = 0; i < sizeof cases / sizeof cases[0]; i++)
		check(i);
	return done();
}
