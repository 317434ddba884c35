/* times of the week: read, asked for, and one within another */
#include "route/hours.h"
#include "tap.h"

enum { MON, TUE, WED, THU, FRI, SAT, SUN };

static const struct {
	const char *text;
	unsigned day, hour, minute;
	int holds;
} asked[] = {
	{ "Mon-Fri,08:00-18:00", MON, 8, 0, 1 },
	{ "Mon-Fri,08:00-18:00", MON, 7, 59, 0 },
	{ "Mon-Fri,08:00-18:00", FRI, 17, 59, 1 },
	{ "Mon-Fri,08:00-18:00", FRI, 18, 0, 0 },
	{ "Mon-Fri,08:00-18:00", SAT, 12, 0, 0 },
	{ "mon,WED", WED, 0, 0, 1 },
	{ "mon,WED", TUE, 23, 59, 0 },
	{ "Sat-Mon", SUN, 12, 0, 1 },
	{ "Sat-Mon", FRI, 23, 59, 0 },
	{ "Sun-Sun", SUN, 0, 0, 1 },
	{ "08:00-12:00,13:00-24:00", SUN, 12, 30, 0 },
	{ "08:00-12:00,13:00-24:00", SUN, 23, 59, 1 },
	/* over midnight it is still the evening's day */
	{ "Fri,22:00-06:00", FRI, 22, 0, 1 },
	{ "Fri,22:00-06:00", SAT, 5, 59, 1 },
	{ "Fri,22:00-06:00", SAT, 6, 0, 0 },
	{ "Fri,22:00-06:00", FRI, 5, 0, 0 },
	{ "Sun,22:00-06:00", MON, 0, 0, 1 },
	{ "22:00-00:00", MON, 23, 59, 1 },
	{ "22:00-00:00", MON, 0, 0, 0 },
	{ "Mon-Fri,08:00-18:00;Sat,09:00-12:00", SAT, 9, 0, 1 },
	{ "Mon-Fri,08:00-18:00;Sat,09:00-12:00", SAT, 8, 0, 0 },
	{ "Mon-Fri,08:00-18:00;Sat,09:00-12:00", MON, 8, 0, 1 },
};

static const struct {
	const char *first, *second;
	int all;
} pairs[] = {
	{ "Mon-Fri", "Mon-Fri", 1 },
	{ "Mon-Fri", "Tue,Thu", 1 },
	{ "Mon-Fri", "Sat", 0 },
	{ "Mon-Fri", "Mon-Fri,08:00-18:00", 1 },
	{ "Mon-Fri,08:00-18:00", "Mon-Fri", 0 },
	{ "08:00-18:00", "Mon,09:00-10:00", 1 },
	{ "08:00-18:00", "Mon,07:59-10:00", 0 },
	{ "08:00-18:00", "Mon,09:00-18:01", 0 },
	{ "08:00-12:00,12:00-18:00", "09:00-17:00", 1 },
	{ "08:00-12:00,12:01-18:00", "09:00-17:00", 0 },
	{ "Fri,20:00-06:00", "Fri,22:00-05:00", 1 },
	{ "Fri,20:00-06:00", "Sat,00:00-06:00", 1 },
	{ "Fri,20:00-06:00", "Sat,00:00-06:01", 0 },
	{ "Mon@UTC", "Mon@UTC", 1 },
	{ "Mon@UTC", "Mon", 0 },
	{ "Mon@UTC", "Mon@Europe/Berlin", 0 },
	{ "Mon-Sun@UTC", "Mon@Europe/Berlin", 1 },
	{ "12:00-24:00,00:00-12:00@UTC", "Mon", 1 },
};

static const struct {
	const char *text, *begin; /* of what is wrong; "": nothing */
} reads[] = {
	{ "Mon", "" },
	{ "24:00-01:00", "want HH:MM" },
	{ "23:00-24:01", "want HH:MM" },
	{ "8:00-9:00", "want HH:MM" },
	{ "08:00", "want HH:MM" },
	{ "08:00-08:00", "a time that ends" },
	{ "", "want days" },
	{ "Mon,", "want days" },
	{ "Mon;", "want days" },
	{ "Monday", "want days" },
	{ "Mon-", "want days" },
	{ "Mon-Fri-Sun", "want days" },
	{ "@UTC", "want days" },
	{ "Mon@", "want the name" },
	{ "Mon@123456789012345678901234567890123456789012345678901234567890123",
	    "" },
	{ "Mon@1234567890123456789012345678901234567890123456789012345678901234",
	    "want the name" },
	{ "00:00-00:01,00:02-00:03,00:04-00:05,00:06-00:07,00:08-00:09,"
	  "00:10-00:11,00:12-00:13,00:14-00:15",
	    "" },
	{ "00:00-00:01,00:02-00:03,00:04-00:05,00:06-00:07,00:08-00:09,"
	  "00:10-00:11,00:12-00:13,00:14-00:15,00:16-00:17",
	    "too many times" },
	{ "Mon;Mon;Mon;Mon;Mon;Mon;Mon;Mon", "" },
	{ "Mon;Mon;Mon;Mon;Mon;Mon;Mon;Mon;Mon", "too many parts" },
};

static const char *
take(struct hours *h, const char *text)
{
	return hours_read(h, (struct slice){ text, strlen(text) });
}

int
main(void)
{
	struct hours a, b;
	const char *fault;
	size_t i;

	for (i = 0; i < sizeof asked / sizeof *asked; i++) {
		ok(take(&a, asked[i].text) == NULL, asked[i].text);
		is_num(hours_have(&a, asked[i].day,
			   60 * asked[i].hour + asked[i].minute),
		    asked[i].holds, "does it hold");
	}
	for (i = 0; i < sizeof pairs / sizeof *pairs; i++) {
		take(&a, pairs[i].first);
		take(&b, pairs[i].second);
		is_num(hours_cover(&a, &b), pairs[i].all, pairs[i].second);
	}
	for (i = 0; i < sizeof reads / sizeof *reads; i++) {
		fault = take(&a, reads[i].text);
		ok(reads[i].begin[0] == '\0' ? fault == NULL
					     : fault != NULL &&
			    strncmp(fault, reads[i].begin,
				strlen(reads[i].begin)) == 0,
		    reads[i].text);
	}
	take(&a, "Mon@Europe/Berlin");
	is_str(a.zone, "Europe/Berlin", "the zone");
	hours_all(&b);
	ok(hours_cover(&b, &a) && !hours_cover(&a, &b), "the whole week");
	return done();
}
