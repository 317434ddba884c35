#include "send/lasttries.h"
#include "tap.h"
#include <stdio.h>
#include <string.h>

static struct lasttries last;
static struct sendsite site;
static struct sendtxn txn[20];
static char id[] = "m";
static char name[] = "mx.test\000192.0.2.7\0w";
static struct sendhost host = { .name = name, .ip = name + 8, .kind = DIAL_V4 };

/* a second later than the one before */
static void
add(unsigned t, const char *status, unsigned code, const char *text)
{
	static int64_t now_us = 1790000000000000;
	struct sendresult r = { .status = status,
		.class = code == 450 ? "rcpt" : NULL,
		.code = code,
		.text = text,
		.text_len = strlen(text),
		.ms = 12 };

	txn[t].id = id;
	txn[t].started_ms = t;
	lasttries_add(&last, &site, &txn[t], &host, &r, now_us += 1000000);
}

static const char *
put(const char *of)
{
	static struct buf b;

	buf_clear(&b);
	lasttries_put(&last, of, strlen(of), &b);
	buf_putc(&b, '\0');
	return buf_data(&b);
}

int
main(void)
{
	static char s[] = "s.test";
	char long_text[300], want[40];
	const char *got;
	unsigned i;

	site.name = s;
	dial_scan_ip("192.0.2.1", 9, &site.bind);
	is_str(put("s.test"), "", "nothing is known");
	add(0, "later", 0, "no descriptors");
	is_str(put("s.test"), "", "what was not tried is no attempt");
	add(0, "sent", 250, "250 ok");
	add(1, "deferred", 450, "450 no");
	add(1, "deferred", 450, "450 no");
	add(1, "sent", 250, "250 ok");
	is_str(put("s.test"),
	    "tried 2026-09-21T14:13:25+00:00: sent, host mx.test 192.0.2.7 from "
	    "192.0.2.1, 12 ms: 250 ok\n"
	    "tried 2026-09-21T14:13:23+00:00: deferred (2 recipients), host "
	    "mx.test 192.0.2.7 from 192.0.2.1, 12 ms, rcpt: 450 no\n"
	    "tried 2026-09-21T14:13:22+00:00: sent, host mx.test 192.0.2.7 from "
	    "192.0.2.1, 12 ms: 250 ok\n",
	    "the last first; the same answer once");
	is_str(put("t.test"), "", "of another site nothing");
	for (i = 2; i < 14; i++) {
		snprintf(want, sizeof want, "t%u", i);
		add(i, "deferred", 450, want);
	}
	got = put("s.test");
	ok(strstr(got, ": t13\n") != NULL && strstr(got, ": t4\n") != NULL,
	    "ten are kept");
	ok(strstr(got, ": t3\n") == NULL, "and no more");
	memset(long_text, 'x', sizeof long_text - 1);
	long_text[sizeof long_text - 1] = '\0';
	add(15, "deferred", 451, long_text);
	is_num((long long)strspn(strchr(strstr(put("s.test"), "ms: "), 'x'),
		   "x"),
	    119, "a text is cut");
	lasttries_free(&last);
	is_str(put("s.test"), "", "all is forgotten");
	return done();
}
