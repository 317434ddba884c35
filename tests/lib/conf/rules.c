/* the text of rules: under which key, records in order, limits; and which of
 * them holds */
#include "conf/rules.h"
#include "conf/rulesearch.h"
#include "memlookup.h"
#include "starve.h"
#include "tap.h"

static const char order[] = "TFng*";

static void
patterns(void)
{
	static const struct {
		const char *text, *key; /* NULL: no pattern */
	} t[] = {
		{ "Ann@Example.ORG", "Fann@example.org" },
		{ "a@[192.0.2.1]", "Fa@[192.0.2.1]" },
		{ "@Example.org", "eexample.org" },
		{ "@.example.org", "qexample.org" },
		{ "Ann@", "vann" },
		{ "a@b@", "va@b" },
		{ "", NULL },
		{ "@", NULL },
		{ "ann", NULL },
		{ "@.", NULL },
		{ "@..a", NULL },
		{ "@a..b", NULL },
		{ "x@a..b", NULL },
		{ "<>", NULL },
		{ "x\x01@a", NULL },
	};
	struct rules_draft d;
	struct address a;
	size_t i;
	int r;

	for (i = 0; i < sizeof t / sizeof *t; i++) {
		r = rules_pattern(&a, t[i].text, strlen(t[i].text));
		is_num(r, t[i].key == NULL ? -1 : 0, t[i].text);
		if (r == -1)
			continue;
		rules_begin(&d, "Feqv*");
		rules_offer_pattern(&d, "Feqv", &a);
		d.key[d.key_len] = '\0';
		is_str(d.key, t[i].key, "key");
		rules_drop(&d);
	}
}

/* what tells more wins, whatever comes first; of two alike the first */
static void
keys(void)
{
	struct rules_draft d;
	char text[WORD_LINE_MAX + 1];

	rules_begin(&d, order);
	ok(d.key_len == 1 && d.key[0] == '*', "nothing offered");
	rules_offer(&d, 'g', "t", 1);
	rules_offer(&d, 'T', "a@b", 3);
	rules_offer(&d, 'T', "c@d", 3);
	rules_offer(&d, 'F', "", 0);
	ok(d.key_len == 4 && memcmp(d.key, "Ta@b", 4) == 0, "the best");
	rules_begin(&d, order);
	memset(text, 'x', sizeof text);
	rules_offer(&d, 'n', text, WORD_LINE_MAX + 1);
	is_num(d.key_len, 1, "longer than a line");
	rules_offer(&d, 'n', text, WORD_LINE_MAX);
	is_num(d.key_len, WORD_LINE_MAX + 1, "as long as a line");
	rules_drop(&d);
}

static void
fields(void)
{
	struct rules_draft d;
	unsigned i;

	rules_begin(&d, order);
	is_str(rules_put_exact(&d, 'n', "tenant", "", 0),
	    "nothing behind the colon", "an empty value");
	is_num(d.key_len, 1, "is no key");
	ok(rules_put_exact(&d, 'n', "tenant", "a", 1) == NULL && d.key_len == 2,
	    "a value");
	for (i = 1; i < RULES_FIELDS_MAX; i++)
		if (rules_put(&d, "x", "y:z", i % 4) != NULL)
			break;
	is_num(i, RULES_FIELDS_MAX, "as many as may be");
	is_str(rules_put(&d, "x", "", 0),
	    "too many conditions and actions in one rule", "one more");
	rules_drop(&d);
}

/* rules with these keys, a word each, in lines 1 and so on: "KEY RECORD|" */
static void
records(const char *keys_in, unsigned key_max, const char *want,
    const char *wrong)
{
	struct memtable t = { 0 };
	struct conffile_sink sink = { memtable_add, memtable_wrong, &t };
	struct rules s = { 0 };
	struct rules_draft d;
	struct slice rest = { keys_in, strlen(keys_in) }, one;
	struct buf got = { 0 };
	unsigned line = 0;
	size_t i;

	while (rest.n > 0 && word_piece(&rest, ' ', &one)) {
		rules_begin(&d, order);
		rules_offer(&d, one.p[0], one.p + 1, one.n - 1);
		rules_put(&d, "k", one.p, one.n);
		is_num(rules_keep(&s, &d, ++line), 0, "kept");
		rules_drop(&d);
	}
	is_num(rules_finish(&s, key_max, &sink), *wrong == '\0' ? 0 : -1,
	    keys_in);
	for (i = 0; i < t.n; i++)
		buf_printf(&got, "%s %s|", t.record[i].key, t.record[i].data);
	buf_putc(&got, '\0');
	buf_putc(&t.faults, '\0');
	is_str(buf_data(&got), want, "records");
	is_str(buf_data(&t.faults), wrong, "faults");
	buf_free(&got);
	memtable_free(&t);
}

static struct rules one_rule;
static int told;

static int
drop_record(void *arg, const char *key, size_t kn, const char *data, size_t dn)
{
	(void)arg;
	(void)key;
	(void)kn;
	(void)data;
	(void)dn;
	return 0;
}

static void
tell(void *arg, const char *reason)
{
	(void)arg;
	told += strcmp(reason, "out of memory") == 0;
}

static int
finish_starved(void)
{
	const struct conffile_sink sink = { drop_record, tell, NULL };

	return rules_finish(&one_rule, 9, &sink) == -1 && told == 1 ? 0 : 1;
}

/* who compiles them asks whether something is wrong, and nothing else */
static void
no_memory(void)
{
	struct rules_draft d;
	char v[1000];

	memset(v, 'v', sizeof v);
	rules_begin(&d, order);
	rules_put(&d, "k", v, sizeof v);
	is_num(rules_keep(&one_rule, &d, 1), 0, "kept");
	rules_drop(&d);
	ok(starve(finish_starved) <= 0, "a record finds no memory: is told");
}

static void
wrong(void)
{
	struct memtable t = { 0 };
	struct conffile_sink sink = { memtable_add, memtable_wrong, &t };
	char word[66], want[100];

	is_num(rules_wrong(&sink, "mx:1", "takes no value"), -1, "a fault");
	memset(word, 'w', 65);
	word[65] = '\0';
	rules_wrong(&sink, word, "x");
	buf_putc(&t.faults, '\0');
	snprintf(want, sizeof want, "0 mx:1: takes no value\n0 %.64s: x\n",
	    word);
	is_str(buf_data(&t.faults), want, "a long word is cut");
	memtable_free(&t);
}

/* yes: holds, no: does not, bad: as if it were damaged; all asked are kept */
static int
holds(void *arg, struct slice label, struct slice v)
{
	buf_printf(arg, "%.*s:%.*s ", (int)label.n, label.p, (int)v.n, v.p);
	if (word_is(label, "yes"))
		return 1;
	if (word_is(label, "no"))
		return 0;
	return word_is(label, "bad") ? -1 : RULESEARCH_ACTION;
}

static void
finds(void)
{
	static const struct {
		const char *star, *tenant; /* records; the second: of nT */
		unsigned after;
		int want; /* the line; -1 damaged */
		const char *actions, *asked;
	} t[] = {
		{ "1\tmx:\n", "", 0, 1, "mx:", "mx: " },
		{ "1\tyes:\n", "", 0, 1, "", "yes: " },
		{ "1\tyes:a\tx:b:c\tno:d\n", "", 0, 1, "x:b:c\tno:d",
		    "yes:a x:b:c " },
		{ "1\tyes:\tno:\tmx:\n3\tmx:\n", "", 0, 3,
		    "mx:", "yes: no: mx: " },
		{ "1\tmx:\n3\tx:\n", "", 1, 3, "x:", "x: " },
		{ "1\tmx:\n3\tx:\n", "", 3, 0, "", "" },
		/* none is asked behind the best one so far */
		{ "2\ta:\n5\tb:\n", "1\tc:\n", 0, 1, "c:", "a: c: " },
		{ "2\ta:\n5\tb:\n", "3\tc:\n", 0, 2, "a:", "a: " },
		{ "2\ta:\n5\tb:\n", "3\tc:\n", 2, 3, "c:", "b: c: " },
		{ "1\tbad:\tmx:\n", "", 0, -1, "", "bad: " },
		{ "1\tmx\n", "", 0, -1, "", "" },
		{ "1\n", "", 0, -1, "", "" },
		{ "0\tmx:\n", "", 0, -1, "", "" },
		{ "x\tmx:\n", "", 0, -1, "", "" },
		{ "1\tyes:\tmx\n", "", 0, -1, "", "yes: " },
	};
	const struct address none = { .domain = none.key };
	const struct rulesearch_who who = { NULL, &none, { "T", 1 },
		{ NULL, 0 }, NULL, 0 };
	struct rulesearch_rule r;
	struct buf asked = { 0 };
	struct rulesearch s;
	size_t i;
	int k;

	for (i = 0; i < sizeof t / sizeof *t; i++) {
		struct memtable m = { 0 };
		struct lookup l = { memtable_get, &m };

		memtable_add(&m, "=kinds", 6, "*n", 2);
		memtable_add(&m, "*", 1, t[i].star, strlen(t[i].star));
		memtable_add(&m, "nT", 2, t[i].tenant, strlen(t[i].tenant));
		is_num(rulesearch_load(&s, &l), 0, t[i].star);
		buf_clear(&asked);
		k = rulesearch_find(&s, &l, &who, t[i].after, holds, &asked,
		    &r);
		is_num(k == 1 ? (int)r.line : k, t[i].want, "line");
		if (k == 1)
			ok(word_is(r.actions, t[i].actions) ||
				(r.actions.p == NULL && *t[i].actions == '\0'),
			    "actions");
		buf_putc(&asked, '\0');
		is_str(buf_data(&asked), t[i].asked, "asked");
		memtable_free(&m);
	}
	buf_free(&asked);
}

static void
loads(void)
{
	const struct address none = { .domain = none.key };
	const struct rulesearch_who who = { .from = &none };
	struct memtable m = { 0 };
	struct lookup l = { memtable_get, &m };
	struct rulesearch_rule r;
	struct rulesearch s;

	is_num(rulesearch_load(&s, &l), 0, "no rules");
	is_num(rulesearch_find(&s, &l, &who, 0, holds, NULL, &r), 0, "none");
	memtable_add(&m, "=kinds", 6, "****************", 16);
	is_num(rulesearch_load(&s, &l), -1, "too many kinds");
	is_num(rulesearch_find(&s, &l, &who, 0, holds, NULL, &r), -1,
	    "stay damaged");
	m.broken = 1;
	is_num(rulesearch_load(&s, &l), -1, "a broken table");
	memtable_free(&m);
	memtable_add(&m, "=kinds", 6, "x", 1);
	is_num(rulesearch_load(&s, &l), 0, "a kind that is not known");
	is_num(rulesearch_find(&s, &l, &who, 0, holds, NULL, &r), -1,
	    "is damage");
	memtable_free(&m);
}

static void
conditions(void)
{
	static const struct {
		const char *label, *value;
		int want;
	} t[] = {
		{ "to", "@b.example", 1 },
		{ "to", "@c.example", 0 },
		{ "from", "<>", 1 },
		{ "from", "a@", 0 },
		{ "tenant", "T", 1 },
		{ "tenant", "t", 0 },
		{ "user", "", 0 },
		{ "user", "u", 0 },
		{ "tag", "a=b", 1 },
		{ "tag", "c=d", 1 },
		{ "tag", "a=", 0 },
		{ "mx", "", RULESEARCH_ACTION },
		{ "", "", RULESEARCH_ACTION },
	};
	const struct slice tag[] = { { "a=b", 3 }, { "c=d", 3 } };
	const struct address none = { .domain = none.key };
	struct address to;
	struct rulesearch_who who = { &to, &none, { "T", 1 }, { NULL, 0 }, tag,
		2 };
	struct slice label, v;
	size_t i;

	address_set(&to, "a@b.example", 11);
	for (i = 0; i < sizeof t / sizeof *t; i++) {
		label = (struct slice){ t[i].label, strlen(t[i].label) };
		v = (struct slice){ t[i].value, strlen(t[i].value) };
		is_num(rulesearch_condition(&who, label, v), t[i].want,
		    t[i].value);
	}
	who.to = NULL;
	is_num(rulesearch_condition(&who, (struct slice){ "to", 2 }, v),
	    RULESEARCH_ACTION, "no recipient to look at");
}

int
main(void)
{
	loads();
	finds();
	conditions();
	patterns();
	keys();
	fields();
	wrong();
	no_memory();
	records("", 9, "", "");
	records("*", 9, "* 1\tk:*\n|=kinds *|", "");
	records("nb na T * nb F T", 9,
	    "* 4\tk:*\n|F 6\tk:F\n|"
	    "T 3\tk:T\n7\tk:T\n|na 2\tk:na\n|nb 1\tk:nb\n5\tk:nb\n|"
	    "=kinds *FTn|",
	    "");
	/* a key that another begins with stands before it */
	records("nab na", 9, "na 2\tk:na\n|nab 1\tk:nab\n|=kinds n|", "");
	records("* na *", 2, "* 1\tk:*\n3\tk:*\n|na 2\tk:na\n|=kinds *n|", "");
	records("* na *", 1, "",
	    "0 more than 1 lines with the same conditions\n");
	return done();
}
