#ifndef ROUTE_PROVIDERTABLE_H
#define ROUTE_PROVIDERTABLE_H

#include "base/table.h"
#include "conf/lookup.h"
#include "conf/shippedtable.h"

/*
 * The table of providers for a program: CONFDIR/providers.cdb, and where the
 * site never had one, the shipped lines, compiled in memory.  All zero before
 * it is opened; it must stay where it is.
 */
struct providertable {
	struct table site;
	struct shippedtable shipped;
	struct lookup lookup; /* for providers_find() */
};

/* dies when the site's is not readable, or its text not compiled */
void providertable_open(struct providertable *, const char *confdir);
/* is there a newer one? */
void providertable_check(struct providertable *);

#endif
