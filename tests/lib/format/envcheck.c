/* what envelope lines may say */
#include "format/envcheck.h"
#include "tap.h"

static const struct {
	const char *lines; /* why is about the last */
	const char *why;
} cases[] = {
	{ "from a@b", NULL }, { "from", NULL }, { "from a", NULL },
	{ "from \"a b\"@c", NULL }, { "from \"a\\\\\\\\b\"@c", NULL },
	{ "from \303\274@b", NULL }, { "from Ann@[192.0.2.1]", NULL },
	{ "from <a@b>", "an address stands without < and >" },
	{ "from <>", "an address stands without < and >" },
	{ "from a@b SIZE=3", "more than an address" },
	{ "from a@b ", "more than an address" },
	{ "from a\x1b@b", NULL }, { "from a\\t@b", NULL },
	{ "from a\\\\b@c", NULL }, { "to a\001@b NOTIFY=NEVER", NULL },
	{ "from a\nfrom b", "stands twice" }, { "from\nfrom", "stands twice" },
	{ "from a\nto b\nto b", NULL },
	{ "to a@b", NULL }, { "to a@b ", NULL }, { "to a@b  NOTIFY=NEVER", NULL },
	{ "to \"a b\"@c NOTIFY=never ORCPT=rfc822;a@b", NULL },
	{ "to a NOTIFY=SUCCESS,FAILURE,DELAY", NULL },
	{ "to a notify=Delay orcpt=x;y", NULL },
	{ "to a ORCPT=rfc822;a+2Bb\\\\c@d", NULL },
	{ "to a ORCPT=utf-8;\\\\x{FC}@d", NULL },
	{ "to", "no address" }, { "to ", "no address" },
	{ "to  NOTIFY=NEVER", "no address" },
	{ "to <a@b>", "an address stands without < and >" },
	{ "to a b", "unknown parameter" }, { "to a NOTIFY", "unknown parameter" },
	{ "to a NOTIFY=NEVER b@c", "unknown parameter" },
	{ "to a NOTIFY=NEVER NOTIFY=NEVER", "a parameter stands twice" },
	{ "to a ORCPT=x;y notify=DELAY orcpt=x;y", "a parameter stands twice" },
	{ "to a NOTIFY=NEVER\nto b NOTIFY=NEVER", NULL },
	{ "to a NOTIFY=", "NOTIFY has NEVER, or SUCCESS, FAILURE, DELAY" },
	{ "to a NOTIFY=NEVER,DELAY",
	    "NOTIFY has NEVER, or SUCCESS, FAILURE, DELAY" },
	{ "to a NOTIFY=DELAY,", "NOTIFY has NEVER, or SUCCESS, FAILURE, DELAY" },
	{ "to a NOTIFY=SOMETIMES",
	    "NOTIFY has NEVER, or SUCCESS, FAILURE, DELAY" },
	{ "to a ORCPT=a@b", "ORCPT has a type, a semicolon, xtext" },
	{ "to a ORCPT=;a", "ORCPT has a type, a semicolon, xtext" },
	{ "to a ORCPT=x;", "ORCPT has a type, a semicolon, xtext" },
	{ "to a ORCPT=x;a+2", "ORCPT has a type, a semicolon, xtext" },
	{ "to a ORCPT=x;a\\tb", "ORCPT has a type, a semicolon, xtext" },
	{ "to a ORCPT=x;\303\274", "ORCPT has a type, a semicolon, xtext" },
	{ "client 192.0.2.1", NULL }, { "client 2001:db8::1", NULL },
	{ "client ::ffff:192.0.2.1", NULL },
	{ "client", "no IP address" }, { "client host", "no IP address" },
	{ "client [192.0.2.1]", "no IP address" },
	{ "client 192.0.2.256", "no IP address" },
	{ "client 0000:0000:0000:0000:0000:ffff:192.168.100.200:99999",
	    "no IP address" },
	{ "port 0", NULL }, { "port 65535", NULL }, { "port 65536", "no number" },
	{ "port", "no number" }, { "port 25x", "no number" },
	{ "uid 0", NULL }, { "uid 4294967295", NULL },
	{ "uid 4294967296", "no number" }, { "uid root", "no number" },
	{ "uid -1", "no number" },
	{ "origin inside", NULL }, { "origin outside", "not inside" },
	{ "origin", "not inside" }, { "origin Inside", "not inside" },
	{ "tag a=b", NULL }, { "tag a=", NULL }, { "tag a=b=c d", NULL },
	{ "tag a=b\ntag a=c", NULL },
	{ "tag", "no NAME=VALUE" }, { "tag a", "no NAME=VALUE" },
	{ "tag =b", "no NAME=VALUE" }, { "tag a b=c", "no NAME=VALUE" },
	{ "tag a\\tb=c", "no NAME=VALUE" }, { "tag \x1b=c", "no NAME=VALUE" },
	{ "tag a-b_c.9=\303\274", NULL }, { "tag \303\274=c", NULL },
	{ "tag a=\x1b[2J", NULL }, { "tag a=b\\nc", NULL },
	{ "tag a=b\\\\c", NULL },
	{ "proto SMTP", NULL }, { "proto http/1.1", NULL },
	{ "proto UTF8SMTPSA", NULL }, { "proto", "no word" },
	{ "proto E SMTP", "no word" }, { "proto a\\t", "no word" },
	{ "user ann", NULL }, { "user ann lee", NULL },
	{ "user", "no text" }, { "user a\x1b", NULL },
	{ "tenant acme", NULL }, { "tenant a b", NULL },
	{ "tenant", "no text" }, { "tenant a\\nb", NULL },
	{ "tls TLSv1.3 TLS_AES_128_GCM_SHA256", NULL },
	{ "tls", "no text" }, { "tls \x7f", NULL },
	{ "tls-cert", "no text" }, { "tls-cert sha256:00", NULL },
	{ "probe 1", NULL }, { "probe 2", "not 1" }, { "probe yes", "not 1" },
	{ "of", "no word" }, { "of a b", "no word" },
	{ "of k3p9b2m4q7r1s5t8v00k", NULL },
	{ "prio 0", NULL }, { "prio 9", NULL },
	{ "prio 12", "no digit" }, { "prio", "no digit" },
	{ "prio -1", "no digit" }, { "prio high", "no digit" },
	{ "prio 5 ", "no digit" }, { "prio 05", "no digit" },
	{ "prio 1\nprio 1", "stands twice" },
	{ "key k\nkey k", "stands twice" }, { "key", "no text" },
	{ "key-sum 0123456789abcdef\nkey-sum 0123456789abcdef",
	    "stands twice" },
	{ "key-sum", "no 16 hexadecimal digits" },
	{ "key-sum 0123456789abcdef0", "no 16 hexadecimal digits" },
	{ "key-sum 0123456789abcdeg", "no 16 hexadecimal digits" },
	{ "ms-receive 17", NULL }, { "ms-receive -1", "no number" },
	{ "ms-receive", "no number" }, { "ms-receive 1\nms-receive 1", "stands twice" },
	{ "uuid k3x9", NULL }, { "uuid", "no word" }, { "uuid a b", "no word" },
	{ "uuid a\nuuid a", "stands twice" },
	{ "hold-until 0", NULL }, { "hold-until 1790000000", NULL },
	{ "hold-until 1790000000.123456", NULL },
	{ "hold-until 1790000000.1234567", "no time" },
	{ "hold-until 1790000000.", "no time" },
	{ "hold-until tomorrow", "no time" }, { "hold-until", "no time" },
	{ "hold-until -1", "no time" }, { "hold-until +60", "no time" },
	{ "hold-until 2026-11-28", "no time" }, { "hold-until 1e9", "no time" },
	{ "hold-until 99999999999999999999", "no time" },
	{ "hold-until 1\nhold-until 1", "stands twice" },
	{ "expire 1790000000", NULL }, { "expire x", "no time" },
	{ "expire  1790000000", "no time" },
	{ "expire 1\nexpire 2", "stands twice" },
	{ "time 3", NULL }, { "time 1.5", NULL }, { "time now", "no time" },
	{ "body 7bit", NULL }, { "body 8bit", NULL },
	{ "body 8BITMIME", "neither 7bit nor 8bit" },
	{ "body", "neither 7bit nor 8bit" },
	{ "body 7bit\nbody 8bit", "stands twice" },
	{ "smtputf8 1", NULL }, { "smtputf8 0", "not 1" },
	{ "smtputf8", "not 1" }, { "smtputf8 11", "not 1" },
	{ "requiretls 1", NULL }, { "requiretls", "not 1" },
	{ "requiretls yes", "not 1" },
	{ "requiretls 1\nrequiretls 1", "stands twice" },
	{ "tls-optional 1", NULL }, { "tls-optional 0", "not 1" },
	{ "tls-optional 1\ntls-optional 1", "stands twice" },
	{ "mt-priority 0", NULL }, { "mt-priority 9", NULL },
	{ "mt-priority -1", NULL }, { "mt-priority -9", NULL },
	{ "mt-priority 10", "no number from -9 to 9" },
	{ "mt-priority -10", "no number from -9 to 9" },
	{ "mt-priority -0", "no number from -9 to 9" },
	{ "mt-priority +1", "no number from -9 to 9" },
	{ "mt-priority 01", "no number from -9 to 9" },
	{ "mt-priority -", "no number from -9 to 9" },
	{ "mt-priority", "no number from -9 to 9" },
	{ "mt-priority 1\nmt-priority 1", "stands twice" },
	{ "deliver-by 1790000000 R", NULL },
	{ "deliver-by 1790000000 NT", NULL },
	{ "deliver-by 1790000000", "no time and R or N" },
	{ "deliver-by 60;R", "no time and R or N" },
	{ "deliver-by", "no time and R or N" },
	{ "deliver-by 1 R\ndeliver-by 1 R", "stands twice" },
	{ "ret FULL", NULL }, { "ret hdrs", NULL },
	{ "ret ALL", "neither FULL nor HDRS" },
	{ "ret", "neither FULL nor HDRS" }, { "ret FULL\nret HDRS", "stands twice" },
	{ "envid x+20y", NULL }, { "envid a\\\\b", NULL },
	{ "envid", "no xtext" }, { "envid a b", "no xtext" },
	{ "envid a=b", "no xtext" }, { "envid a\\nb", "no xtext" },
	{ "envid a+2", "no xtext" }, { "envid a\nenvid a", "stands twice" },
	{ "spf pass", NULL }, { "dkim temperror", NULL }, { "dmarc none", NULL },
	{ "arc fail", NULL }, { "iprev permerror", NULL },
	{ "spf none", NULL }, { "spf neutral", NULL }, { "spf fail", NULL },
	{ "spf softfail", NULL }, { "spf policy", NULL },
	{ "spf temperror", NULL }, { "spf permerror", NULL },
	{ "spf maybe", "no result" }, { "spf passed", "no result" },
	{ "spf pas", "no result" }, { "spf hardfail", "no result" },
	{ "dkim none", NULL }, { "dkim pass", NULL }, { "dkim fail", NULL },
	{ "dkim policy", NULL }, { "dkim neutral", NULL },
	{ "dkim permerror", NULL }, { "dkim softfail", "no result" },
	{ "dmarc pass", NULL }, { "dmarc fail", NULL },
	{ "dmarc temperror", NULL }, { "dmarc permerror", NULL },
	{ "dmarc neutral", "no result" }, { "dmarc reject", "no result" },
	{ "arc none", NULL }, { "arc pass", NULL }, { "arc policy", NULL },
	{ "arc neutral", NULL }, { "arc temperror", NULL },
	{ "arc permerror", NULL }, { "arc softfail", "no result" },
	{ "iprev pass", NULL }, { "iprev fail", NULL },
	{ "iprev temperror", NULL }, { "iprev none", "no result" },
	{ "iprev maybe", "no result" },
	{ "spf", "no result" }, { "dkim pass fail", "no result" },
	{ "dmarc Pass", "no result" }, { "arc 1", "no result" },
	{ "iprev pass\\n", "no result" },
	/* ours to keep, theirs to mean */
	{ "x", NULL }, { "x-mine anything \\t at all", NULL },
	{ "prio-x 12", NULL }, { "pri 12", NULL }, { "helo \x1b[2J", NULL },
	{ "key k", NULL }, { "key a b \\t", NULL },
	{ "key-sum 0123456789abcdEF", NULL }, { "probe", NULL }, { "of m1", NULL },
}, none[] = {
	{ "Prio 1\n", "no key" }, { " a\n", "no key" }, { "a:b\n", "no key" },
	{ "pr\303\266 1\n", "no key" }, { "x\ty\n", "no key" },
	{ "x a\tb\n", "value not escaped" }, { "x a\\\n", "value not escaped" },
	{ "x a\\q\n", "value not escaped" }, { "x a\rb\n", "value not escaped" },
	{ "x y", "no end of the line" },
}, texts[] = {
	{ "prio 12\nto a\n", "5.6.0 bad envelope line: prio 12: why" },
	{ "x", "5.6.0 bad envelope line: x: why" },
	{ "x \x1b[2J\x9b\303\274\n",
	    "5.6.0 bad envelope line: x \\x1b[2J\\x9b\\xc3\\xbc: why" },
};

static const char *
last(const char *text, struct parcel_line *l)
{
	static char lines[256];
	struct envcheck c = { 0 };
	const char *p = lines, *end, *why = NULL;

	end = p + snprintf(lines, sizeof lines, "%s\n", text);
	while (p < end) {
		if (why != NULL || parcel_next(&p, end, l) != 1)
			return "too early";
		why = envcheck_line(&c, l);
	}
	return why == NULL ? "good" : why;
}

/* as long as it is shown, and one byte more; a line too long for itself */
static void
lengths(void)
{
	static char text[ENVCHECK_TEXT_MAX], line[PARCEL_LINE_MAX + 1];
	const size_t front = strlen("5.6.0 bad envelope line: ");

	memset(line, '\a', sizeof line);
	line[ENVCHECK_SHOWN_MAX] = '\n';
	envcheck_text(text, line, line + ENVCHECK_SHOWN_MAX + 1, "why");
	is_num(strlen(text), front + 4 * ENVCHECK_SHOWN_MAX + 5, "all of it");
	is_str(text + strlen(text) - 9, "\\x07: why", "its end");
	line[ENVCHECK_SHOWN_MAX] = 'x';
	envcheck_text(text, line, line + ENVCHECK_SHOWN_MAX + 1,
	    "NOTIFY has NEVER, or SUCCESS, FAILURE, DELAY");
	is_num(strlen(text), front + 4 * ENVCHECK_SHOWN_MAX + 49, "cut");
	is_str(text + strlen(text) - 49,
	    "...: NOTIFY has NEVER, or SUCCESS, FAILURE, DELAY", "and said so");
	memset(line, 'x', sizeof line);
	line[PARCEL_LINE_MAX] = '\n';
	is_str(envcheck_none(line, line + sizeof line), "line too long",
	    "one byte more than a line");
}

int
main(void)
{
	char text[ENVCHECK_TEXT_MAX];
	struct parcel_line l;
	const char *p;
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++)
		is_str(last(cases[i].lines, &l),
		    cases[i].why == NULL ? "good" : cases[i].why,
		    cases[i].lines);
	for (i = 0; i < sizeof none / sizeof *none; i++) {
		p = none[i].lines;
		ok(parcel_next(&p, p + strlen(p), &l) < 0, "no line");
		is_str(envcheck_none(p, p + strlen(p)), none[i].why, p);
	}
	for (i = 0; i < sizeof texts / sizeof *texts; i++) {
		p = texts[i].lines;
		envcheck_text(text, p, p + strlen(p), "why");
		is_str(text, texts[i].why, "what is answered");
	}
	lengths();
	return done();
}
