/* base/day: days, the first and the last of them */
#include "base/day.h"
#include "tap.h"
#include <string.h>

/* -1: it is none */
static const struct {
	const char *text;
	int64_t at_s;
} moments[] = { { "2026-11-30T00:53:20Z", 1796000000 },
	{ "2026-11-30t00:53:20z", -1 }, { "2026-11-30 00:53:20z", 1796000000 },
	{ "2026-11-30T01:53:20+01:00", 1796000000 },
	{ "2026-11-29T19:23:20.25-05:30", 1796000000 },
	{ "2026-11-30T00:53:20", -1 }, { "2026-11-30T00:53:20.Z", -1 },
	{ "2026-11-30T00:53:20+0100", -1 }, { "2026-11-30T00:53:20Z ", -1 },
	{ "2026-11-30T24:53:20Z", -1 }, { "2026-11-30T00:60:20Z", -1 },
	{ "2026-02-29T00:00:00Z", -1 }, { "2024-02-29T00:00:00Z", 1709164800 },
	{ "2016-12-31T23:59:60Z", 1483228799 }, { "1970-01-01T00:00:00Z", 0 },
	{ "1970-01-01T00:00:00+00:01", -1 }, { "1969-12-31T00:00:00Z", -1 },
	{ "2026-13-30T00:53:20Z", -1 }, { "2026-1a-30T00:53:20Z", -1 },
	{ "2026-11-30T00:53:20+24:00", -1 }, { "2026-11-30T00:53:20+", -1 },
	{ "", -1 } };

static void
scan(void)
{
	int64_t at_s;
	size_t i;

	for (i = 0; i < sizeof moments / sizeof *moments; i++) {
		if (day_scan(moments[i].text, strlen(moments[i].text), &at_s) ==
		    -1)
			at_s = -1;
		is_num(at_s, moments[i].at_s, moments[i].text);
	}
}

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
	scan();
	return done();
}
