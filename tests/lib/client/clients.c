/* the file clients: lists, checks, exceptions; limits */
#include "client/clients.h"
#include "memlookup.h"
#include "tap.h"
#include <arpa/inet.h>

#define ACTION "1 want reject, defer or tag\n"
#define RETURN "1 want A.B.C.D, A.B.C.D-E.F.G.H or A.B.C.D/N\n"
#define ADDRESS "1 not an IP address\n"

static const struct {
	const char *text, *faults;
} cases[] = {
	{ "", "" },
	{ "# nothing\n\n", "" },
	{ "list bl.test reject\nlist b2.test tag 127.0.0.2\n", "" },
	{ "white w.test\nwhite w2.test 127.0.0.0/8 127.0.0.1-127.0.0.9\n", "" },
	{ "helo own reject\nhelo name defer\nhelo resolve tag\n", "" },
	{ "sender resolve reject\nreverse name tag\nreverse match tag\n", "" },
	{ "except 192.0.2.1 192.0.2.0/24 2001:db8::/32 ::/0 0.0.0.0/0\n", "" },
	{ "own mail.test 192.0.2.1 2001:db8::1\nown x\n", "" },
	{ "list bl.test\n", "1 want list ZONE ACTION [RETURN...]\n" },
	{ "list\n", "1 want list ZONE ACTION [RETURN...]\n" },
	{ "white\n", "1 want white ZONE [RETURN...]\n" },
	{ "list bl.test pass\n", ACTION },
	{ "list bl.test Reject\n", ACTION },
	{ "list bl..test reject\n", "1 not the name of a zone\n" },
	{ "list bl/test reject\n", "1 not the name of a zone\n" },
	{ "list bl.test reject 127.0.0\n", RETURN },
	{ "list bl.test reject 127.0.0.300\n", RETURN },
	{ "list bl.test reject 127.0.0.3-127.0.0.2\n", RETURN },
	{ "list bl.test reject 127.0.0.3-\n", RETURN },
	{ "list bl.test reject 127.0.0.3/\n", RETURN },
	{ "list bl.test reject 127.0.0.3/33\n", RETURN },
	{ "list bl.test reject 127.0.0.3/7\n", RETURN },
	{ "list bl.test reject ::1\n", RETURN },
	{ "list bl.test reject x\n", RETURN },
	{ "white bl.test reject\n", RETURN },
	{ "list a.test tag\n\nwhite a.test\n",
	    "3 a.test stands in line 1 already\n" },
	{ "list A.test tag\nwhite a.TEST\n",
	    "2 a.TEST stands in line 1 already\n" },
	{ "except 192.0.2.1 ::1 192.0.2.1\n", "1 192.0.2.1 stands twice\n" },
	{ "except 2001:DB8::1\nexcept 2001:db8::1\n",
	    "2 2001:db8::1 stands in line 1 already\n" },
	{ "except 192.0.2.1\nexcept 192.0.2.1/32\nown 192.0.2.1\n", "" },
	{ "own a.test\nown A.test\n", "2 A.test stands in line 1 already\n" },
	{ "helo own\n", "1 want three words: what, which check, an action\n" },
	{ "helo own reject x\n",
	    "1 want three words: what, which check, an action\n" },
	{ "helo own drop\n", ACTION },
	{ "helo match reject\n",
	    "1 unknown check; helo own, helo name, helo "
	    "resolve, sender resolve, reverse name, reverse match are "
	    "known\n" },
	{ "helo own tag\nhelo own reject\n",
	    "2 it stands in the file already\n" },
	{ "except\n", "1 a value is missing\n" },
	{ "except x\n", ADDRESS },
	{ "except 192.0.2\n", ADDRESS },
	{ "except 192.0.2.0/33\n", "1 bad length behind the /\n" },
	{ "except ::/129\n", "1 bad length behind the /\n" },
	{ "except 192.0.2.0/\n", "1 bad length behind the /\n" },
	{ "own\n", "1 a value is missing\n" },
	{ "own a@b\n", "1 neither a host name nor an address\n" },
	{ "block x\n",
	    "1 unknown word; white list helo sender reverse "
	    "except own are known\n" },
	{ "list \"bl.test reject\n", "1 quote not closed, or control byte\n" },
};

static void
parse(void)
{
	struct memtable t;
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		memtable_make(&t, &conffile_clients, cases[i].text);
		is_str(buf_data(&t.faults), cases[i].faults, cases[i].text);
		memtable_free(&t);
	}
}

static int
returned(const struct clients_list *l, const char *ip)
{
	struct in_addr a;

	inet_pton(AF_INET, ip, &a);
	return clients_returned(l, (const unsigned char *)&a);
}

static int
excepted(const struct clients_rules *r, const char *ip)
{
	unsigned char a[16];
	int six = strchr(ip, ':') != NULL;

	inet_pton(six ? AF_INET6 : AF_INET, ip, a);
	return clients_excepted(r, a, six ? 16 : 4);
}

static void
rules(void)
{
	static struct clients_rules r;
	struct memtable t;
	struct lookup l = memtable_make(&t, &conffile_clients,
	    "# c\n"
	    "white w.test\nlist b.test defer 127.0.0.4 127.0.1.0/24 "
	    "127.0.2.1-127.0.2.3\nhelo name reject\nreverse match tag\n"
	    "except 192.0.2.0/25 2001:db8::/33\n"
	    "except ::ffff:198.51.100.0/120\nown m.test ::1\n");

	is_num(clients_rules(&l, &r), 0, "read back");
	is_num(r.n_lists, 2, "lists");
	is_str(r.list[0].zone, "w.test", "in order");
	is_num(r.list[0].action, CLIENTS_PASS, "a good one");
	is_num(r.list[1].action, CLIENTS_DEFER, "a bad one");
	is_num(r.check[CLIENTS_HELO_NAME], CLIENTS_REJECT, "a check");
	is_num(r.check[CLIENTS_REVERSE_MATCH], CLIENTS_TAG, "another");
	is_num(r.check[CLIENTS_HELO_OWN], CLIENTS_PASS, "not asked for");
	is_num(r.n_own, 2, "ours");
	is_str(clients_action_word(CLIENTS_DEFER), "defer", "word");
	is_str(clients_check_word(CLIENTS_SENDER_RESOLVE), "sender-resolve",
	    "word");

	/* what counts where nothing is said */
	is_num(returned(&r.list[0], "127.0.0.1"), 0, "not 127.0.0.1");
	is_num(returned(&r.list[0], "127.0.0.2"), 1, "the test entry");
	is_num(returned(&r.list[0], "127.254.255.255"), 1, "the last");
	is_num(returned(&r.list[0], "127.255.255.254"), 0, "trouble");
	is_num(returned(&r.list[0], "192.0.2.1"), 0, "a domain for sale");
	is_num(returned(&r.list[1], "127.0.0.3"), 0, "below one");
	is_num(returned(&r.list[1], "127.0.0.4"), 1, "one");
	is_num(returned(&r.list[1], "127.0.1.0"), 1, "a net's first");
	is_num(returned(&r.list[1], "127.0.1.255"), 1, "and last");
	is_num(returned(&r.list[1], "127.0.2.0"), 0, "below a range");
	is_num(returned(&r.list[1], "127.0.2.1"), 1, "its first");
	is_num(returned(&r.list[1], "127.0.2.3"), 1, "its last");
	is_num(returned(&r.list[1], "127.0.2.4"), 0, "above it");

	is_num(excepted(&r, "192.0.2.127"), 1, "in a network");
	is_num(excepted(&r, "192.0.2.128"), 0, "not in it");
	is_num(excepted(&r, "198.51.100.9"), 1, "as IPv6 that holds IPv4");
	is_num(excepted(&r, "198.51.101.9"), 0, "not in that");
	is_num(excepted(&r, "2001:db8:7fff::1"), 1, "IPv6");
	is_num(excepted(&r, "2001:db8:8000::1"), 0, "not in it");

	t.broken = 1;
	is_num(clients_rules(&l, &r), -1, "a table that cannot be read");
	is_num(r.n_lists, 0, "is no rules");
	memtable_free(&t);
	l = memtable_make(&t, &conffile_clients, "");
	is_num(clients_rules(&l, &r), 0, "an empty file");
	is_num(r.n_lists + r.n_own + r.n_except, 0, "has no rules");
	memtable_add(&t, "rules", 5, "1\thelo\tx\ty\n", 10);
	is_num(clients_rules(&l, &r), -1, "damaged");
	memtable_free(&t);
}

/* n of something, in lines or words */
static void
limit(const char *name, const char *first, const char *each, unsigned max,
    const char *fault)
{
	static char text[60000];
	struct memtable t;
	unsigned n, i;
	size_t k;

	for (n = max; n <= max + 1; n++) {
		k = (size_t)snprintf(text, sizeof text, "%s", first);
		for (i = 0; i < n; i++)
			k += (size_t)snprintf(text + k, sizeof text - k, each,
			    i % 200, i / 200);
		snprintf(text + k, sizeof text - k, "\n");
		memtable_make(&t, &conffile_clients, text);
		if (n == max)
			is_str(buf_data(&t.faults), "", name);
		else
			ok(strstr(buf_data(&t.faults), fault) != NULL,
			    "one more");
		memtable_free(&t);
	}
}

static void
words(void)
{
	char text[2 * CLIENTS_WORDS_MAX + 10];
	struct memtable t;
	unsigned n, i;

	for (n = CLIENTS_WORDS_MAX; n <= CLIENTS_WORDS_MAX + 1; n++) {
		for (i = 0; i < n; i++)
			memcpy(text + 2 * i, "x ", 2);
		memcpy(text + 2 * n, "\n", 2);
		memtable_make(&t, &conffile_clients, text);
		ok((strstr(buf_data(&t.faults), "too many words") != NULL) ==
			(n > CLIENTS_WORDS_MAX),
		    "words of a line");
		memtable_free(&t);
	}
}

int
main(void)
{
	parse();
	rules();
	limit("lists", "", "list l%u-%u.test tag\n", CLIENTS_LISTS_MAX,
	    "33 more than 32 lists");
	limit("answers", "list l.test tag", " 127.0.%u.%u", CLIENTS_RETURNS_MAX,
	    "more than 16 answers of a list");
	limit("exceptions", "", "except 10.0.%u.%u\n", CLIENTS_EXCEPT_MAX,
	    "257 more than 256 addresses and networks");
	words();
	limit("of ours", "", "own m%u-%u.test\n", CLIENTS_OWN_MAX,
	    "65 more than 64 names and addresses");
	return done();
}
