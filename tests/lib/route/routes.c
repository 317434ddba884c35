/* the file routes: conditions, actions, which rule matches, its parts */
#include "conf/rules.h"
#include "route/routes.h"
#include "memlookup.h"
#include "tap.h"
#include <stdlib.h>

#define PAT ": not a pattern: USER@DOMAIN, @DOMAIN, @.DOMAIN, USER@ or *\n"
#define HOST ": want HOST[:PORT] or [ADDRESS][:PORT]\n"
#define LMTP ": want lmtp:HOST:PORT or lmtp:/PATH\n"

/* one rule: its record, or what is wrong */
static const struct {
	const char *text, *key, *data, *faults;
} lines[] = {
	{ "mx", "*", "1\tmx:\n", "" },
	{ "to:* mx", "*", "1\tmx:\n", "" },
	{ "from:* to:A@B.Example local", "Ta@b.example",
	    "1\tto:a@b.example\tlocal:\n", "" },
	{ "to:@b.example mx", "db.example", "1\tto:@b.example\tmx:\n", "" },
	{ "to:@.b.example mx", "sb.example", "1\tto:@.b.example\tmx:\n", "" },
	{ "to:user@ mx", "uuser", "1\tto:user@\tmx:\n", "" },
	{ "from:a@b mx", "Fa@b", "1\tfrom:a@b\tmx:\n", "" },
	{ "from:@b mx", "eb", "1\tfrom:@b\tmx:\n", "" },
	{ "from:@.b mx", "qb", "1\tfrom:@.b\tmx:\n", "" },
	{ "from:a@ mx", "va", "1\tfrom:a@\tmx:\n", "" },
	{ "from:<> mx", "F", "1\tfrom:<>\tmx:\n", "" },
	{ "to:a@[192.0.2.1] mx", "Ta@[192.0.2.1]", "1\tto:a@[192.0.2.1]\tmx:\n",
	    "" },
	{ "tenant:t mx", "nt", "1\ttenant:t\tmx:\n", "" },
	{ "tag:list:news mx", "glist:news", "1\ttag:list:news\tmx:\n", "" },
	{ "to:<local> mx", "*", "1\tto:<local>\tmx:\n", "" },
	{ "user:u mx", "ou", "1\tuser:u\tmx:\n", "" },
	{ "larger:4294967295 try:0 mx", "*",
	    "1\tlarger:4294967295\ttry:0\tmx:\n", "" },
	{ "user:u tenant:t from:@.b to:@b mx", "db",
	    "1\tuser:u\ttenant:t\tfrom:@.b\tto:@b\tmx:\n", "" },
	{ "host:a,b:587,[2001:db8::1]:26 tls:none msgs-per-conn:0", "*",
	    "1\thost:a\thost:b:587\thost:[2001:db8::1]:26\ttls:none\t"
	    "msgs-per-conn:0\n",
	    "" },
	{ "host:a host:b", "*", "1\thost:a\thost:b\n", "" },
	{ "lmtp:a:24", "*", "1\tlmtp:a:24\n", "" },
	{ "lmtp:/run/lmtp", "*", "1\tlmtp:/run/lmtp\n", "" },
	{ "reject:\"go away\"", "*", "1\treject:go away\n", "" },
	{ "defer:later", "*", "1\tdefer:later\n", "" },
	{ "discard", "*", "1\tdiscard:\n", "" },
	{ "rewrite:@c", "*", "1\trewrite:@c\n", "" },
	{ "rewrite:c@", "*", "1\trewrite:c@\n", "" },
	{ "pool:p=2,q via:v", "*", "1\tpool:p=2,q\tvia:v\n", "" },
	{ "to:a mx", NULL, NULL, "1 to:a" PAT },
	{ "to:@ mx", NULL, NULL, "1 to:@" PAT },
	{ "to:<locals> mx", NULL, NULL, "1 to:<locals>" PAT },
	{ "from:<local> mx", NULL, NULL, "1 from:<local>" PAT },
	{ "to:<> mx", NULL, NULL, "1 to:<>" PAT },
	{ "to:@a..b mx", NULL, NULL, "1 to:@a..b" PAT },
	{ "to:x@a..b mx", NULL, NULL, "1 to:x@a..b" PAT },
	{ "to:@..b mx", NULL, NULL, "1 to:@..b" PAT },
	{ "to: mx", NULL, NULL, "1 to:" PAT },
	{ "to:a@b", NULL, NULL, "1 no action\n" },
	{ "tenant: mx", NULL, NULL, "1 tenant:: nothing behind the colon\n" },
	{ "larger:4294967296 mx", NULL, NULL,
	    "1 larger:4294967296: not a number\n" },
	{ "try:x mx", NULL, NULL, "1 try:x: not a number\n" },
	{ "mx:1", NULL, NULL, "1 mx:1: takes no value\n" },
	{ "mx to:a@b", NULL, NULL, "1 to:a@b: a condition behind an action\n" },
	{ "mx local", NULL, NULL,
	    "1 local: a second action that says where to\n" },
	{ "host:a mx", NULL, NULL,
	    "1 mx: a second action that says where to\n" },
	{ "mx host:a", NULL, NULL,
	    "1 host:a: a second action that says where to\n" },
	{ "host:a:0", NULL, NULL, "1 host:a:0" HOST },
	{ "host:a:65536", NULL, NULL, "1 host:a:65536" HOST },
	{ "host:/x", NULL, NULL, "1 host:/x" HOST },
	{ "host:[192.0.2.1", NULL, NULL, "1 host:[192.0.2.1" HOST },
	{ "lmtp:a", NULL, NULL, "1 lmtp:a" LMTP },
	{ "lmtp:/a lmtp:/b", NULL, NULL, "1 lmtp:/b: a path stands alone\n" },
	{ "lmtp:a:1,/b", NULL, NULL, "1 lmtp:a:1,/b: a path stands alone\n" },
	{ "host", NULL, NULL, "1 host: wants :VALUE\n" },
	{ "tls:starttls mx", NULL, NULL,
	    "1 tls:starttls: want none, may, must, "
	    "sts or dane\n" },
	{ "msgs-per-conn:1000000 mx", "*", "1\tmsgs-per-conn:1000000\tmx:\n",
	    "" },
	{ "msgs-per-conn:1000001 mx", NULL, NULL,
	    "1 msgs-per-conn:1000001: "
	    "not a number from 0 to 1000000\n" },
	{ "to:@a to:@a mx", NULL, NULL, "1 to:@a stands twice\n" },
	{ "to:@.a to:u@ mx", "sa", "1\tto:@.a\tto:u@\tmx:\n", "" },
	{ "tenant:a tenant:b mx", NULL, NULL, "1 tenant: stands twice\n" },
	{ "user:a user:a mx", NULL, NULL, "1 user: stands twice\n" },
	{ "tag:a tag:b mx", "ga", "1\ttag:a\ttag:b\tmx:\n", "" },
	{ "tag:a tag:a mx", NULL, NULL, "1 tag:a stands twice\n" },
	{ "larger:1 larger:2 mx", NULL, NULL, "1 larger: stands twice\n" },
	{ "try:1 try:2 mx", NULL, NULL, "1 try: stands twice\n" },
	{ "pool:a pool:b", NULL, NULL, "1 pool: stands twice\n" },
	{ "via:a via:b", NULL, NULL, "1 via: stands twice\n" },
	{ "tls:must tls:may mx", NULL, NULL, "1 tls: stands twice\n" },
	{ "msgs-per-conn:1 msgs-per-conn:2", NULL, NULL,
	    "1 msgs-per-conn: stands twice\n" },
	{ "host:a host:b host:a", NULL, NULL, "1 host:a stands twice\n" },
	{ "what:x mx", NULL, NULL, "1 what:x: unknown condition or action\n" },
	{ "via:local mx", NULL, NULL,
	    "1 via:local: local is the label of local jobs\n" },
	{ "via:a/b mx", NULL, NULL,
	    "1 via:a/b: wants letters, digits, - _ and .\n" },
	{ "pool:a=0", NULL, NULL, "1 pool:a=0: all weights are 0\n" },
	{ "pool:a=1000001", NULL, NULL,
	    "1 pool:a=1000001: weight is not a "
	    "number from 0 to 1000000\n" },
	{ "pool:a/b", NULL, NULL, "1 pool:a/b: not a name of a pool\n" },
	{ "rewrite:a", NULL, NULL,
	    "1 rewrite:a: want USER@DOMAIN, USER@ or @DOMAIN\n" },
	{ "rewrite:@", NULL, NULL,
	    "1 rewrite:@: want USER@DOMAIN, USER@ or @DOMAIN\n" },
	{ "rewrite:a@b..c", NULL, NULL,
	    "1 rewrite:a@b..c: want USER@DOMAIN, USER@ or @DOMAIN\n" },
	{ "reject:", NULL, NULL, "1 reject:: nothing behind the colon\n" },
	{ "reject:\"x", NULL, NULL, "1 quote not closed, or control byte\n" },
};

static void
parse(void)
{
	struct memtable t;
	size_t i;
	int rule;

	for (i = 0; i < sizeof lines / sizeof *lines; i++) {
		memtable_make(&t, &conffile_routes, lines[i].text);
		is_str(buf_data(&t.faults), lines[i].faults, lines[i].text);
		/* pools of a refused line may stand there: no table is made */
		rule = t.n > 0 && t.record[0].key[0] != '=';
		if (is_num(rule, lines[i].key != NULL, "a record") && rule) {
			is_str(t.record[0].key, lines[i].key, "key");
			is_str(t.record[0].data, lines[i].data, "data");
		}
		memtable_free(&t);
	}
}

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
			    "larger:5000 via:l15 mx\n";

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
			finds[i].try, NULL, NULL };
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

static size_t
faults(struct buf *text)
{
	struct memtable t;
	size_t n;

	buf_putc(text, '\0');
	memtable_make(&t, &conffile_routes, buf_data(text));
	n = buf_len(&t.faults) - 1;
	memtable_free(&t);
	buf_clear(text);
	return n;
}

/* each limit and one above it */
static void
limits(void)
{
	struct buf b = { 0 };
	unsigned n, i;

	for (n = RULES_FIELDS_MAX; n <= RULES_FIELDS_MAX + 1; n++) {
		for (i = 1; i < n; i++)
			buf_printf(&b, "tag:t%u ", i);
		buf_puts(&b, "mx");
		is_num(faults(&b) > 0, n > RULES_FIELDS_MAX, "fields");
	}
	for (n = ROUTES_HOSTS_MAX; n <= ROUTES_HOSTS_MAX + 1; n++) {
		for (i = 0; i < n; i++)
			buf_printf(&b, "%sh%u", i == 0 ? "host:" : ",", i);
		is_num(faults(&b) > 0, n > ROUTES_HOSTS_MAX, "hosts");
	}
	for (n = WORD_LINE_MAX; n <= WORD_LINE_MAX + 1; n++) {
		buf_printf(&b, "reject:%0*d", (int)n - 7, 0);
		is_num(faults(&b) > 0, n > WORD_LINE_MAX, "bytes of a line");
	}
	for (n = ROUTES_RULES_MAX; n <= ROUTES_RULES_MAX + 1; n++) {
		for (i = 0; i < n; i++)
			buf_puts(&b, "mx\n");
		is_num(faults(&b) > 0, n > ROUTES_RULES_MAX, "rules");
	}
	buf_free(&b);
}

int
main(void)
{
	parse();
	find();
	actions();
	damaged();
	rewrite();
	pools();
	limits();
	return done();
}
