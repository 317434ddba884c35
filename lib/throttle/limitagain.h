#ifndef THROTTLE_LIMITAGAIN_H
#define THROTTLE_LIMITAGAIN_H

#include "throttle/limitkey.h"

/*
 * What is said of an item that may not go: which limit keeps it, and when to
 * ask again.  Only the limiter's own files include this.
 */

/* the limit of a key that keeps such a transaction now, as text; out has
 * LIMITER_WHY_LEN bytes */
void limitagain_why(const struct limiter_key *, struct bucket_cost,
    int64_t now_us, char *out);
/* next_us and room of an item that is given back, which this key keeps */
void limitagain_say(const struct limiter *, struct limiter_item *,
    struct limiter_key *, int64_t now_us);
/* the same for one that only asks: nobody is told to come */
void limitagain_ask(const struct limiter *, struct limiter_item *,
    struct limiter_key *, int64_t now_us);
/* when the rates of all its keys let an item go that stands at the end of the
 * line of this one */
int64_t limitagain_behind(const struct limiter_item *,
    const struct limiter_key *, int64_t now_us);

#endif
