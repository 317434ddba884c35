#ifndef ROUTE_ROUTEWHY_H
#define ROUTE_ROUTEWHY_H

#include "route/protect.h"
#include "route/routing.h"

/*
 * The steps of a decision in words, a line each with file and line of what
 * decides: for route -n, and for a job that only asks, job(5), explain.
 */
struct routewhy {
	struct buf text;   /* foreign bytes stand in it as they came */
	unsigned lost : 1; /* memory was out: not all stands there */
};

/* as `said' of a struct routing, with the struct routewhy as its argument */
void routewhy_step(void *, const char *file, unsigned line, const char *text);
/* who runs the servers, if that is known */
void routewhy_provider(struct routewhy *, const struct routing *);
/* the hosts that the policy leaves out */
void routewhy_left_out(struct routewhy *, const struct protect *);
/* the label why-route into a line that has begun; NULL: none.  0, or -1 with
 * ENOMEM */
int routewhy_put(struct buf *, const struct routewhy *);

#endif
