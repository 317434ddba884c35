#include "ship/syslogline.h"
#include "tap.h"

static struct syslogline s = { .facility = 2, .host = "mx.example" };
static struct buf out;

static const char *
line(const char *p, size_t n)
{
	buf_clear(&out);
	if (syslogline_put(&s, &out, p, n, 1795309323000001) == -1)
		return "fault";
	buf_putc(&out, '\0');
	return buf_data(&out);
}

/* label:, n bytes, and what follows */
static const char *
long_one(const char *label, size_t n)
{
	static char text[1024];

	snprintf(text, sizeof text, "%s:", label);
	memset(text + strlen(label) + 1, 'x', n);
	text[strlen(label) + 1 + n] = '\0';
	return line(text, strlen(text));
}

static void
formats(void)
{
	static const char p[] =
	    "eid:1\tts:2026-11-22T01:02:03.5Z\tev:bounced\tprog:queue-run\t"
	    "to:joe@y\ttag:a=\"]\\\\\ttag:b\ttext:550 no";

	is_str(line(p, strlen(p)),
	    "<20>1 2026-11-22T01:02:03.500000Z mx.example queue-run - bounced "
	    "[rohrpost@32473 eid=\"1\" ts=\"2026-11-22T01:02:03.5Z\" "
	    "ev=\"bounced\" prog=\"queue-run\" to=\"joe@y\" "
	    "tag=\"a=\\\"\\]\\\\\\\\\" tag=\"b\" text=\"550 no\"] "
	    "bounced joe@y: 550 no",
	    "structured data");
	s.format = SYSLOGLINE_LTSV;
	s.app = "mail";
	s.facility = 23;
	is_str(line(p, 36),
	    "<190>1 2026-11-22T01:02:03.500000Z mx.example mail - b "
	    "[rohrpost@32473 eid=\"1\"] eid:1\tts:2026-11-22T01:02:03.5Z\t"
	    "ev:b",
	    "the line");
	s.format = SYSLOGLINE_JSON;
	is_str(line("eid:1\tev:sent\tpid:7", 19),
	    "<190>1 2026-11-22T01:02:03.000001Z mx.example mail 7 sent "
	    "[rohrpost@32473 eid=\"1\"] "
	    "{\"eid\":\"1\",\"ev\":\"sent\",\"pid\":7}",
	    "JSON, and now where no time stands");
	s.format = SYSLOGLINE_SD;
	s.app = NULL;
	s.facility = 2;
}

static void
strangers(void)
{
	is_str(line("no LTSV", 7),
	    "<22>1 2026-11-22T01:02:03.000001Z mx.example - - - - no LTSV",
	    "what is no LTSV");
	is_str(line("ev:a b\xc3\xa4\tprog:\xff", 15),
	    "<22>1 2026-11-22T01:02:03.000001Z mx.example ? - a?b?? "
	    "[rohrpost@32473 ev=\"a b\xc3\xa4\" prog=\"?\"] a b\xc3\xa4",
	    "the header is ASCII, the rest UTF-8");
	is_str(line("ev:a\x1b[2J\xc2\x9b", 10),
	    "<22>1 2026-11-22T01:02:03.000001Z mx.example - - a?[2J?? "
	    "[rohrpost@32473 ev=\"a?[2J??\"] a?[2J??",
	    "control characters");
}

static void
lengths(void)
{
	static char host[SYSLOGLINE_HOST_MAX + 2];

	ok(strstr(long_one("prog", 48),
	       " " /* 48 */
	       "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
	       "xxxxxxx - -") != NULL,
	    "a program of 48 bytes");
	ok(strstr(long_one("prog", 49),
	       " "
	       "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
	       "xxxxxxx - -") != NULL,
	    "one more is cut");
	ok(strstr(long_one("ev", 33),
	       " - - xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx [") != NULL,
	    "a kind of 33 bytes is cut to 32");
	ok(strstr(long_one("pid", 129), "x - [") != NULL, "a number, too");
	ok(strstr(line("abcdefghijabcdefghijabcdefghijabc:v", 35),
	       " abcdefghijabcdefghijabcdefghijab=\"v\"]") != NULL,
	    "a label of 33 bytes");
	memset(host, 'h', sizeof host - 1);
	s.host = host;
	ok(memcmp(line("ev:a", 4) + 34 + 255, " - -", 4) == 0,
	    "a host of 256 bytes is cut to 255");
}

int
main(void)
{
	formats();
	strangers();
	lengths();
	buf_free(&out);
	return done();
}
