#include "admin/admincount.h"
#include "queue/logline.h"
#include "tap.h"
#include <stdlib.h>

static struct admincount c;

static int64_t
moment(const char *text)
{
	char line[64];
	size_t skip;
	int n = snprintf(line, sizeof line, "ts:%s", text);

	return logline_time(line, (size_t)n, &skip) / 1000000;
}

static void
line(const char *ts, const char *rest)
{
	char text[300];
	int n = snprintf(text, sizeof text, "ts:%s\t%s\n", ts, rest);

	admincount_line(&c, text, (size_t)n);
}

/* when each of the last three begins */
static const char *
begins(enum admincount_scale scale, const char *now)
{
	static char out[128];
	static const char name[] = "\"begin\":\"";
	struct buf b = { 0 };
	const char *p;
	size_t n = 0;
	int i;

	admincount_init(&c, scale, 3, moment(now), NULL);
	admincount_put(&c, &b, 1);
	buf_putc(&b, '\0');
	p = buf_data(&b);
	for (i = 0; i < 3; i++) {
		p = strstr(p, name) + sizeof name - 1;
		n += snprintf(out + n, sizeof out - n, "%s%.20s",
		    i > 0 ? " " : "", p);
	}
	buf_free(&b);
	return out;
}

static void
scales(void)
{
	is_str(begins(ADMINCOUNT_HOUR, "2026-12-01T00:59:59.999999Z"),
	    "2026-11-30T22:00:00Z 2026-11-30T23:00:00Z 2026-12-01T00:00:00Z",
	    "hours");
	is_str(begins(ADMINCOUNT_DAY, "2024-03-01T00:00:00Z"),
	    "2024-02-28T00:00:00Z 2024-02-29T00:00:00Z 2024-03-01T00:00:00Z",
	    "days");
	is_str(begins(ADMINCOUNT_WEEK, "2026-12-06T23:59:59Z"),
	    "2026-11-16T00:00:00Z 2026-11-23T00:00:00Z 2026-11-30T00:00:00Z",
	    "weeks, a Sunday");
	is_str(begins(ADMINCOUNT_WEEK, "2026-12-07T00:00:00Z"),
	    "2026-11-23T00:00:00Z 2026-11-30T00:00:00Z 2026-12-07T00:00:00Z",
	    "a Monday");
	is_str(begins(ADMINCOUNT_MONTH, "2027-01-31T12:00:00Z"),
	    "2026-11-01T00:00:00Z 2026-12-01T00:00:00Z 2027-01-01T00:00:00Z",
	    "months");
}

static void
counts(void)
{
	struct buf b = { 0 };
	int64_t now = moment("2026-12-01T14:30:00Z");

	admincount_init(&c, ADMINCOUNT_HOUR, 2, now, NULL);
	line("2026-12-01T12:59:59Z", "ev:sent");
	line("2026-12-01T13:00:00Z", "ev:accepted\trcpts:3\ttenant:a");
	line("2026-12-01T13:59:59Z", "ev:sent\ttenant:a");
	line("2026-12-01T14:00:00Z", "ev:sent\ttenant:b");
	line("2026-12-01T14:59:59Z", "ev:bounced\ttenant:b");
	line("2026-12-01T14:10:00Z", "ev:deferred");
	line("2026-12-01T14:10:00Z", "ev:expired");
	line("2026-12-01T14:10:00Z", "ev:deleted");
	line("2026-12-01T14:10:00Z", "ev:recipients");
	line("2026-12-01T14:10:00Z", "ev:started");
	line("2026-12-01T15:00:00Z", "ev:sent");
	line("x", "ev:sent");
	admincount_line(&c, "x: info: y", 10);
	admincount_line(&c, "", 0);
	admincount_put(&c, &b, 1);
	buf_putc(&b, '\0');
	is_str(buf_data(&b),
	    "{\"scale\":\"hour\",\"complete\":true,\"since\":"
	    "\"2026-12-01T12:59:59Z\",\"counts\":[\n"
	    "{\"begin\":\"2026-12-01T13:00:00Z\",\"accepted\":1,"
	    "\"recipients\":3,\"sent\":1,\"deferred\":0,\"bounced\":0,"
	    "\"expired\":0,\"deleted\":0},\n"
	    "{\"begin\":\"2026-12-01T14:00:00Z\",\"accepted\":0,"
	    "\"recipients\":0,\"sent\":1,\"deferred\":1,\"bounced\":1,"
	    "\"expired\":1,\"deleted\":1}\n"
	    "],\"total\":{\"begin\":\"2026-12-01T13:00:00Z\",\"accepted\":1,"
	    "\"recipients\":3,\"sent\":2,\"deferred\":1,\"bounced\":1,"
	    "\"expired\":1,\"deleted\":1}}\n",
	    "counted");
	is_num(c.lines, 14, "lines");
	buf_clear(&b);
	admincount_put(&c, &b, 0);
	ok(strstr(buf_data(&b), "\"complete\":false") != NULL, "not all");
	admincount_init(&c, ADMINCOUNT_DAY, 1, now, "A");
	line("2026-12-01T13:00:00Z", "ev:sent\ttenant:a");
	line("2026-12-01T13:00:00Z", "ev:sent\ttenant:ab");
	line("2026-12-01T13:00:00Z", "ev:sent\ttenant:");
	line("2026-12-01T13:00:00Z", "ev:sent");
	is_num(c.count[0][ADMINCOUNT_SENT], 1, "his own alone");
	buf_clear(&b);
	admincount_put(&c, &b, 1);
	ok(strstr(buf_data(&b), "\"complete\":false") != NULL,
	    "the log begins later");
	admincount_init(&c, ADMINCOUNT_HOUR, ADMINCOUNT_BUCKETS_MAX + 1, now,
	    NULL);
	is_num(c.n, ADMINCOUNT_BUCKETS_MAX, "no more than may be");
	buf_free(&b);
}

int
main(void)
{
	scales();
	counts();
	return done();
}
