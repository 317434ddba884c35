/* the file fix: records, faults, which lines match */
#include "fix/rules.h"
#include "memlookup.h"
#include "tap.h"
#include <stdlib.h>

static const struct {
	const char *text, *faults, *key, *data; /* of the first record */
} cases[] = {
	{ "* message-id\n", "", "*", "1\tmessage-id:\n" },
	{ "message-id\n", "", "*", "1\tmessage-id:\n" },
	{ "* add:\"X-A: b c\" remove:X-I*\n", "", "*",
	    "1\tadd:X-A: b c\tremove:X-I*\n" },
	{ "tenant:acme prio:3\n", "", "nacme", "1\t?tenant:acme\tprio:3\n" },
	{ "to:Ann@Example.ORG prio:3\n", "", "*",
	    "1\t?to:ann@example.org\tprio:3\n" },
	{ "to:@.Example. prio:3\n", "", "*", "1\t?to:@.example\tprio:3\n" },
	{ "to:* prio:3\n", "", "*", "1\tprio:3\n" },
	{ "from:a@b to:c@ prio:3\n", "", "Fa@b",
	    "1\t?from:a@b\t?to:c@\tprio:3\n" },
	{ "to:<> prio:3\n",
	    "1 to:<>: not a pattern: USER@DOMAIN, @DOMAIN, @.DOMAIN, USER@ or *\n",
	    NULL, NULL },
	{ "to:ann prio:3\n",
	    "1 to:ann: not a pattern: USER@DOMAIN, @DOMAIN, @.DOMAIN, USER@ or *\n",
	    NULL, NULL },
	{ "prio:3 to:a@b\n", "1 to:a@b: a condition behind an action\n", NULL,
	    NULL },
	{ "tenant:acme set-tenant:x\n", "", "nacme",
	    "1\t?tenant:acme\ttenant:x\n" },
	{ "set-tag:a=b set-tag:c=%{uuid}\n", "", "*",
	    "1\ttag:a=b\ttag:c=%{uuid}\n" },
	{ "set-tenant:acme\n", "", "*", "1\ttenant:acme\n" },
	{ "set-tag:a=b from:a@b\n",
	    "1 from:a@b: a condition behind an action\n", NULL, NULL },
	{ "set-tag:a\n",
	    "1 set-tag:a: want NAME=TEXT, the name of letters, digits, - _ .\n",
	    NULL, NULL },
	{ "set-tag\n", "1 set-tag: wants :VALUE\n", NULL, NULL },
	{ "set-prio:3\n", "1 set-prio:3: unknown condition or action\n", NULL,
	    NULL },
	{ "set-:3\n", "1 set-:3: unknown condition or action\n", NULL, NULL },
	{ "tenant:acme tenant:x\n", "1 tenant:x: stands twice\n", NULL, NULL },
	{ "* prio:1 prio:2\n", "1 prio:2: stands twice\n", NULL, NULL },
	{ "* message-id message-id\n", "1 message-id: stands twice\n", NULL,
	    NULL },
	{ "* set-tenant:a set-tenant:b\n", "1 set-tenant:b: stands twice\n",
	    NULL, NULL },
	{ "* set-tag:a=b set-tag:c=b set-tag:A=d\n",
	    "1 set-tag:A=d: stands twice\n", NULL, NULL },
	{ "* set:\"X: a\" set:\"x: b\"\n", "1 set:x: b: stands twice\n", NULL,
	    NULL },
	{ "* default:\"X: a\" default:\"X: b\"\n",
	    "1 default:X: b: stands twice\n", NULL, NULL },
	{ "* reject:a reject:b\n", "1 reject:b: stands twice\n", NULL, NULL },
	{ "* return-path:a.example verp return-path:b.example\n",
	    "1 return-path:b.example: stands twice\n", NULL, NULL },
	{ "* add:\"X: a\" add:\"X: a\" default:\"X: b\" set:\"X: c\"\n", "",
	    "*", "1\tadd:X: a\tadd:X: a\tdefault:X: b\tset:X: c\n" },
	{ "user:ann user:bob seven-bit\n", "1 user:bob: stands twice\n", NULL,
	    NULL },
	{ "from-aligned from-unaligned seven-bit\n",
	    "1 from-unaligned: no message is from-aligned and from-unaligned\n",
	    NULL, NULL },
	{ "header:X no-header:x seven-bit\n",
	    "1 no-header:x: no message has this field and does not have it\n",
	    NULL, NULL },
	{ "no-header:X header:X seven-bit\n",
	    "1 header:X: no message has this field and does not have it\n",
	    NULL, NULL },
	{ "header:X header:X seven-bit\n", "1 header:X: stands twice\n", NULL,
	    NULL },
	{ "* tenant:acme\n", "", "*", "1\ttenant:acme\n" },
	{ "* tag:a=b tag:c=d\n", "", "*", "1\ttag:a=b\ttag:c=d\n" },
	{ "tag:a=b tag:c=%{uuid}\n", "", "ga=b",
	    "1\t?tag:a=b\ttag:c=%{uuid}\n" },
	{ "tag:stream=%{header:X-Stream-Id}\n", "", "*",
	    "1\ttag:stream=%{header:X-Stream-Id}\n" },
	{ "from:Ann@Example.ORG tag:a=b message-id\n", "", "Fann@example.org",
	    "1\t?from:ann@example.org\t?tag:a=b\tmessage-id:\n" },
	{ "from:@.example.org message-id tag:a=b\n", "", "qexample.org",
	    "1\t?from:@.example.org\tmessage-id:\ttag:a=b\n" },
	{ "from:@example.org message-id\n", "", "eexample.org",
	    "1\t?from:@example.org\tmessage-id:\n" },
	{ "from:ann@ message-id\n", "", "vann",
	    "1\t?from:ann@\tmessage-id:\n" },
	{ "from:<> message-id\n", "", "F", "1\t?from:<>\tmessage-id:\n" },
	{ "from:* message-id\n", "", "*", "1\tmessage-id:\n" },
	{ "user:ann message-id\n", "", "oann", "1\t?user:ann\tmessage-id:\n" },
	{ "user:* check-from\n", "", "*", "1\t?anybody:\tcheck-from:\n" },
	{ "user:ann allow-from:ann@example.org,@a.example,@.b.example\n", "",
	    "oann",
	    "1\t?user:ann\tallow-from:ann@example.org,@a.example,@.b.example\n" },
	{ "header:X-A no-header:x-b* from-aligned message-id\n", "", "*",
	    "1\t?header:X-A\t?no-header:x-b*\t?from-aligned:\tmessage-id:\n" },
	{ "from-unaligned reject:\"not you\"\n", "", "*",
	    "1\t?from-unaligned:\treject:not you\n" },
	{ "return-path:r.example verp\n", "", "*",
	    "1\treturn-path:r.example\tverp:\n" },
	{ "return-path:r.example\n", "", "*", "1\treturn-path:r.example\n" },
	{ "return-path-header:X-Return-Path=r.example,.s.example\n", "", "*",
	    "1\treturn-path-header:X-Return-Path=r.example,.s.example\n" },
	{ "list-unsubscribe:https://u.example/u/ mailto:u@example.org one-click\n",
	    "", "*",
	    "1\tlist-unsubscribe:https://u.example/u/\tmailto:u@example.org\tone-click:\n" },
	{ "list-unsubscribe:mailto:unsub-%{uuid}@%{from-domain}\n", "", "*",
	    "1\tlist-unsubscribe:mailto:unsub-%{uuid}@%{from-domain}\n" },
	{ "feedback-id:\"%{tag:c}:%{tenant}:news:ours\"\n", "", "*",
	    "1\tfeedback-id:%{tag:c}:%{tenant}:news:ours\n" },
	{ "default:\"X-Mailer: m\" set:\"A: b\"\n", "", "*",
	    "1\tdefault:X-Mailer: m\tset:A: b\n" },
	{ "tenant:acme\n", "1 no action\n", NULL, NULL },
	{ "*\n", "1 no action\n", NULL, NULL },
	{ "what:x\n", "1 what:x: unknown condition or action\n", NULL, NULL },
	{ "message-id header:X\n", "1 header:X: a condition behind an action\n",
	    NULL, NULL },
	{ "* header:X message-id\n",
	    "1 header:X: a condition behind an action\n", NULL, NULL },
	{ "message-id:x\n", "1 message-id:x: takes no value\n", NULL, NULL },
	{ "remove\n", "1 remove: wants :VALUE\n", NULL, NULL },
	{ "remove:*\n", "1 remove:*: not a name of a field\n", NULL, NULL },
	{ "remove:\n", "1 remove:: not a name of a field\n", NULL, NULL },
	{ "remove:\"a b\"\n", "1 remove:a b: not a name of a field\n", NULL,
	    NULL },
	{ "add:X\n", "1 add:X: want \"Name: text\"\n", NULL, NULL },
	{ "set:\"X*: y\"\n", "1 set:X*: y: want \"Name: text\"\n", NULL, NULL },
	{ "add:\"X: %{nobody}\"\n",
	    "1 add:X: %{nobody}: unknown name within %{}\n", NULL, NULL },
	{ "add:\"X: %{uuid\"\n", "1 add:X: %{uuid: %{ without }\n", NULL,
	    NULL },
	{ "* tag:a\n",
	    "1 tag:a: want NAME=TEXT, the name of letters, digits, - _ .\n",
	    NULL, NULL },
	{ "* tenant:\n", "1 tenant:: nothing behind the colon\n", NULL, NULL },
	{ "tenant:\n", "1 tenant:: nothing behind the colon\n", NULL, NULL },
	{ "prio:10\n", "1 prio:10: want 0 to 9\n", NULL, NULL },
	{ "return-path:a..b\n", "1 return-path:a..b: not a domain\n", NULL,
	    NULL },
	{ "verp\n", "1 verp: stands behind return-path: only\n", NULL, NULL },
	{ "return-path-header:X\n",
	    "1 return-path-header:X: want NAME=DOMAIN,...\n", NULL, NULL },
	{ "return-path-header:X=a,,b\n",
	    "1 return-path-header:X=a,,b: not a domain\n", NULL, NULL },
	{ "pixel:https://o.example/p/%{uuid}\n", "", "*",
	    "1\tpixel:https://o.example/p/%{uuid}\n" },
	{ "from:@a.example seven-bit\n", "", "ea.example",
	    "1\t?from:@a.example\tseven-bit:\n" },
	{ "seven-bit:yes\n", "1 seven-bit:yes: takes no value\n", NULL, NULL },
	{ "pixel:http://o.example/p/\n",
	    "1 pixel:http://o.example/p/: want https://...\n", NULL, NULL },
	{ "pixel:mailto:a@b.example\n",
	    "1 pixel:mailto:a@b.example: want https://...\n", NULL, NULL },
	{ "pixel:\n", "1 pixel:: want https://...\n", NULL, NULL },
	{ "list-unsubscribe:http://x/\n",
	    "1 list-unsubscribe:http://x/: want https://... or mailto:...\n",
	    NULL, NULL },
	{ "list-unsubscribe:\"https://x/ y\"\n",
	    "1 list-unsubscribe:https://x/ y: has bytes that no URL has\n",
	    NULL, NULL },
	{ "list-unsubscribe:https://x/>\n",
	    "1 list-unsubscribe:https://x/>: has bytes that no URL has\n", NULL,
	    NULL },
	{ "list-unsubscribe:mailto:x@y one-click\n",
	    "1 one-click: stands behind list-unsubscribe:https://... only\n",
	    NULL, NULL },
	{ "mailto:x@y\n",
	    "1 mailto:x@y: stands behind list-unsubscribe: only\n", NULL,
	    NULL },
	{ "one-click\n",
	    "1 one-click: stands behind list-unsubscribe:https://... only\n",
	    NULL, NULL },
	{ "reject:\n", "1 reject:: wants a text of 1 to 400 bytes\n", NULL,
	    NULL },
	{ "reject:\"n\xc3\xb6\"\n",
	    "1 reject:n\xc3\xb6: wants printable ASCII\n", NULL, NULL },
	{ "allow-from:a,b@c\n",
	    "1 allow-from:a,b@c: want ADDRESS, @DOMAIN or @.DOMAIN\n", NULL,
	    NULL },
	{ "from:a@b@ message-id\n", "", "va@b",
	    "1\t?from:a@b@\tmessage-id:\n" },
	{ "from:x message-id\n",
	    "1 from:x: not a pattern: USER@DOMAIN, @DOMAIN, @.DOMAIN, USER@, <> or *\n",
	    NULL, NULL },
	{ "add:\"X: y\n", "1 quote not closed, or control byte\n", NULL, NULL },
};

static void
parse(void)
{
	struct memtable t;
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		memtable_make(&t, &conffile_fix, cases[i].text);
		is_str(buf_data(&t.faults), cases[i].faults, cases[i].text);
		if (cases[i].key != NULL &&
		    is_num(t.n, 2, "record and kinds")) {
			is_str(t.record[0].key, cases[i].key, "key");
			is_str(t.record[0].data, cases[i].data, "data");
		}
		memtable_free(&t);
	}
}

static void
limits(void)
{
	char *text = malloc(64 * FIXRULES_RULES_MAX + 4096), *p;
	struct memtable t;
	unsigned n, i;

	for (n = RULES_FIELDS_MAX; n <= RULES_FIELDS_MAX + 1; n++) {
		for (p = text, i = 0; i < n; i++)
			p += sprintf(p, "remove:x%u ", i);
		memtable_make(&t, &conffile_fix, text);
		is_str(buf_data(&t.faults),
		    n == RULES_FIELDS_MAX
			? ""
			: "1 remove:x32: too many conditions and actions in one rule\n",
		    "actions");
		memtable_free(&t);
	}
	for (n = FIXRULES_KEY_MAX; n <= FIXRULES_KEY_MAX + 1; n++) {
		for (p = text, i = 0; i < n; i++)
			p += sprintf(p, "message-id\n");
		memtable_make(&t, &conffile_fix, text);
		is_str(buf_data(&t.faults),
		    n == FIXRULES_KEY_MAX
			? ""
			: "0 more than 1000 lines with the same conditions\n",
		    "lines under one key");
		memtable_free(&t);
	}
	for (n = FIXRULES_RULES_MAX; n <= FIXRULES_RULES_MAX + 1; n++) {
		for (p = text, i = 0; i < n; i++)
			p += sprintf(p, "user:u%u prio:1\n", i);
		memtable_make(&t, &conffile_fix, text);
		is_str(buf_data(&t.faults),
		    n == FIXRULES_RULES_MAX ? ""
					    : "100001 more than 100000 rules\n",
		    "rules");
		memtable_free(&t);
	}
	for (n = FIXRULES_TEXT_MAX; n <= FIXRULES_TEXT_MAX + 1; n++) {
		p = text + sprintf(text, "reject:");
		memset(p, 'x', n);
		p[n] = '\0';
		memtable_make(&t, &conffile_fix, text);
		is_num(t.n, n == FIXRULES_TEXT_MAX ? 2 : 0, "text of reject:");
		memtable_free(&t);
	}
	free(text);
}

/* lines, one condition each, and a message: the lines that match */
static const char rules[] =
    "from:ann@example.org prio:1\n"                  /* 1 */
    "from:@example.org prio:1\n"                     /* 2 */
    "from:@.example.org prio:1\n"                    /* 3 */
    "from:@.org prio:1\n"                            /* 4 */
    "from:ann@ prio:1\n"                             /* 5 */
    "from:<> prio:1\n"                               /* 6 */
    "tenant:acme prio:1\n"                           /* 7 */
    "tag:a=b prio:1\n"                               /* 8 */
    "tag:c=d prio:1\n"                               /* 9 */
    "user:joe prio:1\n"                              /* 10 */
    "user:* prio:1\n"                                /* 11 */
    "header:X-A prio:1\n"                            /* 12 */
    "no-header:X-A prio:1\n"                         /* 13 */
    "from-aligned prio:1\n"                          /* 14 */
    "from-unaligned prio:1\n"                        /* 15 */
    "* prio:1\n"                                     /* 16 */
    "tenant:acme tag:a=b from:@example.org prio:1\n" /* 17 */
    "from:@xample.org prio:1\n";                     /* 18 */

static const struct {
	const char *from, *tenant, *user, *tags, *header, *want;
	int aligned;
} mails[] = {
	{ "ann@example.org", "", "", "", "", "1 2 3 4 5 13 16 ", 0 },
	{ "Ann@Example.Org", "", "", "", "", "1 2 3 4 5 13 16 ", 0 },
	{ "ann@sub.example.org", "", "", "", "", "3 4 5 13 14 16 ", 1 },
	{ "ann@bexample.org", "", "", "", "", "4 5 13 15 16 ", -1 },
	{ "", "", "", "", "", "6 13 16 ", 0 },
	{ "x@y", "acme", "", "", "", "7 13 16 ", 0 },
	{ "x@y", "acm", "", "", "", "13 16 ", 0 },
	{ "x@y", "", "", "a=b,c=d,e=f", "", "8 9 13 16 ", 0 },
	{ "x@y", "", "", "a=,=b,a=bc", "", "13 16 ", 0 },
	{ "x@y", "", "joe", "", "", "10 11 13 16 ", 0 },
	{ "x@y", "", "ann", "", "", "11 13 16 ", 0 },
	{ "x@y", "", "", "", "x-a:\n", "12 16 ", 0 },
	{ "x@y", "", "", "", "x-ab: 1\n", "13 16 ", 0 },
	{ "q@example.org", "acme", "", "z=1,a=b", "", "2 3 4 7 8 13 16 17 ",
	    0 },
	{ "q@xample.org", "", "", "", "", "4 13 16 18 ", 0 },
};

static void
match(void)
{
	struct memtable t;
	struct lookup l = memtable_make(&t, &conffile_fix, rules);
	struct rulesearch f;
	unsigned i, after;
	int r;

	is_num(rulesearch_load(&f, &l), 0, "load");
	for (i = 0; i < sizeof mails / sizeof *mails; i++) {
		struct slice tag[8],
		    rest = { mails[i].tags, strlen(mails[i].tags) };
		struct fixrules_mail m = { .tag = tag };
		struct fixrules_rule rule;
		struct address a;
		char got[200] = "";

		address_set(&a, mails[i].from, strlen(mails[i].from));
		m.from = &a;
		m.tenant =
		    (struct slice){ mails[i].tenant, strlen(mails[i].tenant) };
		m.user = (struct slice){ mails[i].user, strlen(mails[i].user) };
		while (rest.n > 0 && word_piece(&rest, ',', &tag[m.n_tag]))
			m.n_tag++;
		m.header = mails[i].header;
		m.header_len = strlen(mails[i].header);
		m.aligned = mails[i].aligned == 1;
		m.unaligned = mails[i].aligned == -1;
		for (after = 0;
		     (r = fixrules_find(&f, &l, &m, after, &rule)) == 1;
		     after = rule.line)
			sprintf(got + strlen(got), "%u ", rule.line);
		is_num(r, 0, "the end");
		is_str(got, mails[i].want, mails[i].from);
	}
	memtable_free(&t);
}

static void
damaged(void)
{
	static const char *const bad[] = { "x\tprio:1\n", "1\n", "1\tprio\n",
		"1\twhat:x\n", "1\t?what:x\n", "1\tadd:x\n", "1\ttag:x\n",
		"0\tprio:1\n", "1\t:x\n" };
	struct memtable t;
	struct lookup l = { memtable_get, &t };
	struct rulesearch f;
	struct fixrules_mail m = { 0 };
	struct fixrules_rule r;
	struct address a;
	unsigned i;

	address_set(&a, "x@y", 3);
	m.from = &a;
	for (i = 0; i < sizeof bad / sizeof *bad; i++) {
		memset(&t, 0, sizeof t);
		memtable_add(&t, "=kinds", 6, "*", 1);
		memtable_add(&t, "*", 1, bad[i], strlen(bad[i]));
		rulesearch_load(&f, &l);
		is_num(fixrules_find(&f, &l, &m, 0, &r), -1, bad[i]);
		memtable_free(&t);
	}
	memset(&t, 0, sizeof t);
	is_num(rulesearch_load(&f, &l), 0, "an empty table");
	is_num(fixrules_find(&f, &l, &m, 0, &r), 0, "has no rules");
	t.broken = 1;
	is_num(rulesearch_load(&f, &l), -1, "a broken one");
	is_num(fixrules_find(&f, &l, &m, 0, &r), -1, "is no empty one");
}

static void
lists(void)
{
	static const struct slice l = { "joe@a.example,@B.example,@.c.example",
		36 };
	static const struct {
		const char *a;
		int in;
	} t[] = { { "joe@a.example", 1 }, { "JOE@A.EXAMPLE", 1 },
		{ "ann@a.example", 0 }, { "x@b.example", 1 },
		{ "x@s.b.example", 0 }, { "x@c.example", 1 },
		{ "x@s.c.example", 1 }, { "x@sc.example", 0 }, { "joe", 0 } };
	struct address a;
	unsigned i;

	for (i = 0; i < sizeof t / sizeof *t; i++) {
		address_set(&a, t[i].a, strlen(t[i].a));
		is_num(fixrules_listed(l, &a), t[i].in, t[i].a);
	}
}

int
main(void)
{
	parse();
	limits();
	match();
	damaged();
	lists();
	return done();
}
