/* what became of messages, in the words of each call */
#include "api/apiresult.h"
#include "tap.h"
#include <stdlib.h>

static const char *
rcpt(void *arg, size_t i)
{
	static const char *const who[] = { "a@x.test,b@x.test", "c@x.test",
		"d@x.test" };

	(void)arg;
	return who[i];
}

static void
receipt(struct apiresult *r, char kind, const char *text)
{
	memset(r, 0, sizeof *r);
	apiresult_receipt(r, (enum receipt_kind)kind, text, strlen(text));
}

static void
says(enum apiroute route, int batch, struct apiresult *r, size_t n,
    unsigned status, const char *want)
{
	struct apiresult_said s = { route, batch, r, n, rcpt, NULL };
	struct buf b = { 0 };
	const char *type = "";

	is_num(apiresult_say(&b, &s, &type), status, want);
	if (buf_len(&b) > 0)
		b.end--; /* its LF */
	buf_putc(&b, '\0');
	is_str(buf_data(&b), want, type);
	buf_free(&b);
}

static void
single(void)
{
	struct apiresult r;

	receipt(&r, 'K', "id7");
	says(APIROUTE_RAW, 0, &r, 1, 202, "{\"id\":\"id7\"}");
	says(APIROUTE_POSTAL_RAW, 0, &r, 1, 200,
	    "{\"status\":\"success\",\"time\":0,\"flags\":{},\"data\":"
	    "{\"message_id\":\"id7\",\"messages\":{\"a@x.test\":{\"id\":"
	    "\"id7\",\"token\":\"id7\"},\"b@x.test\":{\"id\":\"id7\","
	    "\"token\":\"id7\"}}}}");
	says(APIROUTE_SES, 0, &r, 1, 200, "{\"MessageId\":\"id7\"}");
	receipt(&r, 'K', "id7 repeated");
	says(APIROUTE_RAW, 0, &r, 1, 202, "{\"id\":\"id7\",\"repeated\":true}");
	receipt(&r, 'Z', "4.3.1 queue is full");
	says(APIROUTE_RAW, 0, &r, 1, 503,
	    "{\"type\":\"about:blank\",\"title\":\"Service Unavailable\","
	    "\"status\":503,\"detail\":\"queue is full\",\"esc\":\"4.3.1\"}");
	free(r.text);
	receipt(&r, 'D', "no \"code\"");
	says(APIROUTE_MESSAGES, 0, &r, 1, 422,
	    "{\"type\":\"about:blank\",\"title\":\"Unprocessable Content\","
	    "\"status\":422,\"detail\":\"no \\\"code\\\"\"}");
	says(APIROUTE_SES, 0, &r, 1, 400, "{\"message\":\"no \\\"code\\\"\"}");
	says(APIROUTE_POSTAL, 0, &r, 1, 422,
	    "{\"status\":\"error\",\"time\":0,\"flags\":{},\"data\":{\"code\":"
	    "\"NotAccepted\",\"message\":\"no \\\"code\\\"\"}}");
	free(r.text);
}

static void
several(void)
{
	struct apiresult *r = calloc(3, sizeof *r);

	receipt(&r[0], 'K', "i");
	receipt(&r[1], 'K', "j");
	says(APIROUTE_MESSAGES, 1, r, 2, 202,
	    "{\"accepted\":2,\"refused\":0,\"results\":[\n{\"id\":\"i\"},\n"
	    "{\"id\":\"j\"}]}");
	apiresult_refuse(&r[1], 403, "5.7.1 no");
	says(APIROUTE_MESSAGES, 1, r, 2, 207,
	    "{\"accepted\":1,\"refused\":1,\"results\":[\n{\"id\":\"i\"},\n"
	    "{\"status\":403,\"detail\":\"no\",\"esc\":\"5.7.1\"}]}");
	says(APIROUTE_KUMO, 1, r, 2, 200,
	    "{\"success_count\":1,\"fail_count\":1,\"failed_recipients\":["
	    "\"c@x.test\"],\"errors\":[\"no\"]}");
	apiresult_refuse(&r[0], 403, "5.7.1 no");
	says(APIROUTE_SEVERAL, 1, r, 2, 403,
	    "{\"accepted\":0,\"refused\":2,\"results\":[\n{\"status\":403,"
	    "\"detail\":\"no\",\"esc\":\"5.7.1\"},\n{\"status\":403,\"detail\":"
	    "\"no\",\"esc\":\"5.7.1\"}]}");
	says(APIROUTE_KUMO, 1, r, 1, 403,
	    "{\"success_count\":0,\"fail_count\":1,\"failed_recipients\":["
	    "\"a@x.test,b@x.test\"],\"errors\":[\"no\"]}");
	apiresult_refuse(&r[0], 503, "4.3.1 later");
	says(APIROUTE_MESSAGES, 1, r, 2, 207,
	    "{\"accepted\":0,\"refused\":2,\"results\":[\n{\"status\":503,"
	    "\"detail\":\"later\",\"esc\":\"4.3.1\"},\n{\"status\":403,"
	    "\"detail\":\"no\",\"esc\":\"5.7.1\"}]}");
	says(APIROUTE_MESSAGES, 1, r, 0, 202,
	    "{\"accepted\":0,\"refused\":0,\"results\":[]}");
	apiresult_free(r, 3);
}

static void
limits(void)
{
	char t[APIRESULT_TEXT_MAX + 20];
	struct apiresult r = { 0 };
	struct apiresult none = { 0 };

	memset(t, 'x', sizeof t);
	apiresult_receipt(&r, RECEIPT_TEMP, t, APIRESULT_TEXT_MAX);
	is_num((long long)strlen(r.text), APIRESULT_TEXT_MAX, "the most words");
	apiresult_receipt(&r, RECEIPT_TEMP, t, APIRESULT_TEXT_MAX + 1);
	is_num((long long)strlen(r.text), APIRESULT_TEXT_MAX, "more are cut");
	memcpy(t, "4.12345678901 ", 14);
	apiresult_receipt(&r, RECEIPT_TEMP, t, 20);
	is_str(r.esc, "", "too long for a code");
	memcpy(t, "4.1234567890 ", 13);
	apiresult_receipt(&r, RECEIPT_TEMP, t, 20);
	is_str(r.esc, "4.1234567890", "the longest one");
	free(r.text);
	memset(t, 'x', sizeof t);
	apiresult_receipt(&none, RECEIPT_OK, t, APIRESULT_ID_MAX + 1);
	is_num((long long)strlen(none.id), APIRESULT_ID_MAX, "an id is cut");
}

int
main(void)
{
	single();
	several();
	limits();
	return done();
}
