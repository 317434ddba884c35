#ifndef ROUTE_ROUTESUPPRESS_H
#define ROUTE_ROUTESUPPRESS_H

#include "route/routeresult.h"
#include "suppress/suppressask.h"

/*
 * routesuppress - may a job go, by the lists of who gets no more mail?
 *
 * It is asked of our own people's mail that goes somewhere: of its address as
 * it was queued, and as it goes.
 *
 * out  gets the result when it may not go, or that is not known now; an
 *      address that is suppressed is said by the event `suppressed', too, of
 *      a job that does not only ask
 *
 * Returns 0: it may go; 1: it is answered; -1 with ENOMEM.
 */
int routesuppress(struct suppressask *, const struct routejob *,
    const struct routing *, int64_t now_s, struct buf *out);

#endif
