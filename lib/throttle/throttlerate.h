#ifndef THROTTLE_THROTTLERATE_H
#define THROTTLE_THROTTLERATE_H

#include "throttle/throttle.h"

/* Rates in the text of conf/throttle, conf-throttle(5): each adds to the rule,
 * and returns NULL, or what is wrong. */

/* N/PERIOD, one more of what is counted */
const char *throttlerate_add(struct throttle_rule *, struct slice,
    enum bucket_unit what);
/* the burst of the last of them */
const char *throttlerate_burst(struct throttle_rule *, struct slice);
/*
 * throttlerate_range - N or LEAST..N
 *
 * least  receives 0 without a range.  0, or -1: it is neither, or a number is
 * not 1 to max, or LEAST not below N.
 */
int throttlerate_range(struct slice, uint64_t max, uint64_t *least,
    uint64_t *n);

#endif
