/* clients judged: every check, every answer, what wins */
#include "client/clientcheck.h"
#include "dnszone.h"
#include "conf/local.h"
#include "memlookup.h"
#include "tap.h"

static struct dnszone_answer answer;
static struct clientcheck_item item[CLIENTCHECK_ITEMS_MAX];
static char got[1000];

/* "ACTION REASON TEXT [tags]" */
static void
check(const char *rules, const char *zone, const char *ip, const char *helo,
    const char *sender)
{
	static struct clients_rules r;
	struct clientcheck_facts f = {
		.helo = helo, .sender = sender, .me = "me.test"
	};
	struct clientcheck_verdict v;
	struct memtable t;
	struct lookup l = memtable_make(&t, &conffile_clients, rules);
	struct dnsq q;
	unsigned n, i, asked = 0;
	char tag[300];
	size_t k;

	if (clients_rules(&l, &r) == -1 || buf_data(&t.faults)[0] != '\0')
		abort();
	f.ip_len = inet_pton(AF_INET, ip, f.ip) == 1 ? 4 : 16;
	if (f.ip_len == 16 && inet_pton(AF_INET6, ip, f.ip) != 1)
		abort();
	n = clientcheck_items(&r, &f, item);
	for (i = 0; i < n; i++)
		while (clientcheck_want(&item[i], &q)) {
			clientcheck_answer(&item[i],
			    dnszone_ask(zone, &q, &answer));
			asked++;
		}
	clientcheck_decide(item, n, &v);
	k = (size_t)snprintf(got, sizeof got, "%s%s%s%s%s",
	    v.white ? "white" : clients_action_word(v.action),
	    v.reason[0] != '\0' ? " " : "", v.reason,
	    v.text[0] != '\0' ? ": " : "", v.text);
	for (i = 0; i < n; i++)
		if (clientcheck_tag(&item[i], tag, sizeof tag))
			k += (size_t)snprintf(got + k, sizeof got - k, " [%s]",
			    tag);
	if (asked > CLIENTCHECK_ITEMS_MAX * 12)
		ok(0, "too many questions");
	memtable_free(&t);
}

static const struct {
	const char *name, *rules, *zone, *ip, *helo, *sender, *want;
} cases[] = {
	{ "no rules", "", "", "192.0.2.1", "x", "a@b.test", "pass" },
	/* lists */
	{ "listed", "list bl.test reject\n", "1.2.0.192.bl.test A 127.0.0.2\n",
	    "192.0.2.1", "x", "",
	    "reject dnsbl: 5.7.1 client's address is "
	    "listed by bl.test [dnsbl=bl.test]" },
	{ "not listed", "list bl.test reject\n", "", "192.0.2.1", "x", "",
	    "pass" },
	{ "an answer that does not count", "list bl.test reject 127.0.0.9\n",
	    "1.2.0.192.bl.test A 127.0.0.2\n", "192.0.2.1", "x", "", "pass" },
	{ "one of several does", "list bl.test defer 127.0.0.9\n",
	    "1.2.0.192.bl.test A 127.0.0.2\n1.2.0.192.bl.test A 127.0.0.9\n",
	    "192.0.2.1", "x", "",
	    "defer dnsbl: 4.7.1 client's address is "
	    "listed by bl.test [dnsbl=bl.test]" },
	{ "IPv6", "list bl.test tag\n",
	    "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0."
	    "0.0.0.0.0.0.8.b.d.0.1.0.0.2.bl.test A 127.0.0.2\n",
	    "2001:db8::1", "x", "",
	    "tag dnsbl: 4.7.1 client's address is "
	    "listed by bl.test [dnsbl=bl.test]" },
	{ "IPv4 within IPv6", "list bl.test tag\n",
	    "1.2.0.192.bl.test A 127.0.0.2\n", "::ffff:192.0.2.1", "x", "",
	    "tag dnsbl: 4.7.1 client's address is listed by bl.test "
	    "[dnsbl=bl.test]" },
	{ "a dead list says nothing", "list bl.test reject\nlist b2.test tag\n",
	    "1.2.0.192.bl.test FAIL\n1.2.0.192.b2.test A 127.0.0.2\n",
	    "192.0.2.1", "x", "",
	    "tag dnsbl: 4.7.1 client's address is "
	    "listed by b2.test [dnsbl=b2.test]" },
	{ "a good list before all",
	    "list bl.test reject\nwhite wl.test\n"
	    "helo own reject\n",
	    "1.2.0.192.bl.test A 127.0.0.2\n"
	    "1.2.0.192.wl.test A 127.0.0.2\n",
	    "192.0.2.1", "me.test", "",
	    "white white [dnsbl=bl.test] [client=helo-own]" },
	{ "a good list that is dead", "white wl.test\nlist bl.test reject\n",
	    "1.2.0.192.bl.test A 127.0.0.2\n1.2.0.192.wl.test FAIL\n",
	    "192.0.2.1", "x", "",
	    "reject dnsbl: 5.7.1 client's address is "
	    "listed by bl.test [dnsbl=bl.test]" },
	{ "the most severe",
	    "list a.test tag\nlist b.test defer\n"
	    "list c.test reject\n",
	    "1.2.0.192.a.test A 127.0.0.2\n"
	    "1.2.0.192.b.test A 127.0.0.2\n1.2.0.192.c.test A 127.0.0.2\n",
	    "192.0.2.1", "x", "",
	    "reject dnsbl: 5.7.1 client's address is "
	    "listed by c.test [dnsbl=a.test] [dnsbl=b.test] [dnsbl=c.test]" },
	{ "excepted",
	    "list a.test reject\nhelo own reject\n"
	    "except 192.0.2.0/24\n",
	    "1.2.0.192.a.test A 127.0.0.2\n", "192.0.2.1", "me.test", "",
	    "pass" },
	/* HELO */
	{ "our name", "helo own reject\n", "", "192.0.2.1", "Me.Test.", "",
	    "reject helo-own: 5.7.1 HELO is our own name or address "
	    "[client=helo-own]" },
	{ "our other name", "helo own tag\nown mx.test\n", "", "192.0.2.1",
	    "mx.test", "",
	    "tag helo-own: 4.7.1 HELO is our own name or "
	    "address [client=helo-own]" },
	{ "our address", "helo own defer\nown 192.0.2.9\n", "", "192.0.2.1",
	    "192.0.2.9", "",
	    "defer helo-own: 4.7.1 HELO is our own name or "
	    "address [client=helo-own]" },
	{ "as a literal", "helo own defer\nown 192.0.2.9\n", "", "192.0.2.1",
	    "[192.0.2.9]", "",
	    "defer helo-own: 4.7.1 HELO is our own name or "
	    "address [client=helo-own]" },
	{ "IPv6", "helo own defer\nown 2001:db8::1\n", "", "192.0.2.1",
	    "[IPv6:2001:DB8:0::1]", "",
	    "defer helo-own: 4.7.1 HELO is our "
	    "own name or address [client=helo-own]" },
	{ "another's name", "helo own reject\nown 192.0.2.9 mx.test\n", "",
	    "192.0.2.1", "xme.test", "", "pass" },
	{ "a name", "helo name reject\n", "", "192.0.2.1", "a-b_1.x.test", "",
	    "pass" },
	{ "a name with a dot at the end", "helo name reject\n", "", "192.0.2.1",
	    "a.test.", "", "pass" },
	{ "an address in brackets", "helo name reject\n", "", "192.0.2.1",
	    "[192.0.2.1]", "", "pass" },
	{ "without them", "helo name reject\n", "", "192.0.2.1", "192.0.2.1",
	    "",
	    "reject helo-name: 5.7.1 HELO is not a host name "
	    "[client=helo-name]" },
	{ "no dot", "helo name tag\n", "", "192.0.2.1", "localhost", "",
	    "tag helo-name: 4.7.1 HELO is not a host name "
	    "[client=helo-name]" },
	{ "odd bytes", "helo name tag\n", "", "192.0.2.1", "a/b.test", "",
	    "tag helo-name: 4.7.1 HELO is not a host name "
	    "[client=helo-name]" },
	{ "brackets with nothing good", "helo name tag\n", "", "192.0.2.1",
	    "[x.test]", "",
	    "tag helo-name: 4.7.1 HELO is not a host name "
	    "[client=helo-name]" },
	{ "no HELO", "helo own reject\nhelo name tag\nhelo resolve tag\n", "",
	    "192.0.2.1", NULL, "",
	    "tag helo-name: 4.7.1 HELO is not a host "
	    "name [client=helo-name] [client=helo-resolve]" },
	{ "HELO resolves", "helo resolve reject\n", "a.test AAAA ::1\n",
	    "192.0.2.1", "a.test", "", "pass" },
	{ "it does not", "helo resolve reject\n", "a.test TXT x\n", "192.0.2.1",
	    "a.test", "",
	    "reject helo-resolve: 5.7.1 HELO is "
	    "not the name of a host [client=helo-resolve]" },
	{ "no answer for HELO", "helo resolve reject\n", "a.test FAIL\n",
	    "192.0.2.1", "a.test", "", "pass" },
	{ "HELO a literal", "helo resolve reject\n", "", "192.0.2.1",
	    "[192.0.2.1]", "", "pass" },
	/* the sender's domain */
	{ "MX", "sender resolve reject\n", "b.test MX 10 mx.b.test\n",
	    "192.0.2.1", "x", "a@b.test", "pass" },
	{ "A", "sender resolve reject\n", "b.test A 192.0.2.1\n", "192.0.2.1",
	    "x", "a@b.test", "pass" },
	{ "AAAA", "sender resolve reject\n", "b.test AAAA ::1\n", "192.0.2.1",
	    "x", "a@b.test", "pass" },
	{ "neither", "sender resolve reject\n", "b.test HERE\n", "192.0.2.1",
	    "x", "a@b.test",
	    "reject sender-resolve: 5.1.8 sender's domain "
	    "has neither MX nor address [client=sender-resolve]" },
	{ "not there", "sender resolve defer\n", "", "192.0.2.1", "x",
	    "a@b.test",
	    "defer sender-resolve: 4.1.8 sender's domain has "
	    "neither MX nor address [client=sender-resolve]" },
	{ "null MX", "sender resolve reject\n",
	    "b.test MX 0 .\n"
	    "b.test A 192.0.2.1\n",
	    "192.0.2.1", "x", "a@b.test",
	    "reject sender-resolve: 5.7.27 sender's domain takes no mail "
	    "(null MX) [client=sender-resolve]" },
	{ "null MX beside others is none", "sender resolve reject\n",
	    "b.test MX 0 .\nb.test MX 5 mx.test\n", "192.0.2.1", "x",
	    "a@b.test", "pass" },
	{ "no answer", "sender resolve reject\n", "b.test FAIL\n", "192.0.2.1",
	    "x", "a@b.test",
	    "defer sender-resolve: 4.1.8 "
	    "sender's domain cannot be looked up now "
	    "[client=sender-resolve]" },
	{ "no answer for addresses", "sender resolve reject\n",
	    "b.test FAIL AAAA\n", "192.0.2.1", "x", "a@b.test",
	    "defer sender-resolve: 4.1.8 sender's domain cannot be looked up "
	    "now [client=sender-resolve]" },
	{ "no answer, only a tag", "sender resolve tag\n", "b.test FAIL\n",
	    "192.0.2.1", "x", "a@b.test", "pass" },
	{ "null sender", "sender resolve reject\n", "", "192.0.2.1", "x", "",
	    "pass" },
	{ "literal", "sender resolve reject\n", "", "192.0.2.1", "x",
	    "a@[192.0.2.1]", "pass" },
	{ "no such name can be", "sender resolve reject\n", "", "192.0.2.1",
	    "x", "a@b..test",
	    "reject sender-resolve: 5.1.8 sender's domain "
	    "has neither MX nor address [client=sender-resolve]" },
	{ "U-label", "sender resolve reject\n",
	    "xn--bcher-kva.test MX 5 mx.test\n", "192.0.2.1", "x",
	    "a@b\303\274cher.test", "pass" },
	/* reverse DNS */
	{ "name and address", "reverse match reject\nreverse name reject\n",
	    "1.2.0.192.in-addr.arpa PTR h.test\nh.test A 192.0.2.1\n",
	    "192.0.2.1", "x", "", "pass" },
	{ "a name that has another address",
	    "reverse match reject\nreverse name reject\n",
	    "1.2.0.192.in-addr.arpa PTR h.test\nh.test A 192.0.2.2\n",
	    "192.0.2.1", "x", "",
	    "reject reverse-match: 5.7.25 client's "
	    "address has no name that leads back to it "
	    "[client=reverse-match]" },
	{ "no name", "reverse name defer\n", "", "192.0.2.1", "x", "",
	    "defer reverse-name: 4.7.25 client's address has no name "
	    "[client=reverse-name]" },
	{ "no answer", "reverse name reject\n", "1.2.0.192.in-addr.arpa FAIL\n",
	    "192.0.2.1", "x", "",
	    "defer reverse-name: 4.7.25 client's address cannot be looked up "
	    "now [client=reverse-name]" },
};

/* what is ours: names and addresses of this machine, local domains */
static void
own(void)
{
	static const struct {
		const char *ip, *helo;
		int want;
	} is[] = {
		{ "192.0.2.1", "mx.me.test", 1 },
		{ "192.0.2.1", "MX", 1 },
		{ "192.0.2.1", "mx.ME.test.", 1 },
		{ "192.0.2.1", "local.test", 1 },
		{ "192.0.2.1", "Local.TEST.", 1 },
		{ "192.0.2.1", "a.local.test", 0 },
		{ "192.0.2.1", "me.test", 0 },
		{ "192.0.2.1", "other", 0 },
		{ "192.0.2.1", "localhost", 0 },
		{ "192.0.2.1", "", 0 },
		{ "192.0.2.1", "192.0.2.9", 1 },
		{ "192.0.2.1", "[192.0.2.9]", 1 },
		{ "192.0.2.1", "[192.0.2.1]", 0 },
		{ "192.0.2.1", "[IPv6:2001:db8::9]", 1 },
		{ "192.0.2.1", "[IPv6:2001:db8::8]", 0 },
		{ "192.0.2.1", "[127.1.2.3]", 1 },
		{ "192.0.2.1", "[IPv6:::1]", 1 },
		{ "192.0.2.1", "::ffff:192.0.2.9", 1 },
		{ "192.0.2.1", "[10.0.0.1]", 0 },
		/* who is this machine may say so */
		{ "192.0.2.9", "mx.me.test", 0 },
		{ "::ffff:192.0.2.9", "[192.0.2.9]", 0 },
		{ "2001:db8::9", "local.test", 0 },
		{ "127.0.0.1", "mx.me.test", 0 },
	};
	struct hostaddr here[] = { { .family = 4, .ip = { 192, 0, 2, 9 } },
		{ .family = 6, .ip = { 0x20, 1, 0xd, 0xb8, [15] = 9 } } };
	struct hostaddr_policy policy = { .own = here, .n_own = 2 };
	static struct clients_rules r;
	struct local_default by_default;
	struct clientcheck_facts f;
	struct memtable t, names;
	struct lookup l =
	    memtable_make(&t, &conffile_clients, "helo own reject\n");
	struct lookup local = local_by_default(&by_default, "mx.me.test",
	    memtable_make(&names, &conffile_local, "local.test\nlocalhost\n"));
	size_t i;

	clients_rules(&l, &r);
	for (i = 0; i < sizeof is / sizeof *is; i++) {
		f = (struct clientcheck_facts){ .helo = is[i].helo,
			.sender = "",
			.me = "mx.me.test",
			.local = &local,
			.here = &policy };
		clientcheck_ip(&f, is[i].ip);
		clientcheck_items(&r, &f, item);
		is_num(item[0].found == CLIENTCHECK_HIT, is[i].want,
		    is[i].helo);
	}
	memtable_free(&t);
	memtable_free(&names);
}

int
main(void)
{
	struct clientcheck_facts f = { .me = NULL };
	size_t i;

	is_num(clientcheck_ip(&f, "192.0.2.1"), 0, "an address");
	is_num(f.ip_len, 4, "of IPv4");
	is_num(clientcheck_ip(&f, "2001:db8::1"), 0, "an address");
	is_num(f.ip_len, 16, "of IPv6");
	is_num(clientcheck_ip(&f, "x"), -1, "none");

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		check(cases[i].rules, cases[i].zone, cases[i].ip, cases[i].helo,
		    cases[i].sender);
		is_str(got, cases[i].want, cases[i].name);
	}
	own();
	return done();
}
