#ifndef ROUTE_HOURS_H
#define ROUTE_HOURS_H

#include "base/zone.h"
#include "conf/word.h"

/*
 * Times of the week, the value of at: in `routes`, conf(5):
 *
 *   Mon-Fri,08:00-18:00;Sat,09:00-12:00@Europe/Berlin
 *
 * Parts with ; between, in each days and times of the day with commas; a part
 * without days is for all of them, one without times for the whole day.  A
 * time that ends before it begins goes on into the next day, and belongs to the
 * day on which it began.  Behind @ the zone, by default this machine's.
 */
enum {
	HOURS_PARTS_MAX = 8,
	HOURS_TIMES_MAX = 8 /* of a part */
};

struct hours {
	char zone[ZONE_NAME_MAX + 1];
	unsigned n_part;
	struct hours_part {
		unsigned days, n_time; /* a bit a day, Monday the lowest */
		struct hours_time {
			uint16_t from, to; /* minutes of the day */
		} time[HOURS_TIMES_MAX];
	} part[HOURS_PARTS_MAX];
};

/* what the clocks of a zone show: zone_clock(), or a test */
typedef void hours_clock(const char *zone, int64_t at_s, unsigned *weekday,
    unsigned *minute);

/* NULL, or what is wrong.  Whether there is such a zone is not looked at */
const char *hours_read(struct hours *, struct slice);
/* is it one of these times, when clocks there show this? */
int hours_have(const struct hours *, unsigned weekday, unsigned minute);
/* are all times of the second among those of the first?  0: no, or nobody can
 * tell, as the zones differ */
int hours_cover(const struct hours *, const struct hours *);
/* the whole week */
void hours_all(struct hours *);

#endif
