#include "dmarc/dmarcevent.h"
#include "tap.h"
#include <stdlib.h>

#define USUAL \
	"\tclient:192.0.2.1\theader-from:example.com\tdmarc:fail" \
	"\tdmarc-domain:example.com\tpolicy:none\tp:none\tdisposition:none"
#define AT "ts:2026-11-22T01:02:03.5Z\tev:verdict\tprog:mail-auth"

static const struct {
	const char *name, *line;
	int want;
} lines[] = {
	{ "a verdict", AT USUAL, 1 },
	{ "as the logger keeps it", "2026-11-22T01:02:03.45678 " AT USUAL, 1 },
	{ "by another", "@400000006561b8d7249ce364 " AT USUAL, 1 },
	{ "another event", "ts:2026-11-22T01:02:03Z\tev:sent\tprog:x" USUAL,
	    0 },
	{ "a label that holds the words",
	    "ts:x\tev:sent\ttext:ev:verdict" USUAL, 0 },
	{ "no LTSV", "hello ev:verdict", 0 },
	{ "nothing", "", 0 },
	{ "DMARC says nothing", AT "\tdmarc:none", 0 },
	{ "or could not", AT "\tdmarc:temperror", 0 },
	{ "DMARC is not there", AT, 0 },
	{ "no time", "ev:verdict" USUAL, -1 },
	{ "no client",
	    AT "\tdmarc:pass\theader-from:a.b\tdmarc-domain:b\t"
	       "policy:none\tp:none\tdisposition:none",
	    -1 },
	{ "a client that is a name", AT "\tclient:a.b" USUAL, -1 },
	{ "a domain that is a path", AT "\tdmarc-domain:../x" USUAL, -1 },
	{ "a domain with a control byte", AT "\tdmarc-domain:a\\nb" USUAL, -1 },
	{ "a From with nothing in it", AT "\theader-from:" USUAL, -1 },
	{ "a policy that is none", AT "\tp:x" USUAL, -1 },
	{ "a count that is none", AT "\tcount:x" USUAL, -1 },
	{ "a count of nothing", AT "\tcount:0" USUAL, -1 },
	{ "a count at the limit", AT "\tcount:1000000000" USUAL, 1 },
	{ "a count above it", AT "\tcount:1000000001" USUAL, -1 },
	{ "a disposition that is none", AT "\tdisposition:pass" USUAL, -1 },
};

static const struct {
	const char *text;
	long long want; /* -1: none */
} times[] = {
	{ "1970-01-01T00:00:00Z", 0 },
	{ "2026-11-22T00:00:00Z", 1795305600 },
	{ "2024-02-29T23:59:59.999999Z", 1709251199 },
	{ "2000-03-01T00:00:00Z", 951868800 },
	{ "2100-03-01T12:00:00Z", 4107585600 },
	{ "9999-12-31T23:59:60Z", 253402300799 },
	{ "2026-11-22T01:00:00+01:00", 1795305600 },
	{ "2026-11-22T00:00:00", -1 },
	{ "2026-13-01T00:00:00Z", -1 },
	{ "2026-00-01T00:00:00Z", -1 },
	{ "2026-11-32T00:00:00Z", -1 },
	{ "2026-11-22T24:00:00Z", -1 },
	{ "2026-02-30T00:00:00Z", -1 },
	{ "26-11-22T00:00:00Z", -1 },
	{ "Z", -1 },
	{ "", -1 },
};

static struct dmarcevent e;

static int
read_line(const char *line)
{
	return dmarcevent_read(&e, line, strlen(line));
}

static void
check_times(void)
{
	char line[1000];
	unsigned i;
	int r;

	for (i = 0; i < sizeof times / sizeof *times; i++) {
		snprintf(line, sizeof line, "ts:%s\tev:verdict" USUAL,
		    times[i].text);
		r = read_line(line);
		is_num(r == 1 ? e.time : -1, times[i].want, times[i].text);
	}
}

static void
check_values(void)
{
	ok(read_line(AT
	       "\tfrom:\"a@b\"@X.Example\tto-domain:Me.example\tspf:softfail"
	       "\tspf-domain:x.example\tspf-scope:mfrom\tadkim:s\taspf:s\ttesting:y"
	       "\tmethod:psl\tsp:reject\trua:mailto:a@b.c" USUAL) == 1,
	    "much of it");
	is_str(e.envelope_from, "x.example", "the sender's domain, lower case");
	is_str(e.envelope_to, "me.example", "the recipient's");
	is_str(e.spf == NULL ? "-" : e.spf, "softfail", "SPF");
	ok(e.strict_dkim && e.strict_spf && e.testing && e.psl && e.has_sp &&
		!e.has_np && e.sp == DMARC_P_REJECT,
	    "the policy");
	is_str(e.rua, "mailto:a@b.c", "who wants reports");
	is_num((long long)e.count, 1, "one message");
	read_line(AT "\tcount:77" USUAL);
	is_num((long long)e.count, 77, "or a sum");
	read_line(AT
	    "\tfrom:a@x.example\tspf:pass\tspf-domain:h\tspf-scope:helo" USUAL);
	ok(e.spf == NULL, "HELO does not count");
	read_line(AT "\tfrom:\tspf:pass\tspf-domain:h\tspf-scope:helo" USUAL);
	is_str(e.spf == NULL ? "-" : e.spf, "pass",
	    "but where there is no sender");
	ok(e.has_from && e.envelope_from[0] == '\0', "which is told");
	read_line(AT "\tspf:perhaps\tspf-domain:h" USUAL);
	ok(e.spf == NULL && !e.has_from, "what is not there, or none");
}

static void
check_reason(const char *more, const char *disposition, const char *reason,
    const char *comment)
{
	char line[1000];

	snprintf(line, sizeof line, AT "%s" USUAL, more);
	is_num(read_line(line), 1, more);
	is_str(e.disposition, disposition, "disposition");
	is_str(e.reason == NULL ? "-" : e.reason, reason, "reason");
	is_str(e.comment, comment, "comment");
}

static void
check_dkim(void)
{
	static char line[8000], many[4000];
	unsigned i;

	read_line(AT "\tdkim:fail:a.b:s,pass:z.org:s,pass:x.example.com:s,"
		     "pass:EXAMPLE.com:s,pass:y.example.com:t,pass:cut" USUAL);
	is_num(e.n_dkim, 5, "signatures");
	is_str(e.dkim[0].domain, "EXAMPLE.com", "From's own first");
	is_str(e.dkim[1].domain, "x.example.com", "then those beside it");
	is_str(e.dkim[2].domain, "y.example.com", "in their order");
	is_str(e.dkim[3].domain, "z.org", "then others");
	is_str(e.dkim[4].result, "fail", "then those that do not pass");
	/* 100 fit and are taken, of 101 the last of the worst is not */
	for (i = 0; i < DMARCEVENT_DKIM_MAX; i++)
		strcat(many, "fail:a:b,");
	snprintf(line, sizeof line, AT "\tdkim:%s" USUAL, many);
	read_line(line);
	is_num(e.n_dkim, 100, "100 signatures");
	snprintf(line, sizeof line, AT "\tdkim:%spass:example.com:s" USUAL,
	    many);
	read_line(line);
	is_num(e.n_dkim, 100, "of 101 100");
	is_str(e.dkim[0].result, "pass", "the best among them");
	snprintf(line, sizeof line, AT "\tdkim:%sfail:c:d" USUAL, many);
	read_line(line);
	is_str(e.dkim[99].domain, "a", "another bad one is not");
}

int
main(void)
{
	unsigned i;

	for (i = 0; i < sizeof lines / sizeof *lines; i++)
		is_num(read_line(lines[i].line), lines[i].want, lines[i].name);
	check_times();
	check_values();
	check_reason("", "none", "-", "");
	check_reason("\tpolicy:reject", "none", "local_policy", "");
	check_reason("\tpolicy:reject\ttesting:y", "none", "policy_test_mode",
	    "");
	check_reason("\tpolicy:reject\tdisposition:reject", "reject", "-", "");
	check_reason("\tpolicy:reject\tdmarc:pass", "pass", "-", "");
	check_reason("\tdmarc:pass", "none", "-", "");
	check_reason("\tpolicy:reject\toverride:trusted_forwarder", "none",
	    "trusted_forwarder", "");
	check_reason("\tpolicy:reject\toverride:mailing_list:a:b\\tc", "none",
	    "mailing_list", "a:b\tc");
	check_reason("\toverride:moon phase", "none", "other", "moon phase");
	check_reason("\toverride:localpolicy:x", "none", "other",
	    "localpolicy:x");
	check_dkim();
	return done();
}
