/* routes, aliases, pools, local together: decisions as words */
#include "conf/conffeedback.h"
#include "conf/local.h"
#include "route/aliasfile.h"
#include "route/prohibited.h"
#include "route/routefile.h"
#include "route/routingtext.h"
#include "memlookup.h"
#include "tap.h"

static struct memtable mroutes, maliases, mpools, mlocal;
static struct routing_conf conf;
static struct routing where;

static void
tables(const char *routes, const char *aliases, const char *pools)
{
	memtable_free(&mroutes);
	memtable_free(&maliases);
	memtable_free(&mpools);
	memtable_free(&mlocal);
	conf.routes = memtable_make(&mroutes, &conffile_routes, routes);
	conf.aliases = memtable_make(&maliases, &conffile_aliases, aliases);
	conf.pools = memtable_make(&mpools, &conffile_pools, pools);
	conf.local = memtable_make(&mlocal, &conffile_local,
	    "Local.example\nother.example\n[192.0.2.1]\n");
	rulesearch_load(&conf.loaded, &conf.routes);
}

static const char *
decide(const char *job)
{
	static struct buf out;
	struct routing_job j = { 0 };
	const char *e;

	for (; *job != '\0'; job = *e == '\0' ? e : e + 1) {
		e = strchrnul(job, ' ');
		if (routingtext_word(&j, job, e - job) == -1)
			return "bad job";
	}
	routing_decide(&where, &conf, &j);
	buf_clear(&out);
	routingtext_describe(&out, &where, ' ');
	buf_putc(&out, '\0');
	return buf_data(&out);
}

struct decision {
	const char *job, *want;
};

static void
check(const struct decision *c)
{
	for (; c->job != NULL; c++)
		is_str(decide(c->job), c->want, c->job);
}

static const struct decision by_rules[] = {
	{ "to:a@x.example", "host host:h1:25 domain:x.example via:default" },
	{ "to:A@X.EXAMPLE", "host host:h1:25 domain:x.example via:default" },
	{ "to:b@x.example", "host host:h2:25 domain:x.example via:default" },
	{ "to:b@sub.x.example",
	    "host host:h3:25 domain:sub.x.example via:default" },
	{ "to:b@deep.sub.x.example",
	    "host host:h3:25 domain:deep.sub.x.example via:default" },
	{ "to:b@notx.example", "mx domain:notx.example via:default" },
	{ "to:info@any.example",
	    "host host:h4:25 domain:any.example via:default" },
	{ "to:q@s.example from:me@y.example",
	    "host host:h5:25 domain:s.example via:default" },
	{ "to:q@s.example from:you@y.example",
	    "host host:h6:25 domain:s.example via:default" },
	{ "to:q@s.example from:you@a.y.example",
	    "host host:h7:25 domain:s.example via:default" },
	{ "to:q@s.example from:root@z.example",
	    "host host:h8:25 domain:s.example via:default" },
	{ "to:q@null.example from:<>",
	    "host host:h9:25 domain:null.example via:default" },
	{ "to:q@null.example from:a@b", "mx domain:null.example via:default" },
	{ "to:q@t.example tenant:acme",
	    "host host:h10:25 domain:t.example via:default" },
	{ "to:q@t.example tenant:acme2", "mx domain:t.example via:default" },
	{ "to:q@t.example tag:k=v",
	    "host host:h11:25 domain:t.example via:default" },
	{ "to:q@t.example tag:a=b tag:k=v",
	    "host host:h11:25 domain:t.example via:default" },
	{ "to:q@t.example user:u",
	    "host host:h12:25 domain:t.example via:default" },
	/* both must match, and the order of the file decides */
	{ "to:q@two.example from:a@two.example",
	    "host host:h13:25 domain:two.example via:default" },
	{ "to:q@two.example from:b@two.example",
	    "host host:h14:25 domain:two.example via:default" },
	{ "to:q@big.example size:1000", "mx domain:big.example via:default" },
	{ "to:q@big.example size:1001",
	    "host host:h15:25 domain:big.example via:default" },
	{ "to:q@late.example try:2", "mx domain:late.example via:default" },
	{ "to:q@late.example try:3",
	    "host host:h16:25 domain:late.example via:default" },
	{ NULL, NULL }
};

static void
test_rules(void)
{
	tables("to:a@x.example host:h1\n"
	       "to:@X.Example host:h2\n"
	       "to:@.x.example host:h3\n"
	       "to:info@ host:h4\n"
	       "from:me@y.example host:h5\n"
	       "from:@y.example host:h6\n"
	       "from:@.y.example host:h7\n"
	       "from:root@ host:h8\n"
	       "from:<> to:@null.example host:h9\n"
	       "tenant:acme host:h10\n"
	       "tag:k=v host:h11\n"
	       "user:u host:h12\n"
	       "to:@two.example from:a@two.example host:h13\n"
	       "to:@two.example host:h14\n"
	       "to:@two.example from:b@two.example host:h99\n"
	       "larger:1000 to:@big.example host:h15\n"
	       "try:3 to:@late.example host:h16\n",
	    "", "");
	is_str(buf_data(&mroutes.faults), "", "no faults");
	check(by_rules);
	tables(
	    "to:@x.example host:h1\n\n# x\n* \nto:* host:h2\nto:x@x.example host:h3\n",
	    "", "");
	is_str(decide("to:x@x.example"),
	    "host host:h1:25 domain:x.example via:default",
	    "a line above wins over a closer pattern below");
	is_num(where.rule.line, 1, "its line");
	is_str(decide("to:x@z.example"),
	    "host host:h2:25 domain:z.example via:default", "to:* is all");
	is_num(where.rule.line, 5, "its line");
	tables("to:@x.example reject:no\n", "", "");
	mroutes.broken = 1;
	is_str(decide("to:a@x.example"),
	    "deferred esc:4.3.5 class:local "
	    "text:table routes is missing or damaged",
	    "a damaged table");
	is_num(rulesearch_load(&conf.loaded, &conf.routes), -1,
	    "cannot be loaded");
	mroutes.broken = 0;
	is_str(decide("to:a@other"),
	    "deferred esc:4.3.5 class:local "
	    "text:table routes is missing or damaged",
	    "until it was loaded again");
}

static const struct decision by_action[] = {
	{ "to:a@lmtp1", "lmtp lmtp:/run/x domain:lmtp1 via:default" },
	{ "to:a@lmtp2", "lmtp lmtp:h:24 domain:lmtp2 via:default" },
	{ "to:a@hosts",
	    "host host:[192.0.2.1]:26 host:[2001:db8::1]:25 host:h:587 domain:hosts via:default" },
	{ "to:A+b@here", "local via:local user:a ext:b" },
	{ "to:a@no", "bounced esc:5.7.1 class:policy text:go \"away\"\\" },
	{ "to:a@wait", "deferred esc:4.7.1 class:policy text:later" },
	{ "to:a@drop",
	    "discard esc:2.0.0 class:policy text:discarded by routes:7" },
	{ "to:a@r1", "mx to:a@r2 domain:r2 via:default" },
	{ "to:a@r3", "mx to:x@r4 domain:r4 via:default" },
	{ "to:a@r5", "mx to:y@r5 domain:r5 via:default" },
	{ "to:a@r6", "host to:a@r8 host:h:25 domain:r8 via:default" },
	/* rewriting goes down only */
	{ "to:a@r7", "host to:a@r8 host:h:25 domain:r8 via:default" },
	{ "to:a@local.example", "local via:local user:a" },
	{ "to:a@[192.0.2.1]", "local via:local user:a" },
	{ "to:a@LOCAL.example", "local via:local user:a" },
	{ "to:a", "local via:local user:a" },
	{ "to:\"a+b\"@local.example", "local via:local user:a+b" },
	{ "to:+b@local.example", "local via:local user:+b" },
	{ "to:a@mx.local.example", "mx domain:mx.local.example via:default" },
	{ "to:a@forced", "mx domain:forced via:v tls:may msgs-per-conn:5" },
	{ "to:a@pooled",
	    "mx domain:pooled via:p src:192.0.2.5 bind:192.0.2.5 bind6:2001:db8::5 helo:p.example" },
	{ "to:a@nopool",
	    "deferred esc:4.3.5 class:local text:routes:15: there is no pool nowhere" },
	{ "to:@local.example",
	    "bounced esc:5.1.3 class:policy text:bad address syntax" },
	{ "to:a@", "bounced esc:5.1.3 class:policy text:bad address syntax" },
	{ "to:a@x..y",
	    "bounced esc:5.1.3 class:policy text:bad domain syntax" },
	{ "to:a@x.", "mx domain:x via:default" },
	{ "to:a@x..", "bounced esc:5.1.3 class:policy text:bad domain syntax" },
	{ NULL, NULL }
};

static void
test_actions(void)
{
	tables("to:@lmtp1 lmtp:/run/x\n"
	       "to:@lmtp2 lmtp:h:24\n"
	       "to:@hosts host:192.0.2.1:26,[2001:db8::1] host:h:587\n"
	       "to:@here local\n"
	       "to:@no reject:\"go \\\"away\\\"\\\\\"\n"
	       "to:@wait defer:later\n"
	       "to:@drop discard\n"
	       "to:@r1 rewrite:@r2\n"
	       "to:@r3 rewrite:x@r4\n"
	       "to:@r5 rewrite:y@\n"
	       "to:@r6 rewrite:@r7\n"
	       "to:@r7 rewrite:@r8\n"
	       "to:@forced mx via:v tls:may msgs-per-conn:5\n"
	       "to:@pooled pool:p\n"
	       "to:@nopool pool:nowhere\n"
	       "to:@r8 host:h\n"
	       "to:@r2 rewrite:@r2\n",
	    "", "p source=192.0.2.5,2001:db8::5 helo=p.example\n");
	is_str(buf_data(&mroutes.faults), "", "no faults");
	check(by_action);
}

static const struct decision by_alias[] = {
	{ "to:one@local.example",
	    "local to:bob@local.example via:local user:bob" },
	{ "to:One+ext@local.example",
	    "local to:bob+ext@local.example via:local user:bob ext:ext" },
	{ "to:far@local.example",
	    "mx to:Bob@Far.example domain:far.example via:default" },
	{ "to:root@other.example",
	    "local to:bob@other.example via:local user:bob" },
	{ "to:root", "local to:bob via:local user:bob" },
	{ "to:root@far.example", "mx domain:far.example via:default" },
	{ "to:two@local.example",
	    "local via:local forward:a@local.example b@far.example" },
	{ "to:chain@local.example",
	    "local to:two@local.example via:local forward:a@local.example b@far.example" },
	{ "to:nest@local.example",
	    "local via:local forward:c@far.example a@local.example b@far.example" },
	{ "to:cmd@local.example", "local via:local program:/bin/x a, b" },
	{ "to:cmd2@local.example",
	    "local via:local forward:a@far.example program:run" },
	/* an alias with a command further down is left to itself */
	{ "to:list@local.example",
	    "local via:local forward:cmd2@local.example z@far.example" },
	{ "to:to-cmd@local.example",
	    "local to:cmd2@local.example via:local forward:a@far.example program:run" },
	{ "to:self@local.example", "local via:local user:self" },
	{ "to:keep@local.example",
	    "local via:local user:keep forward:copy@far.example" },
	{ "to:has-keep@local.example",
	    "local via:local forward:keep@local.example z@far.example" },
	{ "to:keep@far.example",
	    "deferred esc:4.3.5 class:loop text:aliases:17: keeps its own address, which is not local" },
	{ "to:twice@local.example",
	    "mx to:a@far.example domain:far.example via:default" },
	{ "to:loop@local.example",
	    "deferred esc:4.3.5 class:loop text:aliases:20: aliases name only each other" },
	{ "to:half@local.example",
	    "mx to:a@far.example domain:far.example via:default" },
	{ "to:any@virtual.example",
	    "local to:bob@local.example via:local user:bob" },
	{ "to:known@virtual.example", "mx domain:virtual.example via:default" },
	/* rules see the new address, aliases the rewritten one */
	{ "to:ruled@local.example",
	    "bounced to:x@ruled.example esc:5.7.1 class:policy text:no" },
	{ "to:one@old.example",
	    "local to:bob@local.example via:local user:bob" },
	{ NULL, NULL }
};

static void
test_aliases(void)
{
	tables(
	    "to:@ruled.example reject:no\nto:@old.example rewrite:@local.example\n",
	    "One@local.example: bob\n"
	    "far@local.example: Bob@Far.example\n"
	    "root: bob\n"
	    "two@local.example: a, b@far.example\n"
	    "chain@local.example: two\n"
	    "nest@local.example: two, c@far.example, a\n"
	    "cmd@local.example: \"|/bin/x a, b\"\n"
	    "cmd2@local.example: a@far.example, |run\n"
	    "list@local.example: cmd2, z@far.example\n"
	    "to-cmd@local.example: cmd2\n"
	    "self@local.example: self\n"
	    "keep@local.example: keep, copy@far.example\n"
	    "has-keep@local.example: keep, z@far.example\n"
	    "\n\n\n"
	    "keep@far.example: keep, copy@far.example\n"
	    "twice@local.example: a@far.example, A@far.example\n"
	    "loop@local.example: loop2\n"
	    "loop2@local.example: loop\n"
	    "half@local.example: half2, a@far.example\n"
	    "half2@local.example: half\n"
	    "@virtual.example: one@local.example\n"
	    "known@virtual.example: known\n"
	    "ruled@local.example: x@ruled.example\n",
	    "");
	is_str(buf_data(&maliases.faults), "", "no faults");
	check(by_alias);
	maliases.broken = 1;
	is_str(decide("to:a@local.example"),
	    "deferred esc:4.3.5 class:local "
	    "text:table aliases is missing or damaged",
	    "a damaged table");
	tables("", "", "");
	mlocal.broken = 1;
	is_str(decide("to:a@local.example"),
	    "deferred esc:4.3.5 class:local "
	    "text:table aliases is missing or damaged",
	    "damaged local");
}

/* a chain of n aliases a0 -> a1 -> ... -> an */
static const char *
chain_of(int n)
{
	struct buf b = { 0 };
	int i;

	for (i = 0; i < n; i++)
		buf_printf(&b, "a%d@local.example: a%d\n", i, i + 1);
	buf_putc(&b, '\0');
	tables("", buf_data(&b), "");
	buf_free(&b);
	return decide("to:a0@local.example");
}

/* n rewritings one below the other */
static const char *
rewrite_of(int n)
{
	struct buf b = { 0 };
	int i;

	for (i = 0; i < n; i++)
		buf_printf(&b, "to:@d%d rewrite:@d%d\n", i, i + 1);
	buf_putc(&b, '\0');
	tables(buf_data(&b), "", "");
	buf_free(&b);
	return decide("to:x@d0");
}

/* lists of lists: n addresses in all */
static const char *
wide(int n)
{
	struct buf b = { 0 };
	int i, k;

	buf_puts(&b, "top@local.example: l0");
	for (i = 1; i * 200 < n; i++)
		buf_printf(&b, ",l%d", i);
	for (i = k = 0; k < n; k++) {
		if (k % 200 == 0)
			buf_printf(&b, "\nl%d@local.example: ", i++);
		buf_printf(&b, "%su%d@f", k % 200 == 0 ? "" : ",", k);
	}
	buf_putc(&b, '\n');
	buf_putc(&b, '\0');
	tables("", buf_data(&b), "");
	buf_free(&b);
	return decide("to:top@local.example");
}

/* 101 addresses, lists of 10: the last one has `last` bytes */
static const char *
forward_of(int last)
{
	struct buf b = { 0 };
	int i, j;

	buf_puts(&b, "top@local.example: x");
	for (i = 0; i < 10; i++)
		buf_printf(&b, ",l%d", i);
	for (i = 0; i < 10; i++) {
		buf_printf(&b, "\nl%d@local.example: ", i);
		for (j = 0; j < 10; j++)
			buf_printf(&b, "%s%0321d@f", j == 0 ? "" : ",",
			    10 * i + j);
	}
	buf_printf(&b, "\nx@local.example: %0*d@f\n", last - 2, 1000);
	buf_putc(&b, '\0');
	tables("", buf_data(&b), "");
	buf_free(&b);
	return decide("to:top@local.example");
}

static void
test_limits(void)
{
	char to[700];
	int last = ALIASES_FORWARD_MAX - 100 * 323 - 100;

	ok(strncmp(forward_of(last), "local via", 9) == 0,
	    "list to forward to, at the limit");
	is_num((long long)buf_len(&where.alias.forward), ALIASES_FORWARD_MAX,
	    "its bytes");
	ok(strstr(forward_of(last + 1), "too many") != NULL, "one byte more");

	is_str(chain_of(ALIASES_DEPTH_MAX),
	    "local to:a16@local.example via:local user:a16",
	    "aliases, at the limit");
	is_str(chain_of(ALIASES_DEPTH_MAX + 1),
	    "deferred esc:4.3.5 class:loop "
	    "text:aliases:17: too many aliases of aliases",
	    "one more");
	is_str(rewrite_of(ROUTING_REWRITES_MAX),
	    "mx to:x@d16 domain:d16 via:default", "rewritings, at the limit");
	is_str(rewrite_of(ROUTING_REWRITES_MAX + 1),
	    "deferred to:x@d17 esc:4.3.5 "
	    "class:loop text:more than 16 rewritings, the last by routes:17",
	    "one more");
	/* top, the lists and the users count */
	ok(strncmp(wide(ALIASES_TARGETS_MAX - 6), "local via", 9) == 0,
	    "targets, at the limit");
	ok(strstr(wide(ALIASES_TARGETS_MAX - 5), "too many") != NULL,
	    "one more");
	tables("", "", "");
	memset(to, 'a', sizeof to);
	memcpy(to, "to:", 3);
	strcpy(to + 3 + WORD_ADDRESS_MAX - 14, "@local.example");
	ok(strncmp(decide(to), "local ", 6) == 0, "address, at the limit");
	memset(to + 3, 'a', WORD_ADDRESS_MAX);
	strcpy(to + 3 + WORD_ADDRESS_MAX - 13, "@local.example");
	is_str(decide(to),
	    "bounced esc:5.1.3 class:policy text:address too long",
	    "one byte more");
}

static const struct {
	const struct conffile *s;
	const char *text, *want;
} faults[] = {
	{ &conffile_local, "a b\n", "1 not a domain name\n" },
	{ &conffile_local, "a\nA\n", "2 stands in line 1 already\n" },
	{ &conffile_local, "[192.0.2]\n", "1 not a domain name\n" },
	{ &conffile_local, "a..b\n.a\na.\n",
	    "1 not a domain name\n2 not a domain name\n3 not a domain name\n" },
	{ &conffile_aliases, "a@x: b\nA@X: c\n",
	    "2 address stands in line 1 already\n" },
	{ &conffile_aliases, ": b\n", "1 not an address\n" },
	{ &conffile_aliases, "@: b\n", "1 not an address\n" },
	{ &conffile_aliases, "a b: c\n", "1 blank in an address\n" },
	{ &conffile_aliases, "a: b,,c\n", "1 empty target\n" },
	{ &conffile_aliases, "a: @x\n",
	    "1 a target needs a user before the @\n" },
	{ &conffile_aliases, "a: |\n", "1 no command behind the bar\n" },
	{ &conffile_pools, "a\na weight=0\n", "" },
	{ &conffile_pools, "a weight=0\n", "0 pool a: all weights are 0\n" },
	{ &conffile_pools, "local\n", "1 local is the label of local jobs\n" },
	{ &conffile_routes, "mx via:local\n",
	    "1 via:local: local is the label of local jobs\n" },
	{ &conffile_pools, "a b\n", "1 want WORD=VALUE\n" },
	{ &conffile_pools, "a helo=b/c\n", "1 helo= is not a host name\n" },
	{ &conffile_routes, "to:@ mx\n",
	    "1 to:@: not a pattern: USER@DOMAIN, @DOMAIN, @.DOMAIN, USER@ or *\n" },
	{ &conffile_routes, "to:x mx\n",
	    "1 to:x: not a pattern: USER@DOMAIN, @DOMAIN, @.DOMAIN, USER@ or *\n" },
	{ &conffile_routes, "to:<> mx\n",
	    "1 to:<>: not a pattern: USER@DOMAIN, @DOMAIN, @.DOMAIN, USER@ or *\n" },
	{ &conffile_routes, "mx mx\n",
	    "1 mx: a second action that says where to\n" },
	{ &conffile_routes, "mx:x\n", "1 mx:x: takes no value\n" },
	{ &conffile_routes, "to mx\n", "1 to: wants :VALUE\n" },
	{ &conffile_routes, "lmtp:h\n",
	    "1 lmtp:h: want lmtp:HOST:PORT or lmtp:/PATH\n" },
	{ &conffile_routes, "host:/x\n",
	    "1 host:/x: want HOST[:PORT] or [ADDRESS][:PORT]\n" },
	{ &conffile_routes, "host:[1.2.3]\n",
	    "1 host:[1.2.3]: want HOST[:PORT] or [ADDRESS][:PORT]\n" },
	{ &conffile_routes, "rewrite:x\n",
	    "1 rewrite:x: want USER@DOMAIN, USER@ or @DOMAIN\n" },
	{ &conffile_routes, "rewrite:@\n",
	    "1 rewrite:@: want USER@DOMAIN, USER@ or @DOMAIN\n" },
	{ &conffile_routes, "reject:\n",
	    "1 reject:: nothing behind the colon\n" },
	{ &conffile_routes, "pool:a=0,b=0\n",
	    "1 pool:a=0,b=0: all weights are 0\n" },
};

static void
test_faults(void)
{
	struct memtable t;
	size_t i;

	for (i = 0; i < sizeof faults / sizeof faults[0]; i++) {
		memtable_make(&t, faults[i].s, faults[i].text);
		is_str(buf_data(&t.faults), faults[i].want,
		    faults[i].text[0] == '\n' ? "empty" : faults[i].s->name);
		memtable_free(&t);
	}
}

/* a relay host for all but what is local, whatever that is just now */
static void
local_first(void)
{
	static const struct decision
	    here[] = { { "to:a@local.example", "local via:local user:a" },
		    { "to:a@other.example", "local via:local user:a" },
		    { "to:a@mx.example", "local via:local user:a" },
		    { "to:a@MX", "local via:local user:a" },
		    { "to:a@localhost", "local via:local user:a" },
		    { "to:a", "local via:local user:a" },
		    { "to:a@x.mx.example",
			"host host:relay:25 domain:x.mx.example via:default src:default" },
		    { NULL, NULL } },
	    unknown[] = { { "to:a@mx.example", "local via:local user:a" },
		    { "to:a@x.example",
			"deferred esc:4.3.5 class:local "
			"text:table aliases is missing or damaged" },
		    { NULL, NULL } };
	struct local_default d;

	tables("to:<local> local\nto:* host:relay\n", "", "default\n");
	conf.local = local_by_default(&d, "mx.example", conf.local);
	check(here);
	mlocal.broken = 1;
	check(unknown);
	mlocal.broken = 0;
}

/* what comes back by way of the queue goes to its own address, and to nobody's
 * mailbox */
static void
comes_back(void)
{
	static const struct decision
	    back[] = { { "to:b-x@r.local.example",
			   "mx domain:r.local.example via:default" },
		    { "to:B-x@Local.example",
			"local via:local forward:B-x@Local.example" },
		    { "to:a@local.example", "local via:local user:a" },
		    { "to:fbl+x@local.example",
			"local via:local forward:fbl+x@local.example" },
		    { "to:abuse@local.example",
			"local to:fbl@local.example via:local "
			"forward:fbl@local.example" },
		    { "to:team@local.example",
			"local via:local forward:a@far.example "
			"fbl@local.example" },
		    { "to:leave@local.example",
			"local via:local forward:a@far.example "
			"leave@local.example" },
		    { "to:x@old.example",
			"local to:x@other.example via:local "
			"forward:x@other.example" },
		    { "to:a|b@other.example",
			"local via:local forward:a|b@other.example" },
		    { "to:\"a,;b\"@other.example",
			"local via:local forward:\"a,;b\"@other.example" },
		    { "to:\"|x\"@other.example",
			"local via:local "
			"forward:\"|x\"@other.example" },
		    { "to:#x@other.example",
			"local via:local forward:\"#x\"@other.example" },
		    { "to:-x@other.example",
			"local via:local forward:\"-x\"@other.example" },
		    { "to:a,b@other.example",
			"bounced esc:5.1.3 class:policy "
			"text:bad address syntax" },
		    { "to:\"a\"b@other.example",
			"bounced esc:5.1.3 class:policy "
			"text:bad address syntax" },
		    { "to:fbl@elsewhere.example",
			"host host:h:25 domain:elsewhere.example via:default" },
		    { NULL, NULL } },
	    unknown[] = { { "to:a@local.example",
			      "deferred esc:4.3.5 class:local "
			      "text:table feedback is missing or damaged" },
		    { NULL, NULL } };
	struct memtable t;

	tables("to:@old.example rewrite:@other.example\n"
	       "to:@elsewhere.example host:h\n",
	    "abuse@local.example: fbl@local.example\n"
	    "team@local.example: a@far.example, fbl@local.example\n"
	    "leave@local.example: leave@local.example, a@far.example\n",
	    "");
	conf.feedback = memtable_make(&t, &conffile_feedback,
	    "return-path local.example\nreturn-path r.local.example\n"
	    "address fbl@local.example\nunsubscribe leave@local.example\n"
	    "domain other.example\naddress fbl@elsewhere.example\n");
	is_str(buf_data(&t.faults), "", "the file feedback");
	check(back);
	t.broken = 1;
	check(unknown);
	conf.feedback.get = NULL;
	memtable_free(&t);
}

/* who is prohibited is so before all rules, and where aliases lead to him */
static void
prohibited(void)
{
	static const struct decision barred[] = {
		{ "to:bad@x.example from:a@b",
		    "bounced esc:5.7.1 class:policy text:go away" },
		{ "to:a@x.example from:who@spam.example",
		    "bounced esc:5.7.1 class:policy text:no spam" },
		{ "to:a@x.example from:<>",
		    "host host:h:25 domain:x.example via:default" },
		{ "to:a@spam.example from:a@b",
		    "mx domain:spam.example via:default" },
		{ "to:old@local.example from:a@b",
		    "bounced to:bad@x.example esc:5.7.1 class:policy "
		    "text:go away" },
		{ "to:old@old.example from:a@b",
		    "bounced to:old@gone.example esc:5.7.1 class:policy "
		    "text:this address is prohibited" },
		{ "to:team@local.example from:a@b",
		    "local via:local forward:bad@x.example a@x.example" },
		{ NULL, NULL }
	};
	static const struct decision unknown[] = {
		{ "to:a@x.example from:a@b",
		    "deferred esc:4.3.5 class:local "
		    "text:table prohibited is missing or damaged" },
		{ NULL, NULL }
	};
	struct memtable t;

	tables("to:@x.example host:h\nto:@old.example rewrite:@gone.example\n",
	    "old@local.example: bad@x.example\n"
	    "team@local.example: bad@x.example, a@x.example\n",
	    "");
	conf.prohibited = memtable_make(&t, &conffile_prohibited,
	    "to:bad@x.example go away\n"
	    "from:@spam.example no spam\n@gone.example\n");
	check(barred);
	t.broken = 1;
	check(unknown);
	conf.prohibited.get = NULL;
	memtable_free(&t);
}

int
main(void)
{
	test_rules();
	test_actions();
	test_aliases();
	test_limits();
	test_faults();
	local_first();
	comes_back();
	prohibited();
	return done();
}
