/* the file grey: records, faults, who is listed */
#include "grey/white.h"
#include "memlookup.h"
#include "tap.h"

static const struct {
	const char *text, *faults, *key; /* of the first record */
} cases[] = {
	{ "client:192.0.2.1\n", "", "c192.0.2.1/32" },
	{ "client:192.0.2.0/24\n", "", "c192.0.2.0/24" },
	{ "client:2001:DB8::/32\n", "", "c2001:db8::/32" },
	{ "client:0.0.0.0/0\n", "", "c0.0.0.0/0" },
	{ "client:::/0\n", "", "c::/0" },
	{ "client:::ffff:192.0.2.1\n", "", "c192.0.2.1/32" },
	{ "client:::ffff:192.0.2.0/120\n", "", "c192.0.2.0/24" },
	{ "client:::ffff:0:0/96\n", "", "c0.0.0.0/0" },
	{ "client:::fffe:0:0/95\n", "", "c::fffe:0:0/95" },
	{ "client:192.0.2.1/24\n", "1 the address has bits behind the prefix\n",
	    NULL },
	{ "client:192.0.2.0/33\n", "1 not an IP address, nor address/bits\n",
	    NULL },
	{ "client:2001:db8::/129\n", "1 not an IP address, nor address/bits\n",
	    NULL },
	{ "client:\n", "1 not an IP address, nor address/bits\n", NULL },
	{ "client:mail.example\n", "1 not an IP address, nor address/bits\n",
	    NULL },
	{ "from:Joe@Example.org\n", "", "fjoe@example.org" },
	{ "from:@example.org\n", "", "f@example.org" },
	{ "from:@.example.org\n", "", "f@.example.org" },
	{ "from:joe@\n", "", "fjoe@" },
	{ "from:<>\n", "", "f<>" },
	{ "to:<>\n", "1 want user@domain, @domain, @.domain or user@\n", NULL },
	{ "to:joe@[192.0.2.1]\n", "", "tjoe@[192.0.2.1]" },
	{ "to:\"\\\"a b\\\"@example.org\"\n", "", "t\"a b\"@example.org" },
	{ "from:joe\n", "1 want user@domain, @domain, @.domain or user@\n",
	    NULL },
	{ "from:\n", "1 want user@domain, @domain, @.domain or user@\n", NULL },
	{ "from:@\n", "1 want user@domain, @domain, @.domain or user@\n",
	    NULL },
	{ "from:@.\n", "1 not a domain\n", NULL },
	{ "from:a@b..c\n", "1 not a domain\n", NULL },
	{ "from:a@.b\n", "1 not a domain\n", NULL },
	{ "spf:Example.org\n", "", "sexample.org" },
	{ "spf:.example.org\n", "", "s.example.org" },
	{ "spf:\n", "1 not a domain\n", NULL },
	{ "spf:a@b\n", "1 not a domain\n", NULL },
	{ "example.org\n", "1 want client: from: to: or spf:\n", NULL },
	{ "from:a@b to:c@d\n", "1 one rule a line\n", NULL },
	{ "from:\"a@b\n", "1 quote not closed, or control byte\n", NULL },
	{ "to:a@b\nto:A@B\n", "2 stands in line 1 already\n", "ta@b" },
	{ "client:192.0.2.0/24\nclient:192.0.2.0/24\n",
	    "2 stands in line 1 already\n", "c192.0.2.0/24" },
};

static void
parse(void)
{
	struct memtable t;
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		memtable_make(&t, &conffile_grey, cases[i].text);
		is_str(buf_data(&t.faults), cases[i].faults, cases[i].text);
		if (is_num(t.n > 0, cases[i].key != NULL, "a record") &&
		    t.n > 0)
			is_str(t.record[0].key, cases[i].key, "its key");
		memtable_free(&t);
	}
}

static const char list[] = "client:192.0.2.0/24\n"
			   "client:198.51.100.7\n"
			   "client:203.0.113.128/25\n"
			   "client:2001:db8:1::/48\n"
			   "from:joe@one.example\n"
			   "from:@two.example\n"
			   "from:@.three.example\n"
			   "from:list@\n"
			   "to:abuse@\n"
			   "to:@four.example\n"
			   "spf:five.example\n"
			   "spf:.six.example\n";

static const struct {
	int (*asks)(const struct lookup *, struct slice);
	const char *what;
	int want;
} asked[] = {
	{ greywhite_client, "192.0.2.0", 1 },
	{ greywhite_client, "192.0.2.255", 1 },
	{ greywhite_client, "::ffff:192.0.2.9", 1 },
	{ greywhite_client, "192.0.3.0", 0 },
	{ greywhite_client, "198.51.100.7", 1 },
	{ greywhite_client, "198.51.100.8", 0 },
	{ greywhite_client, "203.0.113.127", 0 },
	{ greywhite_client, "203.0.113.128", 1 },
	{ greywhite_client, "2001:db8:1:ffff::9", 1 },
	{ greywhite_client, "2001:db8:2::1", 0 },
	{ greywhite_client, "nonsense", 0 },
	{ greywhite_client, "", 0 },
	{ greywhite_from, "Joe@ONE.example", 1 },
	{ greywhite_from, "jim@one.example", 0 },
	{ greywhite_from, "jim@two.example", 1 },
	{ greywhite_from, "jim@a.two.example", 0 },
	{ greywhite_from, "jim@three.example", 1 },
	{ greywhite_from, "jim@a.b.three.example", 1 },
	{ greywhite_from, "jim@xthree.example", 0 },
	{ greywhite_from, "list@anywhere.example", 1 },
	{ greywhite_from, "list", 0 },
	{ greywhite_from, "", 0 },
	{ greywhite_from, "@", 0 },
	{ greywhite_from, "a@@two.example", 1 },
	{ greywhite_to, "abuse@x.example", 1 },
	{ greywhite_to, "a@four.example", 1 },
	{ greywhite_to, "joe@one.example", 0 },
	{ greywhite_to, "", 0 },
	{ greywhite_spf, "FIVE.example", 1 },
	{ greywhite_spf, "a.five.example", 0 },
	{ greywhite_spf, "six.example", 1 },
	{ greywhite_spf, "a.b.six.example", 1 },
	{ greywhite_spf, "example", 0 },
	{ greywhite_spf, "", 0 },
};

static void
ask(void)
{
	struct memtable t;
	struct lookup l = memtable_make(&t, &conffile_grey, list);
	struct slice s;
	size_t i;

	is_str(buf_data(&t.faults), "", "the list is good");
	for (i = 0; i < sizeof asked / sizeof *asked; i++) {
		s = (struct slice){ asked[i].what, strlen(asked[i].what) };
		is_num(asked[i].asks(&l, s), asked[i].want, asked[i].what);
	}
	t.broken = 1;
	s = (struct slice){ "192.0.2.1", 9 };
	is_num(greywhite_client(&l, s), -1, "a damaged table: clients");
	s = (struct slice){ "a@b", 3 };
	is_num(greywhite_from(&l, s), -1, "senders");
	is_num(greywhite_to(&l, s), -1, "recipients");
	is_num(greywhite_spf(&l, s), -1, "domains");
	memtable_free(&t);
	l = memtable_make(&t, &conffile_grey, "from:<>\n");
	is_num(greywhite_from(&l, (struct slice){ "", 0 }), 1,
	    "the null sender");
	memtable_free(&t);
}

int
main(void)
{
	parse();
	ask();
	return done();
}
