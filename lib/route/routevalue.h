#ifndef ROUTE_ROUTEVALUE_H
#define ROUTE_ROUTEVALUE_H

#include "conf/word.h"

/*
 * Values of conditions and actions in `routes`, conf(5), that stand in the table
 * as they are written: each returns NULL, or what is wrong with one.
 */
const char *routevalue_number(struct slice);
/* N or N-M */
const char *routevalue_try(struct slice);
/* times of the week, route/hours.h, in a zone that this machine knows */
const char *routevalue_at(struct slice);
const char *routevalue_per_conn(struct slice);
const char *routevalue_tls(struct slice);
const char *routevalue_via(struct slice);
const char *routevalue_breaker(struct slice);
const char *routevalue_fallback(struct slice);

#endif
