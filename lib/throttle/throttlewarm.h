#ifndef THROTTLE_THROTTLEWARM_H
#define THROTTLE_THROTTLEWARM_H

#include "base/buf.h"
#include "conf/word.h"

/*
 * A warm-up, conf-throttle(5): how much may go on each of its days,
 *
 *	AMOUNT[,AMOUNT]...[*FACTOR..END]/YYYY-MM-DD
 *
 * from that day on; behind the last amount FACTOR times the day before, up to
 * END.  A day is a number: of days since 1970.
 */
enum {
	THROTTLE_WARM_DAYS_MAX = 31, /* amounts that are written */
	THROTTLE_WARM_AMOUNT_MAX = 1000000,
	THROTTLE_WARM_PERCENT_MAX = 1000 /* of the day before */
};
#define THROTTLEWARM_OVER UINT32_MAX /* it has ended: no limit */

struct throttle_warm {
	int64_t first_day;
	uint32_t amount[THROTTLE_WARM_DAYS_MAX];
	uint32_t percent, end; /* 0: the amounts alone */
	uint8_t n;             /* 0: there is none */
};

/* 0, or -1: it is none */
int throttlewarm_parse(struct throttle_warm *, struct slice);
/* the same as text; 0, or -1 with ENOMEM */
int throttlewarm_print(struct buf *, const struct throttle_warm *);
/* on that day: 0 before the first, THROTTLEWARM_OVER behind the last */
uint32_t throttlewarm_amount(const struct throttle_warm *, int64_t day);

#endif
