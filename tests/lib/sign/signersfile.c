/* the lines of the file `dkim`: good ones, and what is wrong with others */
#include "sign/signersfile.h"
#include "memlookup.h"
#include "sign/dkimmake.h"
#include "tap.h"

static struct memtable table;

/* 76 bytes */
#define LONG \
	"a-name-of-a-field-that-is-just-as-long-as-a-line-has-room-for-and-not-more--"

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
	{ "x.org domain=x.org selector=s key=k headers=from:to:From",
	    "headers= and oversign= name a field once; oversign= is for those "
	    "that nobody may add" },
	{ "x.org domain=x.org selector=s key=k oversign=to:x:x",
	    "headers= and oversign= name a field once; oversign= is for those "
	    "that nobody may add" },
	{ "x.org domain=x.org selector=s key=k headers=from:" LONG, NULL },
	{ "x.org domain=x.org selector=s key=k headers=from:x" LONG,
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

/* signatures for the same */
static void
limit(void)
{
	struct buf text = { 0 };
	int i;

	for (i = 0; i < DKIMMAKE_RULES_MAX; i++)
		buf_printf(&text, "x.org domain=x.org selector=s%d key=k\n", i);
	for (i = 0; i < DKIMMAKE_RULES_MAX; i++)
		buf_printf(&text,
		    "x.org domain=x.org selector=e%d key=k by=envelope\n", i);
	buf_putc(&text, '\0');
	memtable_make(&table, &conffile_dkim, buf_data(&text));
	is_str(buf_data(&table.faults), "", "as many as there may be");
	is_num(table.n, 2, "a record for each match");
	memtable_free(&table);
	text.end--;
	buf_puts(&text, "x.org domain=x.org selector=more key=k\n");
	buf_putc(&text, '\0');
	memtable_make(&table, &conffile_dkim, buf_data(&text));
	is_str(buf_data(&table.faults),
	    "17 more than 8 signatures for the same\n", "one more");
	memtable_free(&table);
	buf_free(&text);
}

int
main(void)
{
	faults();
	repeats();
	limit();
	return done();
}
