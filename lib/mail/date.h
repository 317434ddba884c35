#ifndef MAIL_DATE_H
#define MAIL_DATE_H

#include <stddef.h>
#include <stdint.h>

/*
 * Dates as RFC 5322 section 3.3 writes them:
 *
 *   Sun, 22 Nov 2026 00:52:01 +0000
 *
 * Pure: time and zone are arguments.
 */
enum {
	DATE_LEN = 31,                 /* without a NUL */
	DATE_ISO_LEN = 25,             /* 2026-11-22T00:52:01+00:00 */
	DATE_OFFSET_MAX = 24 * 60 - 1, /* minutes; more is cut to it */
	DATE_COMMENTS_MAX = 32         /* comments within comments */
};

/*
 * date_format - write a date
 *
 * out      room for DATE_LEN + 1 bytes
 * seconds  since 1970, UTC; what lies outside of the years 1900..9999 is
 *          written as the nearest date within
 * offset   minutes east of UTC of the zone it is written in
 *
 * Returns DATE_LEN.
 */
size_t date_format(char *out, int64_t seconds, int offset);
/* the same as RFC 3339 writes it; room for DATE_ISO_LEN + 1, returns
 * DATE_ISO_LEN */
size_t date_iso(char *out, int64_t seconds, int offset);

/*
 * date_parse - read the value of a Date field
 *
 * p, n     all of it is one date (RFC 5322 section 3.3), with comments and
 *          folding, also in the obsolete forms of section 4.3: years of two
 *          or three digits, names of zones, blanks and comments anywhere.
 *          Taken too: what VIOLATIONS.md: DATE-LENIENT has
 * seconds  receives the time since 1970, UTC
 * offset   receives the zone in minutes east of UTC; 0 for one that is not
 *          known
 *
 * Returns 0, or -1 when it is no date: a part is missing or cannot be (31
 * February, 25 o'clock, zone +0060).  Second 60 is the first of the next
 * minute.
 */
int date_parse(const char *p, size_t n, int64_t *seconds, int *offset);

#endif
