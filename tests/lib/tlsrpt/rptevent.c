#include "tlsrpt/rptevent.h"
#include "tap.h"
#include <stdlib.h>

#define AT "ts:2026-11-22T01:02:03.5Z\tev:tls\tprog:remote-send"
#define WHERE "\thost:MX.example.com\tip:192.0.2.1\tfrom-ip:2001:db8::9"
#define STS "ts:2026-11-22T01:02:03Z\tev:sts\tprog:sts-fetch"
#define OF "\tdomain:Example.com"

static struct rptevent e;

/* what came of a line, as text */
static const char *
said(const char *line, size_t n)
{
	static const char *const types[] = { "tlsa", "sts", "none" };
	static char text[4000];
	int r = rptevent_read(&e, line, n);

	if (r != 1)
		return r == 0 ? "another" : "lacks";
	snprintf(text, sizeof text, "%s %s(%s) %s %s>%s %s: %s", e.domain,
	    types[e.type], e.policy, e.result == NULL ? "ok" : e.result,
	    e.from_ip, e.ip, e.host, e.text);
	return text;
}

static const struct {
	const char *name, *line, *want;
} lines[] = {
	{ "a session", AT OF WHERE "\tresult:ok\ttls-policy:may",
	    "example.com none() ok > : " },
	{ "as the logger keeps it",
	    "2026-11-22T01:02:03.45678 " AT OF WHERE "\tresult:ok",
	    "example.com none() ok > : " },
	{ "one that failed",
	    AT OF WHERE "\tresult:starttls-not-supported\ttls-policy:may\t"
			"tls-text:STARTTLS is not offered",
	    "example.com none() starttls-not-supported 2001:db8::9>192.0.2.1 "
	    "mx.example.com: STARTTLS is not offered" },
	{ "DANE",
	    AT OF WHERE "\tresult:ok\ttls-policy:dane\t"
			"tlsa:3 1 1 bb,2 0 1 cc,3 1 1 aa",
	    "example.com tlsa(2 0 1 cc,3 1 1 aa,3 1 1 bb) ok > : " },
	{ "DANE before MTA-STS",
	    AT OF "\tresult:tlsa-invalid\ttls-policy:dane\ttlsa:3 1 1 aa\t"
		  "sts:enforce\tsts-id:7",
	    "example.com tlsa(3 1 1 aa) tlsa-invalid > : " },
	{ "DANE and REQUIRETLS",
	    AT OF "\tresult:ok\ttls-policy:dane+requiretls\ttlsa:3 1 1 aa\t"
		  "sts:enforce\tsts-id:7",
	    "example.com tlsa(3 1 1 aa) ok > : " },
	{ "MTA-STS and REQUIRETLS",
	    AT OF "\tresult:ok\ttls-policy:sts+requiretls\tsts:enforce\t"
		  "sts-id:7",
	    "example.com sts(7) ok > : " },
	{ "a policy that begins like DANE",
	    AT OF "\tresult:ok\ttls-policy:danes\ttlsa:3 1 1 aa",
	    "example.com none() ok > : " },
	{ "DANE, and none of the records can be used",
	    AT OF "\tresult:ok\ttls-policy:dane\ttlsa:?",
	    "example.com tlsa() ok > : " },
	{ "of route: DANE",
	    "ts:2026-11-22T01:02:03Z\tev:tls\tprog:route" OF
	    "\thost:mx.example.com\tresult:dnssec-invalid\ttls-policy:dane\t"
	    "tls-text:bogus",
	    "example.com tlsa() dnssec-invalid > mx.example.com: bogus" },
	{ "of route: MTA-STS",
	    "ts:2026-11-22T01:02:03Z\tev:tls\tprog:route" OF
	    "\tresult:validation-failure\ttls-policy:sts\tsts:enforce\t"
	    "sts-id:7\ttls-text:mx-mismatch",
	    "example.com sts(7) validation-failure > : mx-mismatch" },
	{ "MTA-STS", AT OF "\tresult:ok\ttls-policy:sts\tsts:enforce\tsts-id:7",
	    "example.com sts(7) ok > : " },
	{ "MTA-STS without its id", AT OF "\tresult:ok\tsts:enforce",
	    "example.com sts() ok > : " },
	{ "a policy that is none", AT OF "\tresult:ok\tsts:none\tsts-id:7",
	    "example.com none() ok > : " },
	/* mode testing: what would have been */
	{ "testing, a good certificate",
	    AT OF "\tresult:ok\tsts:testing\tsts-id:7\ttls-cert:pkix",
	    "example.com sts(7) ok > : " },
	{ "testing, nobody has looked", AT OF "\tresult:ok\tsts:testing",
	    "example.com sts() ok > : " },
	{ "testing, another name",
	    AT OF WHERE "\tresult:ok\tsts:testing\ttls-cert:name",
	    "example.com sts() certificate-host-mismatch "
	    "2001:db8::9>192.0.2.1 mx.example.com: name" },
	{ "testing, out of date",
	    AT OF "\tresult:ok\tsts:testing\ttls-cert:expired",
	    "example.com sts() certificate-expired > : expired" },
	{ "testing, signed by itself",
	    AT OF "\tresult:ok\tsts:testing\ttls-cert:self-signed",
	    "example.com sts() certificate-not-trusted > : self-signed" },
	{ "testing, too large",
	    AT OF "\tresult:ok\tsts:testing\ttls-cert:too-large",
	    "example.com sts() validation-failure > : too-large" },
	{ "testing, a host that is not listed",
	    AT OF "\tresult:ok\tsts:testing\ttls-cert:pkix\tsts-bad:1",
	    "example.com sts() validation-failure > : mx-mismatch" },
	{ "testing, no TLS at all",
	    AT OF "\tresult:starttls-not-supported\tsts:testing",
	    "example.com sts() starttls-not-supported > : " },
	{ "may: whose certificate it is does not matter",
	    AT OF "\tresult:ok\ttls-policy:may\ttls-cert:self-signed",
	    "example.com none() ok > : " },
	/* policies fetched */
	{ "a policy was fetched", STS OF "\tresult:ok\tid:7", "another" },
	{ "it was not",
	    STS OF "\tresult:sts-policy-fetch-error\tid:7\ttext:404",
	    "example.com sts(7) sts-policy-fetch-error > : 404" },
	{ "and has no id", STS OF "\tresult:sts-webpki-invalid",
	    "example.com sts() sts-webpki-invalid > : " },
	/* others */
	{ "another event",
	    "ts:2026-11-22T01:02:03Z\tev:sent\tprog:x" OF "\tresult:ok",
	    "another" },
	{ "a label that holds the words",
	    "ts:x\tev:sent\ttext:ev:tls" OF "\tresult:ok", "another" },
	{ "reports of others",
	    "ts:2026-11-22T01:02:03Z\tev:tls-report\tprog:x" OF
	    "\tresult:certificate-expired",
	    "another" },
	{ "no LTSV", "hello ev:tls", "another" },
	{ "nothing", "", "another" },
	{ "hosts of no domain", AT WHERE "\tresult:ok", "another" },
	{ "the sender's wish",
	    AT OF "\tresult:starttls-not-supported\ttls-from:tls-required-no",
	    "another" },
	{ "another wish", AT OF "\tresult:ok\ttls-from:default,no-policy",
	    "example.com none() ok > : " },
	/* what cannot be used */
	{ "no time", "ev:tls" OF "\tresult:ok", "lacks" },
	{ "a time that is none", "ts:x\tev:tls" OF "\tresult:ok", "lacks" },
	{ "a domain that is a path", AT "\tdomain:../x\tresult:ok", "lacks" },
	{ "a domain with a control byte", AT "\tdomain:a\\nb\tresult:ok",
	    "lacks" },
	{ "no result", AT OF, "lacks" },
	{ "a result that is none", AT OF "\tresult:bad", "lacks" },
	{ "an address that is none", AT OF "\tresult:certificate-expired\tip:x",
	    "lacks" },
	{ "an empty one",
	    AT OF "\tresult:certificate-expired\tfrom-ip:", "lacks" },
	{ "where nobody needs it", AT OF "\tresult:ok\tip:x",
	    "example.com none() ok > : " },
	{ "a host that is none",
	    AT OF "\tresult:certificate-expired\thost:[192.0.2.1]",
	    "example.com none() certificate-expired > : " },
};

static void
check_text(void)
{
	static char line[2000];
	size_t n = (size_t)snprintf(line, sizeof line,
	    AT OF "\tresult:validation-failure\ttls-text:");

	memset(line + n, 'x', RPT_TEXT_MAX + 1);
	said(line, n + RPT_TEXT_MAX);
	is_num((long long)strlen(e.text), RPT_TEXT_MAX, "why, 200 bytes");
	said(line, n + RPT_TEXT_MAX + 1);
	is_num((long long)strlen(e.text), RPT_TEXT_MAX, "one more is cut");
	memcpy(line + n + RPT_TEXT_MAX - 1, "\xc3\xa9", 2);
	said(line, n + RPT_TEXT_MAX + 1);
	is_num((long long)strlen(e.text), RPT_TEXT_MAX - 1,
	    "where a character ends");
}

static void
check_records(void)
{
	static char line[4000];
	size_t n = (size_t)snprintf(line, sizeof line,
	    AT OF "\tresult:ok\ttls-policy:dane\ttlsa:");

	memset(line + n, 'x', RPT_POLICY_MAX + 1);
	said(line, n + RPT_POLICY_MAX);
	is_num((long long)strlen(e.policy), RPT_POLICY_MAX, "1024 bytes");
	said(line, n + RPT_POLICY_MAX + 1);
	is_str(e.policy, "", "longer records are not known");
	memset(line + n, ',', RPT_POLICY_MAX);
	said(line, n + RPT_POLICY_MAX);
	ok(strlen(e.policy) <= RPT_POLICY_MAX, "commas alone");
}

int
main(void)
{
	unsigned i;

	for (i = 0; i < sizeof lines / sizeof *lines; i++)
		is_str(said(lines[i].line, strlen(lines[i].line)),
		    lines[i].want, lines[i].name);
	said(lines[0].line, strlen(lines[0].line));
	is_num(e.time, 1795309323, "when");
	check_text();
	check_records();
	return done();
}
