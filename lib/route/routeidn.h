#ifndef ROUTE_ROUTEIDN_H
#define ROUTE_ROUTEIDN_H

#include "route/routing.h"

/*
 * routeidn - a domain as the DNS knows it, in place of one in UTF-8
 *
 * w  of ROUTING_MX: its addr gets that domain.  Where the user is ASCII the
 *    whole address becomes so: no next host needs SMTPUTF8 for it (RFC 6531
 *    section 3.2).
 */
enum routeidn_result {
	ROUTEIDN_GOOD,      /* or nothing was to be done */
	ROUTEIDN_NO_DOMAIN, /* no internationalized domain name; w is as it was */
	ROUTEIDN_TOO_LONG, /* with that domain; addr is empty */
	ROUTEIDN_NO_MEMORY
};
enum routeidn_result routeidn(struct routing *w);

#endif
