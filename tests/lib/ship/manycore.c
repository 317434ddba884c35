#include "ship/manycore.h"
#include "tap.h"
#include <stdlib.h>

/* "reason type" of what is made of a line, "-" for nothing */
static const char *
judged(const char *line)
{
	static char out[100];
	struct buf b = { 0 };
	char reason[40], type[40];
	const char *p;

	if (manycore_put(&b, line, strlen(line), NULL) == 1) {
		buf_putc(&b, '\0');
		p = strstr(buf_data(&b), "\"reason\":\"") + 10;
		snprintf(reason, sizeof reason, "%.*s", (int)strcspn(p, "\""),
		    p);
		p = strstr(p, "\"type\":\"") + 8;
		snprintf(type, sizeof type, "%.*s", (int)strcspn(p, "\""), p);
		snprintf(out, sizeof out, "%s %s", reason, type);
	} else {
		strcpy(out, "-");
	}
	buf_free(&b);
	return out;
}

static const struct {
	const char *line, *want;
} t[] = {
	{ "ev:sent", "delivered " },
	{ "ev:bounced\tfailure-type:hard", "bounce hard" },
	{ "ev:bounced\tfailure-type:soft", "bounce soft" },
	{ "ev:bounced", "bounce soft" },
	{ "ev:expired\tfailure-type:soft", "bounce soft" },
	{ "ev:oob-bounce\tfailure:unknown-user\tfailure-type:hard",
	    "bounce hard" },
	{ "ev:deferred\tfailure-type:soft", "error soft" },
	{ "ev:bounced\tfailure:unknown-host\tfailure-type:hard",
	    "bounce unroutable" },
	{ "ev:bounced\tclass:null-mx\tfailure-type:hard", "bounce unroutable" },
	{ "ev:deferred\tclass:connect\ttext:timeout", "error unroutable" },
	{ "ev:deferred\tclass:connect\ttext:Connection timed out",
	    "error unroutable" },
	{ "ev:deferred\tclass:connect\ttext:Connection refused", "error soft" },
	{ "ev:autoreply\tkind:vacation", "bounce autoreply" },
	{ "ev:complaint\tfailure-type:hard", "spam-report " },
	{ "ev:unsubscribe", "unsubscribe " },
	{ "ev:accepted", "-" },
	{ "ev:", "-" },
	{ "", "-" },
	{ "no LTSV", "-" },
};

static const char whole[] =
    "eid:0f\tsrc:deliver\tts:2026-11-22T01:02:03.456789Z\tev:bounced\t"
    "uuid:u-1\tto:a@x.org\tip:192.0.2.7\ttext:550 \"no\\xff\ttag:a=1\t"
    "tag:stream=news\tfailure-type:hard";

static void
put(const char *line, const char *service, const char *want, const char *name)
{
	struct buf b = { 0 };

	buf_puts(&b, "[");
	manycore_put(&b, line, strlen(line), service);
	buf_putc(&b, '\0');
	is_str(buf_data(&b), want, name);
	buf_free(&b);
}

int
main(void)
{
	size_t i;

	for (i = 0; i < sizeof t / sizeof t[0]; i++)
		is_str(judged(t[i].line), t[i].want, t[i].line);
	put("eid:0f\tev:sent\tuuid:\\q", NULL, "[", "no LTSV leaves nothing");
	put(whole, NULL,
	    "[{\"id\":\"0f\",\"uuid\":\"u-1\","
	    "\"timestamp\":\"2026-11-22T01:02:03.456789Z\","
	    "\"ip\":\"192.0.2.7\",\"reason\":\"bounce\",\"type\":\"hard\","
	    "\"email\":\"a@x.org\",\"msg\":\"550 \\\"no\\ufffd\","
	    "\"service\":\"deliver\",\"stack-trace\":\"\","
	    "\"streamid\":\"news\"}",
	    "all of it");
	put("ev:complaint\tsource-ip:192.0.2.8", "mail",
	    "[{\"id\":\"\",\"uuid\":\"\",\"timestamp\":\"\","
	    "\"ip\":\"192.0.2.8\",\"reason\":\"spam-report\",\"type\":\"\","
	    "\"email\":\"\",\"msg\":\"\",\"service\":\"mail\","
	    "\"stack-trace\":\"\",\"streamid\":\"\"}",
	    "little of it");
	return done();
}
