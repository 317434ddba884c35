#ifndef ROUTE_SOURCEASIDE_H
#define ROUTE_SOURCEASIDE_H

#include "base/hash.h"
#include "dns/hostaddr.h"
#include "route/pools.h"

/*
 * Sources whose address this machine does not have any more: nothing is to go
 * from them until it has it again.
 *
 * An address is looked for by bind(2), at most once in SOURCEASIDE_EVERY_US,
 * when a job might go from there.  One that was never here is left alone, for
 * who sends may run elsewhere: of that remote-send(8) says so, result with
 * class:source and src, and it is left out for SOURCEASIDE_TOLD_US.
 */
enum {
	SOURCEASIDE_MAX = 4096, /* sources; of more nothing is known */
	SOURCEASIDE_EVERY_US = 5000000,
	SOURCEASIDE_TOLD_US = 60000000
};

/* which addresses of a source are not here */
enum { SOURCEASIDE_IP = 1, SOURCEASIDE_IP6 = 2 };

/* all zero: nothing is known yet */
struct sourceaside {
	struct hash sources;
	/* is it an address of this machine?  NULL: by bind(2) */
	int (*is_here)(const struct hostaddr *);
};

/*
 * sourceaside_lost - SOURCEASIDE_IP, SOURCEASIDE_IP6, both or 0
 *
 * Both also of a source with one address only, when that is lost, and of one
 * that was told of.  What has changed is told by an event `source'.
 */
unsigned sourceaside_lost(struct sourceaside *, const struct pools_source *,
    int64_t now_us);
/* mail could not be sent from the source of this name */
void sourceaside_told(struct sourceaside *, struct slice name, int64_t now_us);
void sourceaside_free(struct sourceaside *);

#endif
