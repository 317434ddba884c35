/* bounces in the words of systems that follow no standard */
#include "feedback/freebounce.h"
#include "base/buf.h"
#include "tap.h"
#include <stdlib.h>

#define HEADER "From: MAILER-DAEMON@mx.example\nTo: ann@x.example\n"
#define ORIGINAL "From: ann@x.example\nTo: b@y.example, c@y.example\n"

/* address,phase,host,text; */
static const struct {
	const char *name, *header, *original, *text, *want;
} cases[] = {
	{ "nothing", "", "", "", "" },
	{ "no address", HEADER, "", "It went wrong.\n", "" },
	{ "qmail", HEADER, "",
	    "Hi. This is the qmail-send program at mx.example.\n"
	    "I'm afraid I wasn't able to deliver your message to the following "
	    "addresses.\n\n<b@y.example>:\n192.0.2.1 does not like recipient.\n"
	    "Remote host said: 550 5.1.1 no such user\nGiving up on 192.0.2.1.\n"
	    "\n<c@y.example>:\nSorry, I couldn't find any host named y.example."
	    " (#5.1.2)\n",
	    "b@y.example,rcpt,,Remote host said: 550 5.1.1 no such user;"
	    "c@y.example,,,Sorry, I couldn't find any host named y.example. "
	    "(#5.1.2);" },
	{ "Exim", HEADER "X-Failed-Recipients: b@y.example\n", "",
	    "This message was created automatically by mail delivery "
	    "software.\n\nA message that you sent could not be delivered:\n\n"
	    "  b@y.example\n"
	    "    SMTP error from remote mail server after RCPT TO:<b@y.example>:"
	    "\n    host mx.y.example [192.0.2.1]: 550 5.1.1 <b@y.example>:\n"
	    "    Recipient address rejected\n",
	    "b@y.example,rcpt,mx.y.example,host mx.y.example [192.0.2.1]: 550 "
	    "5.1.1 <b@y.example>: Recipient address rejected;" },
	{ "Exim, later words", HEADER "X-Failed-Recipients: b@y.example\n", "",
	    "  b@y.example\n    retry timeout exceeded\n",
	    "b@y.example,,,retry timeout exceeded;" },
	{ "old sendmail", HEADER, "",
	    "   ----- Transcript of session follows -----\n"
	    "While talking to mx.y.example:\n>>> RCPT To:<b@y.example>\n"
	    "<<< 550 No such user here\n550 <b@y.example>... User unknown\n"
	    "550 y2.example (smtp)... 550 Host unknown\n"
	    "554 <d@y2.example>... 550 Host unknown (Authoritative)\n",
	    "b@y.example,rcpt,mx.y.example,550 <b@y.example>... User unknown;"
	    "d@y2.example,,,554 <d@y2.example>... 550 Host unknown "
	    "(Authoritative);" },
	{ "sendmail's list", HEADER, "",
	    "   ----- The following addresses had permanent fatal errors -----\n"
	    "<b@y.example>\n    (expanded from: <list@x.example>)\n\n"
	    "   ----- Transcript of session follows -----\n"
	    "... while talking to mx.y.example.:\n>>> DATA\n"
	    "<<< 552 5.2.2 mailbox full\n",
	    "b@y.example,data,mx.y.example,552 5.2.2 mailbox full;" },
	{ "Exchange", HEADER, "",
	    "Your message\n\n  To:      x@x.example\n  Subject: s\n\n"
	    "did not reach the following recipient(s):\n\n"
	    "b@y.example on Thu, 29 Apr 2010 00:00:00 -0000\n"
	    "    The recipient name is not recognized\n"
	    "    MSEXCH:IMS:X 0 (000C05A6) Unknown Recipient\n",
	    "b@y.example,,,on Thu, 29 Apr 2010 00:00:00 -0000 The recipient "
	    "name is not recognized MSEXCH:IMS:X 0 (000C05A6) Unknown "
	    "Recipient;" },
	{ "Domino", HEADER, "",
	    "Your message\n\n  Subject: s\n\nwas not delivered to:\n\n"
	    "  b@y.example\n\nbecause:\n\n"
	    "  User b (b@y.example) not listed in Domino Directory\n",
	    "b@y.example,,,User b (b@y.example) not listed in Domino "
	    "Directory;" },
	{ "a word in front", HEADER, "", "Unknown user: b@y.example\n",
	    "b@y.example,,,Unknown user: b@y.example;" },
	{ "brackets behind", HEADER, "",
	    "---The following addresses had delivery errors---\n\n"
	    "b@y.example [User unknown]\n",
	    "b@y.example,,,[User unknown];" },
	{ "in a sentence", HEADER, "",
	    "There was an error delivering your mail to <b@y.example>.\n\n"
	    "mx.y.example [192.0.2.25] did not like our RCPT TO:\n"
	    "550 5.1.1 <b@y.example>: User unknown\n",
	    "b@y.example,rcpt,,550 5.1.1 <b@y.example>: User unknown;" },
	{ "a marked line", HEADER, "",
	    "could not be delivered:\n   * b@y.example\n\n"
	    "SMTP:RCPT host 192.0.2.1: 553 5.3.0 <b@y.example>... No such "
	    "user\n",
	    "b@y.example,rcpt,,SMTP:RCPT host 192.0.2.1: 553 5.3.0 "
	    "<b@y.example>... No such user;" },
	{ "nobody is named", HEADER, ORIGINAL, "Your mail was returned.\n",
	    "b@y.example,,,;c@y.example,,,;" },
	{ "who is to be asked, and who sent it", HEADER, ORIGINAL,
	    "Please contact postmaster@mx.example.\nMAIL FROM:<ann@x.example>\n"
	    "<<< 550 refused\n",
	    "b@y.example,mail,,550 refused;c@y.example,mail,,550 refused;" },
	{ "the message went to one of them", HEADER, ORIGINAL,
	    "We tried to deliver mail for c@y.example, which is served for "
	    "boss@z.example.\n",
	    "c@y.example,,,which is served for boss@z.example.;" },
	{ "a name before the brackets", HEADER, "",
	    "  joe@z.example <b@y.example>: malformed address\n",
	    "b@y.example,,,malformed address;" },
	{ "a reply in several lines",
	    HEADER "X-Failed-Recipients: b@y.example\n", "",
	    "b@y.example\n550-one\n550-two\n550 three b@y.example\n\nmore\n",
	    "b@y.example,,,550-one 550-two 550 three b@y.example;" },
	{ "numbers that are no codes",
	    HEADER "X-Failed-Recipients: b@y.example\n", "",
	    "b@y.example\nmailbox 550.12 of 5500 at 10:55:451 is full\n",
	    "b@y.example,,,mailbox 550.12 of 5500 at 10:55:451 is full;" },
	{ "the same one twice", HEADER, "",
	    "<b@y.example>: no\n<B@Y.example>: no\n", "b@y.example,,,no;" },
};

static struct slice
slice(const char *s)
{
	return (struct slice){ s, strlen(s) };
}

static void
show(struct buf *b, const struct feedreport *r)
{
	size_t i;

	buf_clear(b);
	for (i = 0; i < r->n; i++)
		buf_printf(b, "%s,%s,%s,%s;", r->rcpt[i].address,
		    r->rcpt[i].phase, r->rcpt[i].host, r->rcpt[i].text);
	buf_putc(b, '\0');
}

static void
tables(void)
{
	struct buf b = { 0 };
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct feedreport r = { .n = 0 };
		struct freebounce f = { slice(cases[i].text),
			slice(cases[i].header), slice(cases[i].original) };

		ok(freebounce(&r, &f) == 0, "is read");
		show(&b, &r);
		is_str(buf_data(&b), cases[i].want, cases[i].name);
		feedreport_free(&r);
	}
	buf_free(&b);
}

/* recipients that are known, reasons that are not */
static void
reasons(void)
{
	struct feedreport r = { .n = 0 };
	struct freebounce f = { slice("b@y.example: 550 5.1.1 unknown\n"
				      "c@y.example: 552 full\n"),
		slice(HEADER), slice("") };
	struct buf b = { 0 };

	memcpy(feedreport_add(&r)->address, "c@y.example", 12);
	memcpy(feedreport_add(&r)->address, "b@y.example", 12);
	r.rcpt[1].text_len = feedreport_line(r.rcpt[1].text, 10, "known", 5);
	ok(freebounce_reasons(&r, &f) == 0, "reasons of known recipients");
	show(&b, &r);
	is_str(buf_data(&b),
	    "c@y.example,,,c@y.example: 552 full;"
	    "b@y.example,,,known;",
	    "only what is missing");
	feedreport_free(&r);
	buf_free(&b);
}

static size_t
found(const struct buf *text, const char *header, const char *original)
{
	struct freebounce f = { { buf_data(text), buf_len(text) },
		slice(header), slice(original) };
	struct feedreport r = { .n = 0 };
	size_t n;

	freebounce(&r, &f);
	n = r.n;
	feedreport_free(&r);
	return n;
}

static void
limits(void)
{
	struct buf b = { 0 }, h = { 0 };
	size_t i;

	for (i = 1; i < FREEBOUNCE_LINES_MAX; i++)
		buf_puts(&b, "x\n");
	buf_puts(&b, "<b@y.example>:\n<c@y.example>:\n");
	is_num((long long)found(&b, HEADER, ""), 1, "lines to the limit");
	buf_clear(&b);
	for (i = 0; i < FREEBOUNCE_LINE_MAX - 12; i++)
		buf_putc(&b, ' ');
	buf_puts(&b, "<b@y.example");
	is_num((long long)found(&b, HEADER, ""), 1, "a line of the limit");
	buf_clear(&b);
	for (i = 0; i < FREEBOUNCE_LINE_MAX - 2; i++)
		buf_putc(&b, ' ');
	buf_puts(&b, "<b@y.example");
	is_num((long long)found(&b, HEADER, ""), 0, "one that is too long");

	/* addresses: those behind the limit are not weighed */
	buf_clear(&b);
	for (i = 0; i < FREEBOUNCE_FOUND_MAX; i++)
		buf_puts(&b, i % 100 == 99 ? "a@x.example\n" : "a@x.example ");
	buf_puts(&b, "<b@y.example>:\n");
	is_num((long long)found(&b, HEADER, "To: b@y.example\n\n"), 1,
	    "too many addresses");

	/* addresses of fields */
	buf_clear(&b);
	buf_puts(&b, "x z@z.example y\n");
	for (i = 1; i < FREEBOUNCE_FIELDS_MAX; i++)
		buf_puts(&h, "To: q@q.example\n");
	buf_puts(&h, "To: z@z.example\n");
	buf_putc(&h, '\0');
	is_num((long long)found(&b, HEADER, buf_data(&h)), 1,
	    "fields to the limit");
	is_num(FREEBOUNCE_NEAR, 200, "bytes around an address");
	buf_free(&b);
	buf_free(&h);
}

static void
late(void)
{
	ok(freebounce_delayed(slice("Warning: message delayed 4 hours"),
	       slice("")),
	    "by its subject");
	ok(freebounce_delayed(slice("x"),
	       slice("Your message has been delayed.\nWe will keep trying\n")),
	    "by its words");
	ok(!freebounce_delayed(slice("failure"),
	       slice("It was delayed and failed permanently.\n")),
	    "but not when it is over");
	ok(!freebounce_delayed(slice("x"), slice("")), "nothing says so");
}

int
main(void)
{
	tables();
	reasons();
	limits();
	late();
	return done();
}
