/* what a client of auth-socket(5) says, and what it makes of answers */
#include "sasl/authtalk.h"
#include "tap.h"
#include <errno.h>
#include <stdlib.h>

static struct authwire_line line;
static char text[AUTHWIRE_LINE_MAX];

static const char *const names[] = { "GOOD", "MORE", "WRONG", "DISABLED",
	"LATER", "NONE" };

static void
test_answers(void)
{
	static const struct {
		const char *said, *how, *text;
	} t[] = { { "OK\t1\tuser=ann\n", "GOOD", "ann" },
		{ "OK\t1\tuser=ann\tresp=dj0x\tx\n", "GOOD", "ann" },
		{ "OK\t1\n", "LATER", "" }, { "OK\t1\tuser=\n", "LATER", "" },
		{ "OK\t1\tuser=a\001tn\n", "LATER", "" },
		{ "OK\t1\tuser=a\xff\n", "LATER", "" },
		{ "CONT\t1\tQUJD\n", "MORE", "QUJD" },
		{ "CONT\t1\t\n", "MORE", "" }, { "CONT\t1\n", "MORE", "" },
		{ "CONT\t1\tQU D\n", "LATER", "" },
		{ "CONT\t1\tQU\rD\n", "LATER", "" },
		{ "FAIL\t1\n", "WRONG", "" },
		{ "FAIL\t1\tuser=ann\n", "WRONG", "ann" },
		{ "FAIL\t1\tuser=ann\treason=no\tcode=x\n", "WRONG", "ann" },
		{ "FAIL\t1\tuser=a\001nn\n", "WRONG", "" },
		{ "FAIL\t1\tuser=ann\ttemp\n", "LATER", "ann" },
		{ "FAIL\t1\tcode=temp_fail\tuser=ann\n", "LATER", "ann" },
		{ "FAIL\t1\tuser=ann\tuser_disabled\n", "DISABLED", "ann" },
		{ "FAIL\t1\tcode=user_disabled\n", "DISABLED", "" },
		{ "FAIL\t1\tuser=temp\n", "WRONG", "temp" },
		{ "CANCELLED\t1\n", "NONE", "" }, { "\n", "NONE", "" } };
	size_t i;

	for (i = 0; i < sizeof t / sizeof *t; i++) {
		authwire_get(t[i].said, strlen(t[i].said), &line);
		is_str(names[authtalk_answer(&line, text)], t[i].how,
		    t[i].said);
		is_str(text, t[i].text, "its text");
	}
}

static void
test_name_length(void)
{
	static char t[SASLNAME_LOGIN_MAX + 50];

	memset(t, 'x', sizeof t);
	memcpy(t, "OK\t1\tuser=", 10);
	t[10 + SASLNAME_LOGIN_MAX] = '\n';
	authwire_get(t, sizeof t, &line);
	is_num(authtalk_answer(&line, text), AUTHTALK_GOOD, "255 bytes");
	t[10 + SASLNAME_LOGIN_MAX] = 'x';
	t[11 + SASLNAME_LOGIN_MAX] = '\n';
	authwire_get(t, sizeof t, &line);
	is_num(authtalk_answer(&line, text), AUTHTALK_LATER, "one more");
}

static void
mech(struct authtalk_mechs *a, const char *said)
{
	authwire_get(said, strlen(said), &line);
	authtalk_mech(a, &line);
}

static void
test_mechs(void)
{
	struct authtalk_mechs a = { .n = 0 };
	char t[40];
	int i;

	mech(&a, "MECH\tPLAIN\tplaintext\n");
	mech(&a, "MECH\tANONYMOUS\tanonymous\n");
	mech(&a, "MECH\tODD\tanonymous\n");
	mech(&a, "MECH\tSECRET\tplaintext\tprivate\n");
	mech(&a, "MECH\tBOUND\tchannel-binding\n");
	mech(&a, "MECH\tSCRAM-SHA-256-PLUS\n");
	mech(&a, "MECH\tlower\n");
	mech(&a, "MECH\n");
	mech(&a, "MECH\tSCRAM-SHA-256\tdictionary\tactive\n");
	is_str(a.names, "PLAIN SCRAM-SHA-256", "what may be offered");
	for (i = 0; i < 40; i++) {
		snprintf(t, sizeof t, "MECH\tX%d\n", i);
		mech(&a, t);
	}
	is_num(a.n, AUTHTALK_MECHS_MAX, "24, and no more");
	memset(&a, 0, sizeof a);
	for (i = 0; i < 40; i++) {
		snprintf(t, sizeof t, "MECH\tABCDEFGHIJKLMNOPQR%02d\n", i);
		mech(&a, t);
	}
	is_num(a.n, 19, "of 20 bytes each");
	is_num((long)strlen(a.names), 19 * 21 - 1, "as many as fit");
	mech(&a, "MECH\tX\n");
	is_num((long)strlen(a.names), 400, "up to 400 bytes");
	mech(&a, "MECH\tY\n");
	is_num(a.n, 20, "and no byte more");
}

static const char *
said(struct buf *b)
{
	buf_putc(b, '\0');
	return buf_data(b);
}

static void
test_saying(void)
{
	struct authtalk_ask a = { .mech = "plain",
		.mech_len = 5,
		.resp = "QUJD",
		.resp_len = 4,
		.rip = "192.0.2.7",
		.lip = "2001:db8::1",
		.rport = 4711,
		.lport = 587,
		.secured = 1 };
	struct authtalk_ask bare = { .mech = "LOGIN", .mech_len = 5 };
	struct authtalk_ask empty = {
		.mech = "LOGIN", .mech_len = 5, .resp = ""
	};
	struct buf b = { 0 };

	authtalk_hello(&b, 17);
	authtalk_auth(&b, 1, &a);
	authtalk_auth(&b, 2, &bare);
	authtalk_auth(&b, 3, &empty);
	authtalk_cont(&b, 4, "QUJD", 4);
	authtalk_cont(&b, 4, "", 0);
	authtalk_cancel(&b, UINT32_MAX);
	is_str(said(&b),
	    "VERSION\t1\t1\nCPID\t17\n"
	    "AUTH\t1\tPLAIN\tservice=smtp\tsecured\tlip=2001:db8::1\tlport=587"
	    "\trip=192.0.2.7\trport=4711\tnologin\tresp=QUJD\n"
	    "AUTH\t2\tLOGIN\tservice=smtp\tnologin\n"
	    "AUTH\t3\tLOGIN\tservice=smtp\tnologin\tresp=\n"
	    "CONT\t4\tQUJD\nCONT\t4\t\nCANCEL\t4294967295\n",
	    "all that a client says");
	buf_free(&b);
}

/* a request at the limit, one above, and what was there before stays */
static void
test_length(void)
{
	static char b64[AUTHWIRE_REQUEST_MAX];
	struct authtalk_ask a = { .mech = "PLAIN", .mech_len = 5, .resp = b64 };
	struct buf b = { 0 };
	size_t n = sizeof b64 - strlen("CONT\t1\t\n");

	memset(b64, 'A', sizeof b64);
	buf_puts(&b, "x\n");
	is_num(authtalk_cont(&b, 1, b64, n), 0, "8192 bytes");
	is_num((long)buf_len(&b), 2 + AUTHWIRE_REQUEST_MAX, "are put");
	errno = 0;
	is_num(authtalk_cont(&b, 1, b64, n + 1), -1, "one more");
	is_num(errno, EMSGSIZE, "is too long");
	is_num((long)buf_len(&b), 2 + AUTHWIRE_REQUEST_MAX, "and not put");
	a.resp_len = n;
	is_num(authtalk_auth(&b, 1, &a), -1, "an AUTH");
	a.resp_len = 4;
	a.mech = "ABCDEFGHIJKLMNOPQRSTU";
	a.mech_len = 21;
	is_num(authtalk_auth(&b, 1, &a), -1, "a mechanism of 21 bytes");
	is_num((long)buf_len(&b), 2 + AUTHWIRE_REQUEST_MAX, "nothing is put");
	buf_free(&b);
}

int
main(void)
{
	test_answers();
	test_name_length();
	test_mechs();
	test_saying();
	test_length();
	return done();
}
