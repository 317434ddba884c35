#ifndef DNS_RESOLVEWATCH_H
#define DNS_RESOLVEWATCH_H

#include "dns/resolve.h"

/*
 * The files that say whom to ask and whose signatures count: CONFDIR/resolver,
 * the keys, and /etc/resolv.conf where nothing else names a server.  They are
 * looked at with a question, once a second at most; when one has changed all is
 * read anew, and what is under way is asked again.  A file that is no good is
 * told, and what it said before goes on to hold.  Only for resolve.c.
 */

/* reads them for the first time, as resolveconf_read(); confdir may be NULL, and
 * stays */
void resolvewatch_begin(struct resolve *, const char *confdir);
/* a question comes; what follows from a change does not come from in here */
void resolvewatch_look(struct resolve *);

#endif
