#ifndef ROUTE_PLANEVENT_H
#define ROUTE_PLANEVENT_H

#include "route/protect.h"

/*
 * The event `tls` of route, event(5): mail for a domain goes nowhere, for what
 * its DNS or its MTA-STS policy says allows none of its hosts.  What only the
 * site or the message wanted is no business of the domain's.
 */
enum {
	PLANEVENT_AGAIN_MS = 60000, /* until it is said of a domain again */
	PLANEVENT_KEPT = 256        /* domains of which that is known */
};

/* a plan without hosts, for the domain; says so, or does not */
void planevent(const struct protect *, struct slice domain);

#endif
