/* the file feedback: lines, faults, looking up */
#include "conf/conffeedback.h"
#include "memlookup.h"
#include "tap.h"

#define WANT "1 want tenant=, stream= or believe=\n"
#define N64 "0123456789012345678901234567890123456789012345678901234567890123"

static const struct {
	const char *text, *faults;
	size_t n;
} lines[] = {
	{ "", "", 0 },
	{ "# x\n\nreturn-path r.example\n", "", 1 },
	{ "domain d.example tenant=a stream=b believe=message\n", "", 1 },
	{ "address A@B.example\nunsubscribe u@b.example\n", "", 2 },
	{ "address a@b.example\naddress A@b.example\n",
	    "2 stands in line 1 already\n", 1 },
	{ "address a@b.example\nunsubscribe a@b.example\n", "", 2 },
	{ "all b.example\n",
	    "1 want return-path, domain, address, unsubscribe, host or list\n",
	    0 },
	{ "domain\n", "1 not a domain\n", 0 },
	{ "domain a@b.example\n", "1 not a domain\n", 0 },
	{ "return-path b,c\n", "1 not a domain\n", 0 },
	{ "address b.example\n", "1 not an address\n", 0 },
	{ "address\n", "1 not an address\n", 0 },
	{ "unsubscribe @b.example\n", "1 not an address\n", 0 },
	{ "domain b.example x\n", WANT, 0 },
	{ "domain b.example who=x\n", WANT, 0 },
	{ "domain b.example tenant=\n",
	    "1 not a name of letters, digits, - _ .\n", 0 },
	{ "domain b.example stream=\"a b\"\n",
	    "1 not a name of letters, digits, - _ .\n", 0 },
	{ "domain b.example tenant=" N64 "\n", "", 1 },
	{ "domain b.example tenant=" N64 "x\n",
	    "1 not a name of letters, digits, - _ .\n", 0 },
	{ "domain b.example believe=all\n",
	    "1 believe= wants recipient or message\n", 0 },
	{ "host H.example tenant=a\nlist \"a b\" stream=b\n", "", 2 },
	{ "host h.example\nhost H.Example\n", "2 stands in line 1 already\n",
	    1 },
	{ "host a@b.example\n", "1 not a host\n", 0 },
	{ "list \"\"\n", "1 a list has 1 to 64 bytes\n", 0 },
	{ "list " N64 "\n", "", 1 },
	{ "list " N64 "x\n", "1 a list has 1 to 64 bytes\n", 0 },
	{ "list a believe=message\n",
	    "1 believe= is for what arrives by mail\n", 0 },
	{ "host h.example believe=message\n",
	    "1 believe= is for what arrives by mail\n", 0 },
	{ "domain \"b.example\n", "1 not a domain\n", 0 },
	{ "domain b.example \"x\n", "1 a quote is not closed\n", 0 },
};

static const char conf[] = "return-path r.example tenant=acme stream=news\n"
			   "domain d.example tenant=all\n"
			   "address fbl@x.example believe=message\n"
			   "unsubscribe leave@x.example stream=s\n"
			   "unsubscribe u@d.example\n"
			   "host h.example tenant=t stream=h\n"
			   "list \"Two words\" stream=l\n"
			   "list all tenant=x stream=y\n";

static const struct {
	const char *address;
	enum conffeedback_kind kind;
	const char *tenant, *stream;
	int believe;
} looks[] = {
	{ "b-aujl-k3x9-u7zn6k5v5cwhqgrp@r.example", CONFFEEDBACK_RETURN_PATH,
	    "acme", "news", 0 },
	{ "B-x@R.Example", CONFFEEDBACK_RETURN_PATH, "acme", "news", 0 },
	{ "ann@r.example", CONFFEEDBACK_NONE, "", "", 0 },
	{ "b-@r.example", CONFFEEDBACK_NONE, "", "", 0 },
	{ "anybody@d.example", CONFFEEDBACK_ADDRESS, "all", "", 0 },
	{ "fbl@x.example", CONFFEEDBACK_ADDRESS, "", "", 1 },
	{ "fbl+a+b@x.example", CONFFEEDBACK_ADDRESS, "", "", 1 },
	{ "fbl2@x.example", CONFFEEDBACK_NONE, "", "", 0 },
	{ "leave@x.example", CONFFEEDBACK_UNSUBSCRIBE, "", "s", 0 },
	{ "Leave+u1.a.b@X.example", CONFFEEDBACK_UNSUBSCRIBE, "", "s", 0 },
	{ "u@d.example", CONFFEEDBACK_UNSUBSCRIBE, "", "", 0 },
	{ "nobody", CONFFEEDBACK_NONE, "", "", 0 },
	{ "", CONFFEEDBACK_NONE, "", "", 0 },
	{ "a@sub.d.example", CONFFEEDBACK_NONE, "", "", 0 },
};

static void
look(void)
{
	struct memtable t;
	struct lookup l = memtable_make(&t, &conffile_feedback, conf);
	struct conffeedback c;
	size_t i;

	for (i = 0; i < sizeof looks / sizeof *looks; i++) {
		is_num(conffeedback_look(&l, looks[i].address,
			   strlen(looks[i].address), &c),
		    0, looks[i].address);
		is_num(c.kind, looks[i].kind, "its kind");
		is_str(c.tenant, looks[i].tenant, "its tenant");
		is_str(c.stream, looks[i].stream, "its stream");
		is_num(c.believe, looks[i].believe, "what is believed");
	}
	t.broken = 1;
	is_num(conffeedback_look(&l, "a@b.example", 11, &c), -1, "damaged");
	memtable_free(&t);
}

/* host, then list; what neither says stays */
static void
whose(void)
{
	static const struct {
		const char *host, *list, *tenant, *stream;
	} t[] = {
		{ "h.example", "", "t", "h" },
		{ "H.Example.:8443", "", "t", "h" },
		{ "h.example", "two WORDS", "t", "l" },
		{ "h.example", "all", "x", "y" },
		{ "g.example", "two words", "was", "l" },
		{ "g.example", "three words", "was", "" },
		{ "d.example", "", "was", "" },
		{ "", "", "was", "" },
		{ "[::1]:80", "", "was", "" },
		{ "h.example\n", "", "was", "" },
	};
	struct memtable m;
	struct lookup l = memtable_make(&m, &conffile_feedback, conf);
	char large[4096];
	struct conffeedback c;
	size_t i;

	memset(large, 'a', sizeof large - 1);
	large[sizeof large - 1] = '\0';
	for (i = 0; i < sizeof t / sizeof *t; i++) {
		c = (struct conffeedback){ .tenant = "was" };
		is_num(conffeedback_host(&l, t[i].host, &c), 0, t[i].host);
		is_num(conffeedback_list(&l, t[i].list, &c), 0, t[i].list);
		is_str(c.tenant, t[i].tenant, "tenant");
		is_str(c.stream, t[i].stream, "stream");
	}
	is_num(conffeedback_host(&l, large, &c), 0, "a host of 4095 bytes");
	is_num(conffeedback_list(&l, large, &c), 0, "such a list");
	m.broken = 1;
	is_num(conffeedback_host(&l, "h.example", &c), -1, "damaged");
	is_num(conffeedback_list(&l, "all", &c), -1, "damaged");
	memtable_free(&m);
}

int
main(void)
{
	struct memtable t;
	size_t i;

	for (i = 0; i < sizeof lines / sizeof *lines; i++) {
		memtable_make(&t, &conffile_feedback, lines[i].text);
		is_str(buf_data(&t.faults) == NULL ? "" : buf_data(&t.faults),
		    lines[i].faults, lines[i].text);
		is_num((long long)t.n, (long long)lines[i].n, "records");
		memtable_free(&t);
	}
	look();
	whose();
	return done();
}
