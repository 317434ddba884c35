#ifndef SUPPRESS_SUPPRESSEDALL_H
#define SUPPRESS_SUPPRESSEDALL_H

#include "suppress/suppressed.h"

/*
 * suppressedall - what is known of one address, for whoever it holds
 *
 * take  gets the last line of each tenant and stream: an entry, one that was
 *       taken off, failures that were counted; other than 0 ends it
 *
 * The table is read from end to end, since its keys say nothing of who has
 * entries.  What take() returned, 0, or -1 with errno.
 */
int suppressedall(struct suppressed *, const struct suppressline *whose,
    int (*take)(void *arg, const struct suppressline *), void *arg);

#endif
