#ifndef ROUTE_ROUTEPROVIDER_H
#define ROUTE_ROUTEPROVIDER_H

#include "route/routing.h"

/*
 * routeprovider - who runs the servers of the recipient's domain, into routing
 *
 * providers  the table; NULL: nothing is known of them
 * hosts      where it goes by what the DNS says; NULL: by a rule
 *
 * Returns 0, also where it is nobody that is known, or -1: the table is damaged.
 */
int routeprovider(const struct lookup *providers, struct routing *,
    const struct hosts *hosts);

#endif
