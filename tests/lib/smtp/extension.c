#include "smtp/extension.h"
#include "tap.h"

enum { ALL = (EXTENSION_XCLIENT << 1) - 1 };

static void
offer(uint32_t set, const struct extension_values *v, const char *want,
    const char *name)
{
	struct buf b = { 0 };

	is_num(extension_offer(&b, set, v), 0, "memory");
	buf_putc(&b, '\0');
	is_str(buf_data(&b), want, name);
	buf_free(&b);
}

static void
offers(void)
{
	struct extension_values v = { .size_max = 1000 };

	offer(EXTENSION_SERVED, &v,
	    "\nPIPELINING\nSIZE 1000\n8BITMIME\nENHANCEDSTATUSCODES\nDSN\nHELP",
	    "what we serve");
	offer(EXTENSION_STARTTLS, &v, "\nSTARTTLS", "one alone");
	offer(0, &v, "", "none is nothing");
	offer(EXTENSION_AUTH | EXTENSION_LIMITS, &v, "\nLIMITS",
	    "without values");
	v.mechs = "";
	offer(EXTENSION_AUTH, &v, "", "no mechanism");
	v.mechs = "PLAIN LOGIN";
	v.now_s = 1795923926;
	v.rcpt_max = 100;
	offer(EXTENSION_LIMITS, &v, "\nLIMITS RCPTMAX=100", "one limit");
	v.mail_max = 7;
	offer(ALL, &v,
	    "\nPIPELINING\nSIZE 1000\n8BITMIME\nENHANCEDSTATUSCODES\nDSN\nHELP"
	    "\nSMTPUTF8\nSTARTTLS\nAUTH PLAIN LOGIN\nCHUNKING\nREQUIRETLS"
	    "\nMT-PRIORITY\nFUTURERELEASE 2592000 2026-12-29T03:45:26Z"
	    "\nDELIVERBY\nLIMITS MAILMAX=7 RCPTMAX=100"
	    "\nXCLIENT NAME ADDR PORT PROTO HELO LOGIN DESTADDR DESTPORT",
	    "all that is known");
}

static void
lines(void)
{
	enum {
		PLAIN = EXTENSION_MECH_PLAIN,
		LOGIN = EXTENSION_MECH_LOGIN,
		SCRAM = EXTENSION_MECH_SCRAM_SHA_256
	};
	static const struct {
		const char *line;
		uint32_t bit;
		struct extension_said said;
	} t[] = {
		{ "PIPELINING", EXTENSION_PIPELINING, { 0 } },
		{ "pipelining", EXTENSION_PIPELINING, { 0 } },
		{ "PIPELININGS", 0, { 0 } },
		{ "PIPELIN", 0, { 0 } },
		{ "8BITMIME x y", EXTENSION_8BITMIME, { 0 } },
		{ "SMTPUTF8", EXTENSION_SMTPUTF8, { 0 } },
		{ "STARTTLS", EXTENSION_STARTTLS, { 0 } },
		{ "DSN", EXTENSION_DSN, { 0 } },
		{ "ENHANCEDSTATUSCODES", EXTENSION_ENHANCED, { 0 } },
		{ "CHUNKING", EXTENSION_CHUNKING, { 0 } },
		{ "REQUIRETLS", EXTENSION_REQUIRETLS, { 0 } },
		{ "MT-PRIORITY MIXER", EXTENSION_MTPRIORITY, { 0 } },
		{ "FUTURERELEASE 9 2026-12-29T03:45:26Z",
		    EXTENSION_FUTURERELEASE, { 0 } },
		{ "XCLIENT NAME ADDR", EXTENSION_XCLIENT, { 0 } },
		{ "SIZE 1000", EXTENSION_SIZE, { .size_max = 1000 } },
		{ "SIZE   9", EXTENSION_SIZE, { .size_max = 9 } },
		{ "SIZE", EXTENSION_SIZE, { 0 } },
		{ "SIZE x", EXTENSION_SIZE, { 0 } },
		{ "SIZE 99999999999999999999", EXTENSION_SIZE, { 0 } },
		{ "DELIVERBY", EXTENSION_DELIVERBY, { 0 } },
		{ "DELIVERBY 240", EXTENSION_DELIVERBY, { .by_min_s = 240 } },
		{ "DELIVERBY 1000000000", EXTENSION_DELIVERBY, { 0 } },
		{ "AUTH", EXTENSION_AUTH, { 0 } },
		{ "AUTH PLAIN", EXTENSION_AUTH, { .mechs = PLAIN } },
		{ "auth CRAM-MD5 login  scram-sha-256 PLAIN", EXTENSION_AUTH,
		    { .mechs = PLAIN | LOGIN | SCRAM } },
		{ "AUTH SCRAM-SHA-256-PLUS PLAINER", EXTENSION_AUTH, { 0 } },
		{ "AUTH=PLAIN", 0, { 0 } },
		{ "LIMITS", EXTENSION_LIMITS, { 0 } },
		{ "LIMITS RCPTMAX=20 x=1 MAILMAX=5 rcptdomainmax=1",
		    EXTENSION_LIMITS,
		    { .rcpt_max = 20, .mail_max = 5, .domain_max = 1 } },
		{ "LIMITS RCPTMAX=0 MAILMAX= RCPTDOMAINMAX=x", EXTENSION_LIMITS,
		    { 0 } },
		{ "LIMITS RCPTMAX=999999 MAILMAX=1000000 RCPTDOMAINMAX",
		    EXTENSION_LIMITS, { .rcpt_max = 999999 } },
		{ " DSN", 0, { 0 } },
		{ "", 0, { 0 } },
	};
	struct extension_said got;
	size_t i;

	for (i = 0; i < sizeof t / sizeof *t; i++) {
		memset(&got, 0, sizeof got);
		is_num(extension_scan(t[i].line, strlen(t[i].line), &got),
		    t[i].bit, t[i].line);
		is_num((long long)got.size_max, (long long)t[i].said.size_max,
		    "size");
		is_num(got.by_min_s, t[i].said.by_min_s, "by");
		is_num(got.mechs, t[i].said.mechs, "mechanisms");
		ok(got.rcpt_max == t[i].said.rcpt_max &&
			got.mail_max == t[i].said.mail_max &&
			got.domain_max == t[i].said.domain_max,
		    "limits");
	}
}

#define X10 "xxxxxxxxxx"
#define X50 X10 X10 X10 X10 X10
#define X100 X50 X50
#define X450 X100 X100 X100 X100 X50

static void
params(void)
{
	enum { MAIL = 1, RCPT = 0 };
	static const struct {
		int is_mail;
		const char *text;
		enum extension_fault want;
		int which;
		const char *value;
	} t[] = {
		{ MAIL, "SIZE=12", EXTENSION_GOOD, EXTENSION_P_SIZE, "12" },
		{ MAIL, "size=0", EXTENSION_GOOD, EXTENSION_P_SIZE, "0" },
		{ MAIL, "SIZE=", EXTENSION_BAD, 0, NULL },
		{ MAIL, "SIZE=1x", EXTENSION_BAD, 0, NULL },
		{ MAIL, "SIZE=99999999999999999999", EXTENSION_GOOD,
		    EXTENSION_P_SIZE, "99999999999999999999" },
		{ MAIL, "SIZE=999999999999999999999", EXTENSION_BAD, 0, NULL },
		{ MAIL, "SIZE", EXTENSION_UNKNOWN, 0, NULL },
		{ RCPT, "SIZE=1", EXTENSION_UNKNOWN, 0, NULL },
		{ MAIL, "BODY=8bitmime", EXTENSION_GOOD, EXTENSION_P_BODY,
		    "8bitmime" },
		{ MAIL, "BODY=7BIT", EXTENSION_GOOD, EXTENSION_P_BODY, "7BIT" },
		{ MAIL, "BODY=binarymime", EXTENSION_BINARY, 0, NULL },
		{ MAIL, "BODY=8BIT", EXTENSION_BAD, 0, NULL },
		{ MAIL, "RET=hdrs", EXTENSION_GOOD, EXTENSION_P_RET, "hdrs" },
		{ MAIL, "RET=some", EXTENSION_BAD, 0, NULL },
		{ MAIL, "ENVID=" X100, EXTENSION_GOOD, EXTENSION_P_ENVID,
		    X100 },
		{ MAIL, "ENVID=" X100 "x", EXTENSION_BAD, 0, NULL },
		{ MAIL, "ENVID=", EXTENSION_BAD, 0, NULL },
		{ MAIL, "ENVID=a=b", EXTENSION_BAD, 0, NULL },
		{ RCPT, "NOTIFY=SUCCESS,DELAY", EXTENSION_GOOD,
		    EXTENSION_P_NOTIFY, "SUCCESS,DELAY" },
		{ RCPT, "NOTIFY=NEVER,DELAY", EXTENSION_BAD, 0, NULL },
		{ MAIL, "NOTIFY=NEVER", EXTENSION_UNKNOWN, 0, NULL },
		{ RCPT, "ORCPT=rfc822;" X450 X10 X10 X10 X10 "xxx",
		    EXTENSION_GOOD, EXTENSION_P_ORCPT,
		    "rfc822;" X450 X10 X10 X10 X10 "xxx" },
		{ RCPT, "ORCPT=rfc822;" X450 X10 X10 X10 X10 "xxxx",
		    EXTENSION_BAD, 0, NULL },
		{ RCPT, "ORCPT=utf-8;\303\274", EXTENSION_BAD, 0, NULL },
		{ MAIL, "smtputf8", EXTENSION_GOOD, EXTENSION_P_SMTPUTF8, "" },
		{ MAIL, "SMTPUTF8=", EXTENSION_UNKNOWN, 0, NULL },
		{ MAIL, "SMTPUTF8=1", EXTENSION_UNKNOWN, 0, NULL },
		{ RCPT, "SMTPUTF8", EXTENSION_UNKNOWN, 0, NULL },
		{ MAIL, "REQUIRETLS", EXTENSION_GOOD, EXTENSION_P_REQUIRETLS,
		    "" },
		{ MAIL, "REQUIRETLS=1", EXTENSION_UNKNOWN, 0, NULL },
		{ MAIL, "AUTH=<>", EXTENSION_GOOD, EXTENSION_P_AUTH, "<>" },
		{ MAIL, "AUTH=a+3Db@c", EXTENSION_GOOD, EXTENSION_P_AUTH,
		    "a+3Db@c" },
		{ MAIL, "AUTH=", EXTENSION_BAD, 0, NULL },
		{ MAIL, "AUTH=a=b", EXTENSION_BAD, 0, NULL },
		{ MAIL, "AUTH", EXTENSION_UNKNOWN, 0, NULL },
		{ MAIL, "AUTH=" X450 X50, EXTENSION_GOOD, EXTENSION_P_AUTH,
		    X450 X50 },
		{ MAIL, "AUTH=" X450 X50 "x", EXTENSION_BAD, 0, NULL },
		{ MAIL, "MT-PRIORITY=0", EXTENSION_GOOD, EXTENSION_P_MTPRIORITY,
		    "0" },
		{ MAIL, "mt-priority=-9", EXTENSION_GOOD,
		    EXTENSION_P_MTPRIORITY, "-9" },
		{ MAIL, "MT-PRIORITY=10", EXTENSION_BAD, 0, NULL },
		{ MAIL, "MT-PRIORITY=-0", EXTENSION_BAD, 0, NULL },
		{ MAIL, "MT-PRIORITY=+1", EXTENSION_BAD, 0, NULL },
		{ MAIL, "MT-PRIORITY=-", EXTENSION_BAD, 0, NULL },
		{ MAIL, "MT-PRIORITY=", EXTENSION_BAD, 0, NULL },
		{ MAIL, "MT-PRIORITY=-10", EXTENSION_BAD, 0, NULL },
		{ MAIL, "HOLDFOR=1", EXTENSION_GOOD, EXTENSION_P_HOLDFOR, "1" },
		{ MAIL, "HOLDFOR=999999999", EXTENSION_GOOD,
		    EXTENSION_P_HOLDFOR, "999999999" },
		{ MAIL, "HOLDFOR=0", EXTENSION_BAD, 0, NULL },
		{ MAIL, "HOLDFOR=1000000000", EXTENSION_BAD, 0, NULL },
		{ MAIL, "HOLDFOR=-1", EXTENSION_BAD, 0, NULL },
		{ MAIL, "HOLDFOR=", EXTENSION_BAD, 0, NULL },
		{ MAIL, "HOLDUNTIL=2026-12-29T03:45:26Z", EXTENSION_GOOD,
		    EXTENSION_P_HOLDUNTIL, "2026-12-29T03:45:26Z" },
		{ MAIL, "HOLDUNTIL=2026-12-29t03:45:26.5z", EXTENSION_GOOD,
		    EXTENSION_P_HOLDUNTIL, "2026-12-29t03:45:26.5z" },
		{ MAIL, "HOLDUNTIL=2026-12-29T03:45:26+01:00", EXTENSION_GOOD,
		    EXTENSION_P_HOLDUNTIL, "2026-12-29T03:45:26+01:00" },
		{ MAIL, "HOLDUNTIL=2026-12-29T03:45:26", EXTENSION_BAD, 0,
		    NULL },
		{ MAIL, "HOLDUNTIL=2026-12-29T03:45:26.Z", EXTENSION_BAD, 0,
		    NULL },
		{ MAIL, "HOLDUNTIL=2026-12-29T03:45Z", EXTENSION_BAD, 0, NULL },
		{ MAIL, "HOLDUNTIL=2026-02-30T03:45:26Z", EXTENSION_BAD, 0,
		    NULL },
		{ MAIL, "HOLDUNTIL=2026-12-29 03:45:26Z", EXTENSION_BAD, 0,
		    NULL },
		{ MAIL, "HOLDUNTIL=2026-12-29T03:45:26+0100", EXTENSION_BAD, 0,
		    NULL },
		{ MAIL, "HOLDUNTIL=2026-12-29T03:45:26ZZ", EXTENSION_BAD, 0,
		    NULL },
		{ MAIL, "HOLDUNTIL=", EXTENSION_BAD, 0, NULL },
		{ MAIL, "BY=120;R", EXTENSION_GOOD, EXTENSION_P_BY, "120;R" },
		{ MAIL, "BY=-9;nt", EXTENSION_GOOD, EXTENSION_P_BY, "-9;nt" },
		{ MAIL, "BY=0;R", EXTENSION_BAD, 0, NULL },
		{ MAIL, "BY=9", EXTENSION_BAD, 0, NULL },
		{ RCPT, "BY=9;N", EXTENSION_UNKNOWN, 0, NULL },
		{ RCPT, "=", EXTENSION_UNKNOWN, 0, NULL },
		{ RCPT, "", EXTENSION_UNKNOWN, 0, NULL },
		{ RCPT, "FOO=1", EXTENSION_UNKNOWN, 0, NULL },
	};
	struct slice v[EXTENSION_PARAMS];
	char got[600];
	size_t i, n;

	for (i = 0; i < sizeof t / sizeof *t; i++) {
		memset(v, 0, sizeof v);
		n = strlen(t[i].text);
		is_num(extension_param(ALL, t[i].is_mail, 0, t[i].text, n, v),
		    t[i].want, t[i].text);
		if (t[i].want != EXTENSION_GOOD)
			continue;
		snprintf(got, sizeof got, "%.*s", (int)v[t[i].which].n,
		    v[t[i].which].p);
		is_str(got, t[i].value, "its value");
		is_num(extension_param(ALL, t[i].is_mail, 0, t[i].text, n, v),
		    EXTENSION_TWICE, "once more");
		memset(v, 0, sizeof v);
		is_num(extension_param(EXTENSION_PIPELINING, t[i].is_mail, 0,
			   t[i].text, n, v),
		    EXTENSION_UNKNOWN, "not offered");
	}
	ok(extension_is_8bit((struct slice){ "8bitMIME", 8 }), "8 bit");
	ok(!extension_is_8bit((struct slice){ "7BIT", 4 }), "7 bit");
	ok(!extension_is_8bit((struct slice){ NULL, 0 }), "not said");
}

/* the only value that may be UTF-8 */
static void
wide(void)
{
	struct slice v[EXTENSION_PARAMS] = { { NULL, 0 } };
	char text[EXTENSION_ORCPT_MAX + 20];
	int n, more;

	is_num(extension_param(ALL, 0, 1, "ORCPT=utf-8;\303\274", 14, v),
	    EXTENSION_GOOD, "UTF-8");
	for (more = 0; more < 2; more++) {
		memset(v, 0, sizeof v);
		n = snprintf(text, sizeof text, "ORCPT=utf-8;%0*d",
		    EXTENSION_ORCPT_MAX - 6 + more, 0);
		is_num(extension_param(ALL, 0, 1, text, n, v),
		    more ? EXTENSION_BAD : EXTENSION_GOOD, "as long as may be");
	}
	is_num(extension_param(ALL, 1, 1, "ENVID=\303\274", 8, v),
	    EXTENSION_BAD, "but not in another");
}

static struct slice
slice(const char *p)
{
	return (struct slice){ p, p == NULL ? 0 : strlen(p) };
}

static void
by(void)
{
	static const struct {
		const char *text;
		long long s;
		char mode; /* 0: bad */
		unsigned trace;
	} t[] = {
		{ "1;R", 1, 'R', 0 },
		{ "999999999;RT", 999999999, 'R', 1 },
		{ "+5;n", 5, 'N', 0 },
		{ "0;N", 0, 'N', 0 },
		{ "-999999999;NT", -999999999, 'N', 1 },
		{ "1000000000;N", 0, 0, 0 },
		{ "0000000001;N", 0, 0, 0 },
		{ "-1;R", 0, 0, 0 },
		{ "0;RT", 0, 0, 0 },
		{ "", 0, 0, 0 },
		{ ";R", 0, 0, 0 },
		{ "-;N", 0, 0, 0 },
		{ "+-1;N", 0, 0, 0 },
		{ "1;", 0, 0, 0 },
		{ "1;X", 0, 0, 0 },
		{ "1;\022", 0, 0, 0 },
		{ "1;RR", 0, 0, 0 },
		{ "1;RTT", 0, 0, 0 },
		{ "1R", 0, 0, 0 },
	};
	struct extension_by b;
	size_t i;

	for (i = 0; i < sizeof t / sizeof *t; i++) {
		is_num(extension_by(slice(t[i].text), &b),
		    t[i].mode == 0 ? -1 : 0, t[i].text);
		if (t[i].mode != 0)
			ok(b.s == t[i].s && b.mode == t[i].mode &&
				b.trace == t[i].trace,
			    "its parts");
	}
}

static void
hold(void)
{
	static const struct {
		const char *hold_for, *until;
		long long at; /* -1: bad */
	} t[] = {
		{ "1", NULL, 1790000001 },
		{ "2592000", NULL, 1792592000 },
		{ "2592001", NULL, -1 },
		{ NULL, "2026-09-21T14:13:21Z", 1790000001 },
		{ NULL, "2026-09-21T16:13:21+02:00", 1790000001 },
		{ NULL, "2026-09-21T14:13:20Z", -1 },
		{ NULL, "2026-10-21T14:13:20.999Z", 1792592000 },
		{ NULL, "2026-10-21T14:13:21Z", -1 },
		{ NULL, NULL, -1 },
		{ "1", "2026-09-21T14:13:21Z", -1 },
	};
	int64_t at;
	size_t i;
	int r;

	for (i = 0; i < sizeof t / sizeof *t; i++) {
		r = extension_hold(slice(t[i].hold_for), slice(t[i].until),
		    1790000000, &at);
		is_num(r == 0 ? at : -1, t[i].at,
		    t[i].hold_for != NULL    ? t[i].hold_for
			: t[i].until != NULL ? t[i].until
					     : "none");
	}
}

static void
priorities(void)
{
	static const unsigned prio[] = { 9, 9, 8, 8, 7, 7, 6, 6, 5, 5, 4, 4, 3,
		3, 2, 2, 1, 1, 0 };
	char text[16];
	int p;

	for (p = -9; p <= 9; p++) {
		snprintf(text, sizeof text, "%d", p);
		is_num(extension_priority(slice(text)), p, text);
		is_num(extension_prio_of(p), prio[p + 9], "as prio");
	}
}

int
main(void)
{
	offers();
	lines();
	params();
	wide();
	by();
	hold();
	priorities();
	return done();
}
