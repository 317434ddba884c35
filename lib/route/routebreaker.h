#ifndef ROUTE_ROUTEBREAKER_H
#define ROUTE_ROUTEBREAKER_H

#include "route/breaker.h"
#include "route/routing.h"

/* The words breaker: and fallback: of a rule, conf(5), for a job. */
enum routebreaker_step {
	ROUTEBREAKER_GO,      /* to where it was to go */
	ROUTEBREAKER_INSTEAD, /* to the hosts of fallback:, which stand in the
			       * rule now; they are not asked for again */
	ROUTEBREAKER_WAIT     /* it is to come again */
};

/*
 * routebreaker - may a job go to its site?
 *
 * goes  as breaker_ask() has it
 * why   what keeps it, with INSTEAD and WAIT
 */
enum routebreaker_step routebreaker(struct routing *, struct breakers *,
    struct slice site, int goes, int64_t now_us,
    const struct breaker_site **why);

/* the event of what a result has opened or closed */
void routebreaker_event(const struct breaker_site *);

#endif
