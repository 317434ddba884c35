/* base/day: days, the first and the last of them */
#include "base/day.h"
#include "tap.h"

int
main(void)
{
	static const struct {
		int64_t at_s;
		const char *day;
	} cases[] = { { 0, "1970-01-01" }, { 86399, "1970-01-01" },
		{ 86400, "1970-01-02" }, { -1, "1969-12-31" },
		{ 1582934400, "2020-02-29" }, { 253402300799, "9999-12-31" },
		{ -62135596800, "0001-01-01" },
		{ 67767976233532799, "2147483647-12-31" }, { INT64_MAX, "?" },
		{ INT64_MIN, "?" } };
	char text[DAY_TEXT];
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++)
		is_str(day_text(cases[i].at_s, text), cases[i].day,
		    cases[i].day);
	return done();
}
