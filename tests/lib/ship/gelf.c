#include "ship/gelf.h"
#include "tap.h"
#include <stdlib.h>

#define HEAD "{\"version\":\"1.1\",\"host\":\"mx\",\"short_message\":"

static const struct {
	const char *name, *line, *want;
} t[] = {
	{ "a bounce",
	    "eid:00\tsrc:deliver\tts:2026-11-22T01:02:03.000789Z\tev:bounced\t"
	    "id:k3\tn:0\tto:a@x.org\tcode:550\ttext:no \"user\"\ttag:a=1\ttag:b",
	    HEAD "\"bounced a@x.org: no \\\"user\\\"\","
		 "\"timestamp\":1795309323.000789,\"level\":4,"
		 "\"_eid\":\"00\",\"_src\":\"deliver\","
		 "\"_ts\":\"2026-11-22T01:02:03.000789Z\","
		 "\"_ev\":\"bounced\",\"_queue-id\":\"k3\",\"_n\":0,"
		 "\"_to\":\"a@x.org\",\"_code\":550,"
		 "\"_text\":\"no \\\"user\\\"\",\"_tag\":\"a=1 b\"}" },
	{ "a refusal, without a time", "ev:rejected",
	    HEAD "\"rejected\",\"timestamp\":7.000001,\"level\":5,"
		 "\"_ev\":\"rejected\"}" },
	{ "it went well", "ev:sent",
	    HEAD "\"sent\",\"timestamp\":7.000001,\"level\":6,"
		 "\"_ev\":\"sent\"}" },
	{ "no kind", "a:1",
	    HEAD "\"a:1\",\"timestamp\":7.000001,\"level\":6,"
		 "\"_a\":\"1\"}" },
	{ "nothing", "", HEAD "\"-\",\"timestamp\":7.000001,\"level\":6 }" },
	{ "no LTSV", "x y",
	    HEAD "\"x y\",\"timestamp\":7.000001,\"level\":6,"
		 "\"_line\":\"x y\"}" },
};

/* the words have so many bytes, or one more, or end in a character of two */
static void
long_words(void)
{
	char line[GELF_MESSAGE_MAX + 16] = "ev:";
	struct buf b = { 0 };
	const char *from;

	memset(line + 3, 'x', GELF_MESSAGE_MAX);
	gelf_put(&b, line, 3 + GELF_MESSAGE_MAX, "mx", 0);
	buf_putc(&b, '\0');
	from = strstr(buf_data(&b), "\"x");
	is_num(strcspn(from + 1, "\""), GELF_MESSAGE_MAX, "the longest words");
	memcpy(line + 3 + GELF_MESSAGE_MAX - 1, "\xc3\xa9", 2);
	buf_clear(&b);
	gelf_put(&b, line, 3 + GELF_MESSAGE_MAX + 1, "mx", 0);
	buf_putc(&b, '\0');
	from = strstr(buf_data(&b), "\"x");
	is_num(strcspn(from + 1, "\""), GELF_MESSAGE_MAX - 1,
	    "a character more is not cut in two");
	buf_free(&b);
}

int
main(void)
{
	struct buf b = { 0 };
	size_t i;

	for (i = 0; i < sizeof t / sizeof t[0]; i++) {
		buf_clear(&b);
		gelf_put(&b, t[i].line, strlen(t[i].line), "mx", 7000001);
		buf_putc(&b, '\0');
		is_str(buf_data(&b), t[i].want, t[i].name);
	}
	buf_free(&b);
	long_words();
	return done();
}
