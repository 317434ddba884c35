/* which rule of routes matches, and its parts */
#include "route/routefile.h"
#include "route/routes.h"
#include "memlookup.h"
#include "tap.h"

static const char table[] = "to:A@b.example via:l1 mx\n"
			    "to:@b.example larger:1000 via:l2 mx\n"
			    "to:@b.example try:3 via:l3 mx\n"
			    "to:@.up.example via:l4 mx\n"
			    "to:post@ via:l5 mx\n"
			    "from:<> to:@c.example via:l6 mx\n"
			    "from:x@y.example tenant:t via:l7 mx\n"
			    "from:@y.example via:l8 mx\n"
			    "from:@.z.example via:l9 mx\n"
			    "from:root@ via:l10 mx\n"
			    "tenant:t via:l11 mx\n"
			    "tag:list via:l12 mx\n"
			    "user:u via:l13 mx\n"
			    "to:@never.example via:l14 mx\n"
			    "larger:5000 via:l15 mx\n"
			    "to:@s.example smaller:100 via:l16 mx\n"
			    "class:connect,timeout via:l17 mx\n"
			    "failure:blocked,rate-limited via:l18 mx\n"
			    "last-src:o1,2001:db8::1 via:l19 mx\n";

static const struct {
	const char *to, *from, *tenant, *tag1, *tag2, *user;
	uint64_t size, try;
	unsigned after, line; /* 0: none */
} finds[] = {
	{ "a@b.example", "f@f", "", "", "", "", 0, 0, 0, 1 },
	{ "a@b.example", "f@f", "", "", "", "", 1001, 0, 1, 2 },
	{ "c@b.example", "f@f", "", "", "", "", 1000, 0, 0, 0 },
	{ "c@b.example", "f@f", "", "", "", "", 1001, 0, 0, 2 },
	{ "c@b.example", "f@f", "", "", "", "", 0, 2, 0, 0 },
	{ "c@b.example", "f@f", "", "", "", "", 0, 3, 0, 3 },
	{ "c@x.b.example", "f@f", "", "", "", "", 9, 9, 0, 0 },
	{ "c@up.example", "f@f", "", "", "", "", 0, 0, 0, 4 },
	{ "c@a.b.up.example", "f@f", "", "", "", "", 0, 0, 0, 4 },
	{ "c@xup.example", "f@f", "", "", "", "", 0, 0, 0, 0 },
	{ "post@any.example", "f@f", "", "", "", "", 0, 0, 0, 5 },
	{ "posts@any.example", "f@f", "", "", "", "", 0, 0, 0, 0 },
	{ "q@c.example", "", "", "", "", "", 0, 0, 0, 6 },
	{ "q@c.example", "f@f", "", "", "", "", 0, 0, 0, 0 },
	{ "q@q", "x@y.example", "t", "", "", "", 0, 0, 0, 7 },
	{ "q@q", "x@y.example", "", "", "", "", 0, 0, 0, 8 },
	{ "q@q", "x@y.example", "t", "", "", "", 0, 0, 7, 8 },
	{ "q@q", "x@y.example", "t", "", "", "", 0, 0, 8, 11 },
	{ "q@q", "x@y.example", "t", "", "", "", 0, 0, 11, 0 },
	{ "q@q", "w@a.z.example", "", "", "", "", 0, 0, 0, 9 },
	{ "q@q", "root@anywhere", "", "", "", "", 0, 0, 0, 10 },
	{ "q@q", "", "t", "", "", "", 0, 0, 0, 11 },
	{ "q@q", "", "T", "", "", "", 0, 0, 0, 0 },
	{ "q@q", "", "", "other", "list", "", 0, 0, 0, 12 },
	{ "q@q", "", "", "other", "lists", "", 0, 0, 0, 0 },
	{ "q@q", "", "", "", "", "u", 0, 0, 0, 13 },
	{ "post@b.example", "", "t", "list", "", "u", 9999, 9, 0, 2 },
	{ "q@q", "", "", "", "", "", 5000, 0, 0, 0 },
	{ "q@q", "", "", "", "", "", 5001, 0, 0, 15 },
	{ "q@s.example", "", "", "", "", "", 99, 0, 0, 16 },
	{ "q@s.example", "", "", "", "", "", 100, 0, 0, 0 },
};

static struct slice
slice(const char *s)
{
	return (struct slice){ s, strlen(s) };
}

static void
find(void)
{
	struct memtable t;
	struct lookup l = memtable_make(&t, &conffile_routes, table);
	struct rulesearch routes;
	struct routes_rule rule;
	size_t i;

	is_str(buf_data(&t.faults), "", "the table");
	is_num(rulesearch_load(&routes, &l), 0, "load");
	is_num(strlen(routes.kinds), 12, "kinds of keys");
	for (i = 0; i < sizeof finds / sizeof *finds; i++) {
		struct slice tag[2] = { slice(finds[i].tag1),
			slice(finds[i].tag2) };
		struct address to, from;
		struct routes_job j = { &to, &from, slice(finds[i].tenant),
			slice(finds[i].user), tag, 2, finds[i].size,
			finds[i].try, { NULL, 0 }, { NULL, 0 }, { NULL, 0 },
			NULL, NULL, 0, NULL, NULL };
		char want[8];
		int r;

		address_set(&to, finds[i].to, strlen(finds[i].to));
		memset(&from, 0, sizeof from);
		from.domain = from.key;
		if (*finds[i].from != '\0')
			address_set(&from, finds[i].from,
			    strlen(finds[i].from));
		r = routes_find(&routes, &l, &j, finds[i].after, &rule);
		is_num(r == 1 ? rule.line : 0, finds[i].line, finds[i].to);
		snprintf(want, sizeof want, "l%u", finds[i].line);
		ok(r != 1 ||
			(rule.what == ROUTES_MX && word_is(rule.via, want)),
		    "its actions");
		if (i > 0)
			continue;
		t.broken = 1;
		is_num(routes_find(&routes, &l, &j, 0, &rule), -1,
		    "a damaged table");
		is_num(rulesearch_load(&routes, &l), -1, "and when loaded");
		t.broken = 0;
		is_num(routes_find(&routes, &l, &j, 0, &rule), -1,
		    "nothing is found in it");
		rulesearch_load(&routes, &l);
	}
	memtable_free(&t);
}

/* by what the last attempt failed with */
static void
failed(void)
{
	static const struct {
		const char *class, *failure;
		unsigned line;
		const char *src;
	} cases[] = {
		{ "timeout", "network", 17, "" },
		{ "connect", "", 17, "" },
		{ "connec", "", 0, "" },
		{ "connect,timeout", "", 0, "" },
		{ "rcpt", "rate-limited", 18, "" },
		{ "", "blocked", 18, "" },
		{ "rcpt", "blocked,rate-limited", 0, "" },
		{ "", "", 0, "" },
		{ "", "", 19, "o1" },
		{ "", "", 19, "2001:db8::1" },
		{ "", "", 0, "o2" },
		{ "", "", 0, "o1,2001:db8::1" },
		{ "rcpt", "blocked", 18, "o1" },
	};
	struct memtable t;
	struct lookup l = memtable_make(&t, &conffile_routes, table);
	struct rulesearch routes;
	struct routes_rule rule;
	struct address a;
	size_t i;
	int r;

	rulesearch_load(&routes, &l);
	address_set(&a, "q@q", 3);
	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		unsigned doubt = 0;
		struct routes_job j = { .to = &a,
			.from = &a,
			.last_class = slice(cases[i].class),
			.last_failure = slice(cases[i].failure),
			.last_src = slice(cases[i].src) };

		r = routes_find(&routes, &l, &j, 0, &rule);
		is_num(r == 1 ? rule.line : 0, cases[i].line, cases[i].failure);
		j.doubt = &doubt;
		r = routes_find(&routes, &l, &j, 0, &rule);
		ok(r == 0 && doubt, "not known yet");
	}
	memtable_free(&t);
}

/* by the hour, which a test's clock shows, and how often it was tried */
static void
test_clock(const char *zone, int64_t at_s, unsigned *weekday, unsigned *minute)
{
	at_s += strcmp(zone, "Test/Later") == 0 ? 3600 : 0;
	*weekday = (unsigned)(at_s / 86400 % 7);
	*minute = (unsigned)(at_s % 86400 / 60);
}

static void
when(void)
{
	static const struct {
		const char *rule; /* as it stands in the record */
		int64_t at_s;
		uint64_t try;
		int found;
	} cases[] = {
		{ "at:Mon,08:00-09:00", 8 * 3600, 0, 1 },
		{ "at:Mon,08:00-09:00", 9 * 3600, 0, 0 },
		{ "at:Mon,08:00-09:00@Test/Later", 9 * 3600, 0, 0 },
		{ "at:Mon,08:00-09:00@Test/Later", 7 * 3600, 0, 1 },
		{ "at:Mon-Sun", 0, 0, 0 },
		{ "at:Mon-Sun", 1, 0, 1 },
		{ "at:nonsense", 1, 0, -1 },
		{ "try:2-3", 1, 1, 0 },
		{ "try:2-3", 1, 2, 1 },
		{ "try:2-3", 1, 3, 1 },
		{ "try:2-3", 1, 4, 0 },
		{ "try:2-", 1, 4, -1 },
	};
	struct rulesearch routes = { "*" };
	struct memtable t;
	struct lookup l = memtable_make(&t, &conffile_routes, "");
	struct routes_rule r;
	struct address a;
	char line[80];
	size_t i;

	address_set(&a, "q@q", 3);
	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		unsigned doubt = 0;
		struct routes_job j = { .to = &a,
			.from = &a,
			.try = cases[i].try,
			.at_s = cases[i].at_s,
			.clock = test_clock };

		snprintf(line, sizeof line, "1\t%s\tmx:\n", cases[i].rule);
		memtable_add(&t, "*", 1, line, strlen(line));
		is_num(routes_find(&routes, &l, &j, 0, &r), cases[i].found,
		    cases[i].rule);
		j.clock = cases[i].rule[0] == 'a' ? NULL : j.clock;
		ok(cases[i].rule[0] == 't' || cases[i].found == -1 ||
			routes_find(&routes, &l, &j, 0, &r) == 0,
		    "without a clock it does not hold");
		j.doubt = &doubt;
		ok(routes_find(&routes, &l, &j, 0, &r) == 0 && doubt,
		    "not known yet");
		memtable_free(&t);
		l = memtable_make(&t, &conffile_routes, "");
	}
	memtable_free(&t);
}

/* an action as it is found again */
static void
actions(void)
{
	static const struct {
		const char *text;
		enum routes_what what;
		const char *value; /* text, or hosts */
	} a[] = {
		{ "pool:p", ROUTES_UNSAID, "" },
		{ "mx", ROUTES_MX, "" },
		{ "local", ROUTES_LOCAL, "" },
		{ "discard", ROUTES_DISCARD, "" },
		{ "reject:\"no: thanks\"", ROUTES_REJECT, "no: thanks" },
		{ "defer:x", ROUTES_DEFER, "x" },
		{ "rewrite:a@b", ROUTES_REWRITE, "a@b" },
		{ "host:a.example,[192.0.2.1]:26,192.0.2.2", ROUTES_HOST,
		    "a.example 25 0,192.0.2.1 26 1,192.0.2.2 25 1," },
		{ "lmtp:[2001:db8::1]:24", ROUTES_LMTP, "2001:db8::1 24 1," },
		{ "lmtp:/run/x:y", ROUTES_LMTP, "/run/x:y 0 0," },
	};
	struct address to, none = { .domain = none.key };
	struct routes_job j = { .to = &to, .from = &none };
	char value[256];
	size_t i, n;
	unsigned k;

	address_set(&to, "a@b", 3);
	for (i = 0; i < sizeof a / sizeof *a; i++) {
		struct memtable t;
		struct lookup l =
		    memtable_make(&t, &conffile_routes, a[i].text);
		struct rulesearch routes;
		struct routes_rule r;

		rulesearch_load(&routes, &l);
		if (!is_num(routes_find(&routes, &l, &j, 0, &r), 1, a[i].text))
			continue;
		is_num(r.what, a[i].what, "what");
		n = snprintf(value, sizeof value, "%.*s",
		    r.n_host > 0 ? 0 : (int)r.text.n,
		    r.text.n > 0 ? r.text.p : "");
		for (k = 0; k < r.n_host; k++)
			n +=
			    snprintf(value + n, sizeof value - n, "%.*s %u %u,",
				(int)r.host[k].name.n, r.host[k].name.p,
				r.host[k].port, r.host[k].literal);
		is_str(value, a[i].value, "value");
		memtable_free(&t);
	}
}

/* records that conf-build does not make */
static void
damaged(void)
{
	static const char *const bad[] = { "x\tmx:\n", "0\tmx:\n", "1\n",
		"1\tmx\n", "1\twhat:x\n", "1\thost:a:0\n", "\n1\tmx:\n" };
	static const int want[] = { -1, -1, -1, -1, -1, -1, 0 };
	struct address to, none = { .domain = none.key };
	struct routes_job j = { .to = &to, .from = &none };
	struct routes_rule r;
	size_t i;

	address_set(&to, "a@b", 3);
	for (i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct memtable t = { 0 };
		struct lookup l = { memtable_get, &t };
		struct rulesearch routes;

		memtable_add(&t, "=kinds", 6, "*", 1);
		memtable_add(&t, "*", 1, bad[i], strlen(bad[i]));
		rulesearch_load(&routes, &l);
		is_num(routes_find(&routes, &l, &j, 0, &r), want[i], bad[i]);
		memtable_free(&t);
		memtable_add(&t, "=kinds", 6, "?", 1);
		rulesearch_load(&routes, &l);
		is_num(routes_find(&routes, &l, &j, 0, &r), -1, "a new kind");
		memtable_free(&t);
	}
}

static void
rewrite(void)
{
	static const struct {
		const char *with, *to, *want;
	} t[] = {
		{ "a@b", "c@d", "a@b" },
		{ "a@", "c@d", "a@d" },
		{ "@b", "c@d", "c@b" },
		{ "@b", "\"x@y\"@d", "\"x@y\"@b" },
		{ "@b", "c", "c@b" },
		{ "a@b", "", "a@b" },
		{ "a", "c@d", "" },
	};
	char longer[WORD_ADDRESS_MAX + 1];
	struct buf b = { 0 };
	size_t i;
	int r;

	for (i = 0; i < sizeof t / sizeof *t; i++) {
		r = routes_rewrite(&b, slice(t[i].with), t[i].to,
		    strlen(t[i].to));
		buf_putc(&b, '\0');
		is_num(r, *t[i].want == '\0' ? -1 : 0, t[i].with);
		is_str(buf_data(&b), t[i].want, t[i].to);
	}
	memset(longer, 'a', sizeof longer);
	is_num(routes_rewrite(&b, slice("@b"), longer, WORD_ADDRESS_MAX - 2), 0,
	    "as long as may be");
	is_num(routes_rewrite(&b, slice("@b"), longer, WORD_ADDRESS_MAX - 1),
	    -1, "one byte more");
	buf_free(&b);
}

static void
pools(void)
{
	static const struct {
		const char *list, *want; /* for the hashes from 0 on */
	} t[] = {
		{ "a", "aaaa" },
		{ "a,b", "abab" },
		{ "a=2,b", "aabaab" },
		{ "a=0,b,c=0,d=2", "bddb" },
	};
	struct memtable m;
	struct lookup l = memtable_make(&m, &conffile_routes,
	    "mx\npool:a=2,b to\npool:x,y\nto:@q pool:z mx\n");
	struct slice name;
	char got[64] = "";
	unsigned line;
	size_t i, h, at = 0, n = 0;
	int r;

	for (i = 0; i < sizeof t / sizeof *t; i++)
		for (h = 0; t[i].want[h] != '\0'; h++) {
			name = routes_pool(slice(t[i].list), h);
			ok(name.n == 1 && *name.p == t[i].want[h], t[i].list);
		}
	/* what a line that is refused named stands there, too: the whole
	 * table is then not made */
	while ((r = routes_pools(&l, &at, &line, &name)) == 1)
		n += snprintf(got + n, sizeof got - n, "%u%.*s ", line,
		    (int)name.n, name.p);
	is_num(r, 0, "all pools");
	is_str(got, "2a 2b 3x 3y 4z ", "pools");
	memtable_free(&m);
	memtable_add(&m, "=pools", 6, "x a\n", 4);
	at = 0;
	is_num(routes_pools(&l, &at, &line, &name), -1, "damaged");
	m.broken = 1;
	is_num(routes_pools(&l, &at, &line, &name), -1, "missing");
	memtable_free(&m);
}

int
main(void)
{
	find();
	failed();
	when();
	actions();
	damaged();
	rewrite();
	pools();
	return done();
}
