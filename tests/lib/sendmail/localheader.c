#include "mime/encword.h"
#include "mime/linebreak.h"
#include "sendmail/localheader.h"
#include "tap.h"
#include <stdlib.h>

static struct localheader facts = { .me = "me.example",
	.from = "u@me.example",
	.name = "U Ser",
	.message_id = "<id@me.example>",
	.origin = "uid 7",
	.now = 1790000000,
	.offset = 120 };

#define RECEIVED \
	"Received: by me.example (rohrpost, uid 7);\n" \
	"\tMon, 21 Sep 2026 16:13:20 +0200\n"
#define REST "Date: x\nTo: c@d\nMessage-ID: y\n"
#define FROM "From: U Ser <u@me.example>\n"
#define TO "To: undisclosed-recipients:;\n"
#define DATE "Date: Mon, 21 Sep 2026 16:13:20 +0200\n"
#define ID "Message-ID: <id@me.example>\n"

static const struct {
	const char *in, *want;
} cases[] = {
	{ "", RECEIVED FROM TO DATE ID },
	{ "From: a@b\nTo: c@d\nDate: x\nMessage-Id: y\n",
	    RECEIVED "From: a@b\nTo: c@d\nDate: x\nMessage-Id: y\n" },
	{ "Subject: s\nCC: c@d\n",
	    RECEIVED "Subject: s\nCC: c@d\n" FROM DATE ID },
	{ "Bcc: x\nTo: c@d\nBCC: y,\n z\nSubject: s\n",
	    RECEIVED "To: c@d\nSubject: s\n" FROM DATE ID },
	/* what says nothing is missing */
	{ "From:\nTo: \nDate:\nMessage-ID: \n", RECEIVED FROM TO DATE ID },
	{ "From: \"\" <>\nTo: <>\nDate: \"\"\nMessage-ID: <>\n",
	    RECEIVED FROM TO DATE ID },
	{ "FROM :\nto\t: \t\nDATE:\n \nmessage-id:\n",
	    RECEIVED FROM TO DATE ID },
	{ "From: My Shop\n" REST,
	    RECEIVED REST "From: My Shop <u@me.example>\n" },
	{ "From: Shop <>\n" REST, RECEIVED REST "From: Shop <u@me.example>\n" },
	{ "From: \"A, B.\" <>\n" REST,
	    RECEIVED REST "From: \"A, B.\" <u@me.example>\n" },
	{ "From: =?utf-8?q?=C3=A4?= <>\n" REST,
	    RECEIVED REST "From: =?utf-8?q?=C3=A4?= <u@me.example>\n" },
	{ "From: ,\n" REST, RECEIVED REST FROM },
	{ "From: ()\n" REST, RECEIVED REST FROM },
	{ "From: joe@\n" REST, RECEIVED REST FROM },
	{ "From: \"A B\n" REST, RECEIVED REST FROM },
	{ "From: A B\n" REST "From: a@b\n", RECEIVED REST "From: a@b\n" },
	{ "From: A B\n" REST "DKIM-Signature: x\n",
	    RECEIVED "From: A B\n" REST "DKIM-Signature: x\n" },
	{ "From:\nFrom: a@b\nFrom:\nDate: x\nTo: c@d\nMessage-ID: y\n",
	    RECEIVED "From: a@b\nDate: x\nTo: c@d\nMessage-ID: y\n" },
	{ "From: a@b\nDate: x\nMessage-ID: y\nTo:\nCc: c@d\nSender:\n"
	  "Reply-To:\nResent-Date:\nSubject:\nX-Y:\n",
	    RECEIVED "From: a@b\nDate: x\nMessage-ID: y\nCc: c@d\n"
		     "Subject:\nX-Y:\n" },
	/* addresses get their domain, nothing else changes */
	{ "from : root (Cron Daemon)\nTo:  joe ,\n\tBob <bob>\nSubject: to root\n"
	  "Date: x\nMessage-ID: y\nReply-To: a b c\nX-To: joe\n",
	    RECEIVED "from : root@me.example (Cron Daemon)\n"
		     "To:  joe@me.example ,\n\tBob <bob@me.example>\n"
		     "Subject: to root\nDate: x\nMessage-ID: y\n"
		     "Reply-To: a b c\nX-To: joe\n" },
	{ "Bcc: x\n", RECEIVED FROM TO DATE ID },
	{ "Resent-Bcc: x\nResent-To: y@z\nReturn-Path: <z>\n",
	    RECEIVED "Resent-To: y@z\n" FROM DATE ID },
	{ "Subject: a\n b\n\tc\nTo: d@e",
	    RECEIVED "Subject: a\n b\n\tc\nTo: d@e\n" FROM DATE ID },
	{ "X-Bcc: x\nTo: c@d\n", RECEIVED "X-Bcc: x\nTo: c@d\n" FROM DATE ID },
};

static const struct {
	const char *in, *want;
} phrases[] = {
	{ "Ann", "Ann" },
	{ "Ann Other-Name 3rd", "Ann Other-Name 3rd" },
	{ "Ann B. C", "\"Ann B. C\"" },
	{ "A \"b\" \\", "\"A \\\"b\\\" \\\\\"" },
	{ "a@b, <c>", "\"a@b, <c>\"" },
	{ "J\303\266rg", "=?utf-8?q?J=C3=B6rg?=" },
	{ "a\nBcc: x", "=?utf-8?q?a_Bcc=3A_x?=" },
	{ "", "" },
};

static const char *
text(struct buf *b)
{
	buf_putc(b, '\0');
	return buf_data(b);
}

/* a field of n bytes without and with blanks: lines fit, no byte is lost */
static void
long_field(size_t n, size_t blank_every)
{
	char *in = malloc(n + 5);
	struct buf b = { 0 };
	size_t i, col = 0, longest = 0, x = 0;

	memcpy(in, "S:  ", 4);
	for (i = 4; i < n; i++)
		in[i] = blank_every && i % blank_every == 0 ? ' ' : 'x';
	in[n] = '\n';
	localheader_complete(&b, in, n + 1, &facts);
	for (i = 0; i < buf_len(&b); i++) {
		col = buf_data(&b)[i] == '\n' ? 0 : col + 1;
		if (col > longest)
			longest = col;
		x += buf_data(&b)[i] == 'x';
		if (buf_data(&b)[i] == '\n' && i + 1 < buf_len(&b) &&
		    buf_data(&b)[i + 1] == '\n')
			longest = 99999;
	}
	ok(longest <= LINEBREAK_MAX, "lines are short enough");
	for (i = 4; i < n; i++)
		x -= in[i] == 'x';
	/* those of the fields that were added */
	is_num(x, 3, "no byte lost");
	free(in);
	buf_free(&b);
}

/* characters of three bytes, `before` the first: whole ones are kept */
static void
cut_between(size_t before)
{
	char name[2 * LOCALHEADER_NAME_MAX];
	struct buf b = { 0 }, plain = { 0 };
	size_t n = before;

	memset(name, 'x', before);
	for (; n + 3 < sizeof name; n += 3)
		memcpy(name + n, "\342\202\254", 3);
	name[n] = '\0';
	localheader_phrase(&b, name);
	is_num(encword_decode(&plain, buf_data(&b), buf_len(&b)), 0, "decoded");
	n = LOCALHEADER_NAME_MAX - (LOCALHEADER_NAME_MAX - before) % 3;
	is_num(buf_len(&plain), n, "as many as fit");
	ok(memcmp(buf_data(&plain), name, n) == 0, "and as they were");
	buf_free(&b);
	buf_free(&plain);
}

int
main(void)
{
	struct buf b = { 0 };
	char name[LOCALHEADER_NAME_MAX + 3];
	const char *p;
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		buf_clear(&b);
		localheader_complete(&b, cases[i].in, strlen(cases[i].in),
		    &facts);
		is_str(text(&b), cases[i].want, "header");
	}
	facts.name = NULL;
	buf_clear(&b);
	localheader_complete(&b, "", 0, &facts);
	ok(strstr(text(&b), "From: u@me.example\n") != NULL, "no name");
	for (i = 0; i < sizeof phrases / sizeof *phrases; i++) {
		buf_clear(&b);
		localheader_phrase(&b, phrases[i].in);
		is_str(text(&b), phrases[i].want, phrases[i].want);
	}
	memset(name, 'x', sizeof name);
	name[LOCALHEADER_NAME_MAX] = '\0';
	buf_clear(&b);
	localheader_phrase(&b, name);
	is_num(buf_len(&b), LOCALHEADER_NAME_MAX, "name at the limit");
	name[LOCALHEADER_NAME_MAX] = 'y';
	name[LOCALHEADER_NAME_MAX + 1] = '\0';
	buf_clear(&b);
	localheader_phrase(&b, name);
	is_num(buf_len(&b), LOCALHEADER_NAME_MAX, "name one above: cut");
	memset(name, 0xc3, sizeof name);
	for (i = 1; i < sizeof name; i += 2)
		name[i] = (char)0xb6;
	name[sizeof name - 1] = '\0';
	buf_clear(&b);
	localheader_phrase(&b, name);
	for (p = text(&b), i = 0; *p != '\0'; p++) {
		i = *p == '\n' ? 0 : i + 1;
		if (i > 76)
			break;
	}
	ok(*p == '\0', "encoded words are short enough");
	for (i = 0; i < 3; i++)
		cut_between(i);
	long_field(LINEBREAK_MAX, 0);
	long_field(LINEBREAK_MAX + 1, 0);
	long_field(10000, 0);
	long_field(10000, 70);
	long_field(10000, 600);
	long_field(3 * LINEBREAK_MAX - 1, 0);
	buf_free(&b);
	return done();
}
