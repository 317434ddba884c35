#include "pump.h"

/* the commands that not every session has: LHLO, STARTTLS, XCLIENT */
#define M "MAIL FROM:<a@b>\r\n"
#define R "RCPT TO:<c@d>\r\n"
#define GM "M<a@b> 250|"
#define GR "R<c@d> 250|"
#define LHLO "LHLO me\r\n"

struct dialogue {
	const char *in, *out;
};

static void
all(const struct dialogue *t, size_t n, const char *what)
{
	char name[64];
	size_t i;

	for (i = 0; i < n; i++) {
		snprintf(name, sizeof name, "%s, case %zu", what, i);
		says(name, t[i].in, t[i].out);
	}
}

/* RFC 2033: each recipient has a reply, doubles too; others have none */
static const struct dialogue local[] = {
	{ "EHLO me\r\nHELO me\r\n" M, "- 500|- 500|- 503|" },
	{ LHLO "lhlo you\r\nLHLO\r\n", H "H:you 250|- 501|" },
	{ LHLO M R "DATA\r\na\r\n.\r\nNOOP\r\n",
	    H GM GR "D 354|B:a\nE 250|- 250|" },
	{ LHLO M R R "RCPT TO:<no@d>\r\nRCPT TO:<e@d>\r\nDATA\r\na\r\n.\r\n"
		     "NOOP\r\n" M R "DATA\r\n.\r\n",
	    H GM GR GR "R<no@d> 550|R<e@d> 250|D 354|B:a\nE 250(3)|- 250|" GM GR
		       "D 354|E 250|" },
	{ LHLO M R R "DATA\r\nrefuse me\r\n.\r\nNOOP\r\n",
	    H GM GR GR "D 354|B:refuse me\nE 550(2)|- 250|" },
	{ LHLO M R R "BDAT 3\r\na\r\nBDAT 0 LAST\r\nNOOP\r\n",
	    H GM GR GR "D 0|B:a\n- 250|E 250(2)|- 250|" },
	{ LHLO M R R "BDAT 3\r\na\r\nBDAT 1 LAST\r\n\rNOOP\r\n",
	    H GM GR GR "D 0|B:a\n- 250|X 554(2)|- 250|" },
	/* only the last chunk has more than one, also when one before it was
	 * refused */
	{ LHLO M R R "BDAT 1\r\n\nBDAT 1 LAST\r\n\nNOOP\r\n",
	    H GM GR GR "D 0|X 554|- 503(2)|- 250|" },
	{ LHLO M R R "BDAT 1\r\n\nBDAT 1\r\n\nBDAT 1 LAST\r\n\n"
		     "BDAT 1 LAST\r\n\nNOOP\r\n",
	    H GM GR GR "D 0|X 554|- 503|- 503(2)|- 503|- 250|" },
	{ LHLO M R R "BDAT 1\r\n\nRSET\r\nBDAT 0 LAST\r\nNOOP\r\n",
	    H GM GR GR "D 0|X 554|X 250|- 503|- 250|" },
	{ LHLO M R R "BDAT 1\r\n\n" M R "BDAT 0 LAST\r\nNOOP\r\n",
	    H GM GR GR "D 0|X 554|" GM GR "D 0|E 250|- 250|" },
	{ LHLO M R R "BDAT 1\r\n\n" LHLO "BDAT 0 LAST\r\nNOOP\r\n",
	    H GM GR GR "D 0|X 554|" H "- 503|- 250|" },
	/* without a recipient there is none at the end, but for DATA */
	{ LHLO M "BDAT 4 LAST\r\nNOOP" M "BDAT 0 LAST\r\n" M,
	    H GM "X 0|" GM "X 0|" GM },
	{ LHLO M "BDAT 4\r\nNOOPBDAT 0 LAST\r\nBDAT 0 LAST\r\nNOOP\r\n",
	    H GM "- 554|X 0|- 503|- 250|" },
	{ LHLO M "BDAT 67110865 LAST\r\n", H GM "X 554!" },
	{ LHLO M "DATA\r\nNOOP\r\n", H GM "- 503|- 250|" },
	{ LHLO M R R "RSET\r\nNOOP\r\n", H GM GR GR "X 250|- 250|" },
};

/* RFC 3207 */
static const struct dialogue offered[] = {
	{ "STARTTLS\r\n", "- 503|" },
	{ "HELO me\r\nSTARTTLS\r\n", H "- 503|" },
	{ HELO "STARTTLS x\r\nNOOP\r\n", H "- 501|- 250|" },
	{ HELO M "STARTTLS\r\n" R "STARTTLS\r\nRSET\r\nSTARTTLS\r\nNOOP\r\n",
	    H GM "- 503|" GR "- 503|X 250|S 220*" },
	{ HELO "STARTTLS\r\nMAIL FROM:<evil@b>\r\n", H "S 220*" },
	{ HELO "starttls \r\n", H "S 220*" },
};
static const struct dialogue not_now[] = {
	{ HELO "STARTTLS\r\n" M, H "S 454|" GM },
};
static const struct dialogue is_on[] = {
	{ HELO "STARTTLS\r\nNOOP\r\n", H "- 503|- 250|" },
};
static const struct dialogue none[] = {
	{ HELO "STARTTLS\r\nSTARTTLS x\r\n", H "- 502|- 502|" },
	{ HELO "LHLO me\r\n", H "- 500|" },
	{ HELO "XCLIENT x=y\r\n", H "- 500|" },
};

/* XCLIENT: yes of three letters, else no */
static const struct dialogue others[] = {
	{ "XCLIENT A=b\r\n" M "EHLO me\r\n" M, "C:A=b 220|- 503|" H GM },
	{ HELO "xclient A=b  \r\n" M, H "C:A=b 220|- 503|" },
	{ HELO "XCLIENT A=b C=d\r\n" M, H "C:A=b C=d 550|" GM },
	{ HELO "XCLIENT A=b\r\nXCLIENT A=c\r\n" HELO,
	    H "C:A=b 220|C:A=c 220|" H },
	{ HELO "XCLIENT\r\n", H "- 501|" },
	{ HELO M "XCLIENT A=b\r\n" R "XCLIENT A=b\r\nDATA\r\n.\r\n"
		 "XCLIENT A=b\r\n",
	    H GM "- 503|" GR "- 503|D 354|E 250|C:A=b 220|" },
};

/* what is left behind STARTTLS, and what stays after it and after XCLIENT */
static void
anew(void)
{
	static char out[65536];
	static const char in[] = HELO "FOO\r\nAUTH PLAIN good\r\n" M R
				      "DATA\r\n.\r\nSTARTTLS\r\nNOOP\r\n",
			  in2[] =
			      HELO "FOO\r\n" M R "DATA\r\n.\r\nXCLIENT A=b\r\n";
	struct smtpin s, want;

	fresh(&s);
	s.lenient = 1;
	s.rcpt_max = 2;
	is_num((long long)pump(&s, in, sizeof in - 1, sizeof in, out), 6,
	    "what follows is not consumed");
	ok(s.authed && s.n_mail == 1, "he had logged in");
	smtpin_tls(&s);
	fresh(&want);
	want.lenient = 1;
	want.rcpt_max = 2;
	want.n_mail = 1;
	want.tls = SMTPIN_TLS_ON;
	ok(memcmp(&s, &want, sizeof s) == 0, "as new after TLS");
	fresh(&s);
	s.authed = 1;
	pump(&s, in2, sizeof in2 - 1, 5, out);
	fresh(&want);
	want.authed = 1;
	want.n_mail = 1;
	ok(memcmp(&s, &want, sizeof s) == 0, "as new after XCLIENT");
}

int
main(void)
{
	static const struct smtpin_reply later = { 454, "4.7.0", "later" };

	is_config();
	all(none, sizeof none / sizeof *none, "neither");
	offer |= EXTENSION_CHUNKING;
	lmtp = 1;
	all(local, sizeof local / sizeof *local, "LMTP");
	lmtp = 0;
	tls = SMTPIN_TLS_OFFERED;
	all(offered, sizeof offered / sizeof *offered, "STARTTLS");
	to_starttls = &later;
	all(not_now, 1, "STARTTLS refused");
	tls = SMTPIN_TLS_ON;
	all(is_on, 1, "TLS is on");
	tls = SMTPIN_TLS_OFFERED;
	to_starttls = NULL;
	offer |= EXTENSION_XCLIENT;
	all(others, sizeof others / sizeof *others, "XCLIENT");
	offer |= EXTENSION_AUTH;
	anew();
	return done();
}
