#ifndef BASE_ZONE_H
#define BASE_ZONE_H

#include <stdint.h>

/*
 * Hours and days as the clocks of a place show them: time zones by their names
 * in the tz database, such as Europe/Berlin; "": the zone of this machine.
 *
 * An hour begins where clocks show a full one, a day where they show another
 * date: so a day has 23 or 25 hours where they are changed.
 */
enum { ZONE_NAME_MAX = 63, ZONE_KEPT = 8 };
enum zone_span { ZONE_HOUR, ZONE_DAY };

/* is it the name of one that this machine knows?  1 or 0 */
int zone_known(const char *name);
/* the hour or day in which this time is: seconds since 1970, up to and without
 * *end_s */
void zone_period(const char *name, enum zone_span, int64_t at_s,
    int64_t *begin_s, int64_t *end_s);
/* the date there at this time: days since 1970 */
int64_t zone_date(const char *name, int64_t at_s);
/*
 * zone_clock - what the clocks there show at this time
 *
 * weekday  0 to 6, Monday first
 * minute   of the day, 0 to 1439
 *
 * What is asked again within a quarter of an hour costs no look at the zone's
 * file: the last ZONE_KEPT zones are remembered.
 */
void zone_clock(const char *name, int64_t at_s, unsigned *weekday,
    unsigned *minute);

#endif
