#ifndef ROUTE_ROUTEEXPLAIN_H
#define ROUTE_ROUTEEXPLAIN_H

#include "route/routewhy.h"

/*
 * What would become of a recipient, for people: route -n.  The decision is
 * made; here are the hosts, who runs them and how mail to them is protected, a
 * line each behind the steps of the decision.
 */
enum routeexplain_end {
	ROUTEEXPLAIN_GOES,
	ROUTEEXPLAIN_LATER, /* nobody knows how, or the DNS does not now */
	ROUTEEXPLAIN_NEVER
};

struct routeexplain {
	struct routing *routing;
	const struct routing_job *job;
	const struct lookup *tls_out, *providers; /* as in routeact */
	enum hosts_inet inet;
	struct routewhy *why; /* where it is put */
	enum routeexplain_end end;
	/* internal */
	struct protect how;
	struct buf list;
};

/* why it does not go, in the words of a result; status "bounced" or
 * "deferred".  0, or -1 with ENOMEM */
int routeexplain_none(struct routeexplain *, const char *status,
    const char *esc, const char *class, const char *text);
/*
 * routeexplain_hosts - provider, protection, site and hosts
 *
 * hosts  of the DNS; NULL: a rule names them, by their addresses
 *
 * 0, or -1 with ENOMEM; end says whether it goes.
 */
int routeexplain_hosts(struct routeexplain *, const struct hosts *hosts);
/* is it a host whose addresses the DNS has? */
int routeexplain_wants_dns(const struct routing *);
void routeexplain_free(struct routeexplain *);

#endif
