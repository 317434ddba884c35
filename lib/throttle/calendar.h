#ifndef THROTTLE_CALENDAR_H
#define THROTTLE_CALENDAR_H

#include "base/zone.h"

/*
 * The hour or day in which a cap counts.  Time is an argument, and so is what
 * knows of zones: zone_period(), or a test.
 */
struct calendar {
	struct calendar *next;
	char zone[ZONE_NAME_MAX + 1];
	uint8_t span;    /* enum zone_span */
	int64_t begin_s; /* of the one that is now, since 1970 */
	int64_t end_s;   /* all zero: not known yet */
	/* the same by the limiter's clock */
	int64_t begin_us, end_us;
};

typedef void calendar_turn(const char *zone, enum zone_span, int64_t at_s,
    int64_t *begin_s, int64_t *end_s);

/* the one of this zone and span in a list, which gets it if need be; NULL with
 * ENOMEM */
struct calendar *calendar_get(struct calendar **, const char *zone,
    enum zone_span);
void calendar_free(struct calendar **);
/* it is so late now, by the clock of the wall and by the limiter's */
void calendar_set(struct calendar *, calendar_turn *, int64_t wall_us,
    int64_t now_us);

#endif
