/* the file auth: what is done with mail that fails, exceptions, sealers */
#include "auth/auth.h"
#include "memlookup.h"
#include "conf/word.h"
#include "tap.h"

#define ACTIONS "1 want report, tag, hold or reject\n"

static const struct {
	const char *text, *faults;
	size_t n;
} cases[] = {
	{ "", "", 0 },
	{ "# x\n\n", "", 0 },
	{ "dmarc-reject report\ndmarc-quarantine hold\n", "", 2 },
	{ "dmarc-reject tag\ndmarc-quarantine reject\nhold 2h\n", "", 3 },
	{ "dmarc-reject\treject\n", "", 1 },
	{ "dmarc-reject drop\n", ACTIONS, 0 },
	{ "dmarc-reject policy\n", ACTIONS, 0 },
	{ "dmarc-permerror policy\n", "", 1 },
	{ "dmarc-permerror tag\n", "", 1 },
	{ "dmarc-permerror drop\n",
	    "1 want policy, report, tag, hold or "
	    "reject\n",
	    0 },
	{ "dmarc-reject Reject\n", ACTIONS, 0 },
	{ "dmarc-reject\n", "1 a value is missing\n", 0 },
	{ "dmarc-reject tag hold\n", "1 one value only\n", 1 },
	{ "dmarc-reject tag\ndmarc-reject tag\n",
	    "2 stands in line 1 already\n", 1 },
	{ "hold 365d\n", "", 1 },
	{ "hold 31536001\n", "1 hold wants a time up to 365d\n", 0 },
	{ "hold soon\n", "1 hold wants a time up to 365d\n", 0 },
	{ "except a.example .b.example\nexcept C.Example\n", "", 3 },
	{ "trust a.example\nexcept a.example\n", "", 2 },
	{ "trust a.example\ntrust A.example\n", "2 stands in line 1 already\n",
	    1 },
	{ "trust\n", "1 a value is missing\n", 0 },
	{ "trust .\n", "1 not a domain name\n", 0 },
	{ "trust a..b\n", "1 not a domain name\n", 0 },
	{ "trust a@b\n", "1 not a domain name\n", 0 },
	{ "trust \"a\n", "1 quote not closed, or control byte\n", 0 },
	{ "\"trust\n", "1 quote not closed, or control byte\n", 0 },
	{ "what a\n",
	    "1 unknown word; dmarc-reject dmarc-quarantine "
	    "dmarc-permerror hold except trust are known\n",
	    0 },
};

static void
parse(void)
{
	struct memtable t;
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		memtable_make(&t, &conffile_auth, cases[i].text);
		is_str(buf_data(&t.faults), cases[i].faults, cases[i].text);
		is_num(t.n, cases[i].n, "records");
		memtable_free(&t);
	}
}

static void
rules(void)
{
	struct auth_rules r;
	struct memtable t;
	struct lookup l = memtable_make(&t, &conffile_auth, "");

	is_num(auth_rules(&l, &r), 0, "an empty table");
	ok(r.reject == AUTH_REPORT && r.quarantine == AUTH_REPORT &&
		r.hold_s == AUTH_HOLD_DEFAULT_S,
	    "reports only");
	t.broken = 1;
	is_num(auth_rules(&l, &r), -1, "a broken table");
	is_num(auth_excepted(&l, "a.example"), -1, "is said");
	memtable_free(&t);
	l = memtable_make(&t, &conffile_auth,
	    "dmarc-reject reject\n"
	    "dmarc-quarantine hold\nhold 1h\n");
	is_num(auth_rules(&l, &r), 0, "a full table");
	is_str(auth_word(r.reject), "reject", "reject");
	is_str(auth_word(r.quarantine), "hold", "quarantine");
	is_str(auth_word(r.permerror), "policy", "permerror");
	is_num(r.hold_s, 3600, "hold");
	memtable_free(&t);
	l = memtable_make(&t, &conffile_auth, "dmarc-permerror tag\n");
	is_num(auth_rules(&l, &r), 0, "one line");
	is_str(auth_word(r.permerror), "tag", "another action");
	memtable_free(&t);
}

static void
lists(void)
{
	char name[WORD_DOMAIN_MAX + 2];
	struct memtable t;
	struct lookup l = memtable_make(&t, &conffile_auth,
	    "except a.example .b.example\ntrust .c.example d.example .org\n");

	is_num(auth_excepted(&l, "a.example"), 1, "the domain");
	is_num(auth_excepted(&l, "A.Example"), 1, "in any case");
	is_num(auth_excepted(&l, "x.a.example"), 0, "not one below");
	is_num(auth_excepted(&l, "example"), 0, "not one above");
	is_num(auth_excepted(&l, "b.example"), 1, "with a dot: the domain");
	is_num(auth_excepted(&l, "x.y.b.example"), 1, "and all below");
	is_num(auth_excepted(&l, "xb.example"), 0, "but not beside");
	is_num(auth_excepted(&l, ""), 0, "no domain");
	is_num(auth_excepted(&l, "d.example"), 0, "not in the other list");
	is_num(auth_trusted(&l, "x.c.example"), 1, "the other list");
	is_num(auth_trusted(&l, "a.b.org"), 1, "a whole top domain");
	is_num(auth_trusted(&l, "a.example"), 0, "not in the one");
	memset(name, 'a', sizeof name);
	memcpy(name + WORD_DOMAIN_MAX - 4, ".org", 5);
	is_num(auth_trusted(&l, name), 1, "the longest name");
	memcpy(name + WORD_DOMAIN_MAX - 3, ".org", 5);
	is_num(auth_trusted(&l, name), 0, "a longer one");
	memtable_free(&t);
}

int
main(void)
{
	parse();
	rules();
	lists();
	return done();
}
