/* recipients of a report, and text on one line */
#include "feedback/feedreport.h"
#include "tap.h"

static const struct {
	const char *in, *want;
	size_t cap;
} lines[] = {
	{ "", "", 10 },
	{ "  a  b\n c\t", "a b c", 10 },
	{ "\r\n\r\n", "", 10 },
	{ "123456789", "123456789", 10 },
	{ "1234567890", "123456789", 10 },
	{ "12345678 90", "12345678", 10 },
	{ "\303\244\303\244", "\303\244", 4 },
	{ "a\001b\177", "a b\177", 10 },
	{ "\377x", "\377x", 10 },
};

int
main(void)
{
	struct feedreport r = { .n = 0 };
	char out[FEEDREPORT_TEXT_MAX + 1], big[2000];
	size_t i, n;

	for (i = 0; i < sizeof lines / sizeof *lines; i++) {
		n = feedreport_line(out, lines[i].cap, lines[i].in,
		    strlen(lines[i].in));
		is_str(out, lines[i].want, lines[i].in);
		is_num((long long)n, (long long)strlen(lines[i].want),
		    "its length");
	}
	memset(big, 'x', sizeof big);
	is_num((long long)feedreport_line(out, sizeof out, big,
		   FEEDREPORT_TEXT_MAX),
	    FEEDREPORT_TEXT_MAX, "a reason of the limit");
	is_num((long long)feedreport_line(out, sizeof out, big,
		   FEEDREPORT_TEXT_MAX + 1),
	    FEEDREPORT_TEXT_MAX, "and one byte more");
	is_num((long long)feedreport_line(r.host,
		   FEEDREPORT_ADDRESS_MAX + 1 > 256 ? sizeof r.host : 0, big,
		   FEEDREPORT_HOST_MAX + 1),
	    FEEDREPORT_HOST_MAX, "a host's name is cut");

	for (i = 0; i < FEEDREPORT_RCPTS_MAX; i++)
		if (feedreport_add(&r) == NULL)
			break;
	is_num((long long)i, FEEDREPORT_RCPTS_MAX, "recipients to the limit");
	ok(!r.more, "are all");
	ok(feedreport_add(&r) == NULL && r.more, "one more is told");
	memcpy(r.rcpt[7].address, "A@b.example", 12);
	ok(feedreport_find(&r, "a@B.example", 11) == &r.rcpt[7], "found");
	ok(feedreport_find(&r, "a@b.exampl", 10) == NULL, "not found");
	feedreport_free(&r);
	ok(r.n == 0 && feedreport_find(&r, "a", 1) == NULL, "empty again");
	return done();
}
