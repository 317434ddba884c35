#include "pump.h"

/* BDAT in every state, in any pieces: bytes of a chunk are never commands */
#define M "MAIL FROM:<a@b>\r\n"
#define MR M "RCPT TO:<c@d>\r\n"
#define GM "M<a@b> 250|"
#define GMR GM "R<c@d> 250|"

static const struct {
	const char *in, *out;
} cases[] = {
	/* one chunk, several, an empty last one */
	{ HELO MR "BDAT 7 LAST\r\nhello\r\nNOOP\r\n",
	    H GMR "D 0|B:hello\nE 250|- 250|" },
	{ HELO MR "bdat 3\r\na\r\nBDAT\t4\t last \r\n.b\r\nQUIT\r\n",
	    H GMR "D 0|B:a\n- 250|B:.b\nE 250|Q 221!" },
	{ HELO MR "BDAT 3\r\na\r\nBDAT 0 LAST\r\n" MR,
	    H GMR "D 0|B:a\n- 250|E 250|" GMR },
	{ HELO MR "BDAT 0\r\nBDAT 0\r\nBDAT 3 LAST\r\na\r\n",
	    H GMR "D 0|- 250|- 250|B:a\nE 250|" },
	{ HELO MR "BDAT 0 LAST\r\n", H GMR "D 0|E 250|" },
	{ HELO MR "BDAT 0000000000000000003 LAST\r\na\r\n",
	    H GMR "D 0|B:a\nE 250|" },
	/* what DATA would take for its end, or a command */
	{ HELO MR "BDAT 16 LAST\r\n.\r\n.\r\nMAIL\r\n.\r\n.NOOP\r\n",
	    H GMR "D 0|B:.\n.\nMAIL\n.\n.\nE 250|- 250|" },
	/* a line end over two chunks; a last line without one gets it */
	{ HELO MR "BDAT 2\r\na\rBDAT 3 LAST\r\n\nb\r\nBDAT",
	    H GMR "D 0|B:a- 250|X 554|- 500|" },
	{ HELO MR "BDAT 2\r\na\rBDAT 4 LAST\r\n\nb\r\nNOOP\r\n",
	    H GMR "D 0|B:a- 250|B:\nb\nE 250|- 250|" },
	{ HELO MR "BDAT 1 LAST\r\na", H GMR "D 0|B:a\nE 250|" },
	{ HELO MR "BDAT 1\r\naBDAT 0 LAST\r\n",
	    H GMR "D 0|B:a- 250|B:\nE 250|" },
	/* a CR or LF alone: the rest of the chunk is read, and of the message */
	{ HELO MR "BDAT 9 LAST\r\na\nb\r\nNOOPNOOP\r\n",
	    H GMR "D 0|X 554|- 250|" },
	{ HELO MR "BDAT 9 LAST\r\na\rb\r\nNOOPNOOP\r\n",
	    H GMR "D 0|X 554|- 250|" },
	{ HELO MR "BDAT 2 LAST\r\na\rNOOP\r\n", H GMR "D 0|X 554|- 250|" },
	{ HELO MR "BDAT 2\r\na\rBDAT 1\r\nbNOOP\r\n",
	    H GMR "D 0|B:a- 250|X 554|- 250|" },
	{ HELO MR "BDAT 2\r\n\n\nBDAT 6\r\nQUIT\r\nBDAT 6 LAST\r\nQUIT\r\n"
		  "RCPT TO:<c@d>\r\n" MR,
	    H GMR "D 0|X 554|- 503|- 503|- 503|" GMR },
	/* what goes after a chunk was refused, and what after one was taken */
	{ HELO MR "BDAT 1\r\n\nRCPT TO:<c@d>\r\nDATA\r\nBDAT 1\r\nx" M,
	    H GMR "D 0|X 554|- 503|- 503|- 503|" GM },
	{ HELO MR "BDAT 1\r\n\nRSET\r\nBDAT 1\r\nx",
	    H GMR "D 0|X 554|X 250|- 503|" },
	{ HELO MR "BDAT 1\r\n\n" HELO MR, H GMR "D 0|X 554|" H GMR },
	{ HELO MR "BDAT 1\r\nxDATA\r\n" MR "NOOP\r\nVRFY a\r\nBDAT 0 LAST\r\n",
	    H GMR "D 0|B:x- 250|- 503|- 503|- 503|- 250|- 252|B:\nE 250|" },
	{ HELO MR "BDAT 1\r\nxRSET\r\nDATA\r\n",
	    H GMR "D 0|B:x- 250|X 250|- 503|" },
	{ HELO MR "BDAT 1\r\nx" HELO "BDAT 0 LAST\r\n",
	    H GMR "D 0|B:x- 250|" H "- 503|" },
	{ HELO MR "BDAT 1\r\nxQUIT\r\n", H GMR "D 0|B:x- 250|Q 221!" },
	/* out of order: the bytes are read all the same */
	{ "BDAT 6\r\nQUIT\r\nBDAT 6 LAST\r\nQUIT\r\nQUIT\r\n",
	    "- 503|- 503|Q 221!" },
	{ HELO "BDAT 6 LAST\r\nQUIT\r\n" M, H "- 503|" GM },
	{ HELO "BDAT 0\r\nNOOP\r\n", H "- 503|- 250|" },
	{ HELO M "BDAT 6\r\nQUIT\r\nBDAT 6 LAST\r\nQUIT\r\nRCPT TO:<c@d>\r\n"
		 "BDAT 0 LAST\r\n",
	    H GM "- 554|- 554|R<c@d> 250|D 0|E 250|" },
	{ HELO MR "DATA\r\nBDAT 1\r\n.\r\nBDAT 3\r\nRSETRSET\r\n",
	    H GMR "D 354|B:BDAT 1\nE 250|- 503|- 500|" },
	/* the message is refused, or comes later */
	{ HELO MR "BDAT 11\r\nrefuse me\r\nBDAT 0 LAST\r\n" M,
	    H GMR "D 0|B:refuse me\n- 250|E 550|" GM },
	{ HELO MR "BDAT 10 LAST\r\nlater me\r\nNOOP\r\n",
	    H GMR "D 0|B:later me\nE 451|- 250|" },
	/* no size, or another word: what follows is not known */
	{ HELO MR "BDAT\r\nQUIT\r\n", H GMR "- 501!" },
	{ HELO "BDAT x\r\nQUIT\r\n", H "- 501!" },
	{ "BDAT -1\r\nQUIT\r\n", "- 501!" },
	{ HELO MR "BDAT 1 FIRST\r\nxQUIT\r\n", H GMR "- 501!" },
	{ HELO MR "BDAT 1 LAST x\r\nxQUIT\r\n", H GMR "- 501!" },
	{ HELO MR "BDAT 1LAST\r\nxQUIT\r\n", H GMR "- 501!" },
	{ HELO MR "BDAT LAST\r\nxQUIT\r\n", H GMR "- 501!" },
	{ HELO MR "BDAT 00000000000000000001\r\nx", H GMR "- 501!" },
	{ HELO MR "BDAT 9223372036854775808\r\nx", H GMR "- 501!" },
	/* nor when the line is none */
	{ HELO MR "BDAT 1\nxQUIT\r\n", H GMR "- 500!" },
	{ HELO MR "BDAT 1\x01\r\nxQUIT\r\n", H GMR "- 500!" },
	{ HELO MR "BDAT 1\r\r\nxQUIT\r\n", H GMR "- 500!" },
	{ HELO MR " BDAT 6\r\nQUIT\r\n", H GMR "- 500!" },
	{ HELO MR "\t bdat 6\r\nQUIT\r\n", H GMR "- 500!" },
	/* sizes: 1000, one more, over two chunks, and far above */
	{ HELO MR "BDAT 1001 LAST\r\n", H GMR },
	{ HELO MR "BDAT 3\r\na\r\nBDAT 998 LAST\r\n", H GMR "D 0|B:a\n- 250|" },
	{ HELO MR "BDAT 67110865 LAST\r\n", H GMR "X 552!" },
	{ HELO MR "BDAT 9223372036854775807\r\n", H GMR "X 552!" },
	{ HELO "BDAT 67110865\r\n", H "- 503!" },
	{ HELO "BDAT 67110864\r\n", H },
};

/* exactly as much as may be, and one byte more */
static void
sizes(void)
{
	static char out[65536];
	char in[2048], want[2048];
	size_t n, step;
	struct smtpin s;
	int more;

	for (more = 0; more < 2; more++)
		for (step = 1; step < 3000; step *= 9) {
			n = snprintf(in, sizeof in,
			    HELO MR "BDAT 3\r\na\r\nBDAT %d\r\n%0*d"
				    "BDAT 0 LAST\r\nNOOP\r\n",
			    997 + more, 997 + more, 0);
			snprintf(want, sizeof want,
			    H GMR "D 0|B:a\n- 250|%s%0*d%s",
			    more ? "" : "B:", more ? 1 : 997, 0,
			    more ? "" : "- 250|B:\nE 250|- 250|");
			if (more)
				strcpy(want,
				    H GMR "D 0|B:a\n- 250|X 552|- 503|- 250|");
			fresh(&s);
			pump(&s, in, n, step, out);
			is_str(out, want, more ? "too large" : "just so");
		}
}

/* the session says no to the message */
static void
refused(void)
{
	static const struct smtpin_reply busy = { 451, "4.3.2", "busy" },
					 gone = { 421, "4.3.2", "gone" };

	to_data = &busy;
	says("not now", HELO MR "BDAT 6\r\nQUIT\r\nBDAT 6 LAST\r\nQUIT\r\n" M,
	    H GMR "D 0|X 451|- 503|" GM);
	says("not now, and the last", HELO MR "BDAT 6 LAST\r\nQUIT\r\n" M,
	    H GMR "D 0|X 451|" GM);
	says("not now, and empty", HELO MR "BDAT 0\r\n" M,
	    H GMR "D 0|X 451|" GM);
	to_data = &gone;
	says("the session ends", HELO MR "BDAT 6\r\nQUIT\r\n", H GMR "D 421!");
	to_data = NULL;
}

/* a line that is too long, and one that is as long as may be */
static void
long_lines(void)
{
	static char out[65536];
	char in[8192];
	struct smtpin s;
	size_t n, step;

	for (step = 1; step < 10000; step *= 7) {
		n = snprintf(in, sizeof in, HELO MR "BDAT%*d LAST\r\na",
		    SMTPIN_PATH_LINE_MAX - 11, 1);
		fresh(&s);
		pump(&s, in, n, step, out);
		is_str(out, H GMR "D 0|B:a\nE 250|", "a long line");
		n = snprintf(in, sizeof in, HELO MR "BDAT%*d LAST\r\naQUIT",
		    SMTPIN_PATH_LINE_MAX - 10, 1);
		fresh(&s);
		pump(&s, in, n, step, out);
		is_str(out, H GMR "- 500!", "one byte more");
	}
}

/* what the runner is told between events */
static void
tells(void)
{
	struct smtpin_event ev;
	struct smtpin s;
	char in[100];
	size_t n;

	fresh(&s);
	strcpy(in, "BDAT 2\r\nab");
	n = smtpin_feed(&s, &config, in, 10, &ev);
	is_num((long long)n, 8, "the line");
	is_num(ev.kind, SMTPIN_MORE, "no event yet");
	ok(smtpin_in_data(&s) && smtpin_drops(&s, &config) &&
		!smtpin_pending(&s),
	    "bytes come, to be thrown away");
	n = smtpin_feed(&s, &config, in + 8, 2, &ev);
	is_num((long long)n, 2, "the bytes");
	ok(smtpin_pending(&s), "now there is an event");
	n = smtpin_feed(&s, &config, in, 0, &ev);
	ok(n == 0 && ev.kind == SMTPIN_REPLY && ev.verb == SMTPIN_V_BDAT &&
		ev.size == 2 && ev.reply->code == 503,
	    "without more bytes");
	ok(!smtpin_in_data(&s) && !smtpin_drops(&s, &config) &&
		!smtpin_pending(&s),
	    "commands again");
}

/* RSET leaves nothing of chunks */
static void
resets(void)
{
	static char out[65536];
	static const char *const before[] = { MR "BDAT 3 LAST\r\na\r\n",
		MR "BDAT 2\r\na\r", MR "BDAT 1\r\n\n", "BDAT 3\r\nabc",
		M "BDAT 3 LAST\r\nabc", MR "BDAT 1\r\naRSET\r\nBDAT 1\r\na" };
	struct smtpin new, s;
	char in[256];
	size_t i;

	fresh(&new);
	pump(&new, HELO, strlen(HELO), 1, out);
	for (i = 0; i < sizeof before / sizeof *before; i++) {
		fresh(&s);
		snprintf(in, sizeof in, HELO "%sRSET\r\n", before[i]);
		pump(&s, in, strlen(in), 5, out);
		s.n_mail = s.errors = 0; /* count on */
		ok(memcmp(&s, &new, sizeof s) == 0, "as fresh after RSET");
	}
}

int
main(void)
{
	char name[32];
	size_t i;

	is_config();
	says("not offered", HELO MR "BDAT 1\r\n", H GMR "- 502|");
	offer |= EXTENSION_CHUNKING;
	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		snprintf(name, sizeof name, "case %zu", i);
		says(name, cases[i].in, cases[i].out);
	}
	sizes();
	refused();
	long_lines();
	tells();
	resets();
	return done();
}
