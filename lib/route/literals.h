#ifndef ROUTE_LITERALS_H
#define ROUTE_LITERALS_H

#include "route/hosts.h"
#include "route/routing.h"

/* Hosts that need no DNS: where an address stands in place of a name. */

/*
 * literals_address - the host of user@[192.0.2.1], user@[IPv6:2001:db8::1]
 * (RFC 5321 section 4.1.3)
 *
 * to  its domain begins with '['
 * h   gets the answer, perhaps without a host, as of hosts_finish(); for
 *     hosts_free() when 1 is returned
 *
 * Returns 1, 0 when it is no address, -1 with ENOMEM.
 */
int literals_address(const struct address *to, const struct hostaddr_policy *,
    struct hosts *h);
/*
 * literals_rule - site and mx of a rule whose hosts are literals or a path
 *
 * Returns 1, 0 when a host has a name, -1 with ENOMEM.
 */
int literals_rule(const struct routing *, struct buf *site, struct buf *mx,
    char groups[2 * ROUTES_HOSTS_MAX + 1]);

#endif
