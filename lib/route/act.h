#ifndef ROUTE_ACT_H
#define ROUTE_ACT_H

#include "chain/wire.h"
#include "route/breaker.h"
#include "route/nexthop.h"
#include "route/routejob.h"
#include "route/spills.h"
#include "route/underway.h"
#include "suppress/suppressask.h"

/*
 * What is done with a job after routing_decide(): it goes down with its
 * hosts, or is answered, or waits for DNS.  All of it dies when memory is
 * out.
 */
struct routeact {
	struct wire *up, *down;
	const char *me; /* to say when the source has no name; lower case */
	struct nexthops *nexthops;
	enum hosts_inet inet;
	const struct lookup *tls_out;   /* NULL: there is none */
	struct suppressask *suppress;   /* NULL: there are no lists */
	const struct lookup *providers; /* NULL: nothing is known of them */
	/* which sources have no more to give, and where pools stand; NULL: that
	 * is not asked */
	const struct spills *spills;
	struct underway *underway; /* NULL: it is not counted */
	struct breakers *breakers; /* NULL: there are none */
	const struct routing_conf *conf;
	struct routewhy *why; /* gets what is said to a job that only asks */
};

/*
 * Returns NULL when the job is answered or gone down, else the destination
 * that is asked for: let the job wait for it, decide and act again.
 */
struct nexthop *routeact_do(const struct routeact *, const struct routejob *,
    struct routing *);
/* a result of our own; where: for its domain */
void routeact_answer(const struct routeact *, const struct routejob *,
    const struct routing *, const char *status, const char *esc,
    const char *class, const char *text);

#endif
