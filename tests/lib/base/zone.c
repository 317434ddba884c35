/* hours and days of places, with and without a change of the clock */
#include "base/zone.h"
#include "tap.h"
#include <stdio.h>
#include <stdlib.h>

#define DAY 86400

static const struct {
	const char *zone;
	enum zone_span span;
	int64_t at, begin, length; /* seconds */
	const char *name;
} t[] = {
	{ "UTC", ZONE_HOUR, 1790000000, 1789999200, 3600, "an hour" },
	{ "UTC", ZONE_DAY, 1790000000, 1789948800, DAY, "a day" },
	{ "UTC", ZONE_DAY, 1789948800, 1789948800, DAY, "its first second" },
	{ "UTC", ZONE_DAY, 1790035199, 1789948800, DAY, "and its last" },
	/* 2026-03-29: from 01:00 UTC on two hours before UTC, not one */
	{ "Europe/Berlin", ZONE_DAY, 1774746000, 1774738800, DAY - 3600,
	    "a day of 23 hours" },
	{ "Europe/Berlin", ZONE_HOUR, 1774746000, 1774746000, 3600,
	    "the hour after the one that is not there" },
	{ "Europe/Berlin", ZONE_HOUR, 1774745999, 1774742400, 3600,
	    "and the one before" },
	/* 2026-10-25 */
	{ "Europe/Berlin", ZONE_DAY, 1792890000, 1792879200, DAY + 3600,
	    "one of 25" },
	{ "Europe/Berlin", ZONE_HOUR, 1792889999, 1792886400, 3600,
	    "an hour comes twice: the first" },
	{ "Europe/Berlin", ZONE_HOUR, 1792890000, 1792890000, 3600,
	    "and the second" },
	/* half an hour, and a quarter */
	{ "Asia/Kolkata", ZONE_HOUR, 1790000000, 1789997400, 3600,
	    "at half past" },
	{ "Asia/Kathmandu", ZONE_DAY, 1790000000, 1789928100, DAY,
	    "a quarter before" },
	/* 2026-04-05: by half an hour, at 15:00 UTC the day before */
	{ "Australia/Lord_Howe", ZONE_DAY, 1775314800, 1775307600, DAY + 1800,
	    "half an hour more" },
};

/* what clocks show: 2026-11-30 is a Monday */
static const struct {
	const char *zone;
	int64_t at;
	unsigned weekday, minute;
	const char *name;
} shown[] = {
	{ "UTC", 1796000000, 0, 53, "Monday, 00:53" },
	{ "UTC", 1795996799, 6, 1439, "the last minute of Sunday" },
	{ "UTC", 1795996800, 0, 0, "and the first of Monday" },
	{ "Asia/Kathmandu", 1796000000, 0, 53 + 345, "a quarter before six" },
	{ "America/New_York", 1796000000, 6, 19 * 60 + 53, "still Sunday" },
	{ "Europe/Berlin", 1774745999, 6, 119, "before the hour that is not" },
	{ "Europe/Berlin", 1774746000, 6, 180, "and behind it" },
	{ "Europe/Berlin", 1792889999, 6, 179, "an hour twice: its end" },
	{ "Europe/Berlin", 1792890000, 6, 120, "and once more its begin" },
	{ "UTC", 0, 3, 0, "1970" },
};

/* more zones than are kept, each asked twice */
static void
clocks(void)
{
	unsigned weekday, minute;
	char zone[16];
	size_t i;
	int k;

	for (i = 0; i < 2 * (sizeof shown / sizeof *shown); i++) {
		size_t j = i / 2;

		zone_clock(shown[j].zone, shown[j].at, &weekday, &minute);
		is_num(weekday, shown[j].weekday, shown[j].name);
		is_num(minute, shown[j].minute, "the minute");
	}
	for (k = 0; k < 2 * ZONE_KEPT; k++) {
		snprintf(zone, sizeof zone, "Etc/GMT-%d", k % 12 + 1);
		zone_clock(zone, 0, &weekday, &minute);
		is_num(minute, 60 * (k % 12 + 1), zone);
	}
}

int
main(void)
{
	int64_t begin, end;
	size_t i;

	setenv("TZ", "America/New_York", 1);
	for (i = 0; i < sizeof t / sizeof *t; i++) {
		zone_period(t[i].zone, t[i].span, t[i].at, &begin, &end);
		is_num(begin, t[i].begin, t[i].name);
		is_num(end - begin, t[i].length, "how long it is");
	}
	is_str(getenv("TZ"), "America/New_York", "the zone of before is back");
	/* 2026-09-21 13:33:20 UTC */
	is_num(zone_date("UTC", 1790000000), 20717, "a date");
	is_num(zone_date("Pacific/Kiritimati", 1790000000), 20718, "at +14");
	is_num(zone_date("Etc/GMT+12", 1790000000), 20717, "at -12");
	is_num(zone_date("Etc/GMT+12", 1789992000 - 3600), 20716, "a day less");
	zone_period("", ZONE_DAY, 1790000000, &begin, &end);
	is_num(begin, 1789963200, "without a name it counts");
	ok(zone_known("") && zone_known("UTC") && zone_known("Europe/Berlin"),
	    "known ones");
	ok(!zone_known("Europe/Atlantis") && !zone_known("../zoneinfo/UTC") &&
		!zone_known("Europe/") && !zone_known("/UTC") &&
		!zone_known(".") && !zone_known("Europe") &&
		!zone_known("a/../UTC"),
	    "and others");
	ok(!zone_known("America/Argentina/ComodRivadaviaComodRivadaviaComodRi"
		       "vadavia"),
	    "a name that is too long");
	clocks();
	is_str(getenv("TZ"), "America/New_York", "and still the same zone");
	return done();
}
