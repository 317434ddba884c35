#include "pump.h"

/* AUTH: which line is what, in any pieces */
#define M "MAIL FROM:<a@b>\r\n"
#define GM "M<a@b> 250|"

static const struct {
	const char *in, *out;
} cases[] = {
	/* with an initial response, without one, and an empty one */
	{ HELO "AUTH PLAIN good\r\n" M, H "A:PLAIN(good) 235|" GM },
	{ HELO "auth plain good \r\n", H "A:plain(good) 235|" },
	{ HELO "AUTH PLAIN\r\ngood\r\nNOOP\r\n",
	    H "A:PLAIN 334|A:(good) 235|- 250|" },
	{ HELO "AUTH X =\r\n\r\nNOOP\r\ngood\r\nNOOP\r\n",
	    H "A:X() 334|A:() 334|A:(NOOP) 334|A:(good) 235|- 250|" },
	{ HELO "AUTH\tLOGIN \t good\r\n", H "A:LOGIN(good) 235|" },
	/* wrong, later, and once more */
	{ HELO "AUTH PLAIN d3Jvbmc=\r\nAUTH PLAIN late\r\nAUTH PLAIN good\r\n",
	    H "A:PLAIN(d3Jvbmc=) 535|A:PLAIN(late) 454|A:PLAIN(good) 235|" },
	{ HELO "AUTH LOGIN\r\nd3Jvbmc=\r\nNOOP\r\n",
	    H "A:LOGIN 334|A:(d3Jvbmc=) 535|- 250|" },
	/* a second one, and one at the wrong time */
	{ HELO "AUTH PLAIN good\r\nAUTH PLAIN good\r\n" HELO
	       "AUTH PLAIN good\r\n",
	    H "A:PLAIN(good) 235|- 503|" H "- 503|" },
	{ "AUTH PLAIN good\r\nHELO me\r\nAUTH PLAIN good\r\n",
	    "- 503|" H "- 503|" },
	{ HELO M "AUTH PLAIN good\r\nRSET\r\nAUTH PLAIN good\r\n",
	    H GM "- 503|X 250|A:PLAIN(good) 235|" },
	{ HELO M "RCPT TO:<c@d>\r\nAUTH PLAIN good\r\nDATA\r\n.\r\n",
	    H GM "R<c@d> 250|- 503|D 354|E 250|" },
	/* mechanisms */
	{ HELO "AUTH\r\nAUTH  \r\nAUTH NONE\r\nAUTH NONE good\r\n",
	    H "- 501|- 501|A:NONE 504|A:NONE(good) 504|" },
	{ HELO "AUTH A2345678901234567-_0\r\ngood\r\n",
	    H "A:A2345678901234567-_0 334|A:(good) 235|" },
	{ HELO "AUTH A23456789012345678901\r\nAUTH A.B good\r\n"
	       "AUTH \xc3\xa4 good\r\n",
	    H "- 504|- 504|- 504|" },
	/* no base64 */
	{ HELO "AUTH X a\r\nAUTH X ab=\r\nAUTH X a===\r\nAUTH X ab=c\r\n"
	       "AUTH X ab-_\r\nAUTH X abcd abcd\r\nAUTH X ====\r\n"
	       "AUTH X ==\r\n",
	    H "- 501|- 501|- 501|- 501|- 501|- 501|- 501|- 501|" },
	{ HELO "AUTH X\r\n=\r\nAUTH X\r\na\r\nAUTH X\r\nabcd \r\nNOOP\r\n",
	    H "A:X 334|K 501|A:X 334|K 501|A:X 334|K 501|- 250|" },
	{ HELO "AUTH X\r\nMAIL FROM:<a@b>\r\nNOOP\r\n",
	    H "A:X 334|K 501|- 250|" },
	/* who has thought better of it */
	{ HELO "AUTH X\r\n*\r\nAUTH X\r\n* \r\n*\r\n",
	    H "A:X 334|K 501|A:X 334|K 501|- 500|" },
	/* line ends */
	{ HELO "AUTH X\r\ngood\nNOOP\r\n", H "A:X 334|K 500|- 250|" },
	{ HELO "AUTH X\r\n\nNOOP\r\n", H "A:X 334|K 500|- 250|" },
	{ HELO "AUTH X\r\ngo\rod\r\nNOOP\r\n", H "A:X 334|K 501|- 250|" },
	{ HELO "AUTH X good\nNOOP\r\n", H "- 500|- 250|" },
	/* HTTP behind it is HTTP again */
	{ HELO "AUTH X\r\nGET / HTTP/1.1\r\nGET / HTTP/1.1\r\n",
	    H "A:X 334|K 501|- 421!" },
	/* AUTH= of MAIL, before a login and after */
	{ HELO "MAIL FROM:<a@b> AUTH=<>\r\nRSET\r\nAUTH X good\r\n"
	       "MAIL FROM:<a@b> AUTH=a+3Db@c\r\n",
	    H "M<a@b> auth=<> 250|X 250|A:X(good) 235|M<a@b> auth=a+3Db@c "
	      "250|" },
};

/* lines as long as may be and one byte more */
static void
lines(void)
{
	static char in[4 * SMTPIN_AUTH_LINE_MAX], out[65536],
	    want[2 * SMTPIN_AUTH_LINE_MAX];
	static const size_t steps[] = { 1, 7, 2047, 2048, 2049, 12289, 12290,
		60000 };
	enum { FULL = SMTPIN_AUTH_LINE_MAX - 2 };
	struct smtpin s;
	size_t i, n, k;

	for (i = 0; i < sizeof steps / sizeof *steps; i++) {
		/* 12288 bytes of a response */
		n = snprintf(in, sizeof in, HELO "AUTH X\r\n%0*d\r\nNOOP\r\n",
		    FULL, 0);
		snprintf(want, sizeof want,
		    H "A:X 334|A:(%0*d) 334|A:(NOOP) 334|", FULL, 0);
		fresh(&s);
		pump(&s, in, n, steps[i], out);
		is_str(out, want, "a long response");
		for (k = 1; k < 5000; k *= 16) {
			n = snprintf(in, sizeof in,
			    HELO "AUTH X\r\n%0*d\r\nNOOP\r\n", FULL + (int)k,
			    0);
			fresh(&s);
			pump(&s, in, n, steps[i], out);
			is_str(out, H "A:X 334|K 500|- 250|", "too long");
		}
		/* the same in the command */
		n = snprintf(in, sizeof in, HELO "AUTH X  %0*d\r\nNOOP\r\n",
		    FULL - 8, 0);
		snprintf(want, sizeof want, H "A:X(%0*d) 334|A:(NOOP) 334|",
		    FULL - 8, 0);
		fresh(&s);
		pump(&s, in, n, steps[i], out);
		is_str(out, want, "a long command");
		for (k = 1; k < 5000; k *= 16) {
			n = snprintf(in, sizeof in,
			    HELO "AUTH X  %0*d\r\nNOOP\r\n", FULL - 8 + (int)k,
			    0);
			fresh(&s);
			pump(&s, in, n, steps[i], out);
			is_str(out, H "- 500|- 250|", "too long");
		}
		/* and of no other */
		n = snprintf(in, sizeof in, HELO "AUTHX %0*d\r\nNOOP\r\n", 2048,
		    0);
		fresh(&s);
		pump(&s, in, n, steps[i], out);
		is_str(out, H "- 500|- 250|", "another command");
	}
}

/* where it is known, but may not be now */
static void
elsewhere(void)
{
	static char out[65536];
	static const char in[] = HELO "AUTH PLAIN good\r\n"
				      "MAIL FROM:<a@b> AUTH=<>\r\n";
	struct smtpin s = { .offer = EXTENSION_SERVED };

	pump(&s, in, strlen(in), 3, out);
	is_str(out, H "- 502|- 555|", "no logins");
	s = (struct smtpin){ .offer = EXTENSION_SERVED,
		.taken = EXTENSION_AUTH };
	pump(&s, in, strlen(in), 3, out);
	is_str(out, H "- 502|M<a@b> auth=<> 250|", "none without TLS");
	s = (struct smtpin){ .offer = EXTENSION_SERVED,
		.taken = EXTENSION_AUTH,
		.tls = SMTPIN_TLS_OFFERED };
	pump(&s, in, strlen(in), 3, out);
	is_str(out, H "- 538|M<a@b> auth=<> 250|", "not before TLS");
	s = (struct smtpin){
		.offer = EXTENSION_SERVED, .taken = EXTENSION_AUTH, .authed = 1
	};
	pump(&s, in, strlen(in), 3, out);
	is_str(out, H "- 503|M<a@b> auth=<> 250|", "by a certificate");
}

/* how much is to be kept of a line whose end has not come */
static void
room(void)
{
	struct smtpin s;

	fresh(&s);
	is_num((long long)smtpin_line_max(&s), SMTPIN_AUTH_LINE_MAX, "AUTH");
	s.authed = 1;
	is_num((long long)smtpin_line_max(&s), SMTPIN_PATH_LINE_MAX,
	    "no more of it");
	s.authed = 0;
	s.offer = EXTENSION_SERVED;
	is_num((long long)smtpin_line_max(&s), SMTPIN_PATH_LINE_MAX,
	    "not offered");
}

/* a challenge is not cut */
static void
challenge(void)
{
	static char text[SMTPIN_AUTH_LINE_MAX], want[SMTPIN_AUTH_LINE_MAX + 3];
	struct smtpin_reply r = { 334, NULL, text };
	struct buf b = { 0 };

	smtpin_put(&b, &r);
	buf_putc(&b, '\0');
	is_str(buf_data(&b), "334 \r\n", "an empty one");
	buf_clear(&b);
	memset(text, 'x', sizeof text - 1);
	smtpin_put(&b, &r);
	buf_putc(&b, '\0');
	snprintf(want, sizeof want, "334 %.*s\r\n", SMTPIN_AUTH_LINE_MAX - 6,
	    text);
	is_str(buf_data(&b), want, "one as long as a line may be");
	buf_free(&b);
}

int
main(void)
{
	char name[32];
	size_t i;

	is_config();
	offer |= EXTENSION_AUTH;
	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		snprintf(name, sizeof name, "case %zu", i);
		says(name, cases[i].in, cases[i].out);
	}
	lines();
	elsewhere();
	room();
	challenge();
	return done();
}
