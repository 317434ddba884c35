#include "tlsrpt/rptread.h"
#include "base/buf.h"
#include "tap.h"
#include <stdlib.h>

static struct buf out;

static void
on_policy(void *arg, const struct rptread_policy *p)
{
	buf_printf(arg, "%s|%s|%lld|%lld|%s|%s|%lld|%lld\n", p->report->org,
	    p->report->id, (long long)p->report->begin,
	    (long long)p->report->end, p->domain, p->type, (long long)p->good,
	    (long long)p->bad);
}

static void
on_failure(void *arg, const struct rptread_failure *f)
{
	buf_printf(arg, "%s %s|%s|%s|%s|%lld|%s\n", f->policy->domain,
	    f->result, f->from_ip, f->host, f->ip, (long long)f->count,
	    f->reason);
}

static const struct rptread_ops ops = { on_policy, on_failure };

/* what came of it, or why nothing did */
static const char *
said(const char *json, size_t n)
{
	static char why[RPT_FAULT_MAX];

	buf_clear(&out);
	if (rptread_json(json, n, &ops, &out, why) == -1)
		return buf_len(&out) == 0 ? why : "told in part";
	buf_putc(&out, '\0');
	return buf_data(&out);
}

static const char example[] =
    "{ \"organization-name\": \"Company-X\", \"date-range\": {\n"
    "\"start-datetime\": \"2016-04-01T00:00:00Z\",\n"
    "\"end-datetime\": \"2016-04-01T23:59:59Z\" },\n"
    "\"contact-info\": \"sts-reporting@company-x.example\",\n"
    "\"report-id\": \"5065427c-23d3-47ca-b6e0-946ea0e8c4be\",\n"
    "\"policies\": [{ \"policy\": { \"policy-type\": \"sts\",\n"
    "\"policy-string\": [\"version: STSv1\",\"mode: testing\"],\n"
    "\"policy-domain\": \"company-y.example\",\n"
    "\"mx-host\": [\"*.mail.company-y.example\"] },\n"
    "\"summary\": { \"total-successful-session-count\": 5326,\n"
    "\"total-failure-session-count\": 303 },\n"
    "\"failure-details\": [{ \"result-type\": \"certificate-expired\",\n"
    "\"sending-mta-ip\": \"2001:db8:abcd:0012::1\",\n"
    "\"receiving-mx-hostname\": \"mx1.mail.company-y.example\",\n"
    "\"failed-session-count\": 100 }, {\n"
    "\"result-type\": \"starttls-not-supported\",\n"
    "\"sending-mta-ip\": \"2001:db8:abcd:0013::1\",\n"
    "\"receiving-mx-hostname\": \"mx2.mail.company-y.example\",\n"
    "\"receiving-ip\": \"203.0.113.56\", \"failed-session-count\": 200,\n"
    "\"additional-information\": \"https://reports.company-x.example/\" },\n"
    "{ \"result-type\": \"validation-failure\",\n"
    "\"sending-mta-ip\": \"198.51.100.62\",\n"
    "\"receiving-ip\": \"203.0.113.58\",\n"
    "\"receiving-mx-hostname\": \"mx-backup.mail.company-y.example\",\n"
    "\"failed-session-count\": 3, \"failure-reason-code\":\n"
    "\"X509_V_ERR_PROXY_PATH_LENGTH_EXCEEDED\" }] }] }\n";

static const char told[] =
    "Company-X|5065427c-23d3-47ca-b6e0-946ea0e8c4be|1459468800|1459555199|"
    "company-y.example|sts|5326|303\n"
    "company-y.example certificate-expired|2001:db8:abcd:0012::1|"
    "mx1.mail.company-y.example||100|\n"
    "company-y.example starttls-not-supported|2001:db8:abcd:0013::1|"
    "mx2.mail.company-y.example|203.0.113.56|200|\n"
    "company-y.example validation-failure|198.51.100.62|"
    "mx-backup.mail.company-y.example|203.0.113.58|3|"
    "X509_V_ERR_PROXY_PATH_LENGTH_EXCEEDED\n";

#define NO_JSON "line 1: "
#define POLICY "\"policy\":{\"policy-type\":\"sts\",\"policy-domain\":\"d\"}"
#define SUMMARY(g, b) \
	"\"summary\":{\"total-successful-session-count\":" g \
	",\"total-failure-session-count\":" b "}"
#define ONE(more) "{\"policies\":[{" POLICY "," SUMMARY("1", "2") more "}]}"
#define FAILURE(x) ONE(",\"failure-details\":[{" x "}]")
#define TOLD "||-1|-1|d|sts|1|2\n"

static const struct {
	const char *name, *json, *want;
} cases[] = {
	{ "the example of RFC 8460", example, told },
	{ "the least", ONE(""), TOLD },
	{ "no policies", "{\"policies\":[]}", "" },
	{ "a mark in front", "\xef\xbb\xbf" ONE(""), TOLD },
	{ "counts as text",
	    "{\"policies\":[{" POLICY "," SUMMARY("\"1\"", "\"2\"") "}]}",
	    TOLD },
	{ "what is not known", ONE(",\"new\":[{}]"), TOLD },
	{ "no failures: null", ONE(",\"failure-details\":null"), TOLD },
	{ "a date in another zone",
	    "{\"date-range\":{\"start-datetime\":"
	    "\"2016-04-01T02:00:00+02:00\"},\"policies\":[{" POLICY
	    "," SUMMARY("1", "2") "}]}",
	    "||1459468800|-1|d|sts|1|2\n" },
	{ "a failure",
	    FAILURE("\"result-type\":\"x\",\"failed-session-count\":7"),
	    TOLD "d x||||7|\n" },
	{ "a failure of no kind", FAILURE("\"failed-session-count\":7"),
	    "a failure without result-type" },
	{ "of how many", FAILURE("\"result-type\":\"x\""),
	    "a failure without count" },
	{ "of less than none",
	    FAILURE("\"result-type\":\"x\",\"failed-session-count\":-1"),
	    "a failure without count" },
	{ "of one and a half",
	    FAILURE("\"result-type\":\"x\",\"failed-session-count\":1.5"),
	    "a failure without count" },
	{ "failures that are none", ONE(",\"failure-details\":7"),
	    "failure-details is no array" },
	{ "a failure that is none", ONE(",\"failure-details\":[7]"),
	    "a failure without result-type" },
	{ "no summary", "{\"policies\":[{" POLICY "}]}",
	    "a policy without counts" },
	{ "no policy", "{\"policies\":[{" SUMMARY("1", "2") "}]}",
	    "a policy without type or domain" },
	{ "a policy that is none", "{\"policies\":[7]}",
	    "a policy without type or domain" },
	{ "policies that are none", "{\"policies\":{}}",
	    "no array of policies" },
	{ "a list", "[]", "no array of policies" },
	{ "a name twice", "{\"policies\":[],\"policies\":[]}", NO_JSON },
	{ "cut", "{\"policies\":[", NO_JSON },
	{ "more behind it", "{\"policies\":[]} x", NO_JSON },
	{ "no UTF-8", "{\"policies\":\"\xff\"}", NO_JSON },
	{ "nothing", "", NO_JSON },
	/* the bad one is the second: nothing is told of the first */
	{ "in part", "{\"policies\":[{" POLICY "," SUMMARY("1", "2") "},{}]}",
	    "a policy without type or domain" },
};

/* how the library says what is no JSON is its own */
static void
check(const char *json, size_t n, const char *want, const char *name)
{
	const char *got = said(json, n);

	if (strncmp(want, NO_JSON, sizeof NO_JSON) == 0)
		ok(strncmp(got, NO_JSON, sizeof NO_JSON - 1) == 0, name);
	else
		is_str(got, want, name);
}

static void
check_depth(void)
{
	char text[200];
	size_t n;
	unsigned i;

	/* in a member that is not known */
	n = (size_t)snprintf(text, sizeof text, "{\"policies\":[],\"x\":");
	for (i = 0; i < RPT_DEPTH_MAX - 1; i++)
		text[n++] = '[';
	for (i = 0; i < RPT_DEPTH_MAX - 1; i++)
		text[n++] = ']';
	text[n++] = '}';
	is_str(said(text, n), "", "16 levels");
	n = (size_t)snprintf(text, sizeof text, "{\"policies\":[],\"x\":");
	for (i = 0; i < RPT_DEPTH_MAX; i++)
		text[n++] = '[';
	is_str(said(text, n), "more than 16 levels", "one more");
	n = (size_t)snprintf(text, sizeof text,
	    "{\"policies\":[],\"x\":\"[[[[[[[[\\\"[[[[[[[[[[[[[[[[[[[\"}");
	is_str(said(text, n), "", "those in texts are none");
	check("\"\\", 2, NO_JSON, "a text that does not end");
}

/* {"policies":[],"x":[1,1,...]}: an object, two arrays, the numbers */
static void
check_values(void)
{
	struct buf b = { 0 };
	unsigned i;

	buf_puts(&b, "{\"policies\":[],\"x\":[1");
	for (i = 0; i < RPT_VALUES_MAX - 5; i++)
		buf_puts(&b, ",1");
	buf_puts(&b, "]}");
	is_str(said(buf_data(&b), buf_len(&b)), "", "a million values");
	b.end -= 2;
	buf_puts(&b, ",1]}");
	is_str(said(buf_data(&b), buf_len(&b)), "more than 1000000 values",
	    "one more");
	buf_free(&b);
}

int
main(void)
{
	unsigned i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++)
		check(cases[i].json, strlen(cases[i].json), cases[i].want,
		    cases[i].name);
	check_depth();
	check_values();
	buf_free(&out);
	return done();
}
