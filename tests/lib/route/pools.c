/* the file pools: records, faults */
#include "route/pools.h"
#include "memlookup.h"
#include "tap.h"
#include <stdio.h>
#include <stdlib.h>

static int
names_a_source(const struct memtable_record *r)
{
	const size_t len = sizeof POOLS_SOURCE_KEY - 1;

	return r->key_len >= len && memcmp(r->key, POOLS_SOURCE_KEY, len) == 0;
}

/* pools, and the record of the first one */
static size_t
n_pools(const struct memtable *t, const char **first)
{
	size_t i, n = 0;

	for (i = t->n; i-- > 0;)
		if (!names_a_source(&t->record[i])) {
			*first = t->record[i].data;
			n++;
		}
	return n;
}

static const struct {
	const char *text, *faults, *record; /* of the first pool */
	size_t n;
} cases[] = {
	{ "p\n", "", "1\tp\t-\t-\t-\t1\n", 1 },
	{ "p source=192.0.2.1\n", "", "1\t192.0.2.1\t192.0.2.1\t-\t-\t1\n", 1 },
	{ "p source=2001:db8::1,192.0.2.1 helo=m.example weight=0\n"
	  "p weight=3 name=x\n",
	    "",
	    "1\t192.0.2.1\t192.0.2.1\t2001:db8::1\tm.example\t0\n"
	    "2\tx\t-\t-\t-\t3\n",
	    1 },
	{ "p source=2001:db8::1\n", "",
	    "1\t2001:db8::1\t-\t2001:db8::1\t-\t1\n", 1 },
	{ "p helo=m.example\n", "", "1\tm.example\t-\t-\tm.example\t1\n", 1 },
	{ "p helo=\"m.example\"\n", "", "1\tm.example\t-\t-\tm.example\t1\n",
	    1 },
	{ "p\nq\np\n", "", "1\tp\t-\t-\t-\t1\n3\tp\t-\t-\t-\t1\n", 2 },
	{ "p weight=1000000\n", "", "1\tp\t-\t-\t-\t1000000\n", 1 },
	{ "p weight=1000001\n", "1 weight= is not a number from 0 to 1000000\n",
	    NULL, 0 },
	{ "p weight=\n", "1 weight= is not a number from 0 to 1000000\n", NULL,
	    0 },
	{ "p weight=-1\n", "1 weight= is not a number from 0 to 1000000\n",
	    NULL, 0 },
	{ "p source=192.0.2.300\n", "1 source= is not an IP address\n", NULL,
	    0 },
	{ "p source=192.0.2.1,192.0.2.2\n",
	    "1 one IPv4 and one IPv6 address at most\n", NULL, 0 },
	{ "p helo=a_b..c\n", "1 helo= is not a host name\n", NULL, 0 },
	{ "p name=a/b\n", "1 name= wants letters, digits, - _ and .\n", NULL,
	    0 },
	{ "p what=1\n",
	    "1 unknown word; source= helo= weight= name= socks= socks-login= "
	    "proxy= sticky= choose= spill= are known\n",
	    NULL, 0 },
	{ "p weight=1 weight=2\n", "1 weight= stands twice\n", NULL, 0 },
	{ "p helo=a helo=a\n", "1 helo= stands twice\n", NULL, 0 },
	{ "p name=a source=192.0.2.1 name=b\n", "1 name= stands twice\n", NULL,
	    0 },
	{ "p source=192.0.2.1 source=192.0.2.1\n",
	    "1 one IPv4 and one IPv6 address at most\n", NULL, 0 },
	{ "p source=192.0.2.1 source=2001:db8::1\n", "",
	    "1\t192.0.2.1\t192.0.2.1\t2001:db8::1\t-\t1\n", 1 },
	{ "p word\n", "1 want WORD=VALUE\n", NULL, 0 },
	{ "a/b\n", "1 not a name of a pool\n", NULL, 0 },
	{ "local\n", "1 local is the label of local jobs\n", NULL, 0 },
	{ "p helo=\"m\n", "1 quote not closed, or control byte\n", NULL, 0 },
	{ "p weight=0\np weight=0\n", "0 pool p: all weights are 0\n", NULL,
	    0 },
	{ "p\np sticky=tenant\n", "", "=\ttenant\t-\n1\tp\t-\t-\t-\t1\n", 1 },
	{ "p weight=2 sticky=tag:a.b\np sticky=tag:a.b\n", "",
	    "=\ttag:a.b\t-\n1\tp\t-\t-\t-\t2\n", 1 },
	{ "p sticky=from\n", "0 pool p: no line has a source\n", NULL, 0 },
	{ "p sticky=to\n",
	    "1 sticky= is tenant, from, from-domain, user, tag:NAME, "
	    "to-domain or message\n",
	    NULL, 0 },
	{ "p sticky=tag:\n",
	    "1 sticky= is tenant, from, from-domain, user, tag:NAME, "
	    "to-domain or message\n",
	    NULL, 0 },
	{ "p\np sticky=from\np sticky=user\n",
	    "3 sticky= or choose= is another one in a line above\n",
	    "=\tfrom\t-\n1\tp\t-\t-\t-\t1\n", 1 },
	{ "p\nq\np spill=q\np sticky=from\n", "",
	    "=\tfrom\tq\n1\tp\t-\t-\t-\t1\n", 2 },
	{ "p spill=p\np\n", "", "=\t-\tp\n2\tp\t-\t-\t-\t1\n", 1 },
	{ "p\np spill=q\n", "0 pool p: there is no pool q to spill into\n",
	    NULL, 0 },
	{ "p\np spill=a/b\n", "2 spill= is not a name of a pool\n",
	    "1\tp\t-\t-\t-\t1\n", 1 },
	{ "p\nq\np spill=q\np spill=p\n",
	    "4 spill= is another one in a line above\n",
	    "=\t-\tq\n1\tp\t-\t-\t-\t1\n", 2 },
	{ "p choose=least\np\n", "", "=\tleast\t-\n2\tp\t-\t-\t-\t1\n", 1 },
	{ "p choose=most\np\n", "1 choose= is least\n", "2\tp\t-\t-\t-\t1\n",
	    1 },
	{ "p\np choose=least\np sticky=from\n",
	    "3 sticky= or choose= is another one in a line above\n",
	    "=\tleast\t-\n1\tp\t-\t-\t-\t1\n", 1 },
	{ "p sticky=from sticky=from\n", "1 sticky= stands twice\n", NULL, 0 },
	{ "p name=a socks=192.0.2.9:1080 socks-login=l\n", "",
	    "1\ta\t-\t-\t-\t1\t192.0.2.9/1080/192.0.2.9\tl\t-\n", 1 },
	{ "p source=192.0.2.1 proxy=[::1]:25\np source=192.0.2.2\n", "",
	    "1\t192.0.2.1\t192.0.2.1\t-\t-\t1\t-\t-\t::1/25/::1\n"
	    "2\t192.0.2.2\t192.0.2.2\t-\t-\t1\n",
	    1 },
	{ "p socks=relay:25\n",
	    "1 socks= and proxy= want IP:PORT or [IPv6]:PORT\n", NULL, 0 },
	{ "p source=192.0.2.1 socks=192.0.2.9:1 proxy=192.0.2.9:1\n",
	    "1 socks= and proxy=: one relay at most\n", NULL, 0 },
	{ "p socks-login=l\n", "1 socks-login= without socks=\n", NULL, 0 },
	{ "p proxy=192.0.2.9:1\n",
	    "1 proxy= without source=: it has no address to name\n", NULL, 0 },
	{ "p socks=192.0.2.9:1 socks=192.0.2.9:1\n", "1 socks= stands twice\n",
	    NULL, 0 },
};

static void
parse(void)
{
	struct memtable t;
	const char *first = NULL;
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		memtable_make(&t, &conffile_pools, cases[i].text);
		is_str(buf_data(&t.faults), cases[i].faults, cases[i].text);
		if (is_num(n_pools(&t, &first), cases[i].n, "pools") &&
		    cases[i].n > 0)
			is_str(first, cases[i].record, "record");
		memtable_free(&t);
	}
}

/* as many sources, and as long a name, as there may be; and one more */
static void
limits(void)
{
	char *text = malloc(3 * POOLS_SOURCES_MAX + 4);
	char name[WORD_NAME_MAX + 2];
	const char *first;
	struct memtable t;
	size_t n, i;

	for (n = POOLS_SOURCES_MAX; n <= POOLS_SOURCES_MAX + 1; n++) {
		text[0] = '\0';
		for (i = 0; i < n; i++)
			memcpy(text + 2 * i, "p\n", 3);
		memtable_make(&t, &conffile_pools, text);
		is_str(buf_data(&t.faults),
		    n == POOLS_SOURCES_MAX
			? ""
			: "257 more than 256 sources in this pool\n",
		    "sources");
		memtable_free(&t);
	}
	free(text);
	for (n = WORD_NAME_MAX; n <= WORD_NAME_MAX + 1; n++) {
		memset(name, 'a', n);
		name[n] = '\0';
		memtable_make(&t, &conffile_pools, name);
		is_num(n_pools(&t, &first), n == WORD_NAME_MAX,
		    "length of a name");
		memtable_free(&t);
	}
}

static int
slice_is(struct slice s, const char *want)
{
	return word_is(s, want);
}

/* a pool in the table, its words and its sources */
static void
find(void)
{
	struct pools_source s;
	struct pools_pool p;
	struct memtable t;
	struct lookup l = memtable_make(&t, &conffile_pools,
	    "p name=a source=192.0.2.1,2001:db8::1 helo=a.example weight=7\n"
	    "p sticky=tag:campaign spill=plain\n"
	    "p name=b\n"
	    "plain\n");

	is_num(pools_find(&l, "p", 1, &p), 1, "it is there");
	ok(slice_is(p.sticky, "tag:campaign"), "and says what it keeps by");
	ok(slice_is(p.spill, "plain"), "and into what it spills");
	ok(pools_each(&p.record, &s) == 1 && slice_is(s.ip, "192.0.2.1") &&
		slice_is(s.ip6, "2001:db8::1") &&
		slice_is(s.helo, "a.example") && s.line == 1 && s.weight == 7,
	    "all of a source");
	ok(pools_each(&p.record, &s) == 1 && s.ip.n == 0 && s.ip6.n == 0 &&
		s.helo.n == 0 && s.line == 3 && s.weight == 1,
	    "what is not given is empty");
	is_num(pools_each(&p.record, &s), 0, "the line of the pool is none");
	is_num(pools_find(&l, "plain", 5, &p), 1, "another");
	is_num((long)(p.sticky.n + p.spill.n), 0, "which says nothing");
	is_num(pools_find(&l, "q", 1, &p), 0, "no such pool");
	t.broken = 1;
	is_num(pools_find(&l, "p", 1, &p), -1, "damaged table");
	memtable_free(&t);
}

/* the longest name of a tag */
static void
sticky_limit(void)
{
	char text[POOLS_STICKY_MAX + 64];
	struct memtable t;
	int n;

	for (n = WORD_NAME_MAX; n <= WORD_NAME_MAX + 1; n++) {
		snprintf(text, sizeof text, "p\np sticky=tag:%0*d\n", n, 0);
		memtable_make(&t, &conffile_pools, text);
		is_num(*buf_data(&t.faults) == '\0', n == WORD_NAME_MAX, "tag");
		memtable_free(&t);
	}
}

/* records that conf-build does not make */
static void
damaged(void)
{
	static const char *const bad[] = { "1\tp\t-\t-\t-\n",
		"x\tp\t-\t-\t-\t1\n", "1\tp\t-\t-\t-\tx\n",
		"1\tp\t-\t-\t-\t-1\n" };
	struct pools_source s;
	struct pools_pool p;
	struct memtable t;
	struct lookup l = { memtable_get, &t };
	size_t i;

	for (i = 0; i < sizeof bad / sizeof *bad; i++) {
		memset(&t, 0, sizeof t);
		memtable_add(&t, "p", 1, bad[i], strlen(bad[i]));
		ok(pools_find(&l, "p", 1, &p) == 1 &&
			pools_each(&p.record, &s) == -1,
		    bad[i]);
		memtable_free(&t);
	}
	memset(&t, 0, sizeof t);
	memtable_add(&t, "p", 1, "=\n1\tp\t-\t-\t-\t1\n", 15);
	is_num(pools_find(&l, "p", 1, &p), -1, "words of the pool");
	memtable_free(&t);
}

static void
each(void)
{
	const char *two = "1\tp\t192.0.2.1\t-\th\t1\n2\tq\t-\t::1\t-\t0\n";
	struct slice rest = { two, strlen(two) }, wrong = { "1\tp\n", 4 };
	struct pools_source s;

	ok(pools_each(&rest, &s) == 1 && slice_is(s.ip, "192.0.2.1") &&
		slice_is(s.helo, "h"),
	    "the first");
	ok(pools_each(&rest, &s) == 1 && s.ip.n == 0 && slice_is(s.ip6, "::1"),
	    "the second, whatever its weight");
	is_num(pools_each(&rest, &s), 0, "no more");
	is_num(pools_each(&wrong, &s), -1, "a damaged record");
}

int
main(void)
{
	parse();
	limits();
	find();
	sticky_limit();
	each();
	damaged();
	return done();
}
