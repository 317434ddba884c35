#ifndef THROTTLE_LIMITLEARN_H
#define THROTTLE_LIMITLEARN_H

#include "throttle/limitkey.h"

/* How the ranges of a key, limitadapt.h, learn from what ends under it.  Only
 * the limiter's own files include this. */

/* so much goes now, and is in flight already */
void limitlearn_take(struct limiter_key *, struct bucket_cost, int64_t now_us);
/* can one of its limits become less? */
int limitlearn_yields(const struct limiter_key *);
/* an item under it has ended; while it is still in flight */
void limitlearn_done(struct limiter *, struct limiter_key *,
    const struct limiter_item *, enum backoff_sign, int64_t now_us);

#endif
