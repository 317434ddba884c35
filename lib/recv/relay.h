#ifndef RECV_RELAY_H
#define RECV_RELAY_H

#include "conf/conffile.h"
#include "conf/lookup.h"

/*
 * Who may relay: the file `relay`, conf(5), with rules as tcprules(1) of
 * ucspi-tcp has them, and the same records, so that tcpserver -x reads the
 * table too.  Of several rules
 * for one address the first holds.  Record: key the address, data a sequence of "D" (deny) and
 * "+NAME=VALUE", each with a NUL behind it.
 */
extern const struct conffile conffile_relay;

enum {
	RELAY_SUFFIX_MAX = 256 /* RELAYCLIENT's value, with NUL */
};

/* what a rule says beside its verdict */
struct relay_rule {
	char suffix[RELAY_SUFFIX_MAX]; /* RELAYCLIENT's value, of RELAY_ALLOW */
	unsigned proxy : 1, /* PROXY: a header says who the client is */
	    xclient : 1;    /* XCLIENT: so may the command */
};

enum relay_verdict { RELAY_NONE, RELAY_ALLOW, RELAY_DENY, RELAY_BROKEN };

/*
 * relay_find - the rule for a client, looked for as tcpserver does
 *
 * ip    the address as text, IPv6 compressed and in lower case
 * host  its name, or NULL
 * rule  receives what else it says
 *
 * The order: ip, =host, prefixes of ip that end with a dot or colon, the
 * longest first, suffixes of host from a dot on with = before them, "=" if
 * there is a host, the empty key.  The first that is there decides.
 *
 * RELAY_NONE   may connect, must not relay (also when no rule matches)
 * RELAY_ALLOW  may relay; the suffix stands behind each recipient
 * RELAY_DENY   must not even connect
 * RELAY_BROKEN the table is missing or damaged: as RELAY_NONE, and say so
 */
enum relay_verdict relay_find(const struct lookup *, const char *ip,
    const char *host, struct relay_rule *rule);

#endif
