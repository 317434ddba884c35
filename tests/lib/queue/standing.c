#include "queue/standing.h"
#include "queue/name.h"
#include "tap.h"

#define A "0123456789abcdefgh1v"
#define B "1123456789abcdefgh1v"
#define C "2123456789abcdefgh1v"
enum { NOW = 1700000000 };

static const char answer[] =
    "id:" A "\tn:0\twhere:out\tlink:route\tsince:1699999990\n"
    "id:" A "\tn:2\twhere:waiting\tsite:mx\tnext:1700000240\tdoubt:1\n"
    "no ltsv\n"
    "id:" C "\tn:0\twhere:ready\tsite:mx\troom:0\tsite-next:1700000060\t"
    "later:limit\tsuspended:7\tsuspended-until:1700000060\treason:so\t"
    "order:bounce\n"
    "id:" C "\tn:1\twhere:elsewhere\torder:explode\n";

static const struct {
	const char *id;
	unsigned n;
	int state;
	const char *words;
} cases[] = {
	{ A, 0, 'Q',
	    " (in the chain of route since 2023-11-14T22:13:10Z "
	    "(10s ago))" },
	{ A, 1, 'Q', "" },
	{ A, 2, 'Q',
	    " (next attempt 2023-11-14T22:17:20Z (in 4m); site mx; "
	    "outcome of the last attempt unknown)" },
	{ B, 0, 'B', " (report owed)" },
	{ B, 0, 'R', " (report owed)" },
	{ B, 0, 's', "" },
	{ C, 0, 'Q',
	    " (waits for its turn; site mx; none there until "
	    "2023-11-14T22:14:20Z (in 60s); suspended by order 7 until "
	    "2023-11-14T22:14:20Z (in 60s); reason: so; put off: limit; "
	    "returned when it comes back)" },
	{ C, 1, 'S', "" },
	{ C, 2, 'Q', "" },
};

static void
check_answers(void)
{
	struct standings s = { .root = -1 };
	struct standing at;
	struct buf b = { 0 };
	unsigned i;

	buf_puts(&s.lines, answer);
	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		standings_find(&s, cases[i].id, cases[i].n, &at);
		buf_clear(&b);
		standing_words(&at, cases[i].state, 0, 0, NOW, &b);
		buf_putc(&b, '\0');
		is_str(buf_data(&b), cases[i].words, "in words");
	}
	s.at = s.used = 0;
	standings_find(&s, C, 0, &at);
	buf_clear(&b);
	standing_labels(&at, &b);
	buf_putc(&b, '\0');
	is_str(buf_data(&b),
	    "where:ready\tsite:mx\tsite-next:1700000060\t"
	    "later:limit\tsuspended:7\tsuspended-until:1700000060\treason:so\troom:0\torder:bounce",
	    "as labels");
	buf_free(&s.lines);
	buf_free(&b);
}

static void
check_files(void)
{
	struct standing none = { .known = 0 };
	struct buf b = { 0 };
	char t[STANDING_SPAN];

	standing_words(&none, MESSAGE_QUEUED, NOW + 7200, NOW + 7200, NOW, &b);
	buf_putc(&b, '\0');
	is_str(buf_data(&b),
	    " (next attempt 2023-11-15T00:13:20Z (in 2h); "
	    "sender holds it until 2023-11-15T00:13:20Z (in 2h))",
	    "what the file says");
	buf_clear(&b);
	standing_words(&none, MESSAGE_QUEUED, NOW - 5, NOW - 5, NOW, &b);
	is_num(buf_len(&b), 0, "what is over is not said");
	buf_clear(&b);
	is_num(standing_labels(&none, &b), 0, "no labels");
	is_num(buf_len(&b), 0, "none");
	buf_free(&b);
	is_str(standing_span(t, sizeof t, -3), "0s", "a span");
	is_str(standing_span(t, sizeof t, 99), "99s", "seconds");
	is_str(standing_span(t, sizeof t, 100), "1m", "minutes");
	is_str(standing_span(t, sizeof t, 6000), "1h", "hours");
	is_str(standing_span(t, sizeof t, 864000), "10d", "days");
}

int
main(void)
{
	check_answers();
	check_files();
	return done();
}
