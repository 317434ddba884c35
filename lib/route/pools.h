#ifndef ROUTE_POOLS_H
#define ROUTE_POOLS_H

#include "conf/conffile.h"
#include "conf/lookup.h"
#include "conf/word.h"

/*
 * The file `pools`, conf(5): where outgoing mail comes from.
 *
 *   NAME [name=SOURCE] [source=IP[,IP6]] [helo=HOST] [weight=N]
 *        [socks=IP:PORT [socks-login=LOGIN]] [proxy=IP:PORT]
 *   NAME [sticky=KEY | choose=least] [spill=POOL]
 *
 * one source a line; the same NAME again adds a source.  A line with words of
 * the pool alone adds none.  Record: key NAME, data a line for each
 * source: "LINE SOURCE IP IP6 HELO WEIGHT\n", TAB between, - for what is not
 * given; behind a
 * TAB SOCKS, LOGIN and PROXY, where there is a relay.  Before them, where the
 * pool has such words: "=\tSTICKY\tSPILL\n".  An empty record POOLS_SOURCE_KEY
 * and SOURCE for each source.
 */
#define POOLS_SOURCE_KEY "=src:"

extern const struct conffile conffile_pools;

enum {
	POOLS_WEIGHT_MAX = 1000000,
	POOLS_SOURCES_MAX = 256,             /* of one pool */
	POOLS_STICKY_MAX = WORD_NAME_MAX + 4 /* bytes of sticky=, tag:NAME */
};

struct pools_source {
	unsigned line;
	struct slice name, ip, ip6, helo; /* n 0: not given */
	struct slice socks, login,
	    proxy; /* the same; a relay as a job has it */
	uint64_t weight;
};

/* a pool as it stands in the table; slices are valid until that is replaced */
struct pools_pool {
	struct slice record;        /* of its sources, for pools_each() */
	struct slice sticky, spill; /* n 0: not given */
	unsigned least : 1;         /* choose=least, in place of sticky */
};

/* 1, 0 when there is no such pool, -1 when the table is missing or damaged */
int pools_find(const struct lookup *, const char *pool, size_t n,
    struct pools_pool *);

/* all sources of a record, one after the other: 1, 0 at the end, -1 when it
 * is damaged */
int pools_each(struct slice *record, struct pools_source *);

#endif
