#include "ship/shipjson.h"
#include "format/ltsv.h"
#include "tap.h"
#include <stdlib.h>

static const struct {
	const char *name, *line;
	unsigned flags;
	const char *want;
} t[] = {
	{ "nothing", "", 0, "{}" },
	{ "an event",
	    "ts:2026-11-22T01:02:03.456789Z\tev:sent\tn:0\tto:a@x.org\n", 0,
	    "{\"ts\":\"2026-11-22T01:02:03.456789Z\",\"ev\":\"sent\","
	    "\"n\":0,\"to\":\"a@x.org\"}" },
	{ "dots stay", "a.b:1\ta-b:2\ta_b:3", 0,
	    "{\"a.b\":\"1\",\"a-b\":\"2\",\"a_b\":\"3\"}" },
	{ "escapes", "text:a\\tb\\nc\\\\d\\0\"", 0,
	    "{\"text\":\"a\\u0009b\\u000ac\\\\d\\u0000\\\"\"}" },
	{ "a character of two escapes", "text:\\xc3\\xa9\\xc2\\x85\\xff", 0,
	    "{\"text\":\"\xc3\xa9\\u0085\\ufffd\"}" },
	{ "bytes that are no text", "text:\xff\xc3\xa9\xc3", 0,
	    "{\"text\":\"\\ufffd\xc3\xa9\\ufffd\"}" },
	/* numbers */
	{ "numbers", "code:250\tms:41\tdelay:0.087\tsize:0", 0,
	    "{\"code\":250,\"ms\":41,\"delay\":0.087,\"size\":0}" },
	{ "the version", "v:1\tvv:1", 0, "{\"v\":1,\"vv\":\"1\"}" },
	{ "as strings", "code:250\tms:41", SHIPJSON_STRINGS,
	    "{\"code\":\"250\",\"ms\":\"41\"}" },
	{ "by their unit", "ms-tls:7\tdns-ms:8\tms-:9\t-ms:1", 0,
	    "{\"ms-tls\":7,\"dns-ms\":8,\"ms-\":\"9\",\"-ms\":\"1\"}" },
	{ "of what comes back, and of shipping",
	    "trusted:1\tsource-port:25\tincidents:3\tbehind:10\tlag:7\t"
	    "dead:0",
	    0,
	    "{\"trusted\":1,\"source-port\":25,\"incidents\":3,"
	    "\"behind\":10,\"lag\":7,\"dead\":0}" },
	{ "below 0", "n:-1\tms:-0.5\ttry:-\tcount:--1", 0,
	    "{\"n\":-1,\"ms\":-0.5,\"try\":\"-\",\"count\":\"--1\"}" },
	{ "those that JSON has not",
	    "n:007\tms:1.\tcode:.5\ttry:1e5\tsize:+1\tcount:\trcpts:0x1", 0,
	    "{\"n\":\"007\",\"ms\":\"1.\",\"code\":\".5\",\"try\":\"1e5\","
	    "\"size\":\"+1\",\"count\":\"\",\"rcpts\":\"0x1\"}" },
	{ "15 digits", "size:123456789012345\tms:-1234567890123.45", 0,
	    "{\"size\":123456789012345,\"ms\":-1234567890123.45}" },
	{ "16 digits", "size:1234567890123456\tms:12345678901234.56", 0,
	    "{\"size\":\"1234567890123456\",\"ms\":\"12345678901234.56\"}" },
	{ "a list of numbers", "n:0,1,12", 0, "{\"n\":[0,1,12]}" },
	{ "none", "n:0,\tcode:,1\tms:1,,2\tsize:1,a", 0,
	    "{\"n\":\"0,\",\"code\":\",1\",\"ms\":\"1,,2\",\"size\":\"1,a\"}" },
	{ "other labels are text", "esc:2\tid:123\tuser:1\tnn:1", 0,
	    "{\"esc\":\"2\",\"id\":\"123\",\"user\":\"1\",\"nn\":\"1\"}" },
	{ "counts of a queue",
	    "ok:1\trecipients:2\tage-5:1\tage-:x\ttries-0:3\tstate:held\t"
	    "order:4\tfrom:7",
	    SHIPJSON_COUNTS,
	    "{\"ok\":1,\"recipients\":2,\"age-5\":1,\"age-\":\"x\","
	    "\"tries-0\":3,\"state\":\"held\",\"order\":4,"
	    "\"from\":\"7\"}" },
	{ "are text in events", "ok:1\trecipients:2\tage-5:1", 0,
	    "{\"ok\":\"1\",\"recipients\":\"2\",\"age-5\":\"1\"}" },
	/* what stands several times */
	{ "a label twice", "a:1\tb:2\ta:3\tn:4\tn:5\ta:6", 0,
	    "{\"a\":[\"1\",\"3\",\"6\"],\"b\":\"2\",\"n\":[4,5]}" },
	{ "tags", "ev:x\ttag:a=1\tid:7\ttag:b=2=3\ttag:c\ttag:d=", 0,
	    "{\"ev\":\"x\",\"tags\":{\"a\":\"1\",\"b\":\"2=3\",\"c\":\"\","
	    "\"d\":\"\"},\"id\":\"7\"}" },
	{ "a tag twice", "tag:a=1\ttag:b=2\ttag:a=3\ttag:a", 0,
	    "{\"tags\":{\"a\":[\"1\",\"3\",\"\"],\"b\":\"2\"}}" },
	{ "a label tags", "tags:x=1\ttag:y=2", 0,
	    "{\"tags\":{\"x\":\"1\",\"y\":\"2\"}}" },
	{ "tags with no name", "tag:=1\ttag:\ttag:a\\x80=1\ttag:a\\x81=2", 0,
	    "{\"tags\":{\"other\":[\"=1\",\"\",\"a\\ufffd=1\","
	    "\"a\\ufffd=2\"]}}" },
	{ "a tag of other letters", "tag:\xc3\xa9=\xc3\xa8\ttag:other=1", 0,
	    "{\"tags\":{\"\xc3\xa9\":\"\xc3\xa8\",\"other\":\"1\"}}" },
	/* the other name of the time */
	{ "@timestamp", "ts:2026-11-22T01:02:03.456789Z\tev:x",
	    SHIPJSON_TIMESTAMP,
	    "{\"@timestamp\":\"2026-11-22T01:02:03.456789Z\","
	    "\"ts\":\"2026-11-22T01:02:03.456789Z\",\"ev\":\"x\"}" },
	{ "no time, none", "ev:x", SHIPJSON_TIMESTAMP, "{\"ev\":\"x\"}" },
	/* neither lists nor objects */
	{ "flat", "id:1\tn:0,1\tms:7\ttag:a=1\ttag:b\\t\tb:1\tb:\"",
	    SHIPJSON_FLAT,
	    "{\"_queue-id\":\"1\",\"_n\":\"0,1\",\"_ms\":7,"
	    "\"_tag\":\"a=1 b\\u0009\",\"_b\":\"1 \\\"\"}" },
	{ "flat, and no LTSV", "x y", SHIPJSON_FLAT, "{\"_line\":\"x y\"}" },
	/* no LTSV */
	{ "a diagnostic", "route 1: \"x\"\n", 0,
	    "{\"line\":\"route 1: \\\"x\\\"\"}" },
	{ "a bad escape", "a:\\q", 0, "{\"line\":\"a:\\\\q\"}" },
};

/* the most that JSON can make of a line, in front of what is there */
static void
largest(void)
{
	static char line[LTSV_LINE_MAX];
	struct buf b = { 0 };

	memset(line, 0xff, sizeof line);
	memcpy(line, "ts:", 3);
	buf_puts(&b, "[");
	is_num(shipjson_event(&b, line, sizeof line - 1, SHIPJSON_TIMESTAMP), 0,
	    "a line of LTSV_LINE_MAX");
	is_num(buf_len(&b), 1 + 2 * (6 * (sizeof line - 4) + 2) + 21,
	    "all of it");
	buf_clear(&b);
	is_num(shipjson_event(&b, line, sizeof line, 0), 0, "one above");
	is_num(buf_len(&b),
	    strlen("{\"line\":\"ts:\"}") + 6 * (sizeof line - 3), "is no LTSV");
	buf_free(&b);
}

int
main(void)
{
	struct buf b = { 0 };
	size_t i;

	for (i = 0; i < sizeof t / sizeof t[0]; i++) {
		buf_clear(&b);
		shipjson_event(&b, t[i].line, strlen(t[i].line), t[i].flags);
		buf_putc(&b, '\0');
		is_str(buf_data(&b), t[i].want, t[i].name);
	}
	buf_free(&b);
	largest();
	return done();
}
