/* conf/accept: lines, right and wrong, their one form, and whose account is whose */
#include "accept/acceptrule.h"
#include "accept/acceptfile.h"
#include "memlookup.h"
#include "tap.h"

static const struct {
	const char *line, *want; /* canonical, or what is wrong after "!" */
} lines[] = {
	{ "* rcpt-rate=10/s", "* rcpt-rate=10/s burst=10 refuse" },
	{ "user:*\trate=3/h burst=1  cap=5/day",
	    "user:* rate=3/h burst=1 cap=5/day refuse" },
	{ "user:Ann+client:* rcpt-cap=5/hour@Etc/UTC reject",
	    "client:*+user:ann rcpt-cap=5/hour@Etc/UTC reject" },
	{ "client:2001:db8:1:2::/64 rate=1/m",
	    "client:2001:db8:1:2::/64 rate=1/m burst=1 refuse" },
	{ "tenant:* credits", "tenant:* refuse credits=0" },
	{ "tenant:* credits=7 rate=1/s reject",
	    "tenant:* rate=1/s burst=1 reject credits=7" },
	{ "from:.example.org byte-rate=1G/d",
	    "from:.example.org byte-rate=1073741824/d burst=1073741824 "
	    "refuse" },
	{ "domain:* byte-rate=8G/d",
	    "domain:* byte-rate=8589934592/d burst=4294967295 refuse" },
	{ "domain:x.example rate=1000000/7d rate=1/s",
	    "domain:x.example rate=1000000/7d burst=1000000 rate=1/s burst=1 "
	    "refuse" },
	{ "*", "!no limit behind the key" },
	{ "* refuse", "!no limit behind the key" },
	{ "* rate=1/s refuse reject", "!more than one of refuse and reject" },
	{ "* conn=5",
	    "!not a limit: rate rcpt-rate byte-rate burst cap rcpt-cap, nor "
	    "refuse reject credits" },
	{ "* rate=1/s backoff=5",
	    "!not a limit: rate rcpt-rate byte-rate burst cap rcpt-cap, nor "
	    "refuse reject credits" },
	{ "* rate=1/s shared",
	    "!not a limit: rate rcpt-rate byte-rate burst cap rcpt-cap, nor "
	    "refuse reject credits" },
	{ "* cap=1/day burst=3", "!burst= does not stand behind a rate" },
	{ "* rate=1/s burst=2 burst=3",
	    "!burst= does not stand behind a rate" },
	{ "* rate=1..5/s", "!burst is not a number from 1 to 1000000" },
	{ "* rate=1..5/s burst=5", "!a limit on what comes in is no range" },
	{ "* byte-rate=1023/s", "!byte-rate is less than 1k" },
	{ "* byte-rate=1024/s", "* byte-rate=1024/s burst=1024 refuse" },
	{ "* credits=1000000000", "* refuse credits=1000000000" },
	{ "* credits=1000000001",
	    "!credits is not a number from 0 to 1000000000" },
	{ "* credits=", "!credits is not a number from 0 to 1000000000" },
	{ "* credits credits=1", "!credits stands twice" },
	{ "site:x rate=1/s",
	    "!the key is not *, nor made of client: user: from: domain: "
	    "tenant:" },
	{ "tag:a=b rate=1/s",
	    "!the key is not *, nor made of client: user: from: domain: "
	    "tenant:" },
	{ "user:a+user:b rate=1/s", "!a label stands twice in the key" },
	{ "user: rate=1/s", "!a value is missing in the key" },
};

static void
parsing(void)
{
	struct buf b = { 0 };
	const char *wrong;
	size_t i;
	int again;

	for (i = 0; i < sizeof lines / sizeof *lines; i++) {
		struct acceptrule r = { .credits = 0 }, r2 = { .credits = 0 };

		buf_clear(&b);
		wrong =
		    acceptrule_parse(&r, lines[i].line, strlen(lines[i].line));
		if (wrong != NULL)
			buf_printf(&b, "!%s", wrong);
		else
			acceptrule_print(&b, &r);
		acceptrule_free(&r);
		buf_putc(&b, '\0');
		is_str(buf_data(&b), lines[i].want, lines[i].line);
		if (wrong != NULL)
			continue;
		again = acceptrule_parse(&r2, buf_data(&b), buf_len(&b) - 1) ==
		    NULL;
		buf_clear(&b);
		again = again && acceptrule_print(&b, &r2) == 0 &&
		    buf_len(&b) == strlen(lines[i].want) &&
		    memcmp(buf_data(&b), lines[i].want, buf_len(&b)) == 0;
		ok(again, "which is its own");
		acceptrule_free(&r2);
	}
	buf_free(&b);
}

static const struct {
	const char *text, *faults;
	size_t n;
} files[] = {
	{ "", "", 1 },
	{ "# none\n* rate=1/s\n\nuser:* credits\n", "", 5 },
	{ "user:a rate=1/s\nuser:A cap=1/day\n", "2 stands in line 1 already\n",
	    3 },
	{ "* cap=1/day@Nowhere/None\n",
	    "1 this machine has no such time zone\n", 1 },
	{ "* cap=1/day cap=2/day\n", "", 3 },
	{ "* x\n* rate=1/s\n",
	    "1 not a limit: rate rcpt-rate byte-rate burst cap rcpt-cap, nor "
	    "refuse reject credits\n",
	    3 },
};

static void
file(void)
{
	struct memtable t;
	size_t i;

	for (i = 0; i < sizeof files / sizeof *files; i++) {
		memtable_make(&t, &conffile_accept, files[i].text);
		is_str(buf_data(&t.faults), files[i].faults, files[i].text);
		is_num((long long)t.n, (long long)files[i].n, "records");
		memtable_free(&t);
	}
}

static const struct {
	const char *key, *rule; /* NULL: none */
} accounts[] = {
	{ "user:ann", "user:*" },
	{ "user:bob", "user:bob" },
	{ "user:ann+x", "user:*" },
	{ "client:192.0.2.1+user:ann", "client:*+user:*" },
	{ "domain:.example.org", "domain:.example.org" },
	{ "domain:x.example.org", NULL },
	{ "user:", NULL },
	{ "from:x", NULL },
	{ "tenant:a", NULL },
	{ "*", NULL },
	{ "", NULL },
};

static void
loading(void)
{
	static const char text[] = "user:* credits=5\nuser:bob credits reject\n"
				   "client:*+user:* credits\n"
				   "domain:.example.org credits\n"
				   "tenant:* rate=1/s\n";
	struct memtable t;
	struct lookup l = memtable_make(&t, &conffile_accept, text);
	struct acceptrules rules = { .n = 0 };
	const struct acceptrule *r;
	const char *reason = "good";
	size_t i;

	is_num(acceptrules_load(&rules, &l, &reason), 0, "a table");
	is_num(rules.n, 5, "its rules");
	is_num(rules.n_credits, 4, "and those with accounts");
	r = acceptrules_find(&rules, "user:bob", 8);
	ok(r != NULL && r->action == ACCEPT_REJECT && r->line == 2,
	    "what a line says");
	for (i = 0; i < sizeof accounts / sizeof *accounts; i++) {
		r = acceptrules_account(&rules,
		    (struct slice){ accounts[i].key, strlen(accounts[i].key) });
		ok(accounts[i].rule == NULL
			? r == NULL
			: r != NULL && strlen(accounts[i].rule) == r->key_len &&
			    memcmp(r->key, accounts[i].rule, r->key_len) == 0,
		    accounts[i].key);
	}
	acceptrules_free(&rules);
	memcpy(t.record[1].data, "usur", 4);
	is_num(acceptrules_load(&rules, &l, &reason), -1, "a damaged record");
	acceptrules_free(&rules);
	t.broken = 1;
	is_num(acceptrules_load(&rules, &l, &reason), -1, "a damaged table");
	acceptrules_free(&rules);
	memtable_free(&t);
}

int
main(void)
{
	parsing();
	file();
	loading();
	return done();
}
