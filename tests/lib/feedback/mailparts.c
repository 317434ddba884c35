/* messages taken apart, whatever MIME says of them */
#include "feedback/mailparts.h"
#include "tap.h"
#include <stdlib.h>

#define ORIGINAL "From: a@x.example\nTo: b@y.example\nSubject: s\n\nhi\n"
#define MIXED "Content-Type: multipart/mixed; boundary=B\n\n"

static const struct {
	const char *name, *mail, *text, *status, *feedback, *original;
} cases[] = {
	{ "empty", "", "", "", "", "" },
	{ "text", "Subject: x\n\none\ntwo\n", "one\ntwo\n", "", "", "" },
	{ "a report",
	    "Content-Type: multipart/report; report-type=delivery-status;\n"
	    " boundary=\"B\"\n\npreamble\n--B\n\nwords\n--B\n"
	    "Content-Type: message/delivery-status\n\nReporting-MTA: a\n\n"
	    "Action: failed\n--B\nContent-Type: message/rfc822\n\n" ORIGINAL
	    "--B--\n",
	    "words\n", "Reporting-MTA: a\n\nAction: failed\n", "", ORIGINAL },
	{ "only the header returned",
	    MIXED
	    "--B\nContent-Type: text/rfc822-headers\n\nSubject: s\n\n--B--\n",
	    "", "", "", "Subject: s\n" },
	{ "RFC 6533 and 6532",
	    MIXED
	    "--B\nContent-Type: message/global-delivery-status\n"
	    "Content-Transfer-Encoding: 8bit\n\nAction: \303\244\n"
	    "--B\nContent-Type: message/global-headers\n\nSubject: \303\244\n"
	    "--B--\n",
	    "", "Action: \303\244\n", "", "Subject: \303\244\n" },
	{ "encoded",
	    MIXED "--B\nContent-Type: text/plain; charset=iso-8859-1\n"
		  "Content-Transfer-Encoding: quoted-printable\n\na=E4b=\nc\n"
		  "--B\nContent-Type: message/delivery-status\n"
		  "Content-Transfer-Encoding: base64\n\nQWN0aW9uOiB4Cg==\n"
		  "--B\nContent-Type: message/rfc822\n"
		  "Content-Transfer-Encoding: base64\n\nVG86IGEKCg==\n--B--\n",
	    "a\303\244bc\n", "Action: x\n", "", "To: a\n\n" },
	{ "a complaint",
	    MIXED "--B\nContent-Type: message/feedback-report\n\n"
		  "Feedback-Type: abuse\n--B--\n",
	    "", "", "Feedback-Type: abuse\n", "" },
	{ "HTML alone",
	    "Content-Type: text/html\n\n<p>a <b>b</b></p>&lt;c&gt;\n",
	    "\na b\n<c>\n", "", "", "" },
	{ "HTML beside text",
	    "Content-Type: multipart/alternative; boundary=B\n\n--B\n\nt\n--B\n"
	    "Content-Type: text/html\n\n<p>h\n--B--\n",
	    "t\n", "", "", "" },
	{ "ISO-2022-JP",
	    "Content-Type: text/plain; charset=iso-2022-jp\n\n\033$B$\"\033(B\n"
	    "x\n",
	    "\343\201\202\nx\n", "", "", "" },
	{ "the message follows the text",
	    "Subject: failure\n\n<b@y.example>: no\n\n--- Below\n\n"
	    "Received: x\nFrom: a@x.example\nTo: b@y.example\n\nhi\n",
	    "<b@y.example>: no\n\n--- Below\n\n", "", "",
	    "Received: x\nFrom: a@x.example\nTo: b@y.example\n\nhi\n" },
	{ "two fields are text", "Subject: x\n\nTo: a\nSubject: b\n\nno\n",
	    "To: a\nSubject: b\n\nno\n", "", "", "" },
	{ "three of which none is sure are, too",
	    "Subject: x\n\nTo: a\nSubject: b\nSent: c\n\nno\n",
	    "To: a\nSubject: b\nSent: c\n\nno\n", "", "", "" },
	{ "a header as a file of text",
	    MIXED "--B\n\nwords\n--B\nContent-Type: text/plain; name=h.txt\n\n"
		  "Received: x\nFrom: a\nTo: b\n--B--\n",
	    "words\n", "", "", "Received: x\nFrom: a\nTo: b\n" },
	{ "a multipart that does not say so",
	    "Subject: x\n\n--B\nContent-Type: text/plain\n\nwords\n--B\n"
	    "Content-Type: message/delivery-status\n\nAction: x\n--B--\n",
	    "words\n", "Action: x\n", "", "" },
	{ "another boundary than it says",
	    "Content-Type: multipart/report; boundary=Z\n\n--B\n"
	    "Content-Type: message/delivery-status\n\nAction: x\n--B--\n",
	    "", "Action: x\n", "", "" },
	{ "a multipart without parts",
	    "Content-Type: multipart/report; boundary=Z\n\nwords\n", "words\n",
	    "", "", "" },
	{ "within another one, broken",
	    MIXED "--B\nContent-Type: multipart/alternative;\nboundary=C\n\n"
		  "--C\nContent-Type: text/plain\n\nwords\n--C--\n--B--\n",
	    "words\n", "", "", "" },
	{ "parts of the returned message are not read",
	    MIXED "--B\n\nwords\n--B\nContent-Type: message/rfc822\n\n"
		  "Subject: s\nContent-Type: multipart/mixed; boundary=C\n\n"
		  "--C\nContent-Type: message/delivery-status\n\nAction: x\n"
		  "--C--\n--B--\n",
	    "words\n", "", "",
	    "Subject: s\nContent-Type: multipart/mixed; boundary=C\n\n--C\n"
	    "Content-Type: message/delivery-status\n\nAction: x\n--C--\n" },
	{ "a mailbox's line in front",
	    "From MAILER-DAEMON Thu Apr 29 23:34:45 2011\nSubject: x\n\nw\n",
	    "w\n", "", "", "" },
};

static const char *
string(struct buf *b)
{
	if (buf_putc(b, '\0') == -1)
		return "";
	return buf_data(b);
}

static void
tables(void)
{
	char *copy;
	size_t i, n;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct mailparts m = { .header = NULL };

		n = strlen(cases[i].mail);
		copy = malloc(n + 1);
		memcpy(copy, cases[i].mail, n);
		ok(mailparts_take(&m, copy, n) == 0, cases[i].name);
		is_str(string(&m.text), cases[i].text, "its text");
		is_str(string(&m.status), cases[i].status, "its status");
		is_str(string(&m.feedback), cases[i].feedback, "its complaint");
		is_str(string(&m.original), cases[i].original, "the message");
		mailparts_free(&m);
		free(copy);
	}
}

static void
words(void)
{
	static const char mail[] =
	    "Content-Type: multipart/report; Report-Type=\"Delivery-STATUS\"\n"
	    "Subject: =?utf-8?q?a=C3=A4?=\n\n--B\nContent-Type: "
	    "message/disposition-notification\n\nx\n--B--\n";
	struct mailparts m = { .header = NULL };
	struct buf b = { 0 };

	ok(mailparts_take(&m, mail, sizeof mail - 1) == 0, "a disposition");
	is_str(m.report, "delivery-status", "the type of its report");
	ok(m.mdn, "it is one");
	ok(mailparts_field(&b, m.header, m.header_len, "subject") == 1 &&
		strcmp(buf_data(&b), "a\303\244") == 0,
	    "a field");
	ok(mailparts_field(&b, m.header, m.header_len, "to") == 0 &&
		*buf_data(&b) == '\0',
	    "that is not there");
	mailparts_free(&m);
	buf_free(&b);
}

static size_t
text_of(const char *mail, size_t n, char report[MAILPARTS_WORD_MAX + 1])
{
	struct mailparts m = { .header = NULL };
	size_t len;

	mailparts_take(&m, mail, n);
	len = buf_len(&m.text);
	memcpy(report, m.report, sizeof m.report);
	mailparts_free(&m);
	return len;
}

/* parts without their type, one in the other, as deep as said */
static int
deep(unsigned n)
{
	struct mailparts m = { .header = NULL };
	struct buf b = { 0 };
	unsigned i;
	int r;

	for (i = 0; i < n; i++)
		buf_printf(&b,
		    "Content-Type: multipart/mixed; boundary=Z\n\n--B%u\n", i);
	buf_puts(&b, "Content-Type: message/delivery-status\n\nAction: x\n");
	mailparts_take(&m, buf_data(&b), buf_len(&b));
	r = buf_len(&m.status) > 0;
	mailparts_free(&m);
	buf_free(&b);
	return r;
}

static void
limits(void)
{
	static char mail[MAILPARTS_LOOK_MAX + 100], word[128];
	char report[MAILPARTS_WORD_MAX + 1];
	struct buf b = { 0 };

	/* behind the limit nothing is seen */
	memset(mail, '\n', sizeof mail);
	memcpy(mail, "A: b\n\n", 6);
	memcpy(mail + MAILPARTS_LOOK_MAX - 1, "xy", 2);
	memset(mail + 6, ' ', MAILPARTS_LOOK_MAX - 7);
	memset(mail + 6, '\n', 1);
	is_num((long long)text_of(mail, sizeof mail, report) <=
		MAILPARTS_TEXT_MAX + MAILPARTS_LOOK_MAX,
	    1, "a long message");
	memset(mail + 6, 'x', sizeof mail - 6);
	memset(mail + 6 + MAILPARTS_TEXT_MAX - 1, '\n', 2);
	is_num((long long)text_of(mail, sizeof mail, report),
	    MAILPARTS_TEXT_MAX, "text to the limit, and no line more");
	memset(word, 'w', sizeof word);
	buf_printf(&b, "Content-Type: a/b; report-type=%.*s\n\n",
	    MAILPARTS_WORD_MAX + 1, word);
	text_of(buf_data(&b), buf_len(&b), report);
	is_num((long long)strlen(report), MAILPARTS_WORD_MAX,
	    "the type of a report is cut");
	ok(deep(MAILPARTS_AGAIN_MAX), "parts without type to the limit");
	ok(!deep(MAILPARTS_AGAIN_MAX + 1), "and one more");
	is_num(MAILPARTS_FIELDS_MIN, 3, "as in the table");
	buf_free(&b);
}

int
main(void)
{
	tables();
	words();
	limits();
	return done();
}
