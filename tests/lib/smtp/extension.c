#include "smtp/extension.h"
#include "tap.h"

static void
offers(void)
{
	struct buf b = { 0 };

	extension_offer(&b, EXTENSION_SERVED, 1000);
	buf_putc(&b, '\0');
	is_str(buf_data(&b),
	    "\nPIPELINING\nSIZE 1000\n8BITMIME\nENHANCEDSTATUSCODES\nDSN\nHELP",
	    "what we serve");
	buf_clear(&b);
	extension_offer(&b, EXTENSION_STARTTLS, 1);
	buf_putc(&b, '\0');
	is_str(buf_data(&b), "\nSTARTTLS", "one alone");
	buf_clear(&b);
	is_num(extension_offer(&b, 0, 1), 0, "none");
	is_num((long long)buf_len(&b), 0, "is nothing");
	buf_free(&b);
}

static void
lines(void)
{
	static const struct {
		const char *line;
		uint32_t bit;
		long long size;
	} t[] = {
		{ "PIPELINING", EXTENSION_PIPELINING, 7 },
		{ "pipelining", EXTENSION_PIPELINING, 7 },
		{ "PIPELININGS", 0, 7 },
		{ "PIPELIN", 0, 7 },
		{ "8BITMIME x y", EXTENSION_8BITMIME, 7 },
		{ "SMTPUTF8", EXTENSION_SMTPUTF8, 7 },
		{ "STARTTLS", EXTENSION_STARTTLS, 7 },
		{ "DSN", EXTENSION_DSN, 7 },
		{ "ENHANCEDSTATUSCODES", EXTENSION_ENHANCED, 7 },
		{ "SIZE 1000", EXTENSION_SIZE, 1000 },
		{ "SIZE   9", EXTENSION_SIZE, 9 },
		{ "SIZE", EXTENSION_SIZE, 0 },
		{ "SIZE x", EXTENSION_SIZE, 0 },
		{ "SIZE 99999999999999999999", EXTENSION_SIZE, 0 },
		{ "AUTH PLAIN", 0, 7 },
		{ " DSN", 0, 7 },
		{ "", 0, 7 },
	};
	uint64_t size;
	size_t i;

	for (i = 0; i < sizeof t / sizeof *t; i++) {
		size = 7;
		is_num(extension_scan(t[i].line, strlen(t[i].line), &size),
		    t[i].bit, t[i].line);
		is_num((long long)size, t[i].size, "size");
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
		{ MAIL, "BODY=BINARYMIME", EXTENSION_BAD, 0, NULL },
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
		is_num(extension_param(EXTENSION_SERVED, t[i].is_mail,
			   t[i].text, n, v),
		    t[i].want, t[i].text);
		if (t[i].want != EXTENSION_GOOD)
			continue;
		snprintf(got, sizeof got, "%.*s", (int)v[t[i].which].n,
		    v[t[i].which].p);
		is_str(got, t[i].value, "its value");
		is_num(extension_param(EXTENSION_SERVED, t[i].is_mail,
			   t[i].text, n, v),
		    EXTENSION_TWICE, "once more");
		memset(v, 0, sizeof v);
		is_num(extension_param(EXTENSION_PIPELINING, t[i].is_mail,
			   t[i].text, n, v),
		    EXTENSION_UNKNOWN, "not offered");
	}
	ok(extension_is_8bit((struct slice){ "8bitMIME", 8 }), "8 bit");
	ok(!extension_is_8bit((struct slice){ "7BIT", 4 }), "7 bit");
	ok(!extension_is_8bit((struct slice){ NULL, 0 }), "not said");
}

int
main(void)
{
	offers();
	lines();
	params();
	return done();
}
