#include "tlsrpt/rptjson.h"
#include "tap.h"
#include <stdlib.h>

static struct rptbook book;

static void
add(struct rptevent e, unsigned times)
{
	strcpy(e.domain, "company-y.example");
	for (; times > 0; times--)
		if (rptbook_add(&book, &e) == -1)
			exit(111);
}

static int
sts(void *arg, const char *domain, const char *id, struct slice *text)
{
	static const char policy[] =
	    "version: STSv1\r\nmode: testing\r\n"
	    "mx: *.mail.company-y.example\r\nmax_age: 86400\r\n";

	(void)arg;
	text->p = policy;
	text->n = sizeof policy - 1;
	return strcmp(domain, "company-y.example") == 0 && strcmp(id, "7") == 0;
}

/* the example of RFC 8460, but for a URI */
static const char example[] =
    "{\n"
    "  \"organization-name\": \"Company-X\",\n"
    "  \"date-range\": {\n"
    "    \"start-datetime\": \"2016-04-01T00:00:00Z\",\n"
    "    \"end-datetime\": \"2016-04-01T23:59:59Z\"\n"
    "  },\n"
    "  \"contact-info\": \"sts-reporting@company-x.example\",\n"
    "  \"report-id\": \"5065427c-23d3-47ca-b6e0-946ea0e8c4be\",\n"
    "  \"policies\": [{\n"
    "      \"policy\": {\n"
    "        \"policy-type\": \"sts\",\n"
    "        \"policy-domain\": \"company-y.example\",\n"
    "        \"policy-string\": [\"version: STSv1\", \"mode: testing\", "
    "\"mx: *.mail.company-y.example\", \"max_age: 86400\"],\n"
    "        \"mx-host\": [\"*.mail.company-y.example\"]\n"
    "      },\n"
    "      \"summary\": {\n"
    "        \"total-successful-session-count\": 5326,\n"
    "        \"total-failure-session-count\": 303\n"
    "      },\n"
    "      \"failure-details\": [{\n"
    "        \"result-type\": \"certificate-expired\",\n"
    "        \"sending-mta-ip\": \"2001:db8:abcd:0012::1\",\n"
    "        \"receiving-mx-hostname\": \"mx1.mail.company-y.example\",\n"
    "        \"failed-session-count\": 100\n"
    "      }, {\n"
    "        \"result-type\": \"starttls-not-supported\",\n"
    "        \"sending-mta-ip\": \"2001:db8:abcd:0013::1\",\n"
    "        \"receiving-mx-hostname\": \"mx2.mail.company-y.example\",\n"
    "        \"receiving-ip\": \"203.0.113.56\",\n"
    "        \"failed-session-count\": 200\n"
    "      }, {\n"
    "        \"result-type\": \"validation-failure\",\n"
    "        \"sending-mta-ip\": \"198.51.100.62\",\n"
    "        \"receiving-mx-hostname\": "
    "\"mx-backup.mail.company-y.example\",\n"
    "        \"receiving-ip\": \"203.0.113.58\",\n"
    "        \"failed-session-count\": 3,\n"
    "        \"failure-reason-code\": "
    "\"X509_V_ERR_PROXY_PATH_LENGTH_EXCEEDED\"\n"
    "      }]\n"
    "    }]\n"
    "}\n";

static void
gather(void)
{
	add((struct rptevent){ .type = RPT_STS, .policy = "7" }, 5326);
	add((struct rptevent){ .type = RPT_STS,
		.policy = "7",
		.result = "certificate-expired",
		.from_ip = "2001:db8:abcd:0012::1",
		.host = "mx1.mail.company-y.example" },
	    100);
	add((struct rptevent){ .type = RPT_STS,
		.policy = "7",
		.result = "starttls-not-supported",
		.from_ip = "2001:db8:abcd:0013::1",
		.host = "mx2.mail.company-y.example",
		.ip = "203.0.113.56" },
	    200);
	add((struct rptevent){ .type = RPT_STS,
		.policy = "7",
		.result = "validation-failure",
		.from_ip = "198.51.100.62",
		.host = "mx-backup.mail.company-y.example",
		.ip = "203.0.113.58",
		.text = "X509_V_ERR_PROXY_PATH_LENGTH_EXCEEDED" },
	    3);
}

static int
has(const struct buf *b, const char *text)
{
	return memmem(buf_data(b), buf_len(b), text, strlen(text)) != NULL;
}

static void
check_policies(struct rptjson_about *a)
{
	struct buf b = { 0 };

	memset(&book, 0, sizeof book);
	add((struct rptevent){ .type = RPT_TLSA,
		.policy = "3 1 1 AB,2 0 1 CD",
		.result = "validation-failure",
		.text = "a\"b\\c\n\x7f\xc3\xa9\xff" },
	    1);
	add((struct rptevent){ .type = RPT_TLSA }, 1);
	add((struct rptevent){ .type = RPT_NO_POLICY }, 1);
	add((struct rptevent){ .type = RPT_STS, .policy = "8" }, 1);
	rptbook_sort(&book);
	rptjson_put(&b, a, book.domain[0]);
	ok(has(&b,
	       "\"policy-type\": \"tlsa\",\n        \"policy-string\": "
	       "[\"3 1 1 AB\", \"2 0 1 CD\"],\n        \"policy-domain\""),
	    "TLSA records");
	ok(has(&b, "\"policy-type\": \"tlsa\",\n        \"policy-domain\""),
	    "none that are known");
	ok(has(&b,
	       "\"policy-type\": \"sts\",\n        \"policy-domain\": "
	       "\"company-y.example\"\n      },"),
	    "a policy that is gone");
	ok(has(&b, "\"policy-type\": \"no-policy-found\",\n"), "no policy");
	ok(has(&b, "\"a\\\"b\\\\c\\u000a\\u007f\xc3\xa9\\ufffd\""),
	    "a stranger's bytes");
	ok(!has(&b, "\"\"") && !has(&b, "[]"), "nothing that is empty");
	a->sts = NULL;
	buf_clear(&b);
	rptjson_put(&b, a, book.domain[0]);
	ok(has(&b, "\"policy-type\": \"sts\",\n"), "no cache");
	buf_free(&b);
}

int
main(void)
{
	struct rptjson_about a = { "Company-X",
		"sts-reporting@company-x.example",
		"5065427c-23d3-47ca-b6e0-946ea0e8c4be", 1459468800, 1459555199,
		sts, NULL };
	struct buf b = { 0 };

	gather();
	rptbook_sort(&book);
	ok(rptjson_put(&b, &a, book.domain[0]) == 0, "a report");
	buf_putc(&b, '\0');
	is_str(buf_data(&b), example, "the example of RFC 8460");
	buf_free(&b);
	check_policies(&a);
	return done();
}
