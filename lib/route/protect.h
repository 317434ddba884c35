#ifndef ROUTE_PROTECT_H
#define ROUTE_PROTECT_H

#include "route/routing.h"
#include "route/tlsplan.h"

/* What is known of a job and its hosts together, and the plan that follows:
 * route/tlsplan.h.  Reused from job to job. */
struct protect {
	struct tlsplan plan;
	struct tlsplan_in in; /* the rest is what it points to */
	struct tlsout_line line;
	struct tlsplan_host host[HOSTS_MAX];
	char nexthop[WORD_DOMAIN_MAX + 1];
	struct buf tlsa; /* the label */
};

enum protect_found {
	PROTECT_GOOD,    /* there is a plan */
	PROTECT_DAMAGED, /* the table is, and nobody knows how */
	PROTECT_NO_MEMORY
};

/*
 * protect_decide - the plan for a job
 *
 * tls_out  the table; NULL: there is none
 * w, job   where it goes: the domain is lower case, in A-labels
 * hosts    of ROUTING_MX and of rules that name hosts by name; NULL: they need
 *          no DNS
 *
 * All of it must stay as long as the plan.
 */
enum protect_found protect_decide(struct protect *,
    const struct lookup *tls_out, const struct routing *w,
    const struct routing_job *job, const struct hosts *hosts);
/* why a host is not to be tried, for people; NULL: it may be */
const char *protect_why(const struct protect *, unsigned host,
    char text[TLSPLAN_TEXT_MAX]);

#endif
