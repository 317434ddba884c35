#ifndef THROTTLE_LIMITWARM_H
#define THROTTLE_LIMITWARM_H

#include "throttle/limiter.h"

/* each cap of a warm-up gets the amount of the day that is now, by the clock of
 * the wall; cheap until a day turns.  Only the limiter's own files include
 * this. */
void limitwarm_set(const struct limiter *, struct throttle_rules *);
/* what a cap, of a rule with this warm-up, lets go in the hour or day that
 * begins at this time, since 1970 */
uint32_t limitwarm_amount(const struct limiter *, const struct throttle_warm *,
    const struct throttle_cap *, int64_t at_s);

#endif
