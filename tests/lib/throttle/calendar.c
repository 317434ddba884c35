/* the hour or day that is now, by two clocks */
#include "throttle/calendar.h"
#include "tap.h"

#define S INT64_C(1000000)

static int asked;

/* tens and hundreds of seconds */
static void
turn(const char *zone, enum zone_span span, int64_t at_s, int64_t *begin_s,
    int64_t *end_s)
{
	int64_t n = span == ZONE_DAY ? 100 : 10;

	asked += zone[0] == 'a';
	*begin_s = at_s - at_s % n;
	*end_s = *begin_s + n;
}

int
main(void)
{
	struct calendar *all = NULL, *a, *b;

	a = calendar_get(&all, "a", ZONE_HOUR);
	ok(a != NULL && calendar_get(&all, "a", ZONE_HOUR) == a, "one");
	b = calendar_get(&all, "a", ZONE_DAY);
	ok(b != NULL && b != a, "another span is another");
	ok(calendar_get(&all, "", ZONE_HOUR) != a, "as is another zone");
	calendar_set(all, turn, 1234 * S + 500000, 7 * S);
	is_num(a->begin_s, 1230, "the hour");
	is_num(a->end_s, 1240, "up to then");
	is_num(a->begin_us, 2500000, "by the other clock");
	is_num(a->end_us, 12500000, "which is late by half a second");
	is_num(b->begin_s, 1200, "the day");
	is_num(asked, 2, "zones were asked");
	calendar_set(all, turn, 1239999999, 8 * S);
	is_num(asked, 2, "and not again before it turns");
	is_num(a->end_us, 8000001, "the clocks moved against each other");
	calendar_set(all, turn, 1240 * S, 9 * S);
	is_num(a->begin_s, 1240, "it turns");
	is_num(asked, 3, "alone");
	calendar_set(all, turn, 1100 * S, 10 * S);
	is_num(a->begin_s, 1100, "the clock was set back");
	is_num(b->begin_s, 1100, "over a day, too");
	calendar_free(&all);
	ok(all == NULL, "none");
	return done();
}
