#ifndef IMPORT_POSTFIXHOP_H
#define IMPORT_POSTFIXHOP_H

#include "import/import.h"

/*
 * What Postfix says of where a message goes, its page transport, as actions of
 * routes, conf(5).
 */
enum {
	POSTFIXHOP_CLONES_MAX = 64 /* names of transports that are like smtp */
};

/* what the tables do not say of themselves */
struct postfixhop_site {
	/* transports of master.cf that are smtp under another name */
	const char *clone[POSTFIXHOP_CLONES_MAX];
	unsigned clones;
	/* a name without brackets is a host, not a domain with an MX */
	unsigned names_are_hosts : 1;
};

/* "nothing to be changed", as an action that changes nothing */
extern const char postfixhop_unsaid[];

/*
 * postfixhop_action - TRANSPORT:NEXTHOP
 *
 * own  the domain that the table's line is about; empty: not one domain
 * out  receives the actions
 *
 * Returns NULL, or why routes cannot say it.
 */
const char *postfixhop_action(const struct postfixhop_site *, struct import *,
    struct buf *out, struct slice value, struct slice own);

/* the same of NEXTHOP alone, by SMTP */
const char *postfixhop_hosts(const struct postfixhop_site *, struct import *,
    struct buf *out, struct slice nexthop, struct slice own);

#endif
