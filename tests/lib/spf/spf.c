/* SPF, RFC 7208: who may send, and each limit */
#include "spf/spf.h"
#include "dnszone.h"
#include "tap.h"
#include <stdarg.h>

enum { ZONE_MAX = 100000 };

static struct dnszone_answer answer;
static struct spf spf;
static unsigned asked;

static void
check(const char *zone, const char *ip, const char *sender, const char *helo)
{
	struct spf_who who = { .sender = sender,
		.helo = helo,
		.me = "mx.us.test",
		.now = 1790000000 };
	struct dnsq q;

	if (inet_pton(AF_INET, ip, who.ip) == 1)
		who.ip_len = 4;
	else if (inet_pton(AF_INET6, ip, who.ip) == 1)
		who.ip_len = 16;
	else
		abort();
	memset(&spf, 0x55, sizeof spf); /* it is made from anything */
	spf_init(&spf, &who);
	for (asked = 0; spf_want(&spf, &q); asked++)
		spf_answer(&spf, dnszone_ask(zone, &q, &answer));
}

struct test {
	const char *name, *zone, *ip, *sender, *helo, *result, *text;
};

static const struct test cases[] = {
	/* section 2.4, 4.1, 4.3: whose policy */
	{ "the sender's domain", "a.test TXT v=spf1 +all\n", "192.0.2.1",
	    "joe@a.test", "b.test", "pass", "+all of a.test matches" },
	{ "null sender: HELO",
	    "b.test TXT v=spf1 -all exp=e.b.test\n"
	    "e.b.test TXT %{s} %{l} %{o} %{d} %{h}\n",
	    "192.0.2.1", "", "b.test", "fail",
	    "postmaster@b.test postmaster b.test b.test b.test" },
	{ "no local part",
	    "a.test TXT v=spf1 -all exp=e.a.test\n"
	    "e.a.test TXT %{s}\n",
	    "192.0.2.1", "@a.test", "h", "fail", "postmaster@a.test" },
	{ "no @: a domain",
	    "a.test TXT v=spf1 -all exp=e.a.test\n"
	    "e.a.test TXT %{s}\n",
	    "192.0.2.1", "a.test", "h", "fail", "postmaster@a.test" },
	{ "the last @ counts",
	    "a.test TXT v=spf1 -all exp=e.a.test\n"
	    "e.a.test TXT %{l}\n",
	    "192.0.2.1", "\"x@b.test\"@a.test", "h", "fail", "\"x@b.test\"" },
	{ "a dot at the end", "a.test TXT v=spf1 +all\n", "192.0.2.1",
	    "joe@a.test.", "h", "pass", NULL },
	{ "one label", "test TXT v=spf1 +all\n", "192.0.2.1", "joe@test", "h",
	    "none", "test: not a domain that could have a policy" },
	{ "one label and a dot", "test TXT v=spf1 +all\n", "192.0.2.1",
	    "joe@test.", "h", "none", NULL },
	{ "address literal", "", "192.0.2.1", "joe@[192.0.2.1]", "h", "none",
	    "[192.0.2.1]: not a domain that could have a policy" },
	{ "empty label", "", "192.0.2.1", "joe@a..test", "h", "none", NULL },
	{ "long label", "", "192.0.2.1",
	    "joe@"
	    "a123456789b123456789c123456789d123456789e123456789f123456789g123"
	    ".test",
	    "h", "none", NULL },
	{ "just not too long",
	    "a123456789b123456789c123456789d123456789e123456789f123456789g12"
	    ".test TXT v=spf1 ?all\n",
	    "192.0.2.1",
	    "joe@"
	    "a123456789b123456789c123456789d123456789e123456789f123456789g12"
	    ".test",
	    "h", "neutral", NULL },
	{ "U-labels are asked for as A-labels (RFC 8616 section 4)",
	    "xn--bcher-kva.test TXT v=spf1 exists:%{o}.%{d}.%{l} -all\n"
	    "xn--bcher-kva.test.xn--bcher-kva.test.joe A 127.0.0.1\n",
	    "192.0.2.1", "joe@b\303\274cher.test", "h", "pass",
	    "exists:%{o}.%{d}.%{l} of xn--bcher-kva.test matches" },
	{ "bytes that are no label", "", "192.0.2.1", "joe@\303.test", "h",
	    "none", "?.test: not a domain that could have a policy" },
	{ "no domain at all", "", "192.0.2.1", "", "", "none",
	    "there is no domain to ask" },
	{ "nor a HELO", "", "192.0.2.1", "", NULL, "none",
	    "there is no domain to ask" },
	{ "not there", "", "192.0.2.1", "joe@a.test", "h", "none",
	    "a.test: no SPF record" },
	{ "nothing there", "a.test HERE\n", "192.0.2.1", "joe@a.test", "h",
	    "none", "a.test: no SPF record" },
	{ "no answer", "a.test FAIL\n", "192.0.2.1", "joe@a.test", "h",
	    "temperror", "no answer for the policy of a.test: no answer" },

	/* section 4.5: which record */
	{ "other records",
	    "a.test TXT v=spf10 -all\na.test TXT hello\n"
	    "a.test TXT spf2.0/pra -all\na.test TXT v=spf1 ?all\n"
	    "a.test TXT v=spf1+all\na.test TXT  v=spf1 -all\n",
	    "192.0.2.1", "joe@a.test", "h", "neutral", NULL },
	{ "spf2.0 alone", "a.test TXT spf2.0/mfrom,pra +all\n", "192.0.2.1",
	    "joe@a.test", "h", "none", NULL },
	{ "version alone", "a.test TXT v=spf1\n", "192.0.2.1", "joe@a.test",
	    "h", "neutral", "no mechanism of a.test matches" },
	{ "version and a blank", "a.test TXT v=spf1 \n", "192.0.2.1",
	    "joe@a.test", "h", "neutral", NULL },
	{ "version and a TAB", "a.test TXT v=spf1\t-all\n", "192.0.2.1",
	    "joe@a.test", "h", "none", NULL },
	{ "any case", "a.test TXT V=SpF1 IP4:192.0.2.1 -ALL\n", "192.0.2.1",
	    "joe@A.Test", "h", "pass", "IP4:192.0.2.1 of A.Test matches" },
	{ "several strings", "a.test TXT v=sp|f1 ip4:19|2.0.2.1 -a|ll\n",
	    "192.0.2.1", "joe@a.test", "h", "pass", NULL },
	{ "no blank between", "a.test TXT v=spf1|-all\n", "192.0.2.1",
	    "joe@a.test", "h", "none", NULL },
	{ "two records", "a.test TXT v=spf1 ?all\na.test TXT V=SPF1 ?all\n",
	    "192.0.2.1", "joe@a.test", "h", "permerror",
	    "a.test has several SPF records" },
	{ "bytes that are not ASCII",
	    "a.test TXT v=spf1 a:\303\244.test -all\n", "192.0.2.1",
	    "joe@a.test", "h", "permerror",
	    "syntax error in the record of a.test: a:??.test" },
	{ "in others they are nobody's business",
	    "a.test TXT \303\244\na.test TXT v=spf1 -all\n", "192.0.2.1",
	    "joe@a.test", "h", "fail", NULL },

	/* section 4.6: syntax first */
	{ "an error behind a match", "a.test TXT v=spf1 +all foo\n",
	    "192.0.2.1", "joe@a.test", "h", "permerror",
	    "syntax error in the record of a.test: foo" },
	{ "an error in an include counts when it is looked at",
	    "a.test TXT v=spf1 ip4:192.0.2.1 include:b.test\n"
	    "b.test TXT v=spf1 foo\n",
	    "192.0.2.1", "joe@a.test", "h", "pass", NULL },
	{ "and then does",
	    "a.test TXT v=spf1 include:b.test +all\n"
	    "b.test TXT v=spf1 +all foo\n",
	    "192.0.2.1", "joe@a.test", "h", "permerror",
	    "syntax error in the record of b.test: foo" },
	{ "redirect twice",
	    "a.test TXT v=spf1 redirect=b.test +all "
	    "Redirect=b.test\n",
	    "192.0.2.1", "joe@a.test", "h", "permerror",
	    "a modifier twice in the record of a.test: Redirect=b.test" },
	{ "exp twice", "a.test TXT v=spf1 exp=b.test +all exp=b.test\n",
	    "192.0.2.1", "joe@a.test", "h", "permerror", NULL },
	{ "others as often as you like",
	    "a.test TXT v=spf1 x=1 x=2 y-1_2.3=%{d2r-+}/x +all\n", "192.0.2.1",
	    "joe@a.test", "h", "pass", NULL },

	/* section 4.7: default; 5.1 all */
	{ "qualifier -", "a.test TXT v=spf1 -all\n", "192.0.2.1", "joe@a.test",
	    "h", "fail", "192.0.2.1 is not allowed to send mail for a.test" },
	{ "qualifier ~", "a.test TXT v=spf1 ~all\n", "192.0.2.1", "joe@a.test",
	    "h", "softfail", "~all of a.test matches" },
	{ "qualifier ?", "a.test TXT v=spf1 ?all\n", "192.0.2.1", "joe@a.test",
	    "h", "neutral", NULL },
	{ "the first decides", "a.test TXT v=spf1 ~ip4:192.0.2.1 all -all\n",
	    "192.0.2.1", "joe@a.test", "h", "softfail", NULL },
	{ "nothing matches", "a.test TXT v=spf1 ip4:192.0.2.2 x=y\n",
	    "192.0.2.1", "joe@a.test", "h", "neutral",
	    "no mechanism of a.test matches" },

	/* section 5.2: include */
	{ "include: pass",
	    "a.test TXT v=spf1 ~include:b.test -all\n"
	    "b.test TXT v=spf1 +all\n",
	    "192.0.2.1", "joe@a.test", "h", "softfail", NULL },
	{ "include: fail",
	    "a.test TXT v=spf1 include:b.test ?all\n"
	    "b.test TXT v=spf1 -all exp=c.test\n",
	    "192.0.2.1", "joe@a.test", "h", "neutral", NULL },
	{ "include: softfail",
	    "a.test TXT v=spf1 include:b.test -all\n"
	    "b.test TXT v=spf1 ~all\n",
	    "192.0.2.1", "joe@a.test", "h", "fail", NULL },
	{ "include: neutral",
	    "a.test TXT v=spf1 include:b.test -all\n"
	    "b.test TXT v=spf1\n",
	    "192.0.2.1", "joe@a.test", "h", "fail", NULL },
	{ "include: none",
	    "a.test TXT v=spf1 include:b.test +all\n"
	    "b.test HERE\n",
	    "192.0.2.1", "joe@a.test", "h", "permerror",
	    "b.test: no SPF record" },
	{ "include: not a domain", "a.test TXT v=spf1 include:%{h} +all\n",
	    "192.0.2.1", "joe@a.test", "x", "permerror",
	    "x: not a domain that could have a policy" },
	{ "include: temperror",
	    "a.test TXT v=spf1 include:b.test +all\n"
	    "b.test FAIL\n",
	    "192.0.2.1", "joe@a.test", "h", "temperror", NULL },
	{ "include: its own domain is %{d} and the default target",
	    "a.test TXT v=spf1 include:b.test ?all\n"
	    "b.test TXT v=spf1 a exists:%{d}.x.test -all\n"
	    "a.test A 192.0.2.1\nb.test A 192.0.2.9\n"
	    "b.test.x.test A 127.0.0.1\n",
	    "192.0.2.1", "joe@a.test", "h", "pass",
	    "exists:%{d}.x.test of b.test matches" },
	{ "include: %{o} stays",
	    "a.test TXT v=spf1 include:b.test -all\n"
	    "b.test TXT v=spf1 exists:%{o}.x.test -all\n"
	    "a.test.x.test A 127.0.0.1\n",
	    "192.0.2.1", "joe@a.test", "h", "pass", NULL },
	{ "include: back to the term behind it",
	    "a.test TXT v=spf1 include:b.test include:c.test -all\n"
	    "b.test TXT v=spf1 include:c.test ip4:192.0.2.1 -all\n"
	    "c.test TXT v=spf1 -all\n",
	    "192.0.2.1", "joe@a.test", "h", "pass",
	    "ip4:192.0.2.1 of b.test matches" },
	{ "include: -include and a pass",
	    "a.test TXT v=spf1 -include:b.test +all exp=e.test\n"
	    "b.test TXT v=spf1 +all exp=no.test\ne.test TXT e %{d}\n"
	    "no.test TXT no\n",
	    "192.0.2.1", "joe@a.test", "h", "fail", "e a.test" },
	{ "include: its redirect is its own",
	    "a.test TXT v=spf1 include:b.test -all\n"
	    "b.test TXT v=spf1 redirect=c.test\nc.test TXT v=spf1 +all\n",
	    "192.0.2.1", "joe@a.test", "h", "pass", NULL },
	{ "include: redirect to nothing",
	    "a.test TXT v=spf1 include:b.test -all\n"
	    "b.test TXT v=spf1 redirect=c.test\n",
	    "192.0.2.1", "joe@a.test", "h", "permerror", NULL },

	/* section 5.3: a */
	{ "a",
	    "a.test TXT v=spf1 a -all\na.test A 192.0.2.9\n"
	    "a.test A 192.0.2.1\n",
	    "192.0.2.1", "joe@a.test", "h", "pass", "a of a.test matches" },
	{ "a: IPv6", "a.test TXT v=spf1 a -all\na.test AAAA 2001:db8::1\n",
	    "2001:db8::1", "joe@a.test", "h", "pass", NULL },
	{ "a: IPv4 in IPv6", "a.test TXT v=spf1 a -all\na.test A 192.0.2.1\n",
	    "::ffff:192.0.2.1", "joe@a.test", "h", "pass", NULL },
	{ "a: lengths",
	    "a.test TXT v=spf1 a/24//32 -all\n"
	    "a.test A 192.0.2.200\na.test AAAA 2001:db8:ffff::\n",
	    "192.0.2.1", "joe@a.test", "h", "pass", NULL },
	{ "a: the other length",
	    "a.test TXT v=spf1 a/24//32 -all\n"
	    "a.test A 192.0.2.200\na.test AAAA 2001:db8:ffff::\n",
	    "2001:db8::1", "joe@a.test", "h", "pass", NULL },
	{ "a: one bit too many",
	    "a.test TXT v=spf1 a/25 -all\n"
	    "a.test A 192.0.2.128\n",
	    "192.0.2.1", "joe@a.test", "h", "fail", NULL },
	{ "a: /0 wants an address", "a.test TXT v=spf1 a/0 -all\n", "192.0.2.1",
	    "joe@a.test", "h", "fail", NULL },
	{ "a: /0", "a.test TXT v=spf1 a/0 -all\na.test A 10.0.0.1\n",
	    "192.0.2.1", "joe@a.test", "h", "pass", NULL },
	{ "a: no answer", "a.test TXT v=spf1 a +all\na.test FAIL A\n",
	    "192.0.2.1", "joe@a.test", "h", "temperror",
	    "no answer for a.test: no answer" },
	{ "a: odd names",
	    "a.test TXT v=spf1 a:x/y:z!.test -all\n"
	    "x/y:z!.test A 192.0.2.1\n",
	    "192.0.2.1", "joe@a.test", "h", "pass", NULL },
	{ "a: no such name can be", "a.test TXT v=spf1 a:x..test -all\n",
	    "192.0.2.1", "joe@a.test", "h", "fail", NULL },
	{ "a: nor by macros", "a.test TXT v=spf1 a:%{h}.test -all\n",
	    "192.0.2.1", "joe@a.test", "x.", "fail", NULL },

	/* section 5.4: mx */
	{ "mx",
	    "a.test TXT v=spf1 mx -all\na.test MX 10 b.test\n"
	    "a.test MX 20 c.test\nb.test A 192.0.2.9\nc.test A 192.0.2.1\n",
	    "192.0.2.1", "joe@a.test", "h", "pass", NULL },
	{ "mx: none is not the domain itself",
	    "a.test TXT v=spf1 mx -all\na.test A 192.0.2.1\n", "192.0.2.1",
	    "joe@a.test", "h", "fail", NULL },
	{ "mx: null MX",
	    "a.test TXT v=spf1 mx -all\na.test MX 0 .\n"
	    "a.test A 192.0.2.1\n",
	    "192.0.2.1", "joe@a.test", "h", "fail", NULL },
	{ "mx: another's, lengths",
	    "a.test TXT v=spf1 mx:b.test/24//64 -all\n"
	    "b.test MX 0 c.test\nc.test AAAA 2001:db8::1\n",
	    "2001:db8::2", "joe@a.test", "h", "pass", NULL },
	{ "mx: a host without answer",
	    "a.test TXT v=spf1 mx -all\n"
	    "a.test MX 0 b.test\nb.test FAIL\n",
	    "192.0.2.1", "joe@a.test", "h", "temperror", NULL },
	{ "mx: no answer", "a.test TXT v=spf1 mx -all\na.test FAIL MX\n",
	    "192.0.2.1", "joe@a.test", "h", "temperror", NULL },

	/* section 5.5: ptr */
	{ "ptr",
	    "a.test TXT v=spf1 ptr -all\n"
	    "1.2.0.192.in-addr.arpa PTR b.test\n"
	    "1.2.0.192.in-addr.arpa PTR x.A.test\nx.a.test A 192.0.2.1\n",
	    "192.0.2.1", "joe@a.test", "h", "pass", NULL },
	{ "ptr: the domain itself",
	    "a.test TXT v=spf1 ptr:b.test -all\n"
	    "1.2.0.192.in-addr.arpa PTR b.test\nb.test A 192.0.2.1\n",
	    "192.0.2.1", "joe@a.test", "h", "pass", NULL },
	{ "ptr: not below it",
	    "a.test TXT v=spf1 ptr -all\n"
	    "1.2.0.192.in-addr.arpa PTR xa.test\nxa.test A 192.0.2.1\n",
	    "192.0.2.1", "joe@a.test", "h", "fail", NULL },
	{ "ptr: it has another address",
	    "a.test TXT v=spf1 ptr -all\n"
	    "1.2.0.192.in-addr.arpa PTR x.a.test\nx.a.test A 192.0.2.2\n",
	    "192.0.2.1", "joe@a.test", "h", "fail", NULL },
	{ "ptr: IPv6",
	    "a.test TXT v=spf1 ptr -all\n"
	    "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2"
	    ".ip6.arpa PTR x.a.test\nx.a.test AAAA 2001:db8::1\n",
	    "2001:db8::1", "joe@a.test", "h", "pass", NULL },
	{ "ptr: no answer is no match",
	    "a.test TXT v=spf1 ptr -all\n"
	    "1.2.0.192.in-addr.arpa FAIL\n",
	    "192.0.2.1", "joe@a.test", "h", "fail", NULL },
	{ "ptr: nor for a name",
	    "a.test TXT v=spf1 ptr -all\n"
	    "1.2.0.192.in-addr.arpa PTR x.a.test\n"
	    "1.2.0.192.in-addr.arpa PTR y.a.test\n"
	    "x.a.test FAIL\ny.a.test A 192.0.2.1\n",
	    "192.0.2.1", "joe@a.test", "h", "pass", NULL },
	{ "ptr: names of nothing are the client's, and do not count",
	    "a.test TXT v=spf1 ptr -all\n"
	    "1.2.0.192.in-addr.arpa PTR w.a.test\n"
	    "1.2.0.192.in-addr.arpa PTR x.a.test\n"
	    "1.2.0.192.in-addr.arpa PTR y.a.test\n"
	    "1.2.0.192.in-addr.arpa PTR z.a.test\n",
	    "192.0.2.1", "joe@a.test", "h", "fail", NULL },
	{ "ptr: asked for each time when there is none",
	    "a.test TXT v=spf1 ptr ptr:b.test ptr:c.test -all\n", "192.0.2.1",
	    "joe@a.test", "h", "permerror", NULL },

	/* section 5.6: ip4, ip6 */
	{ "ip4: length", "a.test TXT v=spf1 ip4:192.0.2.0/28 -all\n",
	    "192.0.2.15", "joe@a.test", "h", "pass", NULL },
	{ "ip4: beyond", "a.test TXT v=spf1 ip4:192.0.2.0/28 -all\n",
	    "192.0.2.16", "joe@a.test", "h", "fail", NULL },
	{ "ip4: /0", "a.test TXT v=spf1 ip4:10.0.0.0/0 -all\n", "192.0.2.16",
	    "joe@a.test", "h", "pass", NULL },
	{ "ip4: an IPv6 client", "a.test TXT v=spf1 ip4:0.0.0.0/0 -all\n",
	    "2001:db8::1", "joe@a.test", "h", "fail", NULL },
	{ "ip6", "a.test TXT v=spf1 ip6:2001:DB8::/33 -all\n",
	    "2001:db8:7fff::1", "joe@a.test", "h", "pass", NULL },
	{ "ip6: beyond", "a.test TXT v=spf1 ip6:2001:db8::/33 -all\n",
	    "2001:db8:8000::1", "joe@a.test", "h", "fail", NULL },
	{ "ip6: an IPv4 client", "a.test TXT v=spf1 ip6:::/0 -all\n",
	    "192.0.2.1", "joe@a.test", "h", "fail", NULL },
	{ "ip6: nor a mapped one",
	    "a.test TXT v=spf1 ip6:::ffff:192.0.2.1 -all\n", "::ffff:192.0.2.1",
	    "joe@a.test", "h", "fail", NULL },

	/* section 5.7: exists */
	{ "exists: any address",
	    "a.test TXT v=spf1 exists:b.test -all\n"
	    "b.test A 127.0.0.2\n",
	    "2001:db8::1", "joe@a.test", "h", "pass", NULL },
	{ "exists: only A",
	    "a.test TXT v=spf1 exists:b.test -all\n"
	    "b.test AAAA ::1\n",
	    "2001:db8::1", "joe@a.test", "h", "fail", NULL },
	{ "exists: no answer",
	    "a.test TXT v=spf1 exists:b.test -all\n"
	    "b.test FAIL\n",
	    "2001:db8::1", "joe@a.test", "h", "temperror", NULL },
	{ "exists: local parts as labels",
	    "a.test TXT v=spf1 exists:%{l1r-}.%{ir}.%{v}.x.%{d1} -all\n"
	    "joe.1.2.0.192.in-addr.x.test A 127.0.0.2\n",
	    "192.0.2.1", "joe-list@a.test", "h", "pass", NULL },
	{ "exists: a blank in a label",
	    "a.test TXT v=spf1 exists:%{l}.x.test -all\n"
	    "x FAIL\n",
	    "192.0.2.1", "a b@a.test", "h", "fail", NULL },

	/* section 6.1: redirect */
	{ "redirect",
	    "a.test TXT v=spf1 redirect=b.test\n"
	    "b.test TXT v=spf1 a -all\nb.test A 192.0.2.1\n",
	    "192.0.2.1", "joe@a.test", "h", "pass", "a of b.test matches" },
	{ "redirect: wherever it stands",
	    "a.test TXT v=spf1 redirect=b.test ip4:192.0.2.1\n"
	    "b.test TXT v=spf1 -all\n",
	    "192.0.2.1", "joe@a.test", "h", "pass", NULL },
	{ "redirect: not beside all",
	    "a.test TXT v=spf1 redirect=b.test ?all\n"
	    "b.test TXT v=spf1 -all\n",
	    "192.0.2.1", "joe@a.test", "h", "neutral", NULL },
	{ "redirect: to nothing", "a.test TXT v=spf1 redirect=b.test\n",
	    "192.0.2.1", "joe@a.test", "h", "permerror",
	    "b.test: no SPF record" },
	{ "redirect: to no domain", "a.test TXT v=spf1 redirect=%{h}\n",
	    "192.0.2.1", "joe@a.test", "x", "permerror", NULL },
	{ "redirect: no answer",
	    "a.test TXT v=spf1 redirect=b.test\n"
	    "b.test FAIL\n",
	    "192.0.2.1", "joe@a.test", "h", "temperror", NULL },
	{ "redirect: the explanation is the other's",
	    "a.test TXT v=spf1 redirect=b.test exp=a.e.test\n"
	    "b.test TXT v=spf1 -all\na.e.test TXT no\n",
	    "192.0.2.1", "joe@a.test", "h", "fail",
	    "192.0.2.1 is not allowed to send mail for a.test" },
	{ "redirect: and may use its domain",
	    "a.test TXT v=spf1 redirect=b.test exp=a.e.test\n"
	    "b.test TXT v=spf1 -all exp=e.%{d}\ne.b.test TXT %{o} %{d}\n",
	    "192.0.2.1", "joe@a.test", "h", "fail", "a.test b.test" },

	/* section 6.2: exp */
	{ "exp: all that may be in it",
	    "a.test TXT v=spf1 -all exp=e.a.test\n"
	    "e.a.test TXT %{c} is not %{h}%_(%{r}, %{t})%%%-|see "
	    "http://%{d}/?s=%{S}&i=%{I}&p=%{P}\n",
	    "192.0.2.1", "j+e@a.test", "h", "fail",
	    "192.0.2.1 is not h (mx.us.test, 1790000000)%%20see "
	    "http://a.test/?s=j%2Be%40a.test&i=192.0.2.1&p=unknown" },
	{ "exp: IPv6",
	    "a.test TXT v=spf1 -all exp=e.a.test\n"
	    "e.a.test TXT %{c} %{ir}.%{v}\n",
	    "2001:db8::AB", "j@a.test", "h", "fail",
	    "2001:db8::ab B.A.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0."
	    "0.0.0.8.B.D.0.1.0.0.2.ip6" },
	{ "exp: mapped is IPv4",
	    "a.test TXT v=spf1 -all exp=e.a.test\n"
	    "e.a.test TXT %{c} %{i} %{v}\n",
	    "::ffff:192.0.2.1", "j@a.test", "h", "fail",
	    "192.0.2.1 192.0.2.1 in-addr" },
	{ "exp: several records",
	    "a.test TXT v=spf1 -all exp=e.a.test\n"
	    "e.a.test TXT a\ne.a.test TXT b\n",
	    "192.0.2.1", "j@a.test", "h", "fail",
	    "192.0.2.1 is not allowed to send mail for a.test" },
	{ "exp: no record", "a.test TXT v=spf1 -all exp=e.a.test\n",
	    "192.0.2.1", "j@a.test", "h", "fail",
	    "192.0.2.1 is not allowed to send mail for a.test" },
	{ "exp: no answer",
	    "a.test TXT v=spf1 -all exp=e.a.test\n"
	    "e.a.test FAIL\n",
	    "192.0.2.1", "j@a.test", "h", "fail",
	    "192.0.2.1 is not allowed to send mail for a.test" },
	{ "exp: empty",
	    "a.test TXT v=spf1 -all exp=e.a.test\n"
	    "e.a.test TXT \n",
	    "192.0.2.1", "j@a.test", "h", "fail",
	    "192.0.2.1 is not allowed to send mail for a.test" },
	{ "exp: bad macro",
	    "a.test TXT v=spf1 -all exp=e.a.test\n"
	    "e.a.test TXT 100% no\n",
	    "192.0.2.1", "j@a.test", "h", "fail",
	    "192.0.2.1 is not allowed to send mail for a.test" },
	{ "exp: not ASCII",
	    "a.test TXT v=spf1 -all exp=e.a.test\n"
	    "e.a.test TXT na\303\257ve\n",
	    "192.0.2.1", "j@a.test", "h", "fail",
	    "192.0.2.1 is not allowed to send mail for a.test" },
	{ "exp: control bytes",
	    "a.test TXT v=spf1 -all exp=e.a.test\n"
	    "e.a.test TXT a\tb\n",
	    "192.0.2.1", "j@a.test", "h", "fail",
	    "192.0.2.1 is not allowed to send mail for a.test" },
	{ "exp: not a name", "a.test TXT v=spf1 -all exp=%{h}\n", "192.0.2.1",
	    "j@a.test", "..", "fail",
	    "192.0.2.1 is not allowed to send mail for a.test" },
	{ "exp: bytes of the client cannot hurt",
	    "a.test TXT v=spf1 -all exp=e.a.test\ne.a.test TXT <%{l} %{h}>\n",
	    "192.0.2.1", "j\033[31m\303\274@a.test", "\177\001", "fail",
	    "<j?[31m?\? ?\?>" },
	{ "exp: only for fail",
	    "a.test TXT v=spf1 ~all exp=e.a.test\n"
	    "e.a.test TXT no\n",
	    "192.0.2.1", "j@a.test", "h", "softfail", NULL },
	{ "exp: its lookups do not count",
	    "a.test TXT v=spf1 a:1.x.test a:2.x.test exp=%{p}.e.a.test -all\n"
	    "unknown.e.a.test TXT because\n",
	    "192.0.2.1", "j@a.test", "h", "fail", "because" },

	/* section 7.3: %{p} */
	{ "p: the domain before all",
	    "a.test TXT v=spf1 -all exp=e.a.test\n"
	    "e.a.test TXT %{p}\n1.2.0.192.in-addr.arpa PTR c.test\n"
	    "1.2.0.192.in-addr.arpa PTR x.a.test\n"
	    "1.2.0.192.in-addr.arpa PTR a.test\nc.test A 192.0.2.1\n"
	    "x.a.test A 192.0.2.1\na.test A 192.0.2.1\n",
	    "192.0.2.1", "j@a.test", "h", "fail", "a.test" },
	{ "p: then what is below it",
	    "a.test TXT v=spf1 -all exp=e.a.test\n"
	    "e.a.test TXT %{p}\n1.2.0.192.in-addr.arpa PTR c.test\n"
	    "1.2.0.192.in-addr.arpa PTR x.a.test\n"
	    "1.2.0.192.in-addr.arpa PTR a.test\nc.test A 192.0.2.1\n"
	    "x.a.test A 192.0.2.1\na.test A 192.0.2.2\n",
	    "192.0.2.1", "j@a.test", "h", "fail", "x.a.test" },
	{ "p: then any",
	    "a.test TXT v=spf1 -all exp=e.a.test\n"
	    "e.a.test TXT %{p2} %{pr}\n1.2.0.192.in-addr.arpa PTR x.a.test\n"
	    "1.2.0.192.in-addr.arpa PTR c.d.test\nc.d.test A 192.0.2.1\n",
	    "192.0.2.1", "j@a.test", "h", "fail", "d.test test.d.c" },
	{ "p: in a term",
	    "a.test TXT v=spf1 exists:%{p}.x.test -all\n"
	    "1.2.0.192.in-addr.arpa PTR c.test\nc.test A 192.0.2.1\n"
	    "c.test.x.test A 127.0.0.1\n",
	    "192.0.2.1", "j@a.test", "h", "pass", NULL },
	{ "p: no answer: unknown",
	    "a.test TXT v=spf1 exists:%{p}.x.test -all\n"
	    "1.2.0.192.in-addr.arpa FAIL\nunknown.x.test A 127.0.0.1\n",
	    "192.0.2.1", "j@a.test", "h", "pass", NULL },
	{ "p: of the included domain",
	    "a.test TXT v=spf1 include:b.test -all\n"
	    "b.test TXT v=spf1 exists:%{p}.x.test\n"
	    "1.2.0.192.in-addr.arpa PTR m.a.test\n"
	    "1.2.0.192.in-addr.arpa PTR m.b.test\n"
	    "m.a.test A 192.0.2.1\nm.b.test A 192.0.2.1\n"
	    "m.b.test.x.test A 127.0.0.1\n",
	    "192.0.2.1", "j@a.test", "h", "pass", NULL },

	/* RFC 8616 section 4: local parts that are not ASCII */
	{ "EAI: terms with %{l} do not match",
	    "a.test TXT v=spf1 exists:%{l}.x.test -exists:%{S}.x.test "
	    "a:%{d} -all\na.test A 192.0.2.1\n",
	    "192.0.2.1", "j\303\266@a.test", "h", "pass",
	    "a:%{d} of a.test matches" },
	{ "EAI: redirect", "a.test TXT v=spf1 redirect=%{l}.x.test\n",
	    "192.0.2.1", "j\303\266@a.test", "h", "permerror",
	    "a.test: redirect to no domain" },
	{ "EAI: exp", "a.test TXT v=spf1 -all exp=%{l}.x.test\n", "192.0.2.1",
	    "j\303\266@a.test", "h", "fail",
	    "192.0.2.1 is not allowed to send mail for a.test" },
};

static void
table(void)
{
	const struct test *t;
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		t = &cases[i];
		check(t->zone, t->ip, t->sender, t->helo);
		is_str(spf_word(spf.result), t->result, t->name);
		if (t->text != NULL)
			is_str(spf.text, t->text, t->name);
		if (asked > SPF_ASKED_MAX || spf.text[0] == '\0')
			is_num(asked, -1, t->name);
	}
}

/* limits, at each and one above */

static char zone[ZONE_MAX];

static void
add(const char *fmt, ...)
{
	size_t n = strlen(zone);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(zone + n, sizeof zone - n, fmt, ap);
	va_end(ap);
}

static void
limit(const char *name, const char *result)
{
	check(zone, "192.0.2.1", "joe@a.test", "h.test");
	is_str(spf_word(spf.result), result, name);
	ok(asked <= SPF_ASKED_MAX, "questions");
	zone[0] = '\0';
}

/* n terms that ask, made by the caller's format with a number in it */
static void
terms(const char *term, unsigned n)
{
	unsigned i;

	for (i = 0; i < n; i++)
		add(term, i);
}

static void
limit_terms(void)
{
	static const char *const kinds[] = { " a:%u.b.test", " mx:%u.b.test",
		" exists:%u.b.test", " ptr:%u.b.test", " include:%u.b.test" };
	unsigned i, k, n;

	for (k = 0; k < 5; k++)
		for (n = SPF_TERMS_MAX; n <= SPF_TERMS_MAX + 1; n++) {
			for (i = 0; i < n; i++)
				add("%u.b.test A 10.0.0.1\n"
				    "%u.b.test MX 0 %u.b.test\n%s",
				    i, i, i, k == 2 ? "HERE HERE\n" : "");
			if (k == 4)
				for (i = 0; i < n; i++)
					add("%u.b.test TXT v=spf1 -all\n", i);
			add("1.2.0.192.in-addr.arpa PTR x.test\n"
			    "a.test TXT v=spf1");
			if (k == 2) /* they would match */
				for (i = 0; i < n; i++)
					add(" ?a:%u.b.test", i);
			else
				terms(kinds[k], n);
			add(" ip4:192.0.2.1 -all\n");
			limit(kinds[k],
			    n > SPF_TERMS_MAX ? "permerror" : "pass");
		}
	/* one below, and a redirect; the first of the other record is one
	 * too many */
	for (n = SPF_TERMS_MAX - 1; n <= SPF_TERMS_MAX; n++) {
		add("b.test A 10.0.0.1\nr.test TXT v=spf1 +all\n"
		    "a.test TXT v=spf1");
		terms(" a:b.test", n);
		add(" redirect=r.test\n");
		limit("redirect counts",
		    n == SPF_TERMS_MAX ? "permerror" : "pass");
	}
	/* over all records together: 1 + 9 and 1 + 9 + 1 */
	for (n = 0; n <= 1; n++) {
		add("b.test A 10.0.0.1\ni.test TXT v=spf1");
		terms(" a:b.test", SPF_TERMS_MAX - 1);
		add("\na.test TXT v=spf1 include:i.test%s ?all\n",
		    n == 1 ? " a:b.test" : "");
		limit("terms of all records", n == 1 ? "permerror" : "neutral");
	}
	/* what does not ask does not count */
	add("a.test TXT v=spf1");
	terms(" ip4:10.0.0.%u ip6:::1 x=y", 30);
	add(" +all\n");
	limit("ip4, ip6 and others do not count", "pass");
	/* nor what is not come to */
	add("a.test TXT v=spf1 ip4:192.0.2.1");
	terms(" a:%u.b.test", 20);
	add("\n");
	limit("nor what stands behind the match", "pass");
	/* a loop */
	add("a.test TXT v=spf1 include:b.test\nb.test TXT v=spf1 "
	    "include:a.test\n");
	limit("includes in a circle", "permerror");
	add("a.test TXT v=spf1 redirect=a.test\n");
	limit("redirects in a circle", "permerror");
	/* the deepest */
	for (n = SPF_TERMS_MAX; n <= SPF_TERMS_MAX + 1; n++) {
		add("a.test TXT v=spf1 include:0.b.test\n");
		for (i = 0; i + 1 < n; i++)
			add("%u.b.test TXT v=spf1 include:%u.b.test\n", i,
			    i + 1);
		add("%u.b.test TXT v=spf1 +all\n", n - 1);
		limit("includes in includes",
		    n == SPF_TERMS_MAX ? "pass" : "permerror");
	}
}

static void
limit_void(void)
{
	static const char *const kinds[] = { " a:%u.v.test", " mx:%u.v.test",
		" exists:%u.v.test", " a:%u.h.test", " mx:%u.m.test",
		" exists:%%{p}%u.v.test" };
	unsigned i, k, n;

	for (k = 0; k < 6; k++)
		for (n = SPF_VOID_MAX; n <= SPF_VOID_MAX + 1; n++) {
			add("1.2.0.192.in-addr.arpa PTR p.test\n"
			    "p.test A 192.0.2.1\n");
			for (i = 0; i < n; i++)
				add("%u.h.test HERE\n%u.m.test MX 0 %u.v.test\n",
				    i, i, i);
			add("a.test TXT v=spf1");
			terms(kinds[k], n);
			add(" ip4:192.0.2.1 -all\n");
			limit(kinds[k],
			    n > SPF_VOID_MAX ? "permerror" : "pass");
			if (n > SPF_VOID_MAX)
				ok(strncmp(spf.text,
				       "more than 2 lookups found "
				       "nothing (",
				       35) == 0,
				    spf.text);
		}
	/* hosts of one mx */
	for (n = SPF_VOID_MAX; n <= SPF_VOID_MAX + 1; n++) {
		for (i = 0; i < n; i++)
			add("a.test MX 0 %u.v.test\n", i);
		add("a.test TXT v=spf1 mx +all\n");
		limit("hosts of an mx",
		    n > SPF_VOID_MAX ? "permerror" : "pass");
	}
}

static void
limit_names(void)
{
	unsigned n, i;

	for (n = SPF_MX_MAX; n <= SPF_MX_MAX + 1; n++) {
		for (i = 0; i < n; i++)
			add("a.test MX %u %u.b.test\n%u.b.test A 192.0.2.%u\n",
			    i, i, i, n - i);
		add("a.test TXT v=spf1 mx -all\n");
		limit("names of an mx", n > SPF_MX_MAX ? "permerror" : "pass");
	}
	/* the last one is the client's */
	for (n = SPF_PTR_MAX; n <= SPF_PTR_MAX + 1; n++) {
		for (i = 0; i < n; i++)
			add("1.2.0.192.in-addr.arpa PTR %u.a.test\n"
			    "%u.a.test A 192.0.2.%u\n",
			    i, i, n - i);
		add("a.test TXT v=spf1 ptr -all exp=e.test\n"
		    "e.test TXT %%{p}\n");
		limit("names of the client", n > SPF_PTR_MAX ? "fail" : "pass");
		is_str(spf.text,
		    n > SPF_PTR_MAX ? "unknown" : "ptr of a.test matches",
		    "which is it");
	}
	/* no limit for addresses */
	for (i = 40; i > 0; i--)
		add("a.test A 192.0.2.%u\n", i);
	add("a.test TXT v=spf1 a -all\n");
	limit("addresses of a name", "pass");
}

static void
fill(size_t n)
{
	static const char word[] = " ip4:10.0.0.1";
	size_t at = strlen(zone);

	for (; n >= sizeof word - 1;
	     n -= sizeof word - 1, at += sizeof word - 1)
		memcpy(zone + at, word, sizeof word - 1);
	memset(zone + at, ' ', n);
	zone[at + n] = '\0';
}

static void
limit_bytes(void)
{
	static char sender[SPF_SENDER_MAX + 2];
	unsigned n, i;

	for (n = SPF_RECORD_MAX; n <= SPF_RECORD_MAX + 1; n++) {
		add("a.test TXT v=spf1 +all");
		fill(n - 11);
		add("\n");
		limit("bytes of a record",
		    n > SPF_RECORD_MAX ? "permerror" : "pass");
	}
	/* four records of the largest size, or not quite */
	for (n = SPF_RECORD_MAX - 1; n <= SPF_RECORD_MAX; n++) {
		for (i = 0; i < 4; i++) {
			add("%c.test TXT v=spf1 include:%c.test", 'a' + i,
			    'b' + i);
			fill(n - 21);
			add("\n");
		}
		add("e.test TXT v=\n");
		limit("many long records", "permerror");
		is_str(spf.text, "e.test: no SPF record", "all were read");
	}
	for (i = 0; i < 4; i++) {
		add("%c.test TXT v=spf1 include:%c.test", 'a' + i, 'b' + i);
		fill(SPF_RECORD_MAX - 21);
		add("\n");
	}
	add("e.test TXT v=spf1 +all\n");
	limit("one more does not fit", "permerror");
	is_str(spf.text, "the record of e.test is too long", "it says so");
	/* a record that is left makes room */
	add("a.test TXT v=spf1");
	for (i = 0; i < 8; i++)
		add(" include:%u.test", i);
	add(" +all\n");
	for (i = 0; i < 8; i++) {
		add("%u.test TXT v=spf1", i);
		fill(SPF_RECORD_MAX - 6);
		add("\n");
	}
	limit("one behind the other they fit", "pass");

	for (n = SPF_SENDER_MAX; n <= SPF_SENDER_MAX + 1; n++) {
		memset(sender, 'x', n);
		memcpy(sender + n - 7, "@a.test", 8);
		check("a.test TXT v=spf1 exists:%{l}.test +all\n", "192.0.2.1",
		    sender, "h");
		is_str(spf_word(spf.result),
		    n > SPF_SENDER_MAX ? "none" : "pass",
		    "bytes of an address");
	}
	for (n = SPF_TEXT_MAX; n <= SPF_TEXT_MAX + 1; n++) {
		add("a.test TXT v=spf1 -all exp=e.test\ne.test TXT ");
		for (i = 0; i < n - 1; i++)
			add("x");
		add("y\n");
		limit("bytes of an explanation", "fail");
		is_num(strlen(spf.text), SPF_TEXT_MAX, "bytes");
		is_num(spf.text[SPF_TEXT_MAX - 1], n > SPF_TEXT_MAX ? 'x' : 'y',
		    "the last");
	}
}

/* whatever is damaged is not there, or an error, and never more */
static void
damaged(void)
{
	static const unsigned char mx[] = "\0\1\4mail\0x",
				   txt[] = "\12v=spf1 all\17 ip4";
	static const unsigned char *const data[] = { mx, txt };
	static const int mx_len[] = { 9, 9 };
	static const int txt_len[] = { 16 };
	struct spf_who who = {
		.ip = "\300\0\2\1", .ip_len = 4, .sender = "j@a.test"
	};
	struct dnsa a = { DNSA_OK, 1, &data[1], txt_len, "" };
	struct dnsq q;

	spf_init(&spf, &who);
	spf_answer(&spf, &a);
	is_str(spf.text, "the record of a.test is damaged", "TXT");
	is_num(spf.result, SPF_PERMERROR, "is an error");
	ok(!spf_want(&spf, &q), "no question");
	spf_answer(&spf, &a);
	is_num(spf.result, SPF_PERMERROR, "an answer that nobody wants");

	spf_init(&spf, &who);
	spf_answer(&spf,
	    dnszone_ask("a.test TXT v=spf1 mx ?all\n", &spf.q, &answer));
	a.data = data;
	a.len = mx_len;
	spf_answer(&spf, &a);
	is_str(spf.text, "?all of a.test matches", "MX");
}

int
main(void)
{
	table();
	limit_terms();
	limit_void();
	limit_names();
	limit_bytes();
	damaged();
	return done();
}
