#ifndef THROTTLE_LIMITPLAN_H
#define THROTTLE_LIMITPLAN_H

#include "throttle/bucket.h"

/*
 * When those were told to come who wait elsewhere for a key of the limiter: a
 * calendar of LIMITPLAN_SLOTS slots from now on.
 *
 * A turn that nobody used is free again when its time is over, and one may be
 * taken before others that were given earlier, as long as none of these is
 * pushed back.  So who comes under several keys may have his turn at the same
 * time in each, and who comes under one of them alone has what is between.
 */
enum {
	LIMITPLAN_SLOT_US = 10000000,
	LIMITPLAN_SLOTS = 32,
	LIMITPLAN_STEP_US = 160
};
#define LIMITPLAN_NEVER INT64_MAX

/* what is told to come is counted in these; bytes in 1024 of them */
struct limitplan_slot {
	uint32_t told[BUCKET_UNITS]; /* to come in it */
	uint16_t first,
	    last; /* of them, from its begin, in LIMITPLAN_STEP_US */
};

/* all zero: nobody */
struct limitplan {
	int64_t begin; /* number of the first slot, which is slot[0] */
	uint32_t told[BUCKET_UNITS]; /* in all slots */
	struct limitplan_slot slot[LIMITPLAN_SLOTS];
};

/* a rate as it is now, and what is to go at it before all that are planned */
struct limitplan_rate {
	struct bucket now;
	const struct bucket_limit *limit;
	uint64_t ahead; /* in its unit */
	enum bucket_unit unit;
};

/*
 * limitplan_turn - the earliest time, not before at_us, at which somebody can
 * come
 *
 * LIMITPLAN_NEVER: behind the last slot.  plan may be NULL: nobody.
 */
int64_t limitplan_turn(struct limitplan *, const struct limitplan_rate *,
    struct bucket_cost, int64_t at_us, int64_t now_us);
/* somebody was told to come at that time */
void limitplan_take(struct limitplan *, struct bucket_cost, int64_t at_us,
    int64_t now_us);

#endif
