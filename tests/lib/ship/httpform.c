/* the bodies, URLs and answers of all kinds over HTTP */
#include "ship/httpform.h"
#include "tap.h"
#include <stdlib.h>

#define EID1 "00000000000000000000000000000001"
#define EID2 "00000000000000000000000000000002"
#define ONE \
	"eid:" EID1 "\tsrc:deliver\tts:2026-11-22T01:02:03.000004Z\tev:sent\t" \
	"n:0\tto:a@x.org"
#define TWO \
	"eid:" EID2 "\tsrc:deliver\tts:2026-11-22T01:02:02Z\tev:sent\tn:x\t" \
	"text:a \"b\",=\\\\\ttag:c\ttag:d"
#define JSON1 \
	"{\"eid\":\"" EID1 "\",\"src\":\"deliver\"," \
	"\"ts\":\"2026-11-22T01:02:03.000004Z\",\"ev\":\"sent\",\"n\":0," \
	"\"to\":\"a@x.org\"}"
#define JSON2 \
	"{\"eid\":\"" EID2 "\",\"src\":\"deliver\"," \
	"\"ts\":\"2026-11-22T01:02:02Z\",\"ev\":\"sent\",\"n\":\"x\"," \
	"\"text\":\"a \\\"b\\\",=\\\\\",\"tags\":{\"c\":\"\",\"d\":\"\"}}"
#define AT1 "{\"@timestamp\":\"2026-11-22T01:02:03.000004Z\","
#define AT2 "{\"@timestamp\":\"2026-11-22T01:02:02Z\","

static const struct ship_event both[] = { { ONE, sizeof ONE - 1 },
	{ TWO, sizeof TWO - 1 } };

static struct {
	const char *name, *kind;
	const char *word[3];
	size_t n; /* events */
	const char *place, *body;
} t[] = {
	{ "an array", "webhook", { 0 }, 2, "", "[" JSON1 ",\n" JSON2 "]\n" },
	{ "other names", "webhook", { "fields=manycore", "service=mail" }, 1,
	    "",
	    "[{\"id\":\"" EID1 "\",\"uuid\":\"\","
	    "\"timestamp\":\"2026-11-22T01:02:03.000004Z\",\"ip\":\"\","
	    "\"reason\":\"delivered\",\"type\":\"\",\"email\":\"a@x.org\","
	    "\"msg\":\"\",\"service\":\"mail\",\"stack-trace\":\"\","
	    "\"streamid\":\"\"}]\n" },
	{ "a line each", "http", { 0 }, 2, "", JSON1 "\n" JSON2 "\n" },
	{ "an array", "http", { "format=json" }, 2, "",
	    "[" JSON1 ",\n" JSON2 "]\n" },
	{ "lines as they are", "http", { "format=ltsv" }, 2, "",
	    ONE "\n" TWO "\n" },
	{ "bulk", "elastic", { "index=m-%Y.%j" }, 2,
	    "?filter_path=errors,items.*.status,items.*.error.type,"
	    "items.*.error.reason",
	    "{\"create\":{\"_index\":\"m-2026.326\",\"_id\":\"" EID1
	    "\"}}\n" AT1 "\"eid\":\"" EID1 "\",\"src\":\"deliver\","
	    "\"ts\":\"2026-11-22T01:02:03.000004Z\",\"ev\":\"sent\",\"n\":0,"
	    "\"to\":\"a@x.org\"}\n"
	    "{\"create\":{\"_index\":\"m-2026.326\",\"_id\":\"" EID2
	    "\"}}\n" AT2 "\"eid\":\"" EID2 "\",\"src\":\"deliver\","
	    "\"ts\":\"2026-11-22T01:02:02Z\",\"ev\":\"sent\",\"n\":\"x\","
	    "\"text\":\"a \\\"b\\\",=\\\\\","
	    "\"tags\":{\"c\":\"\",\"d\":\"\"}}\n" },
	{ "bulk", "opensearch", { "op=index", "index=i", "pipeline=a b" }, 1,
	    "?filter_path=errors,items.*.status,items.*.error.type,"
	    "items.*.error.reason&pipeline=a%20b",
	    "{\"index\":{\"_index\":\"i\",\"_id\":\"" EID1 "\"}}\n" AT1
	    "\"eid\":\"" EID1 "\",\"src\":\"deliver\","
	    "\"ts\":\"2026-11-22T01:02:03.000004Z\",\"ev\":\"sent\",\"n\":0,"
	    "\"to\":\"a@x.org\"}\n" },
	{ "streams, sorted by time", "loki", { "stream-labels=src,x.y" }, 2, "",
	    "{\"streams\":[{\"stream\":{\"job\":\"rohrpost\",\"src\":"
	    "\"deliver\"},\"values\":[[\"1795309322000000000\","
	    "\"{\\\"eid\\\":\\\"" EID2 "\\\",\\\"src\\\":\\\"deliver\\\","
	    "\\\"ts\\\":\\\"2026-11-22T01:02:02Z\\\",\\\"ev\\\":\\\"sent\\\","
	    "\\\"n\\\":\\\"x\\\",\\\"text\\\":\\\"a \\\\\\\"b\\\\\\\",=\\\\\\\\"
	    "\\\",\\\"tags\\\":{\\\"c\\\":\\\"\\\",\\\"d\\\":\\\"\\\"}}\"],"
	    "[\"1795309323000004000\",\"{\\\"eid\\\":\\\"" EID1
	    "\\\",\\\"src\\\":\\\"deliver\\\","
	    "\\\"ts\\\":\\\"2026-11-22T01:02:03.000004Z\\\","
	    "\\\"ev\\\":\\\"sent\\\",\\\"n\\\":0,"
	    "\\\"to\\\":\\\"a@x.org\\\"}\"]]}]}" },
	{ "rows", "clickhouse", { "database=d`b", "async=yes" }, 1,
	    "?query=INSERT%20INTO%20%60d%5C%60b%60.%60events%60%20FORMAT%20"
	    "JSONEachRow&input_format_skip_unknown_fields=1"
	    "&wait_end_of_query=1&date_time_input_format=best_effort"
	    "&async_insert=1&wait_for_async_insert=1"
	    "&async_insert_deduplicate=1"
	    "&insert_deduplication_token=e37818c3f6fbaae9740f93d1338e4ebf",
	    JSON1 "\n" },
	{ "objects", "splunk", { "index=i", "source=\"s\"" }, 1, "",
	    "{\"time\":1795309323.000004,\"host\":\"mx\",\"source\":"
	    "\"\\\"s\\\"\",\"sourcetype\":\"rohrpost\",\"index\":\"i\","
	    "\"event\":" JSON1 "}\n" },
	{ "points", "influx", { "db=d b", "tags=src,ev", "measurement=m x" }, 2,
	    "?precision=ns&db=d%20b",
	    "m\\ x,src=deliver,ev=sent eid=\"" EID1
	    "\",ts=\"2026-11-22T01:02:03.000004Z\",n=0,to=\"a@x.org\" "
	    "1795309323000004000\n"
	    "m\\ x,src=deliver,ev=sent eid=\"" EID2
	    "\",ts=\"2026-11-22T01:02:02Z\",n_text=\"x\","
	    "text=\"a \\\"b\\\",=\\\\\\\\\",tag=\"c\",7_tag=\"d\" "
	    "1795309322000000000\n" },
	{ "points, version 2", "influx", { "bucket=b", "org=o" }, 1,
	    "?precision=ns&org=o&bucket=b",
	    "rohrpost,src=deliver,ev=sent eid=\"" EID1
	    "\",ts=\"2026-11-22T01:02:03.000004Z\",n=0,to=\"a@x.org\" "
	    "1795309323000004000\n" },
	{ "a message", "gelf", { "host=h" }, 1, "",
	    "{\"version\":\"1.1\",\"host\":\"h\",\"short_message\":"
	    "\"sent a@x.org\",\"timestamp\":1795309323.000004,\"level\":6,"
	    "\"_eid\":\"" EID1 "\",\"_src\":\"deliver\","
	    "\"_ts\":\"2026-11-22T01:02:03.000004Z\",\"_ev\":\"sent\","
	    "\"_n\":0,\"_to\":\"a@x.org\"}" },
	{ "a record", "riak", { "bucket=b/c", "bucket-type=t" }, 1,
	    "/types/t/buckets/b%2Fc/keys/" EID1,
	    "{\"node\":\"mx\",\"module\":\"\","
	    "\"time\":\"2026-11-22T01:02:03.000004Z\",\"type\":\"sent\","
	    "\"message\":\"\",\"qc\":{\"id\":\"\",\"from\":\"\","
	    "\"receiver\":\"a@x.org\",\"submit_time\":\"\","
	    "\"try_count\":\"\",\"retry_time\":\"\",\"status\":\"\","
	    "\"opaque\":\"\"},\"data\":" JSON1 "}" },
};

/* a destination; ends the test when the words will not do */
static const char *
begin(struct httpform *f, struct shipkeys *k, const char *kind,
    const char *const *word)
{
	char *words[3];
	const char *why = NULL;
	unsigned n;

	for (n = 0; n < 3 && word[n] != NULL; n++)
		words[n] = (char *)word[n];
	if (shipkeys_parse(k, kind, "http://h/", words, n) == -1) {
		printf("# %s\n", k->why);
		exit(111);
	}
	memset(f, 0, sizeof *f);
	f->keys = k;
	f->kind = httpkind_find(kind);
	f->host = "mx";
	f->now_us = 1;
	if (f->kind->begin != NULL && f->kind->begin(f, &why) == -1)
		return why;
	return "";
}

static void
bodies(void)
{
	struct httpform f;
	struct shipkeys k;
	struct buf b = { 0 };
	size_t i;

	for (i = 0; i < sizeof t / sizeof t[0]; i++) {
		begin(&f, &k, t[i].kind, t[i].word);
		buf_clear(&b);
		httpform_body(&f, both, t[i].n, &b);
		buf_putc(&b, '\0');
		is_str(buf_data(&b), t[i].body, t[i].name);
		buf_clear(&b);
		if (f.kind->place != NULL)
			f.kind->place(&f, both, t[i].n, &b);
		buf_putc(&b, '\0');
		is_str(buf_data(&b), t[i].place, t[i].kind);
		httpform_free(&f);
	}
	buf_free(&b);
}

/* nothing is sent where no event is for it */
static void
empty(void)
{
	static const struct ship_event none[] = { { "ev:started", 10 } };
	const char *words[3] = { "fields=manycore" },
		   *csv[3] = { "format=csv" };
	struct httpform f;
	struct shipkeys k;
	struct buf b = { 0 };

	begin(&f, &k, "webhook", words);
	httpform_body(&f, none, 1, &b);
	is_num(buf_len(&b), 0, "no event for manycore");
	httpform_free(&f);
	begin(&f, &k, "http", csv);
	httpform_body(&f, none, 1, &b);
	is_num(buf_len(&b), 0, "no event for accounting");
	httpform_body(&f, both, 1, &b);
	ok(buf_len(&b) > 0 &&
		memmem(buf_data(&b), buf_len(&b), "\nd,", 3) != NULL,
	    "a record of accounting");
	httpform_free(&f);
	buf_free(&b);
}

static const struct {
	const char *kind, *word, *why;
} faults[] = {
	{ "elastic", "index=", "index: empty, or too long" },
	{ "loki", "stream-labels=A",
	    "stream-labels: not labels with commas between" },
	{ "influx", "tags=,", "tags: not labels with commas between" },
	{ "influx", "org=o", "db or bucket: want one of them" },
};

static const struct {
	const char *name, *kind;
	long status;
	const char *body;
	char kind_of_all; /* or 0: of each */
	const char *each;
} answers[] = {
	{ "no errors", "elastic", 200, "{\"errors\":false,\"items\":[]}", 'K',
	    "" },
	{ "some errors", "elastic", 200,
	    "{\"errors\":true,\"items\":[{\"create\":{\"status\":429}},"
	    "{\"create\":{\"status\":400}}]}",
	    0, "ZD" },
	{ "one is there", "elastic", 200,
	    "{\"errors\":true,\"items\":[{\"create\":{\"status\":409}},"
	    "{\"create\":{\"status\":404}}]}",
	    0, "KZ" },
	{ "too large alone", "elastic", 200,
	    "{\"errors\":true,\"items\":[{\"create\":{\"status\":413}},"
	    "{\"create\":{}}]}",
	    0, "DZ" },
	{ "a bad document, and no pipeline", "elastic", 200,
	    "{\"errors\":true,\"items\":[{\"create\":{\"status\":400,\"error\":"
	    "{\"type\":\"mapper_parsing_exception\",\"reason\":\"failed to "
	    "parse field [n]\"}}},{\"create\":{\"status\":400,\"error\":"
	    "{\"type\":\"illegal_argument_exception\",\"reason\":\"pipeline "
	    "with id [x] does not exist\"}}}]}",
	    0, "DZ" },
	{ "an immense term, and too many shards", "elastic", 200,
	    "{\"errors\":true,\"items\":[{\"create\":{\"status\":400,\"error\":"
	    "{\"type\":\"illegal_argument_exception\",\"reason\":\"Document "
	    "contains at least one immense term\"}}},{\"create\":{\"status\":"
	    "400,\"error\":{\"type\":\"validation_exception\",\"reason\":"
	    "\"Validation Failed: 1: this action would add [2] shards\"}}}]}",
	    0, "DZ" },
	{ "too many fields, of old and new", "opensearch", 200,
	    "{\"errors\":true,\"items\":[{\"create\":{\"status\":400,\"error\":"
	    "{\"type\":\"illegal_argument_exception\",\"reason\":\"Limit of "
	    "total fields [1000] has been exceeded\"}}},{\"create\":{\"status\":"
	    "400,\"error\":{\"type\":\"document_parsing_exception\",\"reason\":"
	    "\"[1:9] failed: Limit of total fields [9] has been exceeded\"}}}]}",
	    0, "ZZ" },
	{ "a closed index, and one that is there", "elastic", 200,
	    "{\"errors\":true,\"items\":[{\"create\":{\"status\":400,\"error\":"
	    "{\"type\":\"index_closed_exception\",\"reason\":\"closed\"}}},"
	    "{\"create\":{\"status\":409,\"error\":{\"type\":"
	    "\"version_conflict_engine_exception\",\"reason\":\"[0]\"}}}]}",
	    0, "ZK" },
	{ "other items", "elastic", 200,
	    "{\"errors\":true,\"items\":[{\"create\":{\"status\":400}}]}", 'Z',
	    "" },
	{ "no answer of bulk", "elastic", 200, "<html>", 'Z', "" },
	{ "another status", "elastic", 503, "", 'Z', "" },
	{ "a row", "clickhouse", 500, "Code: 27, e.displayText() = ...", 'D',
	    "" },
	{ "a row, now", "clickhouse", 400, "Code: 117. DB::Exception: x", 'D',
	    "" },
	{ "a table", "clickhouse", 404, "Code: 60. DB::Exception: x", 'Z', "" },
	{ "a query", "clickhouse", 400, "Code: 62. DB::Exception: x", 'Z', "" },
	{ "memory", "clickhouse", 500, "Code: 241. DB::Exception: x", 'Z', "" },
	{ "an exception behind 200", "clickhouse", 200,
	    "Code: 241. DB::Exception: x", 'Z', "" },
	{ "a number", "clickhouse", 200, "Code: ", 'K', "" },
	{ "good", "clickhouse", 200, "", 'K', "" },
	{ "an event", "splunk", 400, "{\"code\":6,\"invalid-event-number\":1}",
	    0, "ZD" },
	{ "one that is not there", "splunk", 400,
	    "{\"code\":6,\"invalid-event-number\":2}", 'D', "" },
	{ "an index", "splunk", 400, "{\"code\":7}", 'Z', "" },
	{ "nothing is said", "splunk", 400, "x", 'D', "" },
	{ "a line too far behind", "loki", 400,
	    "entry too far behind, entry "
	    "timestamp is: x, oldest acceptable timestamp is: y",
	    'D', "" },
	{ "too many labels", "loki", 400,
	    "entry for stream {} has 16 label "
	    "names; limit 15",
	    'Z', "" },
	{ "too much", "loki", 429, "ingestion rate limit exceeded", 'Z', "" },
	{ "it is there", "riak", 412, "", 'K', "" },
	{ "stored", "riak", 204, "", 'K', "" },
	{ "siblings", "riak", 300, "", 'Z', "" },
	{ "no bucket type", "riak", 404, "Unknown bucket type: x", 'Z', "" },
};

static void
judge(void)
{
	const char *words[3] = { NULL };
	struct httpform f;
	struct shipkeys k;
	struct shipmarks m = { 0 };
	struct httpverdict v;
	struct https_answer a = { .text = "" };
	size_t i;
	int set;

	for (i = 0; i < sizeof answers / sizeof answers[0]; i++) {
		begin(&f, &k, answers[i].kind, words);
		shipmarks_begin(&m, 2);
		a.status = answers[i].status;
		a.body = answers[i].body;
		a.n = strlen(a.body);
		httpverdict(&v, &a, NULL, 0);
		set = f.kind->judge(&f, &a, &v, &m, 0, 2);
		ok(set == (answers[i].kind_of_all == 0) &&
			(set ? memcmp(m.kind, answers[i].each, 2) == 0
			     : v.kind == answers[i].kind_of_all),
		    answers[i].name);
		httpform_free(&f);
	}
	shipmarks_free(&m);
}

/* a server that knows no token is asked without, from then on */
static void
old_server(void)
{
	static const char body[] = "Code: 115, e.displayText() = ...";
	const char *words[3] = { NULL };
	struct httpform f;
	struct shipkeys k;
	struct shipmarks m = { 0 };
	struct httpverdict v;
	struct https_answer a = { HTTPS_GOOD, 404, NULL, body, sizeof body - 1,
		"" };
	struct buf b = { 0 };

	begin(&f, &k, "clickhouse", words);
	httpverdict(&v, &a, NULL, 0);
	is_num(f.kind->judge(&f, &a, &v, &m, 0, 1), 0, "an old server");
	is_num(v.kind, 'Z', "is asked again");
	f.kind->place(&f, both, 1, &b);
	buf_putc(&b, '\0');
	is_str(buf_data(&b),
	    "?query=INSERT%20INTO%20%60events%60%20FORMAT%20JSONEachRow"
	    "&input_format_skip_unknown_fields=1&wait_end_of_query=1",
	    "without settings that it does not know");
	buf_free(&b);
	httpform_free(&f);
}

int
main(void)
{
	char large[HTTPFORM_NAME_MAX + 20] = "index=";
	const char *words[3] = { large };
	struct httpform f;
	struct shipkeys k;
	size_t i;

	bodies();
	empty();
	judge();
	old_server();
	for (i = 0; i < sizeof faults / sizeof faults[0]; i++) {
		words[0] = faults[i].word;
		is_str(begin(&f, &k, faults[i].kind, words), faults[i].why,
		    faults[i].word);
	}
	words[0] = large;
	memset(large + 6, 'i', HTTPFORM_NAME_MAX);
	is_str(begin(&f, &k, "elastic", words), "", "HTTPFORM_NAME_MAX");
	large[6 + HTTPFORM_NAME_MAX] = 'i';
	is_str(begin(&f, &k, "elastic", words), "index: empty, or too long",
	    "one more");
	ok(httpkind_find("redis") == NULL, "no other kind");
	return done();
}
