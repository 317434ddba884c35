#ifndef ROUTE_TABLES_H
#define ROUTE_TABLES_H

#include "base/table.h"
#include "conf/local.h"
#include "route/routing.h"

/*
 * The tables by which route decides: routes, aliases, pools and local; how mail
 * is protected on its way, tls-out; what comes back, feedback; and prohibited.  All zero
 * before they are opened; they must stay where they are.
 */
enum { ROUTETABLES_N = 7 };

struct routetables {
	struct table table[ROUTETABLES_N];
	struct local_default local;
	struct lookup tls_out;
};

/*
 * into conf; a table whose file was never there is empty, but what is local
 * by default under the name me is so.  Dies when one is damaged, not
 * readable, or its text not compiled.
 */
void routetables_open(struct routetables *, struct routing_conf *,
    const char *confdir, const char *me);
/* is there a newer one?  A damaged one is told, and what needs it fails */
void routetables_check(struct routetables *, struct routing_conf *);

#endif
