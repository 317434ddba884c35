#ifndef ROUTE_ROUTESOURCE_H
#define ROUTE_ROUTESOURCE_H

#include "route/routing.h"

/* From which pool and source a job goes, conf(5), pools. */
enum { ROUTESOURCE_POOLS_MAX = 8 }; /* one spills into the next */

enum routesource_result {
	ROUTESOURCE_GOOD,    /* pool and source; or nobody has made a pool */
	ROUTESOURCE_GONE,    /* no source of pool has its address here */
	ROUTESOURCE_NO_POOL, /* the rule names one that is not there */
	ROUTESOURCE_BROKEN   /* the table is missing or damaged */
};

/* for a job that goes to other hosts: rule, addr and hash stand */
enum routesource_result routesource(struct routing *,
    const struct routing_conf *);

/* by what a job chooses in a pool that is kept to its sources by sticky */
uint64_t routesource_key(const struct routing *, struct slice sticky);
/* has it no address of this machine any more? */
int routesource_gone(const struct routing_conf *, const struct pools_source *);
/* the job goes from it, by those of its addresses that are here */
void routesource_take(struct routing *, const struct routing_conf *,
    const struct pools_source *);
/* the families that a job's source can use, of those that this host has; one of
 * one address sends from no other */
enum hosts_inet routesource_families(const struct routing *, enum hosts_inet);
/* would a receiver take one for the other? */
int routesource_alike(const struct pools_source *, const struct pools_source *);

#endif
