#include "sign/signers.h"
#include "memlookup.h"
#include "sign/signersfile.h"
#include "tap.h"

static struct memtable table;

static const char rules[] =
    "u@a.example.org domain=a.example.org selector=user key=k\n"
    "a.example.org domain=a.example.org selector=exact key=k\n"
    ".example.org domain=example.org selector=below key=k\n"
    ".b.example.org domain=b.example.org selector=belowb key=k\n"
    "two.org domain=two.org selector=one key=k expire=1h\n"
    "two.org domain=two.org selector=two key=l/m algorithm=ed25519-sha256 "
    "canon=simple/relaxed headers=From:To oversign=From identity=@x.two.org\n"
    "* domain=any.org selector=any key=k foreign=yes\n"
    "xn--g-eha.example domain=xn--g-eha.example selector=idn key=k\n"
    "bounces.org domain=bounces.org selector=env key=k by=envelope\n";

static const struct {
	const char *address, *selectors;
} finds[] = {
	{ "u@a.example.org", "user " },
	{ "U@A.EXAMPLE.ORG", "user " },
	{ "v@a.example.org", "exact " },
	{ "v@example.org", "below " },
	{ "v@x.y.example.org", "below " },
	{ "v@b.example.org", "belowb " },
	{ "v@c.b.example.org", "belowb " },
	{ "v@xexample.org", "any " },
	{ "v@two.org", "one two " },
	{ "\303\274@g\303\274.example", "idn " },
	{ "v@G\303\234.example", "idn " },
	{ "v@xn--g-eha.example", "idn " },
	{ "v@x.two.org", "any " },
	{ "v@bounces.org", "any " },
	{ "v", "any " },
	{ "@two.org", "any " },
	{ "", "any " },
	{ "\"a@b\"@two.org", "one two " },
};

static void
selectors(const struct signers_found *f, char *out)
{
	unsigned i;

	for (i = 0, *out = '\0'; i < f->n; i++) {
		strcat(out, f->rule[i].selector);
		strcat(out, " ");
	}
}

static void
found(void)
{
	struct lookup l = memtable_make(&table, &conffile_dkim, rules);
	struct signers_found f = { .n = 0 };
	char got[256], longest[WORD_ADDRESS_MAX + 2];
	size_t i;

	is_str(buf_data(&table.faults), "", "the rules are good");
	for (i = 0; i < sizeof finds / sizeof finds[0]; i++) {
		f.n = 0;
		is_num(signers_find(&l, SIGNERS_FROM, finds[i].address,
			   strlen(finds[i].address), &f),
		    0, finds[i].address);
		selectors(&f, got);
		is_str(got, finds[i].selectors, finds[i].selectors);
	}
	f.n = 0;
	memset(longest, 'u', sizeof longest);
	memcpy(longest + WORD_ADDRESS_MAX - 8, "@two.org", 8);
	signers_find(&l, SIGNERS_FROM, longest, WORD_ADDRESS_MAX, &f);
	is_num(f.n, 2, "the longest address");
	f.n = 0;
	signers_find(&l, SIGNERS_FROM, "v@two.org", 9, &f);
	signers_find(&l, SIGNERS_ENVELOPE, "b@bounces.org", 13, &f);
	selectors(&f, got);
	is_str(got, "one two env ", "author and envelope sender");
	is_num(f.rule[0].expire_s, 3600, "expire=");
	is_num(f.rule[0].header + 2 * f.rule[0].body, 3, "relaxed both");
	ok(f.rule[0].headers == NULL && f.rule[0].oversign == NULL &&
		f.rule[0].identity == NULL,
	    "what is not given");
	is_str(f.rule[1].key, "l/m", "key=");
	is_num(f.rule[1].algorithm, SIGNING_ED25519_SHA256, "algorithm=");
	is_num(f.rule[1].header, CANON_SIMPLE, "canon=");
	is_num(f.rule[1].body, CANON_RELAXED, "canon=");
	is_str(f.rule[1].headers, "from:to", "headers=");
	is_str(f.rule[1].oversign, "from", "oversign=");
	is_str(f.rule[1].identity, "@x.two.org", "identity=");
	f.n = 0;
	table.broken = 1;
	is_num(signers_find(&l, SIGNERS_FROM, "v@two.org", 9, &f), -1,
	    "a damaged table");
	signers_clear(&f);
	memtable_free(&table);
}

static void
many(void)
{
	struct buf text = { 0 };
	struct signers_found f = { .n = 0 };
	struct lookup l;
	int i;

	for (i = 0; i < DKIMMAKE_RULES_MAX; i++)
		buf_printf(&text, "x.org domain=x.org selector=s%d key=k\n", i);
	for (i = 0; i < DKIMMAKE_RULES_MAX; i++)
		buf_printf(&text,
		    "x.org domain=x.org selector=e%d key=k by=envelope\n", i);
	buf_putc(&text, '\0');
	l = memtable_make(&table, &conffile_dkim, buf_data(&text));
	is_str(buf_data(&table.faults), "", "as many as there may be");
	signers_find(&l, SIGNERS_FROM, "v@x.org", 7, &f);
	signers_find(&l, SIGNERS_ENVELOPE, "v@x.org", 7, &f);
	is_num(f.n, DKIMMAKE_RULES_MAX, "not more for one message");
	memtable_free(&table);
	buf_free(&text);
	signers_clear(&f);
}

/* records that no conf-build made */
static int
get_bad(void *arg, const char *key, size_t n, const char **data, size_t *len)
{
	(void)key;
	(void)n;
	*data = arg;
	*len = strlen(arg);
	return 1;
}

static void
damaged(void)
{
	static const char *const bad[] = { "", "x", "x\n", "1\ta\tb\n",
		"1\td\ts\tk\t2\t1\t1\t0\t-\t-\t-\n",
		"1\td\ts\tk\t0\t2\t1\t0\t-\t-\t-\n",
		"1\td\ts\t../k\t0\t1\t1\t0\t-\t-\t-\n",
		"1\td\ts\tk\t0\t1\t1\tx\t-\t-\t-\n",
		"1\td\ts\tk\t0\t1\t1\t0\t-\t-\t-\tmore\n",
		"1\td\ts\tk\t0\t1\t1\t0\t-\t-\t-" };
	struct signers_found f = { .n = 0 };
	struct lookup l = { get_bad, NULL };
	size_t i;

	for (i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		l.arg = (void *)bad[i];
		f.n = 0;
		is_num(signers_find(&l, SIGNERS_FROM, "a@b", 3, &f), -1,
		    bad[i]);
	}
	l.arg = (void *)"1\td\ts\tk\t0\t1\t1\t0\t-\t-\t-\n";
	f.n = 0;
	is_num(signers_find(&l, SIGNERS_FROM, "a@b", 3, &f), 0, "a good one");
	signers_clear(&f);
}

int
main(void)
{
	found();
	many();
	damaged();
	return done();
}
