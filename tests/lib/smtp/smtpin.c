#include "pump.h"
#include "smtp/smtpin.h"
#include "tap.h"

#define X4(s) s s s s
#define X16(s) X4(X4(s))
#define X64(s) X4(X16(s))

static const struct {
	const char *in, *out;
} cases[] = {
	{ "", "" },
	{ HELO, H },
	{ "ehlo me\r\nHeLo you\r\n", H "H:you 250|" },
	{ "EHLO\r\nHELO \r\nEHLO a b\r\nEHLO a\tb\r\n",
	    "- 501|- 501|H:a b 250|H:a\tb 250|" },
	{ "EHLO [192.0.2.1]  \r\n", "H:[192.0.2.1] 250|" },
	{ "EHLO caf\xc3\xa9\r\nEHLO a_\xff\r\n",
	    "H:caf\xc3\xa9 250|H:a_\xff 250|" },
	{ "NOOP\r\nNOOP x\r\nHELP\r\nVRFY a\r\nVRFY\r\nEXPN a\r\nQUIT\r\n",
	    "- 250|- 250|- 214|- 252|- 501|- 502|Q 221!" },
	/* other protocols, also where their line is long or has no end */
	{ "POST / HTTP/1.1\r\nHELO x\r\n", "- 421!" },
	{ "GET / HTTP/1.1\nHELO x\n", "- 421!" },
	{ HELO "GET /\r\n" HELO, H "- 421!" },
	{ "x\r\nGET /\r\n", "- 500|- 421!" },
	{ "GET /" X64("0123456789abcdef0123456789abcdef") " HTTP/1.1\r\n",
	    "- 421!" },
	{ "GET /" X64("0123456789abcdef") " HTTP/1.1\r\n", "- 421!" },
	{ "\026\003\001", "- 421!" },
	{ "\026\003\r\n" HELO, "- 421!" },
	{ HELO "\026\003\r\n", H "- 500|" },
	{ "USER x\r\n", "- 421!" },
	{ HELO "USER x\r\n", H "- 500|" },
	{ "RSET\r\nRSET x\r\nQUIT x\r\nquit\r\n", "X 250|- 501|- 501|Q 221!" },
	{ "STARTTLS\r\nAUTH PLAIN\r\nBDAT 1\r\nFOO\r\n\r\n",
	    "- 502|- 502|- 502|- 500|- 500|" },
	{ "MAIL FROM:<a@b>\r\nRCPT TO:<a@b>\r\nDATA\r\n",
	    "- 503|- 503|- 503|" },
	{ HELO "RCPT TO:<a@b>\r\nDATA\r\n", H "- 503|- 503|" },
	{ HELO "MAIL FROM:<a@b>\r\nMAIL FROM:<a@b>\r\nDATA\r\n",
	    H "M<a@b> 250|- 503|- 554|" },
	{ HELO "mail from:<a@b>\r\nrcpt to:<c@d>\r\ndata\r\nhello\r\n.\r\n",
	    H "M<a@b> 250|R<c@d> 250|D 354|B:hello\nE 250|" },
	/* pipelined, twice, with dots */
	{ HELO
	    "MAIL FROM:<>\r\nRCPT TO:<c@d>\r\nRCPT TO:<\"e f\"@g>\r\n"
	    "DATA\r\n.\r\nMAIL FROM:<a@b>\r\nRCPT TO:<postmaster>\r\nDATA\r\n"
	    "..\r\n.x\r\n.\r\nQUIT\r\nNOOP\r\n",
	    H "M<> 250|R<c@d> 250|R<\"e f\"@g> 250|D 354|E 250|M<a@b> 250|"
	      "R<postmaster> 250|D 354|B:.\nx\nE 250|Q 221!" },
	/* refused: sender, recipient, message */
	{ HELO
	    "MAIL FROM:<no@b>\r\nRCPT TO:<c@d>\r\nMAIL FROM:<a@b>\r\n"
	    "RCPT TO:<no@d>\r\nDATA\r\nRCPT TO:<later@d>\r\nRCPT TO:<c@d>\r\n"
	    "DATA\r\nrefuse me\r\n.\r\nDATA\r\n",
	    H "M<no@b> 550|- 503|M<a@b> 250|R<no@d> 550|- 554|R<later@d> 451|"
	      "R<c@d> 250|D 354|B:refuse me\nE 550|- 503|" },
	{ HELO "MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\nlater me\r\n.\r\n"
	       "MAIL FROM:<a@b>\r\n",
	    H "M<a@b> 250|R<c@d> 250|D 354|B:later me\nE 451|M<a@b> 250|" },
	/* forms */
	{ HELO "MAIL FROM: <a@b>\r\nRSET\r\nMAIL FROM:a@b\r\nMAIL\r\n"
	       "MAIL <a@b>\r\nMAIL FROM:<a@b\r\nMAIL FROM:<a@b>x\r\n"
	       "MAIL FROM:<a b@c>\r\nMAIL FROM:\r\nMAIL FROM:<@x:a@b>\r\n",
	    H "M<a@b> 250|X 250|- 501|- 501|- 501|- 501|- 501|- 501|- 501|"
	      "M<a@b> 250|" },
	{ HELO "MAIL FROM:<a@b>\r\nRCPT TO:<>\r\nRCPT TO:c@d\r\nRCPT\r\n"
	       "RCPT TO:<c@d> \r\nRCPT TO: <c@d>\r\n",
	    H "M<a@b> 250|- 501|- 501|- 501|R<c@d> 250|R<c@d> 250|" },
	/* parameters */
	{ HELO "MAIL FROM:<a@b> SIZE=1000 body=8bitmime RET=hdrs "
	       "ENVID=x+2Dy\r\nRCPT TO:<c@d> NOTIFY=success,DELAY "
	       "ORCPT=rfc822;c+40d\r\n",
	    H "M<a@b> size eight ret=hdrs envid=x+2Dy 250|"
	      "R<c@d> notify=success,DELAY orcpt=rfc822;c+40d 250|" },
	{ HELO "MAIL FROM:<a@b> SIZE=1001\r\nMAIL FROM:<a@b> SIZE=\r\n"
	       "MAIL FROM:<a@b> SIZE=x\r\nMAIL FROM:<a@b> SIZE\r\n"
	       "MAIL FROM:<a@b> SIZE=99999999999999999999\r\n"
	       "MAIL FROM:<a@b> SIZE=1 SIZE=1\r\nMAIL FROM:<a@b> SIZE=0\r\n",
	    H "- 552|- 501|- 501|- 555|- 552|- 501|M<a@b> 250|" },
	{ HELO
	    "MAIL FROM:<a@b> BODY=9BIT\r\nMAIL FROM:<a@b> BODY=BINARYMIME\r\n"
	    "MAIL FROM:<a@b> RET=x\r\nMAIL FROM:<a@b> ENVID=a=b\r\n"
	    "MAIL FROM:<a@b> ENVID=\r\nMAIL FROM:<a@b> FOO=1\r\n"
	    "MAIL FROM:<a@b> AUTH=<>\r\nMAIL FROM:<a@b> BODY=7BIT BODY=7BIT\r\n"
	    "MAIL FROM:<a@b> RET=FULL RET=FULL\r\n",
	    H "- 501|- 555|- 501|- 501|- 501|- 555|- 555|- 501|- 501|" },
	{ HELO "MAIL FROM:<a@b>\r\nRCPT TO:<c@d> NOTIFY=NEVER\r\n"
	       "RCPT TO:<c@d> NOTIFY=NEVER,DELAY\r\nRCPT TO:<c@d> NOTIFY=\r\n"
	       "RCPT TO:<c@d> NOTIFY=FAILURE,\r\nRCPT TO:<c@d> ORCPT=c@d\r\n"
	       "RCPT TO:<c@d> ORCPT=rfc822;\r\nRCPT TO:<c@d> ORCPT=;a\r\n"
	       "RCPT TO:<c@d> ORCPT=rfc822;a+zz\r\nRCPT TO:<c@d> SIZE=1\r\n",
	    H "M<a@b> 250|R<c@d> notify=NEVER 250|- 501|- 501|- 501|- 501|"
	      "- 501|- 501|- 501|- 555|" },
	/* line ends and control characters */
	{ "NOOP\nNOOP\r\nNO\rOP\r\nNOOP \x01\r\nNOOP\x7f\r\n\nNOOP\r\r\n",
	    "- 500|- 250|- 500|- 500|- 500|- 500|- 500|" },
	/* no data, and what stands where data stood is a command again */
	{ HELO "MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA x\r\nDATA\r\na\r\n"
	       ".\r\nb\r\n",
	    H "M<a@b> 250|R<c@d> 250|- 501|D 354|B:a\nE 250|- 500|" },
	/* smuggling: over at once, nothing after it is a command */
	{ HELO "MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\na\n.\r\n"
	       "MAIL FROM:<e@f>\r\n",
	    H "M<a@b> 250|R<c@d> 250|D 354|X 554!" },
	{ HELO "MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\na\r\n.\nMAIL\r\n",
	    H "M<a@b> 250|R<c@d> 250|D 354|X 554!" },
	{ HELO "MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\na\r\n.\r"
	       "MAIL\r\n",
	    H "M<a@b> 250|R<c@d> 250|D 354|X 554!" },
	/* transactions end with HELO and RSET */
	{ HELO "MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\n" HELO "DATA\r\n"
	       "MAIL FROM:<a@b>\r\nRSET\r\nRCPT TO:<c@d>\r\n",
	    H "M<a@b> 250|R<c@d> 250|" H "- 503|M<a@b> 250|X 250|- 503|" },
	/* limits: recipients (3), size (1000) */
	{ HELO "MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nRCPT TO:<c@d>\r\n"
	       "RCPT TO:<no@d>\r\nRCPT TO:<c@d>\r\nRCPT TO:<c@d>\r\n",
	    H "M<a@b> 250|R<c@d> 250|R<c@d> 250|R<no@d> 550|R<c@d> 250|"
	      "- 452|" },
	/* errors: ten of them; a message accepted forgives them */
	{ "a\r\na\r\na\r\na\r\na\r\na\r\na\r\na\r\na\r\na\r\na\r\n",
	    "- 500|- 500|- 500|- 500|- 500|- 500|- 500|- 500|- 500|- 421!" },
	{ HELO "a\r\na\r\na\r\na\r\na\r\na\r\na\r\na\r\na\r\nMAIL FROM:<a@b>"
	       "\r\nRCPT TO:<c@d>\r\nDATA\r\n.\r\na\r\n",
	    H "- 500|- 500|- 500|- 500|- 500|- 500|- 500|- 500|- 500|"
	      "M<a@b> 250|R<c@d> 250|D 354|E 250|- 500|" },
};

/* paths as devices of ours say them */
static void
ours(void)
{
	static const struct {
		const char *in, *theirs, *ours;
	} t[] = {
		{ "MAIL FROM:a@b\r\n", "- 501|", "M<a@b> 250|" },
		{ "MAIL FROM: a@b SIZE=9\r\n", "- 501|", "M<a@b> size 250|" },
		{ "MAIL FROM:< a@b >\r\n", "- 501|", "M<a@b> 250|" },
		{ "MAIL FROM:\r\n", "- 501|", "- 501|" },
		{ "MAIL FROM:< >\r\n", "- 501|", "M<> 250|" },
		{ "MAIL FROM:<a@b>\r\nRCPT TO: c@d.\r\n", "M<a@b> 250|- 501|",
		    "M<a@b> 250|R<c@d> 250|" },
		{ "MAIL FROM:<a@b>\r\nRCPT TO:\r\n", "M<a@b> 250|- 501|",
		    "M<a@b> 250|- 501|" },
		{ "MAIL FROM:<a@b>\r\nRCPT TO:< >\r\n", "M<a@b> 250|- 501|",
		    "M<a@b> 250|- 501|" },
		{ "MAIL FROM:<a@b>\r\nRCPT TO:c@d,e@f\r\n", "M<a@b> 250|- 501|",
		    "M<a@b> 250|- 501|" },
	};
	static char out[65536];
	struct smtpin s;
	char in[200];
	size_t i, k;

	for (i = 0; i < sizeof t / sizeof *t; i++)
		for (k = 0; k < 2; k++) {
			fresh(&s);
			s.lenient = k;
			snprintf(in, sizeof in, HELO "%s", t[i].in);
			pump(&s, in, strlen(in), 1, out);
			is_str(out + strlen(H), k ? t[i].ours : t[i].theirs,
			    t[i].in);
		}
}

#define J "j\xc3\xbcrg@\xe4\xbe\x8b"

/* SMTPUTF8: the word stands in MAIL, and counts for its recipients */
static void
utf8(void)
{
	static const struct {
		const char *in, *out;
	} t[] = {
		{ "MAIL FROM:<" J "> SMTPUTF8\r\nRCPT TO:<" J "> "
		  "ORCPT=utf-8;" J "\r\nRCPT TO:<\"\xc3\xa4 \"@b>\r\n",
		    "M<" J "> utf8 250|R<" J "> orcpt=utf-8;" J " 250|"
		    "R<\"\xc3\xa4 \"@b> 250|" },
		{ "MAIL FROM:<a@b> smtputf8 SIZE=9\r\nRCPT TO:<" J ">\r\n",
		    "M<a@b> size utf8 250|R<" J "> 250|" },
		{ "MAIL FROM:<" J ">\r\nMAIL FROM:<a@b>\r\nRCPT TO:<" J
		  ">\r\nRCPT TO:<a@b> ORCPT=utf-8;" J "\r\nRCPT TO:<a@b>\r\n",
		    "- 553|M<a@b> 250|- 553|- 501|R<a@b> 250|" },
		/* the word within the path is none */
		{ "MAIL FROM:<\"\xc3\xa4 SMTPUTF8 \"@b>\r\n", "- 553|" },
		{ "MAIL FROM:<@\xc3\xa4:a@b>\r\n", "- 553|" },
		/* no UTF-8, and controls of it */
		{ "MAIL FROM:<\xe4@b> SMTPUTF8\r\nMAIL FROM:<a@\xc2\x85> "
		  "SMTPUTF8\r\n",
		    "- 501|- 501|" },
		{ "MAIL FROM:<a@b> SMTPUTF8\r\nRCPT TO:<\xe4@b>\r\n",
		    "M<a@b> utf8 250|- 501|" },
		/* the next message is another */
		{ "MAIL FROM:<a@b> SMTPUTF8\r\nRSET\r\nMAIL FROM:<a@b>\r\n"
		  "RCPT TO:<" J ">\r\n",
		    "M<a@b> utf8 250|X 250|M<a@b> 250|- 553|" },
		{ "MAIL FROM:<a@b> SMTPUTF8=1\r\nMAIL FROM:<a@b> SMTPUTF8 "
		  "SMTPUTF8\r\n",
		    "- 555|- 501|" },
	};
	char in[500], out[500];
	size_t i;

	says("not offered",
	    HELO "MAIL FROM:<" J "> SMTPUTF8\r\nMAIL FROM:<a@b> SMTPUTF8\r\n",
	    H "- 501|- 555|");
	offer |= EXTENSION_SMTPUTF8;
	for (i = 0; i < sizeof t / sizeof *t; i++) {
		snprintf(in, sizeof in, HELO "%s", t[i].in);
		snprintf(out, sizeof out, H "%s", t[i].out);
		says(t[i].out, in, out);
	}
	offer = EXTENSION_SERVED;
}

/* what else MAIL may say */
static void
more_params(void)
{
	offer |= EXTENSION_REQUIRETLS | EXTENSION_MTPRIORITY |
	    EXTENSION_FUTURERELEASE | EXTENSION_DELIVERBY;
	says("parameters",
	    HELO "MAIL FROM:<a@b> REQUIRETLS MT-PRIORITY=-3 HOLDFOR=60 "
		 "BY=120;R\r\nRSET\r\n"
		 "MAIL FROM:<a@b> HOLDUNTIL=2026-12-29T03:45:26Z BY=0;R\r\n"
		 "MAIL FROM:<a@b> MT-PRIORITY=10\r\n",
	    H "M<a@b> requiretls priority=-3 holdfor=60 by=120;R 250|X 250|"
	      "- 501|- 501|");
	offer = EXTENSION_SERVED;
}

/* a name of the limit, and one that is cut to it */
static void
names(void)
{
	static char out[65536];
	struct smtpin s;
	char in[400], want[400];
	size_t i, n;

	for (i = 0; i < 2; i++) {
		n = SMTPIN_HELO_MAX + i;
		fresh(&s);
		snprintf(in, sizeof in, "EHLO %0*d\r\n", (int)n, 0);
		snprintf(want, sizeof want, "H:%0*d 250|", SMTPIN_HELO_MAX, 0);
		pump(&s, in, strlen(in), 1, out);
		is_str(out, want, "a long name");
	}
}

/* a message of n bytes, line ends included, exactly at and above 1000 */
static void
sizes(void)
{
	static const struct {
		size_t n;
		int good;
	} t[] = { { 998, 1 }, { 1000, 1 }, { 1001, 0 }, { 1002, 0 },
		{ 9000, 0 } };
	static char out[65536];
	char in[16384], name[32];
	struct smtpin s;
	size_t i, k, n;

	/* bytes are counted as they come, without doubled dots and the end */
	for (i = 0; i < sizeof t / sizeof *t; i++) {
		strcpy(in,
		    HELO "MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n..");
		n = strlen(in);
		memset(in + n, 'x', t[i].n - 3);
		strcpy(in + n + t[i].n - 3, "\r\n.\r\nNOOP\r\n");
		for (k = 1; k < 40; k += 19) {
			fresh(&s);
			pump(&s, in, strlen(in), k, out);
			snprintf(name, sizeof name, "%zu bytes, step %zu",
			    t[i].n, k);
			ok(strstr(out,
			       t[i].good ? "E 250|- 250|" : "X 552|- 250|") !=
				NULL,
			    name);
		}
	}
}

/* lines of exactly the limit and one more */
static void
lines(void)
{
	char in[8192], name[64];
	static char out[65536];
	static const struct {
		const char *start;
		size_t len; /* with CR LF */
		const char *want;
	} t[] = { { "NOOP ", SMTPIN_LINE_MAX, "- 250|- 250|" },
		{ "NOOP ", SMTPIN_LINE_MAX + 1, "- 500|- 250|" },
		{ "NOOP ", SMTPIN_PATH_LINE_MAX, "- 500|- 250|" },
		{ "NOOP ", SMTPIN_PATH_LINE_MAX + 1, "- 500|- 250|" },
		{ "NOOP ", 3 * SMTPIN_PATH_LINE_MAX, "- 500|- 250|" },
		{ "MAIL FROM:<a@b> ", SMTPIN_PATH_LINE_MAX, "- 555|- 250|" },
		{ "MAIL FROM:<a@b> ", SMTPIN_PATH_LINE_MAX + 1,
		    "- 500|- 250|" } };
	struct smtpin s;
	size_t i, n, k;

	for (i = 0; i < sizeof t / sizeof *t; i++) {
		strcpy(in, HELO);
		n = strlen(in);
		memset(in + n, 'x', t[i].len - 2);
		memcpy(in + n, t[i].start, strlen(t[i].start));
		strcpy(in + n + t[i].len - 2, "\r\nNOOP\r\n");
		for (k = 1; k < 10000; k *= 7) {
			fresh(&s);
			pump(&s, in, strlen(in), k, out);
			snprintf(name, sizeof name, "line of %zu, step %zu",
			    t[i].len, k);
			ok(strcmp(out + strlen(H), t[i].want) == 0, name);
		}
	}
}

static void
messages(void)
{
	static const char in[] = HELO
	    "MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\n"
	    "DATA\r\n.\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n.\r\n"
	    "MAIL FROM:<a@b>\r\n";

	config.mail_max = 2;
	run("messages of a session", in, sizeof in - 1,
	    H "M<a@b> 250|R<c@d> 250|D 354|E 250|M<a@b> 250|R<c@d> 250|"
	      "D 354|E 250|- 421!");
	config.mail_max = 0;
}

static void
replies(void)
{
	static const struct smtpin_reply one = { 250, "2.0.0", "ok" },
					 many = { 250, NULL, "a\nb\nc" },
					 bad = { 554, "5.0.0",
						 "x\r\x01\xff"
						 "y" };
	struct smtpin_reply longer = { 250, NULL, NULL };
	char text[2000];
	struct buf b = { 0 };

	smtpin_put(&b, &one);
	smtpin_put(&b, &many);
	smtpin_put(&b, &bad);
	buf_putc(&b, '\0');
	is_str(buf_data(&b),
	    "250 2.0.0 ok\r\n250-a\r\n250-b\r\n250 c\r\n"
	    "554 5.0.0 x???y\r\n",
	    "replies");
	buf_clear(&b);
	memset(text, 'x', sizeof text - 1);
	text[sizeof text - 1] = '\0';
	longer.text = text;
	smtpin_put(&b, &longer);
	is_num(buf_len(&b), 4 + SMTPIN_TEXT_MAX + 2, "a long reply is cut");
	buf_free(&b);
}

/* RSET and HELO leave a state like that after the first greeting */
static void
resets(void)
{
	static char out[65536];
	static const char *const before[] = {
		"MAIL FROM:<a@b> BODY=8BITMIME\r\n",
		"MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\n",
		"MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\nx\r\n..y\r\n.\r\n"
	};
	struct smtpin new, s;
	char in[256];
	size_t i;

	fresh(&new);
	pump(&new, HELO, strlen(HELO), 1, out);
	for (i = 0; i < 3; i++) {
		fresh(&s);
		snprintf(in, sizeof in, HELO "%sRSET\r\n", before[i]);
		pump(&s, in, strlen(in), 5, out);
		s.n_mail = 0; /* counts on */
		ok(memcmp(&s, &new, sizeof s) == 0, "as fresh after RSET");
		fresh(&s);
		snprintf(in, sizeof in, HELO "%s" HELO, before[i]);
		pump(&s, in, strlen(in), 5, out);
		s.n_mail = 0;
		ok(memcmp(&s, &new, sizeof s) == 0, "as fresh after EHLO");
	}
}

/* one whose limit is lower than that of all */
static void
fewer(void)
{
	static const char in[] =
	    HELO "MAIL FROM:<a@b>\r\n"
		 "RCPT TO:<a@b>\r\nRCPT TO:<c@b>\r\nRCPT TO:<d@b>\r\n";
	struct smtpin s;
	char out[1000];
	unsigned most;

	for (most = 0; most < 3; most++) {
		fresh(&s);
		s.rcpt_max = most;
		pump(&s, in, sizeof in - 1, 5, out);
		is_num(s.n_rcpt, most > 0 ? most : 3, "recipients of this one");
	}
}

/* the reply to EHLO: host, set, and limits of the session */
static void
ehlo(void)
{
	struct buf b = { 0 };
	struct smtpin s;

	fresh(&s);
	is_num(smtpin_ehlo(&b, &s, &config, NULL, 0), 0, "EHLO");
	is_str(buf_data(&b),
	    "mx.example.org\nPIPELINING\nSIZE 1000\n8BITMIME\n"
	    "ENHANCEDSTATUSCODES\nDSN\nHELP",
	    "what is served");
	s.offer = EXTENSION_SIZE | EXTENSION_LIMITS | EXTENSION_AUTH |
	    EXTENSION_FUTURERELEASE;
	s.rcpt_max = 2;
	is_num(smtpin_ehlo(&b, &s, &config, "PLAIN", 0), 0, "once more");
	is_str(buf_data(&b),
	    "mx.example.org\nSIZE 1000\nAUTH PLAIN\n"
	    "FUTURERELEASE 2592000 1970-01-31T00:00:00Z\nLIMITS RCPTMAX=2",
	    "of one session");
	s.rcpt_max = 0;
	s.offer = EXTENSION_LIMITS;
	config.mail_max = 4;
	is_num(smtpin_ehlo(&b, &s, &config, "PLAIN", 0), 0, "once more");
	is_str(buf_data(&b), "mx.example.org\nLIMITS MAILMAX=4 RCPTMAX=3",
	    "the limits of all");
	config.mail_max = 0;
	s.offer = EXTENSION_STARTTLS | EXTENSION_AUTH;
	is_num(smtpin_ehlo(&b, &s, &config, "PLAIN", 0), 0, "once more");
	is_str(buf_data(&b), "mx.example.org\nAUTH PLAIN", "no TLS");
	s.tls = SMTPIN_TLS_OFFERED;
	s.authed = 1;
	s.offer = EXTENSION_AUTH;
	is_num(smtpin_ehlo(&b, &s, &config, "PLAIN", 0), 0, "once more");
	is_str(buf_data(&b), "mx.example.org\nSTARTTLS", "TLS, and a login");
	s.tls = SMTPIN_TLS_ON;
	is_num(smtpin_ehlo(&b, &s, &config, "PLAIN", 0), 0, "once more");
	is_str(buf_data(&b), "mx.example.org", "it is on");
	buf_free(&b);
}

int
main(void)
{
	char name[32];
	size_t i;

	is_config();
	ehlo();
	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		snprintf(name, sizeof name, "case %zu", i);
		says(name, cases[i].in, cases[i].out);
	}
	fewer();
	run("NUL in a command", "NOOP \0\r\nNOOP\r\n", 14, "- 500|- 250|");
	ours();
	utf8();
	more_params();
	names();
	sizes();
	lines();
	messages();
	replies();
	resets();
	ok(smtpin_config_init(&config, "") == -1, "no host name");
	ok(smtpin_config_init(&config, "a b") == -1, "no host name");
	ok(sizeof(struct smtpin) <= 112, "a session's machine is small");
	return done();
}
