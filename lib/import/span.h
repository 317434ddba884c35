#ifndef IMPORT_SPAN_H
#define IMPORT_SPAN_H

#include "conf/word.h"
#include <stdint.h>

/* Times and rates as other systems write them, and as ours do. */
enum {
	SPAN_DAYS_MAX = 36600,      /* of a time */
	SPAN_RATE_MAX = 1000000000, /* N of N/PERIOD */
	SPAN_TEXT = 32
};

/* "4d12h", "90 minutes", "2 hours", "30": in seconds, which a number without
 * unit has; 0, or -1: none of these */
int span_scan(struct slice, uint64_t *s);
/* as num_scan_duration() reads it */
void span_text(char out[SPAN_TEXT], uint64_t s);

struct span_rate {
	uint64_t n, period_s;
};

/* "100/min", "1,000/h", "5/s", "10/10m": 0, or -1 */
int span_rate(struct slice, struct span_rate *);
/* as conf-throttle(5) has it: a count above its limit is one in a shorter
 * period; 0, or -1: it cannot be said */
int span_rate_text(char out[SPAN_TEXT], const struct span_rate *);
/* is a less than b? */
int span_rate_less(const struct span_rate *a, const struct span_rate *b);

#endif
