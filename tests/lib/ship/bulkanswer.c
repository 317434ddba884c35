#include "ship/bulkanswer.h"
#include "tap.h"
#include <stdlib.h>

static const char *
items(const char *p)
{
	static char out[400];
	struct bulkanswer b;
	struct bulkanswer_item item;
	size_t i, n = 0;

	if (bulkanswer_open(&b, p, strlen(p)) == -1)
		return "-";
	n = (size_t)snprintf(out, sizeof out, "%d %zu", b.errors, b.n);
	for (i = 0; i <= b.n; i++)
		if (bulkanswer_item(&b, i, &item))
			n += (size_t)snprintf(out + n, sizeof out - n,
			    " %ld,%s,%s", item.status, item.type, item.reason);
	bulkanswer_close(&b);
	return out;
}

static const struct {
	const char *text, *want;
} t[] = {
	{ "{\"errors\":false}", "0 0" },
	{ "{\"errors\":false,\"items\":[{\"create\":{\"status\":201}}]}",
	    "0 1 201,," },
	{ "{\"took\":1,\"errors\":true,\"items\":[{\"create\":{\"status\":201}},"
	  "{\"create\":{\"status\":400,\"error\":{\"type\":\"a\",\"reason\":"
	  "\"b\"}}},{\"index\":{\"status\":429,\"error\":\"old\"}}]}",
	    "1 3 201,, 400,a,b 429,old," },
	{ "{\"errors\":true,\"items\":[{},1,[],{\"create\":1},{\"create\":"
	  "{\"status\":\"400\",\"error\":[]}},{\"create\":{\"status\":-1}}]}",
	    "1 6 0,, 0,, 0,," },
	{ "{\"errors\":true,\"items\":{}}", "1 0" },
	{ "{\"errors\":\"no\"}", "-" },
	{ "{}", "-" },
	{ "[]", "-" },
	{ "", "-" },
	{ "{\"errors\":false", "-" },
	{ "<html>", "-" },
};

int
main(void)
{
	static const char splunk[] =
	    "{\"text\":\"x\",\"code\":6,\"invalid-event-number\":3,\"a\":1.5,"
	    "\"b\":-1,\"c\":true}",
			  acks[] = "{\"acks\":{\"7\":true,\"8\":false}}";
	size_t i;

	for (i = 0; i < sizeof t / sizeof t[0]; i++)
		is_str(items(t[i].text), t[i].want, t[i].text);
	is_num(bulkanswer_number(splunk, sizeof splunk - 1, "code", -1), 6,
	    "a number");
	is_num(bulkanswer_number(splunk, sizeof splunk - 1, "a", -1), -1,
	    "a fraction");
	is_num(bulkanswer_number(splunk, sizeof splunk - 1, "b", -7), -7,
	    "below 0");
	is_num(bulkanswer_number(splunk, sizeof splunk - 1, "text", -1), -1,
	    "a string");
	is_num(bulkanswer_number(splunk, sizeof splunk - 1, "none", -1), -1,
	    "none");
	is_num(bulkanswer_number("x", 1, "code", -1), -1, "no JSON");
	is_num(bulkanswer_acked(acks, sizeof acks - 1, 7), 1, "it is safe");
	is_num(bulkanswer_acked(acks, sizeof acks - 1, 8), 0, "not yet");
	is_num(bulkanswer_acked(acks, sizeof acks - 1, 9), 0, "not said");
	is_num(bulkanswer_acked("", 0, 7), 0, "nothing");
	return done();
}
