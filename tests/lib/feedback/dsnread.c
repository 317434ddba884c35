/* the delivery-status part: as RFC 3464 has it, and as systems write it */
#include "feedback/dsnread.h"
#include "base/buf.h"
#include "tap.h"

/* address,orcpt,action,esc,host,text; for each recipient */
static const struct {
	const char *name, *text, *want;
} cases[] = {
	{ "nothing", "", "" },
	{ "of a message only", "Reporting-MTA: dns; a.example\n", "" },
	{ "RFC 3464",
	    "Reporting-MTA: dns; a.example\n\n"
	    "Original-Recipient: rfc822;louisl@larry.example\n"
	    "Final-Recipient: rfc822;louis@larry.example\n"
	    "Action: failed\nStatus: 4.0.0\n"
	    "Remote-MTA: dns; mx.larry.example\n"
	    "Diagnostic-Code: smtp; 426 connection timed out\n"
	    "Last-Attempt-Date: Thu, 7 Jul 1994 17:15:49 -0400\n",
	    "louis@larry.example,louisl@larry.example,failed,4.0.0,"
	    "mx.larry.example,426 connection timed out;" },
	{ "several",
	    "Final-Recipient: rfc822;a@x.example\nAction: failed\nStatus: 5.1.1\n"
	    "\nFinal-Recipient: rfc822;b@x.example\nAction: delayed\n"
	    "Status: 4.2.2\n\nFinal-Recipient: rfc822;c@x.example\n"
	    "Action: delivered\nStatus: 2.0.0\n",
	    "a@x.example,,failed,5.1.1,,;b@x.example,,delayed,4.2.2,,;"
	    "c@x.example,,delivered,2.0.0,,;" },
	{ "no empty line between",
	    "Reporting-MTA: dns; a\nFinal-Recipient: rfc822;a@x.example\n"
	    "Action: failed\nStatus: 5.1.1\nFinal-Recipient: rfc822;b@x.example\n"
	    "Action: failed\nStatus: 5.1.2\n",
	    "a@x.example,,failed,5.1.1,,;b@x.example,,failed,5.1.2,,;" },
	{ "an empty line within",
	    "Final-Recipient: rfc822;a@x.example\n\nAction: failed\n"
	    "Status: 5.1.1\n\n\n",
	    "a@x.example,,failed,5.1.1,,;" },
	{ "the action first, as some have it",
	    "Reporting-MTA: dns; a\n\nAction: failed\n"
	    "Final-Recipient: rfc822;a@x.example\nStatus: 5.0.0\n\n"
	    "Action: failed\nFinal-Recipient: rfc822;b@x.example\n"
	    "Status: 5.0.1\n",
	    "a@x.example,,failed,5.0.0,,;b@x.example,,failed,5.0.1,,;" },
	{ "only the original recipient",
	    "Original-Recipient: <a@x.example>\nAction: failed\n",
	    "a@x.example,a@x.example,failed,,,;" },
	{ "letter case, brackets, comments",
	    "FINAL-RECIPIENT: RFC822; <a@x.example> (alias)\n"
	    "ACTION: Failed (permanent)\nSTATUS: 5.7.1 (no way)\n"
	    "remote-mta: DNS;mx.example. (192.0.2.1)\n",
	    "a@x.example,,failed,5.7.1,mx.example,;" },
	{ "folded",
	    "Final-Recipient:\n rfc822;\n a@x.example\nAction:\tfailed\n"
	    "Diagnostic-Code: smtp;550-one\n 550 two\n\tthree\n",
	    "a@x.example,,failed,,,550-one 550 two three;" },
	{ "damaged lines",
	    "garbage\nFinal-Recipient: rfc822;a@x.example\n=== \n"
	    "Action: failed\n",
	    "a@x.example,,failed,,,;" },
	{ "RFC 6533",
	    "Final-Recipient: utf-8;b\\x{f6}b@\\x{4f8b}.example\n"
	    "Action: failed\n",
	    "b\303\266b@\344\276\213.example,,failed,,,;" },
	{ "RFC 6533, raw", "Final-Recipient: utf-8;b\303\266b@x.example\n",
	    "b\303\266b@x.example,,,,,;" },
	{ "no such escape",
	    "Final-Recipient: utf-8;a\\x{d800}\\x{}\\x{7}\\x{110000}b@x.example\n",
	    "a\\x{d800}\\x{}\\x{7}\\x{110000}b@x.example,,,,,;" },
	{ "quoted local part", "Final-Recipient: rfc822;\"a b>c\"@x.example\n",
	    "\"a b>c\"@x.example,,,,,;" },
	{ "a mailbox without domain", "Final-Recipient: local;joe\n",
	    "joe,,,,,;" },
	{ "no address at all", "Final-Recipient: rfc822;\nAction: failed\n",
	    "" },
	{ "a status that is none",
	    "Final-Recipient: a@x.example\nStatus: 5.1\n",
	    "a@x.example,,,,,;" },
	{ "three digits", "Final-Recipient: a@x.example\nStatus: 5.1.351\n",
	    "a@x.example,,,5.1.351,,;" },
	{ "a diagnostic without type",
	    "Final-Recipient: a@x.example\n"
	    "Diagnostic-Code: 550 user; unknown\n",
	    "a@x.example,,,,,550 user; unknown;" },
};

static void
show(struct buf *b, const struct feedreport *r)
{
	size_t i;

	buf_clear(b);
	for (i = 0; i < r->n; i++)
		buf_printf(b, "%s,%s,%s,%s,%s,%s;", r->rcpt[i].address,
		    r->rcpt[i].orcpt, r->rcpt[i].action, r->rcpt[i].esc,
		    r->rcpt[i].host, r->rcpt[i].text);
	buf_putc(b, '\0');
}

static void
limits(void)
{
	static char text[3 * DSNREAD_VALUE_MAX];
	struct feedreport r = { .n = 0 };
	size_t n;

	n = (size_t)snprintf(text, sizeof text, "Final-Recipient: rfc822; ");
	memset(text + n, 'a', FEEDREPORT_ADDRESS_MAX + 1);
	n += FEEDREPORT_ADDRESS_MAX + 1;
	n += (size_t)snprintf(text + n, sizeof text - n, "\nAction: ");
	memset(text + n, 'b', FEEDREPORT_WORD_MAX + 1);
	n += FEEDREPORT_WORD_MAX + 1;
	n += (size_t)snprintf(text + n, sizeof text - n, "\nRemote-MTA: dns; ");
	memset(text + n, 'c', FEEDREPORT_HOST_MAX + 1);
	n += FEEDREPORT_HOST_MAX + 1;
	n += (size_t)snprintf(text + n, sizeof text - n, "\nDiagnostic-Code: ");
	memset(text + n, ' ', DSNREAD_VALUE_MAX - 1);
	memset(text + n + 1, '.', 1);
	n += DSNREAD_VALUE_MAX;
	text[n++] = 'x';
	text[n++] = 'y';
	text[n++] = '\n';
	ok(dsnread(&r, text, n) == 0 && r.n == 1, "long values");
	is_num((long long)strlen(r.rcpt[0].address), FEEDREPORT_ADDRESS_MAX,
	    "an address is cut");
	is_num((long long)strlen(r.rcpt[0].action), FEEDREPORT_WORD_MAX,
	    "so is an action");
	is_num((long long)strlen(r.rcpt[0].host), FEEDREPORT_HOST_MAX,
	    "and a host");
	is_str(r.rcpt[0].text, ". x", "and what stands behind the limit");
	feedreport_free(&r);
}

static void
in_text(void)
{
	static const char with[] = "Hello\n\nAction: failed\n"
				   "Final-Recipient: rfc822; a@x.example\n";
	static const char without[] = "Action: stop\nStatus: 5.1.1\n";

	ok(dsnread_find(with, sizeof with - 1) == with + 7, "in text");
	ok(dsnread_find(without, sizeof without - 1) == NULL,
	    "words that are none");
	ok(dsnread_find("", 0) == NULL, "in nothing");
}

int
main(void)
{
	struct buf b = { 0 };
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct feedreport r = { .n = 0 };

		ok(dsnread(&r, cases[i].text, strlen(cases[i].text)) == 0,
		    "is read");
		show(&b, &r);
		is_str(buf_data(&b), cases[i].want, cases[i].name);
		feedreport_free(&r);
	}
	limits();
	in_text();
	buf_free(&b);
	return done();
}
