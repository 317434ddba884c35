/* the file tls-out: words, faults, and which line is the most specific */
#include "tlsout/tlsout.h"
#include "memlookup.h"
#include "tap.h"

#define D16 "0123456789abcdef"
#define D64 D16 D16 D16 D16
#define COLONS "01:23:45:67:89:AB:CD:EF"
#define PIN "a pin is cert: or key: and 64 hexadecimal digits"
#define WANT \
	"want none, may, must, verify, fingerprint, dane, dane-only, sts or auto"
#define N63 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

/* one line: the record, or what is wrong */
static const struct {
	const char *text, *key, *data; /* key NULL: data is the fault */
} cases[] = {
	{ "* auto", "*", "line:1\ttls:auto" },
	{ "A.Example none", "Da.example", "line:1\ttls:none" },
	{ ".a.example\tmay", "Ba.example", "line:1\ttls:may" },
	{ "[192.0.2.1] must", "D[192.0.2.1]", "line:1\ttls:must" },
	{ "[IPv6:2001:DB8:0::1] must", "D[2001:db8::1]", "line:1\ttls:must" },
	{ "[2001:DB8::1] must", "D[2001:db8::1]", "line:1\ttls:must" },
	{ "192.0.2.1 must", "D[192.0.2.1]", "line:1\ttls:must" },
	{ "2001:DB8:0::1 must", "D[2001:db8::1]", "line:1\ttls:must" },
	{ "192.0.2.256 must", "D192.0.2.256", "line:1\ttls:must" },
	{ "b\xc3\xbc"
	  "cher.example sts",
	    "Dxn--bcher-kva.example", "line:1\ttls:sts" },
	{ "a dane-only login=x", "Da", "line:1\ttls:dane-only\tlogin:x" },
	{ "a dane cert=c implicit=yes", "Da",
	    "line:1\ttls:dane\tcert:c\timplicit:1" },
	{ "a verify", "Da", "line:1\ttls:verify" },
	{ "a verify match=B.x,.c.x,nexthop,.nexthop,hostname login=l", "Da",
	    "line:1\ttls:verify\tmatch:b.x,.c.x,nexthop,.nexthop,hostname"
	    "\tlogin:l" },
	{ "a fingerprint pin=key:" D64, "Da",
	    "line:1\ttls:fingerprint\tpin:key:" D64 },
	{ "a fingerprint pin=cert:" COLONS ":" COLONS ":" COLONS ":" COLONS
	  ",key:" D64,
	    "Da", "line:1\ttls:fingerprint\tpin:cert:" D64 ",key:" D64 },
	{ "a verify match=1,2,3,4,5,6,7,8", "Da",
	    "line:1\ttls:verify\tmatch:1,2,3,4,5,6,7,8" },
	{ "a verify login=" N63 "b", "Da",
	    "line:1\ttls:verify\tlogin:" N63 "b" },
	{ "a..b may", NULL, "not a destination" },
	{ ". may", NULL, "not a destination" },
	{ "..a may", NULL, "not a destination" },
	{ "*.a may", NULL, "not a destination" },
	{ "[192.0.2.256] may", NULL, "not a destination" },
	{ "2001:db8:::1 may", NULL, "not a destination" },
	{ "192.0.2.\xef\xbc\x91 may", NULL, "not a destination" },
	{ "[] may", NULL, "not a destination" },
	{ "[192.0.2.1 may", NULL, "not a destination" },
	{ "a", NULL, WANT },
	{ "a May", NULL, WANT },
	{ "a dane-", NULL, WANT },
	{ "a may colour=red", NULL, "unknown word" },
	{ "a may red", NULL, "unknown word" },
	{ "a may match=b", NULL, "match= is for verify only" },
	{ "a verify match=", NULL, "not a name" },
	{ "a verify match=b,,c", NULL, "not a name" },
	{ "a verify match=.", NULL, "not a name" },
	{ "a verify match=1,2,3,4,5,6,7,8,9", NULL, "more than 8 names" },
	{ "a verify pin=key:" D64, NULL, "pin= is for fingerprint only" },
	{ "a fingerprint", NULL, "fingerprint needs pin=" },
	{ "a fingerprint pin=", NULL, PIN },
	{ "a fingerprint pin=" D64, NULL, PIN },
	{ "a fingerprint pin=key:" D64 "0", NULL, PIN },
	{ "a fingerprint pin=key:0" D16, NULL, PIN },
	{ "a fingerprint pin=key:g" D64, NULL, PIN },
	{ "a fingerprint pin=key:" D64 ":", NULL, PIN },
	{ "a fingerprint pin=key:0:" D64, NULL, PIN },
	{ "a may login=x", NULL,
	    "login= needs verify, fingerprint or dane-only" },
	{ "a dane login=x", NULL,
	    "login= needs verify, fingerprint or dane-only" },
	{ "a verify login=" N63 "bc", NULL, "not a name" },
	{ "a may cert=" N63 "bc", NULL, "not a name" },
	{ "a may cert=", NULL, "not a name" },
	{ "a may cert=\"a b\"", NULL, "not a name" },
	{ "a may cert=a\\tb", NULL, "not a name" },
	{ "a may implicit=no", NULL, "implicit= wants yes" },
	{ "a may cert=b cert=c", NULL, "cert= stands twice" },
	{ "a may \"cert=b", NULL, "quote not closed, or control byte" },
};

static void
parse(void)
{
	struct memtable t;
	char want[200];
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		memtable_make(&t, &conffile_tls_out, cases[i].text);
		snprintf(want, sizeof want, "1 %s\n", cases[i].data);
		is_str(buf_data(&t.faults), cases[i].key == NULL ? want : "",
		    cases[i].text);
		is_num(t.n, cases[i].key != NULL, "records");
		if (t.n == 1 && cases[i].key != NULL) {
			is_str(t.record[0].key, cases[i].key, "key");
			is_str(t.record[0].data, cases[i].data, "record");
		}
		memtable_free(&t);
	}
	memtable_make(&t, &conffile_tls_out, "a may\nA must\n.a must\n");
	is_str(buf_data(&t.faults), "2 stands in line 1 already\n", "twice");
	is_num(t.n, 2, "below it is another");
	memtable_free(&t);
}

static void
pins(void)
{
	char text[2000] = "a fingerprint pin=", *p;
	struct memtable t;
	unsigned i;

	for (i = 0; i <= TLSOUT_PINS_MAX; i++) {
		p = text + strlen(text);
		snprintf(p, text + sizeof text - p, "%skey:" D64,
		    i > 0 ? "," : "");
		if (i + 1 < TLSOUT_PINS_MAX)
			continue;
		memtable_make(&t, &conffile_tls_out, text);
		is_str(buf_data(&t.faults),
		    i == TLSOUT_PINS_MAX ? "1 more than 16 pins\n" : "",
		    i == TLSOUT_PINS_MAX ? "one more" : "as many as there may");
		memtable_free(&t);
	}
}

static void
find(void)
{
	static const char text[] = "* must\n"
				   "example none\n"
				   ".example may\n"
				   ".a.example verify match=x cert=c\n"
				   "b.a.example dane implicit=yes\n"
				   "[192.0.2.1] sts\n"
				   "[2001:db8::1] may\n";
	static const struct {
		const char *name;
		unsigned line;
		enum tlsout_word word;
	} t[] = {
		{ "example", 2, TLSOUT_NONE },
		{ "a.example", 3, TLSOUT_MAY },
		{ "c.a.example", 4, TLSOUT_VERIFY },
		{ "d.c.a.example", 4, TLSOUT_VERIFY },
		{ "b.a.example", 5, TLSOUT_DANE },
		{ "c.b.a.example", 4, TLSOUT_VERIFY },
		{ "[192.0.2.1]", 6, TLSOUT_STS },
		{ "[192.0.2.2]", 1, TLSOUT_MUST },
		{ "192.0.2.1", 6, TLSOUT_STS },
		{ "[ipv6:2001:db8::1]", 7, TLSOUT_MAY },
		{ "2001:DB8:0::1", 7, TLSOUT_MAY },
		{ "[x.example]", 1, TLSOUT_MUST },
		{ "other", 1, TLSOUT_MUST },
		{ "", 1, TLSOUT_MUST },
	};
	struct tlsout_line l;
	struct memtable m;
	struct lookup k = memtable_make(&m, &conffile_tls_out, text);
	struct lookup none = { lookup_none, NULL };
	size_t i;

	for (i = 0; i < sizeof t / sizeof *t; i++) {
		struct slice s = { t[i].name, strlen(t[i].name) };

		is_num(tlsout_find(&k, s, &l), 0, t[i].name);
		is_num(l.line, t[i].line, "line");
		is_str(tlsout_word_text(l.word), tlsout_word_text(t[i].word),
		    "word");
		is_num(l.implicit, t[i].line == 5, "implicit");
		is_num(l.all, t[i].line == 1, "the one for all");
		ok((l.match.n == 1) == (t[i].line == 4) &&
			(l.cert.n == 1) == (t[i].line == 4) && l.pins.n == 0,
		    "values");
	}
	is_num(tlsout_find(&none, (struct slice){ "a", 1 }, &l), 0, "no table");
	is_num(l.line, 0, "no line");
	is_num(l.word, TLSOUT_AUTO, "auto");
	memtable_free(&m);
}

static int
broken(void *arg, const char *key, size_t n, const char **data, size_t *len)
{
	(void)key;
	(void)n;
	*data = arg;
	*len = arg == NULL ? 0 : strlen(arg);
	return arg == NULL ? -1 : 1;
}

/* a damaged table is never "auto" */
static void
damaged(void)
{
	static char none[] = "line:1", word[] = "line:1\ttls:maybe",
		    zero[] = "line:0\ttls:may", text[] = "x";
	char *const data[] = { NULL, none, word, zero, text };
	struct tlsout_line l;
	size_t i;

	for (i = 0; i < sizeof data / sizeof *data; i++) {
		struct lookup k = { broken, data[i] };

		is_num(tlsout_find(&k, (struct slice){ "a", 1 }, &l), -1,
		    "damaged");
	}
}

int
main(void)
{
	parse();
	pins();
	find();
	damaged();
	return done();
}
