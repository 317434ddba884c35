#ifndef BASE_DAY_H
#define BASE_DAY_H

#include <stddef.h>
#include <stdint.h>

enum { DAY_TEXT = 32 }; /* room for one */

/* the day of a moment since 1970, in UTC: "2026-11-29", or "?" where no calendar
 * goes so far.  Returns out */
const char *day_text(int64_t at_s, char out[DAY_TEXT]);

/*
 * day_scan - a moment as RFC 3339 writes it
 *
 * 2026-11-29T09:00:00Z, 2026-11-29T09:00:00.5+01:00, or a blank for the T; a
 * fraction does not count.  From 1970 on.
 * Seconds since 1970 to *at_s; 0, or -1 when it is none.
 */
int day_scan(const char *s, size_t n, int64_t *at_s);

#endif
