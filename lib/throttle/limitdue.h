#ifndef THROTTLE_LIMITDUE_H
#define THROTTLE_LIMITDUE_H

#include "throttle/limitkey.h"

/*
 * The limiter's keys by the time at which each is to be looked at.  Only the
 * limiter's own files include this.  Times are microseconds, monotonic.
 */

/* room for n keys in all, so that limitdue_set() cannot fail; 0, or -1 with
 * ENOMEM */
int limitdue_reserve(struct limiter *, size_t n);
/* when this key is to be looked at, in place of what was said before;
 * LIMITKEY_NEVER: not */
void limitdue_set(struct limiter *, struct limiter_key *, int64_t due_us);
/* a key that goes: it is not looked at; due_us stays */
void limitdue_cut(struct limiter *, struct limiter_key *);
/* the key that is to be looked at next, NULL: none is */
struct limiter_key *limitdue_next(const struct limiter *);
/* without any key */
void limitdue_free(struct limiter *);

#endif
