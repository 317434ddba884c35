#ifndef THROTTLE_LIMITCAPS_H
#define THROTTLE_LIMITCAPS_H

#include "throttle/limitkey.h"

/*
 * What counts under the caps of a key.  Only the limiter's own files include
 * this.  Their calendars are set, calendar_set().
 */

/* what has gone under a cap in the hour or day that is now.  Where the clock was
 * set back, what has gone since */
static inline uint32_t
limitcaps_used(const struct limiter_key *k, unsigned cap)
{
	return k->count[cap].begin_s < k->rule->cap[cap].calendar->begin_s
	    ? 0
	    : k->count[cap].used;
}
/* and what is left */
uint64_t limitcaps_left(const struct limiter_key *, unsigned cap);
/* one more goes under a cap */
void limitcaps_count(struct limiter_key *, unsigned cap, struct bucket_cost);
/* the cap that keeps such a transaction for longest; NULL: none does */
const struct throttle_cap *limitcaps_binding(const struct limiter_key *,
    struct bucket_cost);
/*
 * limitcaps_turn - when somebody is to come whom this cap of the key keeps,
 * and who costs so much
 *
 * When it turns, or as many turns later as are full with those who were told
 * before: each takes as many as may go in it, those of a warm-up by its plan.
 * Where the last of LIMITER_TURNS_MAX is full, then all the same.
 * tell  he will come then; 0: he only asks
 */
int64_t limitcaps_turn(const struct limiter *, struct limiter_key *,
    const struct throttle_cap *, unsigned cost, int64_t now_us, int tell);
/* under another rule of the same key: a cap that counts the same goes on,
 * whatever its number; 0, or -1 with ENOMEM */
int limitcaps_move(struct limiter_key *, const struct throttle_rule *to);

#endif
