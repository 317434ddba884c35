#ifndef THROTTLE_LIMITDECIDE_H
#define THROTTLE_LIMITDECIDE_H

#include "throttle/limitkey.h"

/* What the limiter has decided of an item: it goes, and its keys count it, or
 * it comes back.  Only the limiter's own files include this. */

/* it goes */
void limitdecide_grant(struct limiter *, struct limiter_item *, int64_t now_us);
/* its rates and caps count so much, and the book has it */
void limitdecide_take(struct limiter *, struct limiter_key *,
    struct bucket_cost, int64_t now_us);
/* it comes back, for a key keeps it; NULL: there is no room, or an end */
void limitdecide_refuse(struct limiter *, struct limiter_item *,
    struct limiter_key *, int64_t now_us);
/* a key binds: that is said, at most once in LIMITER_AGAIN_US */
void limitdecide_notice(struct limiter *, struct limiter_key *,
    struct bucket_cost, int64_t now_us);

#endif
