#include "dnscheck/dnscheck.h"
#include "tap.h"
#include <arpa/inet.h>
#include <stdlib.h>
#include <strings.h>

/* the names of the address, the addresses of the names "yes..." */
static struct {
	const char *names[8];
	int lost; /* the question with this number gets no answer */
	unsigned asked;
} dns;
static char said[4000];

static void
say(void *arg, enum dnscheck_grade g, const char *subject, const char *text)
{
	(void)arg;
	snprintf(said + strlen(said), sizeof said - strlen(said), "%s %s: %s\n",
	    dnscheck_word(g), subject, text);
}

static const struct dnscheck_report report = { say, NULL };
static struct dnscheck_source source = { .text = "192.0.2.1",
	.ip = { 192, 0, 2, 1 },
	.len = 4,
	.helo = "yes.example" };

static void
answer(struct dnscheck_source_check *c, const struct dnsq *q)
{
	static unsigned char wire[8][70];
	const unsigned char *data[8];
	int len[8];
	struct dnsa a = { DNSA_NXDOMAIN, 0, data, len, NULL };
	size_t n;

	if ((int)++dns.asked == dns.lost) {
		a.status = DNSA_FAILED;
	} else if (q->type == DNSQ_PTR) {
		for (; a.n < 8 && dns.names[a.n] != NULL; a.n++) {
			/* one label each */
			n = strlen(dns.names[a.n]);
			wire[a.n][0] = (unsigned char)n;
			memcpy(wire[a.n] + 1, dns.names[a.n], n + 1);
			data[a.n] = wire[a.n];
			len[a.n] = (int)n + 2;
		}
		if (a.n > 0)
			a.status = DNSA_OK;
	} else if (strncasecmp(q->name, "yes", 3) == 0) {
		a.status = DNSA_OK;
		a.n = 1;
		data[0] = source.ip;
		len[0] = source.len;
	}
	dnscheck_source_answer(c, &a);
}

static void
check(const char *name, const char *const *names, int lost, const char *helo,
    const char *want)
{
	struct dnscheck_source_check c;
	struct dnsq q;
	unsigned i;

	memset(&dns, 0, sizeof dns);
	for (i = 0; names[i] != NULL; i++)
		dns.names[i] = names[i];
	dns.lost = lost;
	source.helo = helo;
	said[0] = '\0';
	dnscheck_source_init(&c, &source, &report);
	while (dnscheck_source_want(&c, &q))
		answer(&c, &q);
	is_str(said, want, name);
}

#define NAMES(...) \
	(const char *const[]) \
	{ \
		__VA_ARGS__, NULL \
	}

static void
test_lines(void)
{
	struct dnscheck_lines l = { 0 };
	const struct dnscheck_report r = { dnscheck_line, &l };

	dnscheck_say(&r, DNSCHECK_GOOD, "a", "b");
	l.quiet = 1;
	dnscheck_say(&r, DNSCHECK_GOOD, "a", "c");
	dnscheck_say(&r, DNSCHECK_WARNING, "a", "d");
	buf_putc(&l.text, '\0');
	is_str(buf_data(&l.text), "good\ta\tb\nwarning\ta\td\n",
	    "a line for each, but what is good where that is not wanted");
	is_num(l.failed, 0, "none was lost");
	buf_free(&l.text);
}

int
main(void)
{
	static char wide[2000];

	check("all well", NAMES("yes"), 0, "yes",
	    "good 192.0.2.1 PTR: yes\ngood 192.0.2.1 EHLO: yes\n");
	check("letter case", NAMES("YES"), 0, "Yes",
	    "good 192.0.2.1 PTR: yes\ngood 192.0.2.1 EHLO: Yes\n");
	check("the second name", NAMES("no", "yes"), 0, "yes",
	    "good 192.0.2.1 PTR: yes\ngood 192.0.2.1 EHLO: yes\n");
	check("EHLO is one of several", NAMES("yes1", "yes"), 0, "yes",
	    "good 192.0.2.1 PTR: yes1\ngood 192.0.2.1 EHLO: yes\n");
	check("names that differ", NAMES("yes1"), 0, "yes2",
	    "good 192.0.2.1 PTR: yes1\nwarning 192.0.2.1 EHLO: yes2 is not the "
	    "name that the address has, yes1: make them the same\n");
	check("five are looked at", NAMES("no1", "no2", "no3", "no4", "yes"), 0,
	    "", "good 192.0.2.1 PTR: yes\n");
	check("the sixth is not",
	    NAMES("no1", "no2", "no3", "no4", "no5", "yes"), 0, "",
	    "bad 192.0.2.1 PTR: no1 does not have the address 192.0.2.1: "
	    "add it there, or change the name\n");
	check("no name", NAMES(NULL), 0, "",
	    "bad 192.0.2.1 PTR: no name: have its "
	    "provider set it to that in EHLO\n");
	check("no answer for the address", NAMES("yes"), 1, "",
	    "warning 192.0.2.1 PTR: the DNS did not answer: look again\n");
	check("for its name", NAMES("yes"), 2, "",
	    "warning 192.0.2.1 PTR: the DNS did not answer: look again\n");
	check("for one of two", NAMES("yes1", "yes2"), 2, "",
	    "good 192.0.2.1 PTR: yes2\n");
	check("for EHLO", NAMES("yes"), 3, "yes",
	    "good 192.0.2.1 PTR: yes\n"
	    "warning 192.0.2.1 EHLO: the DNS did not answer for yes: look again\n");
	check("EHLO that is no name", NAMES("yes"), 0, "a..b",
	    "good 192.0.2.1 PTR: yes\n");
	test_lines();
	/* texts */
	said[0] = '\0';
	dnscheck_say(&report, DNSCHECK_BAD, "a\033\377", "%s", "b\n\tc");
	is_str(said, "bad a??: b??c\n", "printable");
	memset(wide, 'x', sizeof wide - 1);
	said[0] = '\0';
	dnscheck_say(&report, DNSCHECK_BAD, wide, "%s", wide);
	is_num((long long)strlen(said),
	    4 + DNSCHECK_SUBJECT_MAX + 2 + DNSCHECK_TEXT_MAX + 1, "cut");
	return done();
}
