/* reports for people: other words, languages, copies */
#include "bounce/dsntext.h"
#include "mime/encword.h"
#include "memlookup.h"
#include "starve.h"
#include "tap.h"

static const char file[] =
    "domain de.example german\ndomain own.example own\n"
    "text own from \"The\\\\ Post\", Inc.\n"
    "text own subject-failed 100%% no: %{rcpt}, %{count} %{message-id}\n"
    "text own subject-copy [%{subject}]\n"
    "text own failed To %{to} at %{date-iso} of %{arrival-iso}.\n"
    "text own failed Until %{until-iso}, and so left out.\n"
    "text own failed Id %{message-id}, left out.\n"
    "text own failed %{rcpts}\n"
    "text own failed Bye.\n"
    "text own said %{host}|%{text}|%{status}\n"
    "text own copy For you.\n"
    "text own more %{count} not named of many\n"
    "text own several all %{count} of them\n";

static struct memtable t;
static struct lookup l;
static struct buf b;

static struct dsn
facts(const char *to)
{
	struct dsn d = { .action = DSN_FAILED,
		.me = "me.example",
		.to = to,
		.boundary = "BOUND",
		.message_id = "<m@me>",
		.now = 1790000000,
		.arrival = 1789999999,
		.original = DSN_NOTHING };

	wording_find(&d.words, &l, to);
	return d;
}

static const char *
make(const struct dsn *d, const struct dsn_rcpt *r, size_t n)
{
	buf_clear(&b);
	if (dsn_open(&b, d, r, n) == -1)
		abort();
	buf_putc(&b, '\0');
	return buf_data(&b);
}

static void
has(const char *text, const char *what)
{
	if (!ok(strstr(text, what) != NULL, what))
		printf("# in: %s\n", text);
}

static void
lacks(const char *text, const char *what)
{
	if (!ok(strstr(text, what) == NULL, what))
		printf("# in: %s\n", text);
}

static const struct dsn_rcpt one = { .address = "b@x.example",
	.status = "5.1.1",
	.host = "mx.x.example",
	.text = "550 no\nus\303\266r" };

static void
own(void)
{
	struct dsn_rcpt many[DSN_LISTED_MAX + 2];
	struct dsn d = facts("a@own.example");
	const char *s;
	size_t i;

	s = make(&d, &one, 1);
	has(s, "\nFrom: \"\\\"The\\\\\\\\ Post\\\", Inc.\" <MAILER-DAEMON@me.");
	has(s, "\nSubject: 100% no: b@x.example, 1 \n");
	has(s,
	    "\nContent-Type: text/plain; charset=us-ascii\n"
	    "Content-Language: en\n\n"
	    "To a@own.example at 2026-09-21 14:13 UTC of 2026-09-21 14:13 UTC.\n"
	    "\n  <b@x.example>\n    mx.x.example|550 no us??r|5.1.1\n"
	    "\nBye.\n\n--BOUND\n");
	d.original_id = "<o@x>";
	s = make(&d, &one, 1);
	has(s, "\nId <o@x>, left out.\n");
	has(s, "b@x.example, 1 <o@x>\n");
	/* a copy */
	d.copy_to = "boss@x.example";
	s = make(&d, &one, 1);
	has(s, "\nTo: <boss@x.example>\n");
	has(s, "\nSubject: [100% no: b@x.example, 1 <o@x>]\n");
	has(s, "\nX-Double-Bounce: me.example\n");
	has(s, "\n\nFor you.\n\nTo a@own.example at");
	has(s, "\nFinal-Recipient: rfc822; b@x.example\nAction: failed\n");
	/* more than are named */
	for (i = 0; i < DSN_LISTED_MAX + 2; i++)
		many[i] = one;
	s = make(&d, many, DSN_LISTED_MAX + 2);
	has(s, "Subject: [100% no: all 102 of them, 102 <o@x>]\n");
	has(s, "\n\n  2 not named of many\n\nBye.\n");
}

static void
german(void)
{
	struct dsn d = facts("a@de.example");
	struct buf back = { 0 };
	const char *s = make(&d, &one, 1), *e;
	size_t i, high = 0;

	for (i = 0; s[i] != '\0'; i++)
		high += (unsigned char)s[i] > 0x7f;
	is_num(high, 0, "all of it is ASCII");
	has(s, "\nContent-Type: text/plain; charset=utf-8\n");
	has(s, "\nContent-Transfer-Encoding: quoted-printable\n");
	has(s, "\nContent-Language: de\n");
	has(s, "Empf=C3=A4ngern nicht");
	has(s, "sagte: 550 no us??r");
	has(s, "\nStatus: 5.1.1\n");
	has(s, "\nDiagnostic-Code: smtp; 550 no us??r\n");
	has(s, "\nSubject: Nicht zustellbar: b@x.example\n");
	d.action = DSN_DELAYED;
	d.until = 1790000000;
	s = make(&d, &one, 1);
	s = strstr(s, "\nSubject: ") + 10;
	ok(strncmp(s, "=?utf-8?q?", 10) == 0, "an encoded subject");
	e = strstr(s, "\nMessage-ID");
	encword_decode(&back, s, e - s);
	buf_putc(&back, '\0');
	is_str(buf_data(&back), "Zustellung verz\303\266gert: b@x.example",
	    "says it");
	has(s, "bis 2026-09-21 14:13 UTC.");
	d.until = 0;
	lacks(make(&d, &one, 1), "Das geschieht");
	/* of a message that is UTF-8 the report is, too */
	d.utf8 = 1;
	s = make(&d, &one, 1);
	has(s, "\nSubject: Zustellung verz\303\266gert: b@x.example\n");
	has(s, "Empf\303\244ngern noch nicht");
	has(s, "sagte: 550 no us\303\266r");
	buf_free(&back);
}

static int
starved(void)
{
	struct dsn d = facts("a@de.example");
	struct buf none = { 0 };

	return (dsntext_part(&none, &d, &one, 1) == -1) +
	    2 * (dsntext_subject(&none, &d, &one, 1) == -1) +
	    4 * (dsntext_from(&none, &d) == -1) +
	    8 * (dsntext_clean(&none, "x", 0) == -1);
}

static void
no_memory(void)
{
	int r = starve(starved);

	ok(r == 15 || r == -1, "without memory it is said");
}

int
main(void)
{
	l = memtable_make(&t, &conffile_bounces, file);
	is_str(buf_data(&t.faults), "", "the file is good");
	own();
	german();
	no_memory();
	memtable_free(&t);
	buf_free(&b);
	return done();
}
