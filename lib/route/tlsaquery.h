#ifndef ROUTE_TLSAQUERY_H
#define ROUTE_TLSAQUERY_H

#include "base/buf.h"
#include "dns/resolve.h"
#include "route/hosts.h"

/*
 * The TLSA records of one host, asked for when its addresses are known, RFC
 * 7672 section 2.2: only where the DNS vouches for them, for where it does not,
 * name servers may choke on such a question, and mail would be lost.
 */
enum { TLSAQUERY_NAME_MAX = 253 }; /* bytes of a name in the DNS */

struct tlsaquery {
	/* private but for done, arg and ttl, set before; the rest is zero */
	struct resolve_query q; /* first */
	struct hosts_host *host;
	void (*done)(struct tlsaquery *);
	void *arg;
	unsigned ttl; /* of what was learned; set before: that of the host */
	enum { TLSAQUERY_ALIAS, TLSAQUERY_CANON, TLSAQUERY_NAME } step;
	char name[TLSAQUERY_NAME_MAX + 1];
	struct buf text; /* the host's slice tlsa lies in it */
};

/* is there anything to ask of this host?  It has an address that was asked for */
int tlsaquery_wanted(const struct resolve *, const struct hosts_host *);
/*
 * tlsaquery_ask - ask; fills dane, base and tlsa of the host
 *
 * done() is called once, perhaps from in here.  The host must stay until then,
 * and this as long as the host is used.
 */
void tlsaquery_ask(struct tlsaquery *, struct resolve *, struct hosts_host *);
void tlsaquery_free(struct tlsaquery *);

#endif
