#include "bounce/dsn.h"
#include "tap.h"
#include <stdlib.h>

static const struct dsn facts = { .action = DSN_FAILED,
	.me = "me.example",
	.to = "a@example.org",
	.boundary = "BOUND",
	.message_id = "<m@me>",
	.now = 1790000000,
	.arrival = 1789999999,
	.original = DSN_HEADER };

static struct buf b;

static const char *
make(const struct dsn *d, const struct dsn_rcpt *r, size_t n)
{
	buf_clear(&b);
	dsn_open(&b, d, r, n);
	dsn_close(&b, d);
	buf_putc(&b, '\0');
	return buf_data(&b);
}

static void
has(const char *text, const char *what, int want)
{
	if (!ok((strstr(text, what) != NULL) == want, what))
		printf("# in: %s\n", text);
}

static size_t
longest(const char *s)
{
	size_t col = 0, max = 0;

	for (; *s != '\0'; s++) {
		col = *s == '\n' ? 0 : col + 1;
		if (col > max)
			max = col;
	}
	return max;
}

static void
test_report(void)
{
	struct dsn_rcpt r = { .address = "b@example.net",
		.orcpt = "rfc822;B+2Bx@example.net",
		.status = "5.1.1",
		.host = "mx.example.net",
		.text = "550 no\nsuch\001 us\303\266r",
		.last_attempt = 1790000000 };
	struct dsn_rcpt many[DSN_LISTED_MAX + 1];
	struct dsn d = facts;
	const char *s;
	char *big;
	size_t i;

	s = make(&d, &r, 1);
	has(s, "Original-Recipient: rfc822; B+x@example.net\n", 1);
	has(s, "Final-Recipient: rfc822; b@example.net\n", 1);
	has(s, "Diagnostic-Code: smtp; 550 no such  us??r\n", 1);
	has(s, "Remote-MTA: dns; mx.example.net\n", 1);
	has(s, "Last-Attempt-Date: Mon, 21 Sep 2026 14:13:20 +0000\n", 1);
	has(s, "Will-Retry-Until", 0);
	has(s, "Original-Envelope-Id", 0);
	has(s, "Deliver-By-Date", 0);
	has(s, "Future-Release-Request", 0);
	d.deliver_by = 1790000000;
	d.held = 1790000001;
	s = make(&d, &r, 1);
	has(s, "\nDeliver-By-Date: Mon, 21 Sep 2026 14:13:20 +0000\n", 1);
	has(s, "\nFuture-Release-Request: until;2026-09-21T14:13:21Z\n", 1);
	d = facts;
	s = make(&d, &r, 1);
	has(s, "Subject: Delivery failed: b@example.net\n", 1);
	has(s, "\n--BOUND--\n", 1);
	d.utf8 = 1;
	d.envid = "x+20y";
	r.address = "b\303\266@example.net";
	s = make(&d, &r, 1);
	has(s, "Diagnostic-Code: smtp; 550 no such  us\303\266r\n", 1);
	has(s, "Final-Recipient: utf-8; b\303\266@example.net\n", 1);
	has(s, "message/global-delivery-status\n", 1);
	has(s, "message/global-headers\n", 1);
	has(s, "Original-Envelope-Id: x y\n", 1);
	d = facts;
	d.action = DSN_DELAYED;
	d.until = 1790000000;
	r.status = "5.1.1"; /* a delay is never of class 5 */
	s = make(&d, &r, 1);
	has(s, "Action: delayed\nStatus: 4.0.0\n", 1);
	has(s, "Will-Retry-Until: Mon, 21 Sep 2026 14:13:20 +0000\n", 1);
	d = facts;
	r.status = NULL;
	r.expired = 1;
	r.orcpt = "junk";
	s = make(&d, &r, 1);
	has(s, "Action: failed\nStatus: 4.4.7\n", 1);
	has(s, "Original-Recipient", 0);
	r.orcpt = "rfc822;x+0Ay";
	has(make(&d, &r, 1), "Original-Recipient: rfc822; x y\n", 1);
	/* as long as facts may be, and longer */
	big = malloc(100001);
	memset(big, 'x', 100000);
	big[100000] = '\0';
	r.text = r.host = r.address = d.to = d.me = big;
	s = make(&d, &r, 1);
	ok(longest(s) <= DSN_LINE_MAX, "no line is too long");
	free(big);
	/* a hundred are named, and the next part has all */
	for (i = 0; i <= DSN_LISTED_MAX; i++)
		many[i] = (struct dsn_rcpt){ .address = "m@x" };
	d = facts;
	has(make(&d, many, DSN_LISTED_MAX), "more: the next part", 0);
	s = make(&d, many, DSN_LISTED_MAX + 1);
	has(s, "and 1 more: the next part", 1);
	for (i = 0; (s = strstr(s, "Final-Recipient: ")) != NULL; s++)
		i++;
	is_num(i, DSN_LISTED_MAX + 1, "all of them");
}

static const struct {
	const char *in, *want;
	size_t max;
} headers[] = {
	{ "A: b\nC: d\n e\n\nbody\n", "A: b\nC: d\n e\n", 999 },
	{ "A: b\nC: d\n e\n\nbody\n", "A: b\n", 12 },
	{ "A: b\nC: d\n e\n\nbody\n", "A: b\nC: d\n e\n", 13 },
	{ "A: b\nno field\n", "A: b\n", 999 },
	{ "A: b\r\nC: \r\n", "A: b \nC:  \n", 999 },
	{ "A: b", "A: b\n", 999 },
	{ "", "", 999 },
};

int
main(void)
{
	char line[DSN_LINE_MAX + 8];
	size_t i;

	for (i = 0; i < sizeof headers / sizeof *headers; i++) {
		buf_clear(&b);
		dsn_header(&b, headers[i].in, strlen(headers[i].in),
		    headers[i].max);
		buf_putc(&b, '\0');
		is_str(buf_data(&b), headers[i].want, "header");
	}
	memset(line, 'x', sizeof line);
	line[1] = ':';
	buf_clear(&b);
	dsn_header(&b, line, DSN_LINE_MAX, 9999);
	is_num(buf_len(&b), DSN_LINE_MAX + 1, "line at the limit");
	buf_clear(&b);
	dsn_header(&b, line, DSN_LINE_MAX + 1, 9999);
	is_num(buf_len(&b), DSN_LINE_MAX + 1, "line one above: cut");
	test_report();
	buf_free(&b);
	return done();
}
