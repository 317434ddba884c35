/* peaks, percentiles, limits that bind */
#include "sim/simstat.h"
#include "tap.h"
#include <stdlib.h>

#define S INT64_C(1000000)

int
main(void)
{
	struct simstat s = { .n = 0 };
	uint32_t a, b, *list;
	size_t n;
	int i, good = 1;

	simstat_close(&s);
	a = simstat_group(&s, "a", 1);
	b = simstat_group(&s, "b", 1);
	ok(a != 0 && b != 0 && a != b && simstat_group(&s, "a", 1) == a,
	    "groups");
	ok(simstat_name(&s, b, &n)[0] == 'b' && n == 1, "have names");
	/* one a second, from the last second of a minute on, and two more */
	for (i = 0; i < 100; i++) {
		good &= simstat_start(&s, a, (59 + i) * S) == 0;
		good &= simstat_sent(&s, a, (59 + i) * S, (100 - i) * S) == 0;
	}
	good &= simstat_start(&s, b, 70 * S + 999999) == 0;
	good &= simstat_start(&s, b, 70 * S) == 0;
	good &= simstat_sent(&s, b, 71 * S, -1) == 0;
	ok(good, "are counted");
	SIMSTAT_COUNT(&s, a, rcpts);
	SIMSTAT_COUNT(&s, b, rcpts);
	SIMSTAT_COUNT(&s, b, rcpts);
	simstat_close(&s);
	is_num((long long)s.group[a].tries, 100, "attempts of one");
	is_num((long long)s.group[0].tries, 102, "and of all");
	is_num((long long)s.group[a].peak_second, 1, "within a second");
	is_num((long long)s.group[b].peak_second, 2, "of the other");
	is_num((long long)s.group[0].peak_second, 3, "of both");
	is_num((long long)s.group[a].peak_minute, 60, "a minute of the clock");
	is_num((long long)s.group[a].peak_hour, 100, "an hour");
	is_num(s.group[a].p50_ms, 50000, "half of them");
	is_num(s.group[a].p90_ms, 90000, "nine of ten");
	is_num(s.group[a].p99_ms, 99000, "but one");
	is_num(s.group[a].max_ms, 100000, "all");
	is_num(s.group[a].mean_ms, 50500, "on the average");
	is_num(s.group[b].max_ms, 0, "never below nothing");
	is_num(s.group[0].max_ms, 100000, "of all");
	list = simstat_order(&s);
	ok(list[0] == b && list[1] == a, "the largest first");
	free(list);

	ok(simstat_bound(&s, "k", "rate=1/s", 1, 10 * S, 12 * S) == 0 &&
		simstat_bound(&s, "k", "rate=1/s", 2, 11 * S, 13 * S) == 0 &&
		simstat_bound(&s, "k", "rate=1/s", 0, 20 * S, 21 * S) == 0 &&
		simstat_bound(&s, "k", "conn=1", 1, 20 * S, 30 * S) == 0,
	    "limits");
	list = simstat_limits(&s);
	is_num(s.limit[list[0]].us, 10 * S, "the longest first");
	is_num(s.limit[list[1]].us, 4 * S, "what overlaps counts once");
	is_num((long long)s.limit[list[1]].later, 3, "jobs add up");
	free(list);
	simstat_free(&s);
	return done();
}
