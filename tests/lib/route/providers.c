/* who runs the servers of a domain: by its name, by its MX, by shipped lines */
#include "route/providers.h"
#include "memlookup.h"
#include "route/providerfile.h"
#include "tap.h"

static const char site[] = "one example.com .example.com\n"
			   "two .mail.example.com mx:mx.example.net\n"
			   "three mx:.example.net\n"
			   "four mx:.net\n"
			   "five .provider.test\n"
			   "six mx:mx.other.test\n"
			   "mine gmail.com mx:.olc.protection.outlook.com\n";

static const struct {
	const char *domain, *mx,
	    *want; /* mx: PREF NAME, ...; NULL: not asked */
} cases[] = {
	{ "example.com", NULL, "one 1" },
	{ "a.example.com", NULL, "one 1" },
	{ "mail.example.com", NULL, "two 2" },
	{ "a.b.mail.example.com", NULL, "two 2" },
	{ "xexample.com", NULL, "" },
	{ "com", NULL, "" },
	{ "", NULL, "" },
	{ "provider.test", NULL, "five 5" },
	{ "x.org", NULL, "" },
	{ "x.org", "", "" },
	{ "x.org", "10 mx.example.net", "two 2" },
	{ "x.org", "10 a.mx.example.net", "three 3" },
	{ "x.org", "10 example.net", "three 3" },
	{ "x.org", "10 xexample.net", "four 4" },
	{ "x.org", "10 mx.example.org", "" },
	/* the domain comes before the MX */
	{ "example.com", "10 mx.example.net", "one 1" },
	/* the best MX only, and of those the first line */
	{ "x.org", "10 mx.example.org,20 mx.example.net", "" },
	{ "x.org", "10 mx.other.test,10 mx.example.net", "two 2" },
	{ "x.org", "10 mx.example.org,10 mx.other.test", "six 6" },
	/* shipped lines: behind those of the site, the domain before the MX */
	{ "googlemail.com", NULL, "gmail shipped" },
	{ "gmail.com", NULL, "mine 7" },
	{ "x.org", "1 aspmx.l.google.com", "google-workspace shipped" },
	{ "x.org", "5 gmail-smtp-in.l.google.com", "gmail shipped" },
	{ "x.org", "0 x-org.mail.protection.outlook.com",
	    "microsoft365 shipped" },
	{ "hotmail.com", "2 hotmail-com.olc.protection.outlook.com",
	    "outlook shipped" },
	{ "x.org", "2 hotmail-com.olc.protection.outlook.com", "mine 7" },
	{ "x.org", "1 aspmx.l.google.com,1 mx.example.net", "two 2" },
	{ "a.rr.com", NULL, "spectrum shipped" },
};

/* what hosts_finish() makes of these */
static void
hosts(struct hosts *h, const char *list)
{
	static struct hosts_draft d;
	const struct hostaddr_policy policy = { .me = "me.example",
		.local = { lookup_none, NULL } };
	struct slice rest = { list, strlen(list) }, one, pref;
	static const unsigned char ip[] = { 192, 0, 2, 1 };

	memset(&d, 0, sizeof d);
	strcpy(d.domain, "x.org");
	while (rest.n > 0 && word_piece(&rest, ',', &one)) {
		word_piece(&one, ' ', &pref);
		hosts_add_ip(hosts_add(&d, one.p, one.n,
				 (unsigned)strtoul(pref.p, NULL, 10), 25),
		    ip, 4);
	}
	hosts_finish(&d, &policy, h);
}

static const char *
found(const struct lookup *l, const char *domain, const char *mx)
{
	static char t[80];
	struct slice d = { domain, strlen(domain) };
	struct provider p;
	struct hosts h;
	int r;

	if (mx != NULL)
		hosts(&h, mx);
	r = providers_find(l, d, mx == NULL ? NULL : &h, &p);
	if (r != 1)
		snprintf(t, sizeof t, "%s", r == -1 ? "damaged" : "");
	else if (p.shipped)
		snprintf(t, sizeof t, "%.*s shipped", (int)p.name.n, p.name.p);
	else
		snprintf(t, sizeof t, "%.*s %u", (int)p.name.n, p.name.p,
		    p.line);
	if (mx != NULL)
		hosts_free(&h);
	return t;
}

static void
damaged(void)
{
	struct memtable t;
	struct lookup l = memtable_make(&t, &conffile_providers, "");

	t.broken = 1;
	is_str(found(&l, "x.org", NULL), "damaged", "a damaged table");
	is_str(found(&l, "", "1 mx.example.net"), "damaged", "by MX, too");
	t.broken = 0;
	memtable_add(&t, "dx.org", 6, "x", 1);
	is_str(found(&l, "x.org", NULL), "damaged", "a record that is none");
	memtable_free(&t);
}

int
main(void)
{
	const struct lookup no = { NULL, NULL };
	char longest[WORD_DOMAIN_MAX + 2];
	struct memtable t;
	struct lookup l = memtable_make(&t, &conffile_providers, site);
	unsigned i;

	is_str(buf_data(&t.faults), "", "the table");
	for (i = 0; i < sizeof cases / sizeof *cases; i++)
		is_str(found(&l, cases[i].domain, cases[i].mx), cases[i].want,
		    cases[i].domain);
	memset(longest, 'a', sizeof longest);
	longest[WORD_DOMAIN_MAX + 1] = '\0';
	is_str(found(&l, longest, NULL), "", "a name that is too long");
	longest[WORD_DOMAIN_MAX] = '\0';
	memcpy(longest + WORD_DOMAIN_MAX - 12, ".example.com", 12);
	is_str(found(&l, longest, NULL), "one 1", "the longest");
	is_str(found(&no, "gmail.com", NULL), "", "no table at all");
	memtable_free(&t);
	damaged();
	return done();
}
