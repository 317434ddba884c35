#include "sign/signers.h"
#include "memlookup.h"
#include "tap.h"

static struct memtable table;

static const struct {
	const char *line, *fault; /* NULL: good */
} lines[] = {
	{ "example.org domain=example.org selector=s key=k", NULL },
	{ ".example.org domain=example.org selector=s key=k", NULL },
	{ "u@example.org domain=example.org selector=s key=k", NULL },
	{ "a.b.example.org domain=example.org selector=s key=k", NULL },
	{ "EXAMPLE.org domain=Example.ORG selector=S key=K/k.pem", NULL },
	{ "x.org domain=x.org selector=a.b key=k algorithm=ed25519-sha256 "
	  "canon=simple/relaxed by=from expire=7d headers=From:To "
	  "oversign=from identity=@mail.x.org foreign=no",
	    NULL },
	{ "* domain=x.org selector=s key=k by=envelope", NULL },
	{ "* domain=x.org selector=s key=k foreign=yes", NULL },
	{ "y.org domain=x.org selector=s key=k foreign=yes", NULL },
	{ "y.org domain=x.org selector=s key=k by=envelope", NULL },
	{ "x.org domain=x.org selector=s key=k identity=u+v@x.org", NULL },
	{ "x.org domain=x.org selector=s key=k expire=366d", NULL },
	{ "x.org", "domain=, selector= and key= must be there" },
	{ "x.org domain=x.org selector=s",
	    "domain=, selector= and key= must be there" },
	{ "@x.org domain=x.org selector=s key=k",
	    "want user@domain, domain, .domain or * in front" },
	{ "x..org domain=x.org selector=s key=k",
	    "want user@domain, domain, .domain or * in front" },
	{ "u@ domain=x.org selector=s key=k",
	    "want user@domain, domain, .domain or * in front" },
	{ ". domain=x.org selector=s key=k",
	    "want user@domain, domain, .domain or * in front" },
	{ "b\xc3\xbc"
	  "cher.example domain=x.org selector=s key=k",
	    "want user@domain, domain, .domain or * in front" },
	{ "x.org domain=b\xc3\xbc.org selector=s key=k",
	    "domain= is not a domain, as the DNS has it" },
	{ "x.org domain=y.org selector=s key=k",
	    "domain= is neither the domain of the addresses nor above it; "
	    "foreign=yes if that is meant" },
	{ "x.org domain=a.x.org selector=s key=k",
	    "domain= is neither the domain of the addresses nor above it; "
	    "foreign=yes if that is meant" },
	{ "ax.org domain=x.org selector=s key=k",
	    "domain= is neither the domain of the addresses nor above it; "
	    "foreign=yes if that is meant" },
	{ "* domain=x.org selector=s key=k",
	    "domain= is neither the domain of the addresses nor above it; "
	    "foreign=yes if that is meant" },
	{ "x.org domain=x.org selector=s key=/k",
	    "key= wants a file's name below the folder of keys: letters, "
	    "digits, - _ . and / between" },
	{ "x.org domain=x.org selector=s key=../k",
	    "key= wants a file's name below the folder of keys: letters, "
	    "digits, - _ . and / between" },
	{ "x.org domain=x.org selector=s/t key=k",
	    "selector= wants what stands before ._domainkey" },
	{ "x.org domain=x.org selector=s key=k algorithm=rsa-sha1",
	    "algorithm= wants rsa-sha256 or ed25519-sha256" },
	{ "x.org domain=x.org selector=s key=k canon=relaxed",
	    "canon= wants relaxed or simple, /, relaxed or simple" },
	{ "x.org domain=x.org selector=s key=k by=to",
	    "by= wants from or envelope" },
	{ "x.org domain=x.org selector=s key=k foreign=perhaps",
	    "foreign= wants yes or no" },
	{ "x.org domain=x.org selector=s key=k expire=0",
	    "expire= wants a time, a year at most: 7d, 36h" },
	{ "x.org domain=x.org selector=s key=k expire=367d",
	    "expire= wants a time, a year at most: 7d, 36h" },
	{ "x.org domain=x.org selector=s key=k headers=to:subject",
	    "headers= must have from" },
	{ "x.org domain=x.org selector=s key=k headers=from::to",
	    "headers= and oversign= want names with a colon between" },
	{ "x.org domain=x.org selector=s key=k headers=from:",
	    "headers= and oversign= want names with a colon between" },
	{ "x.org domain=x.org selector=s key=k headers=from:a;b",
	    "headers= and oversign= want names with a colon between" },
	{ "x.org domain=x.org selector=s key=k headers=from:DKIM-Signature",
	    "a signature does not sign signatures" },
	{ "x.org domain=x.org selector=s key=k identity=x.org",
	    "identity= wants @domain or user@domain" },
	{ "x.org domain=x.org selector=s key=k identity=a=b@x.org",
	    "identity= wants @domain or user@domain" },
	{ "x.org domain=x.org selector=s key=k identity=a;b@x.org",
	    "identity= wants @domain or user@domain" },
	{ "x.org domain=x.org selector=s key=k identity=@y.org",
	    "identity= is neither in domain= nor below it" },
	{ "x.org domain=x.org selector=s key=k l=1",
	    "unknown word; domain= selector= key= algorithm= canon= by= "
	    "expire= headers= oversign= identity= foreign= are known" },
	{ "x.org domain=x.org selector=s selector=t key=k",
	    "selector= stands twice" },
	{ "x.org domain=x.org domain=x.org selector=s key=k",
	    "domain= stands twice" },
	{ "x.org domain=x.org selector=s key=k key=l", "key= stands twice" },
	{ "x.org domain=x.org selector=s key=k canon=simple/simple "
	  "canon=relaxed/relaxed",
	    "canon= stands twice" },
	{ "x.org domain=x.org selector=s key=k expire=1d expire=2d",
	    "expire= stands twice" },
	{ "x.org word", "want WORD=VALUE" },
	{ "x.org \"domain=", "quote not closed, or control byte" },
};

static void
faults(void)
{
	char want[512];
	size_t i;

	for (i = 0; i < sizeof lines / sizeof lines[0]; i++) {
		memtable_make(&table, &conffile_dkim, lines[i].line);
		snprintf(want, sizeof want, "1 %s\n",
		    lines[i].fault == NULL ? "" : lines[i].fault);
		is_str(buf_data(&table.faults),
		    lines[i].fault == NULL ? "" : want, lines[i].line);
		is_num(table.n, lines[i].fault == NULL, "records");
		memtable_free(&table);
	}
}

/* the same signature again, over several lines */
static void
repeats(void)
{
	memtable_make(&table, &conffile_dkim,
	    "x.org domain=x.org selector=s key=k\n"
	    "x.org domain=x.org selector=e key=l algorithm=ed25519-sha256\n"
	    ".x.org domain=x.org selector=s key=k\n"
	    "x.org domain=x.org selector=s key=k by=envelope\n"
	    "X.org domain=X.org selector=S key=m\n"
	    "x.org domain=x.org selector=s key=k canon=simple/simple\n"
	    "x.org domain=x.org selector=s key=k headers=from:subject\n"
	    "x.org domain=x.org selector=s key=k headers=from:subject "
	    "expire=1d\n");
	is_str(buf_data(&table.faults),
	    "5 a signature by this selector "
	    "stands in line 1 already\n"
	    "8 a signature by this selector stands in line 7 already\n",
	    "of the same match and the same fields");
	memtable_free(&table);
}

static const char rules[] =
    "u@a.example.org domain=a.example.org selector=user key=k\n"
    "a.example.org domain=a.example.org selector=exact key=k\n"
    ".example.org domain=example.org selector=below key=k\n"
    ".b.example.org domain=b.example.org selector=belowb key=k\n"
    "two.org domain=two.org selector=one key=k expire=1h\n"
    "two.org domain=two.org selector=two key=l/m algorithm=ed25519-sha256 "
    "canon=simple/relaxed headers=From:To oversign=From identity=@x.two.org\n"
    "* domain=any.org selector=any key=k foreign=yes\n"
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
	text.end--;
	buf_puts(&text, "x.org domain=x.org selector=more key=k\n");
	buf_putc(&text, '\0');
	memtable_make(&table, &conffile_dkim, buf_data(&text));
	is_str(buf_data(&table.faults),
	    "17 more than 8 signatures for the same\n", "one more");
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
	faults();
	repeats();
	found();
	many();
	damaged();
	return done();
}
