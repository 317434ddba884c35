#ifndef THROTTLE_LIMITLINE_H
#define THROTTLE_LIMITLINE_H

#include "throttle/limitkeys.h"

/*
 * The lines in which flows wait, one under each key that binds, and the items
 * in a flow.  Only the limiter's own files include this.  Times are
 * microseconds, monotonic; jobs are recipients.
 */

/* a flow at the end of the line under a key: it has an item, and is in no
 * line */
void limitline_park(struct limiter *, struct limiter_flow *,
    struct limiter_key *, int64_t now_us);
/* out of its line */
void limitline_unpark(struct limiter_flow *);
/* an item at the end of its flow, in a line or not */
void limitline_put(struct limiter *, struct limiter_flow *,
    struct limiter_item *);
/* any item of a flow out of it; its flow stays in line, even without one */
void limitline_take(struct limiter *, struct limiter_flow *,
    struct limiter_item *);

/*
 * limitline_binding - the key of a set that keeps a transaction from going
 *
 * cost    of it
 * called  the key in whose line it was first, and which is passed by; others
 *         who wait under a key go first.  NULL: it is in no line
 *
 * Returns the key that is ready last, else the first of those that wait for
 * something to end, or NULL: it may go.
 */
struct limiter_key *limitline_binding(const struct limiter_set *,
    struct bucket_cost cost, const struct limiter_key *called, int64_t now_us);

/* of those that came last into this line, which is not empty, the flow with
 * the most to wait */
struct limiter_flow *limitline_heaviest(const struct limiter_key *);

/* say when this key is to be looked at again, limitdue.h: after each change of
 * its line or of what it lets go */
void limitline_look(struct limiter *, struct limiter_key *, int64_t now_us);

#endif
