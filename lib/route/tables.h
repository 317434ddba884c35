#ifndef ROUTE_TABLES_H
#define ROUTE_TABLES_H

#include "route/routing.h"

/*
 * The tables by which route decides: routes, aliases, pools and local, one
 * set for the program.
 */

/*
 * into conf; a table whose file was never there is empty, but what is local
 * by default under the name me is so.  Dies when one is damaged, not
 * readable, or its text not compiled.
 */
void routetables_open(struct routing_conf *, const char *confdir,
    const char *me);
/* is there a newer one?  A damaged one is told, and what needs it fails */
void routetables_check(struct routing_conf *);

#endif
