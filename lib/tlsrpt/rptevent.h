#ifndef TLSRPT_RPTEVENT_H
#define TLSRPT_RPTEVENT_H

#include "dns/dnsq.h"
#include <stddef.h>
#include <stdint.h>

/*
 * Events `tls` and `sts`, event(5), as far as a report to the owner of a
 * domain tells them (RFC 8460 section 4).
 */
enum {
	RPT_POLICY_MAX = 1024, /* bytes of the records, or of the policy's id */
	RPT_TEXT_MAX = 200,    /* bytes of why; the rest is cut */
	RPT_IP_MAX = 45
};

/* policy-type, in the order of a report */
enum rpttype { RPT_TLSA, RPT_STS, RPT_NO_POLICY };

struct rptevent {
	int64_t time;                   /* seconds since 1970 */
	char domain[DNSQ_NAME_MAX + 1]; /* the policy's, in lower case */
	enum rpttype type;
	char policy[RPT_POLICY_MAX +
	    1];             /* TLSA records, sorted, with commas between,
					  * id of an MTA-STS policy; "": not
					  * known */
	const char *result; /* a word of RFC 8460 section 4.3; NULL: a session
			     * as it should be */
	/* with a result; "": not known */
	char from_ip[RPT_IP_MAX + 1], ip[RPT_IP_MAX + 1];
	char host[DNSQ_NAME_MAX + 1];
	char text[RPT_TEXT_MAX + 1];
};

/*
 * rptevent_read - one line of a log, with the logger's time in front or
 * without
 *
 * Returns 1; 0 when it is none of these, or none that anybody gets a report
 * about: a policy that was fetched, a session with no domain's hosts, or one
 * in which the sender's wish went before any policy (RFC 8689 section 3, as
 * that of reports themselves: RFC 8460 section 3); -1 when it lacks what a
 * report needs, or has it in no form that a report could.
 */
int rptevent_read(struct rptevent *, const char *line, size_t n);

#endif
