/* the file rcpt: lines, and what is said of a domain */
#include "recv/rcptfile.h"
#include "memlookup.h"
#include "tap.h"

#define WANT "1 want users, any, next or program behind the domain\n"

static const struct {
	const char *text, *faults;
	size_t n;
} lines[] = {
	{ "", "", 0 },
	{ "a.test users\nb.test any\nc.test next\nd.test program\n", "", 4 },
	{ "A.Test \t next\tunsure=later\n", "", 1 },
	{ "\"a.test\" next unsure=take\n", "", 1 },
	{ "[192.0.2.1] any\n", "", 1 },
	{ "m\xc3\xbcller.test any\n", "", 1 },
	{ "a.test next\nA.TEST any\n", "2 stands in line 1 already\n", 1 },
	{ "a.test\n", WANT, 0 },
	{ "a.test Next\n", WANT, 0 },
	{ "a.test \"next\n", WANT, 0 },
	{ "a.test users unsure=take\n",
	    "1 unsure= is for next and program: nobody else is asked\n", 0 },
	{ "a.test any x\n",
	    "1 unsure= is for next and program: nobody else is asked\n", 0 },
	{ "a.test next unsure=\n", "1 want unsure=later or unsure=take\n", 0 },
	{ "a.test next \"unsure=take\n", "1 want unsure=later or unsure=take\n",
	    0 },
	{ "a.test next unsure=take unsure=take\n",
	    "1 more words than a domain has\n", 0 },
	{ "@a.test next\n", "1 not a domain name\n", 0 },
	{ "ann@a.test next\n", "1 not a domain name\n", 0 },
};

static const char text[] = "a.test users\nb.test any\nC.test next\n"
			   "d.test program unsure=later\ne.test next "
			   "unsure=take\n";

static const struct {
	const char *domain;
	int said;
	enum rcptfile_how how;
	unsigned take;
} found[] = {
	{ "a.test", 1, RCPTFILE_USERS, 0 },
	{ "b.test", 1, RCPTFILE_ANY, 0 },
	{ "c.test", 1, RCPTFILE_NEXT, 0 },
	{ "d.test", 1, RCPTFILE_PROGRAM, 0 },
	{ "e.test", 1, RCPTFILE_NEXT, 1 },
	{ "x.a.test", 0, RCPTFILE_UNSAID, 0 },
	{ "", 0, RCPTFILE_UNSAID, 0 },
};

static struct rcptfile_rule rule;

static int
find(const struct lookup *l, const char *domain)
{
	return rcptfile_find(l, (struct slice){ domain, strlen(domain) },
	    &rule);
}

int
main(void)
{
	struct memtable t;
	struct lookup l;
	size_t i;

	for (i = 0; i < sizeof lines / sizeof *lines; i++) {
		memtable_make(&t, &conffile_rcpt, lines[i].text);
		is_str(buf_data(&t.faults), lines[i].faults, lines[i].text);
		is_num((long long)t.n, (long long)lines[i].n, "records");
		memtable_free(&t);
	}
	l = memtable_make(&t, &conffile_rcpt, text);
	for (i = 0; i < sizeof found / sizeof *found; i++) {
		is_num(find(&l, found[i].domain), found[i].said,
		    found[i].domain);
		is_num(rule.how, found[i].how, "how");
		is_num(rule.take, found[i].take, "when unsure");
	}
	t.broken = 1;
	is_num(find(&l, "a.test"), -1, "not known now");
	t.broken = 0;
	memcpy(t.record[0].data, "usurs", 5);
	is_num(find(&l, "a.test"), -1, "a damaged record");
	is_str(rcptfile_word(RCPTFILE_NEXT), "next", "its word");
	is_str(rcptfile_word(RCPTFILE_PROGRAM), "program", "another");
	memtable_free(&t);
	return done();
}
