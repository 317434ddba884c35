#ifndef ROUTE_POOLS_H
#define ROUTE_POOLS_H

#include "conf/conffile.h"
#include "conf/lookup.h"
#include "conf/word.h"

/*
 * The file `pools`, conf(5): where outgoing mail comes from.
 *
 *   NAME [name=SOURCE] [source=IP[,IP6]] [helo=HOST] [weight=N]
 *
 * one source a line; the same NAME again adds a source.  Record: key NAME,
 * data a line for each source: "LINE SOURCE IP IP6 HELO WEIGHT\n", TAB
 * between, - for what is not given.
 */
extern const struct conffile conffile_pools;

enum {
	POOLS_WEIGHT_MAX = 1000000,
	POOLS_SOURCES_MAX = 256 /* of one pool */
};

struct pools_source {
	unsigned line;
	struct slice name, ip, ip6, helo; /* n 0: not given */
};

/*
 * pools_choose - one source of a pool, by weight
 *
 * hash  the choice: the same for the same job, spread over all bits
 * Returns 1, 0 when there is no such pool, -1 when the table is missing or
 * damaged.  The slices are valid until the table is replaced.
 */
int pools_choose(const struct lookup *, const char *pool, size_t n,
    uint64_t hash, struct pools_source *);

/* all sources of a record, one after the other: 1, 0 at the end, -1 when it
 * is damaged */
int pools_each(struct slice *record, struct pools_source *);

#endif
