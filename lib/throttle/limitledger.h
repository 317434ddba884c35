#ifndef THROTTLE_LIMITLEDGER_H
#define THROTTLE_LIMITLEDGER_H

#include "base/buf.h"
#include "throttle/limiter.h"

/*
 * What a transaction has taken from, for throttle-ledger(5).  0, or -1 with
 * ENOMEM.
 *
 * A field `took' for each key of a granted item that counts something: its
 * limits in the words of conf/throttle with commas between, a blank, and its
 * name; behind the limits `backoff', or `backoff=N' when at most N are allowed
 * there now.
 */
int limitledger_took(struct buf *, const struct limiter_item *, int64_t now_us);

/*
 * limitledger_mark - what tells what limitledger_took() would say from what it
 * says of other items, appended as bytes that mean nothing elsewhere
 *
 * As long as the table of rules stays, and for items of the same labels.
 */
int limitledger_mark(struct buf *, const struct limiter_item *, int64_t now_us);

/* tells one table of rules from another: the same whatever their order */
uint64_t limitledger_rules(const struct throttle_rules *);

#endif
