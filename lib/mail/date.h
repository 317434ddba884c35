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
	DATE_LEN = 31,             /* without a NUL */
	DATE_OFFSET_MAX = 24 * 60 - 1 /* minutes; more is cut to it */
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

#endif
