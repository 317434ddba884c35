#ifndef THROTTLE_LIMITFLOW_H
#define THROTTLE_LIMITFLOW_H

#include "throttle/limitkeys.h"

/* The limiter's flows: limiter_flow() finds or makes the one of a job, with
 * its set of keys.  Only the limiter's own files include this. */

/* the pools that are known */
void limitflow_vias_free(struct limiter *);

#endif
