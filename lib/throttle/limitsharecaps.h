#ifndef THROTTLE_LIMITSHARECAPS_H
#define THROTTLE_LIMITSHARECAPS_H

#include "throttle/limitshare.h"

/*
 * The shared caps of a key: what this machine has of each, capshare.h, in the
 * hour or day that is now.  Only the limiter's own files include this.
 *
 * Whoever is asked may know nothing any more.  Then all that is had of any cap
 * is told, and when all of it has an answer, that this was all, `told'.
 */

/* when what is had of a cap lets so much go: now, or about then; where others
 * have all, later than anybody waits for here */
int64_t limitsharecaps_ready(const struct limiter_key *, unsigned cap,
    uint32_t cost, int64_t now_us);
/* what may go soon: what is left of the cap, or, while nobody answers, of what
 * is had */
uint64_t limitsharecaps_left(const struct limiter_key *, unsigned cap,
    int64_t now_us);
/* what is had of it, used or not */
uint32_t limitsharecaps_got(const struct limiter_key *, unsigned cap);
/* the cap of which too little is had here, though it is not used up; NULL:
 * none.  until_us: no more is to be had before that; now: it is asked for */
const struct throttle_cap *limitsharecaps_binding(const struct limiter_key *,
    struct bucket_cost, int64_t now_us, int64_t *until_us);
/* somebody waits; 1: for what is to be asked */
int limitsharecaps_want(struct limiter_key *, unsigned cap, uint32_t cost,
    int64_t now_us);
/* something has gone, and counts already */
void limitsharecaps_took(struct limiter *, struct limiter_key *,
    int64_t now_us);
/* what is due of a cap; when it is next */
int64_t limitsharecaps_look(struct limiter *, struct limiter_key *,
    unsigned cap, int64_t now_us);
/* all that is had is told; and goes back, but what is used */
void limitsharecaps_tell(struct limiter *, int64_t now_us);
void limitsharecaps_leave(struct limiter *, int64_t now_us);
/* was that all?  Then it is said; when this is next to be asked */
int64_t limitsharecaps_told(struct limiter *, int64_t now_us);
void limitsharecaps_told_answered(struct limiter *, const struct lease_answer *,
    int64_t now_us);
/* an answer; 1, or 0: to no question */
int limitsharecaps_answered(struct limiter *, struct limitshare *,
    const struct lease_answer *, int64_t now_us);
/* it goes, and is told by nobody */
void limitsharecaps_free(struct limiter *, struct limitshare *);

#endif
