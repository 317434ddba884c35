#ifndef CHAIN_REFUSED_H
#define CHAIN_REFUSED_H

#include "base/loop.h"
#include "chain/refusals.h"

/*
 * Which refusals are events of their own, and the sums of the others
 * (chain/refusals.h) as events `rejected`.  A window ends in the event loop.
 */

/* all zero: nothing was counted yet; must stay where it is while it counts */
struct refused {
	struct refusals refusals;
	struct loop_timer window;
};

/* one more, answered with code: 1, tell it; 0, it will be in a sum.  IPv6
 * addresses count with all of their /64 */
int refused_tell(struct refused *, const unsigned char ip[16], int ours,
    unsigned code);
/* the same for an address as text; one that is NULL or none is told always */
int refused_client(struct refused *, const char *ip, int ours, unsigned code);
/* the sums that were not told yet; before the program ends, or the owner */
void refused_end(struct refused *);

#endif
