#ifndef ROUTE_SUSPENDIF_H
#define ROUTE_SUSPENDIF_H

#include "conf/word.h"
#include <stdint.h>

/*
 * The label suspend-if, job(5): orders that suspend a job if it goes by a
 * certain pool, to a certain site or provider, blank separated, each
 *
 *   NUMBER,UNTIL,KIND=NAME,...
 *
 * with kinds via, site and provider; of several of one kind one must agree,
 * and all kinds must.  Pure.
 */
struct suspendif_way {
	struct slice via, site, provider; /* n 0: none */
};

/* 1: an order suspends what goes that way; its number, and the time of UNTIL,
 * seconds since 1970.  0: none; what cannot be read is none */
int suspendif(struct slice label, const struct suspendif_way *,
    uint64_t *number, uint64_t *until);

#endif
