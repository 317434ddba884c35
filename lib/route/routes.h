#ifndef ROUTE_ROUTES_H
#define ROUTE_ROUTES_H

#include "conf/lookup.h"
#include "conf/rulesearch.h"
#include "conf/word.h"
#include "route/hours.h"

/*
 * Which rule of the file `routes` takes a job, route/routefile.h, and its
 * parts.
 */
enum { ROUTES_HOSTS_MAX = 16 }; /* host: in one rule */

/* the word of the table for =least behind its hosts */
#define ROUTES_LEAST "least"

/* what a rule may look at; addresses in lower case */
struct routes_job {
	const struct address *to, *from; /* from->len 0: null sender */
	struct slice tenant, user;
	const struct slice *tag;
	unsigned n_tag;
	uint64_t size, try;
	/* of the last attempt; empty: there was none, or it is not known */
	struct slice last_class, last_failure, last_src;
	const struct lookup *local; /* domains that to:<local> means */
	/* NULL, or: tenant, tag, user, size, try and the rest are not known
	 * yet.  A
	 * rule that asks for them does not match, and this becomes 1 */
	unsigned *doubt;
	/* since 1970; 0: not known, and no at: holds */
	int64_t at_s;
	hours_clock *clock; /* may be NULL, as if at_s was 0 */
	/* NULL, or in place of a moment: does it hold at all of these? */
	const struct hours *whole;
};

enum routes_what {
	ROUTES_UNSAID, /* only pool:, via: and the like: local or MX */
	ROUTES_MX,
	ROUTES_HOST,
	ROUTES_LMTP,
	ROUTES_LOCAL,
	ROUTES_REJECT,
	ROUTES_DEFER,
	ROUTES_DISCARD,
	ROUTES_REWRITE
};

struct routes_host {
	struct slice name; /* host name, address literal without brackets,
	                    * or a path that begins with / */
	unsigned port;     /* 0 for a path */
	unsigned literal;
};

/* a rule that matched; slices are valid until the table is replaced */
struct routes_rule {
	unsigned line;
	enum routes_what what;
	struct slice text; /* REJECT, DEFER: the text; REWRITE: the address */
	struct routes_host host[ROUTES_HOSTS_MAX];
	unsigned n_host;
	unsigned least; /* they are as good as each other: =least */
	struct slice pool, via, tls, per_conn; /* n 0: not given */
	struct slice breaker, fallback;        /* the same */
};

/*
 * routes_find - the first rule below line `after` that matches
 * Returns 1, 0 when there is none, -1 when the table is damaged.
 */
int routes_find(const struct rulesearch *, const struct lookup *,
    const struct routes_job *, unsigned after, struct routes_rule *);

/*
 * routes_rewrite - the address that rewrite: makes of another
 *
 * with is user@domain, @domain or user@; the half that is missing stays.
 * 0, or -1 when it gets too long.
 */
int routes_rewrite(struct buf *out, struct slice with, const char *to,
    size_t n);

/*
 * host[:PORT], [IP][:PORT], or with lmtp a path.  0, or -1 when it is none.
 */
int routes_host(struct slice, unsigned port, struct routes_host *);

/*
 * routes_pools - walk through the pools that rules name
 * *at is 0 at first.  1 with line and name, 0 at the end, -1 damaged.
 */
int routes_pools(const struct lookup *, size_t *at, unsigned *line,
    struct slice *name);

/* the same of the names in last-src: */
int routes_sources(const struct lookup *, size_t *at, unsigned *line,
    struct slice *name);
/* the same of the names in failure: */
int routes_failures(const struct lookup *, size_t *at, unsigned *line,
    struct slice *name);

/* NAME[=WEIGHT],...: one of them, chosen by hash */
struct slice routes_pool(struct slice list, uint64_t hash);
/* ends the list in =least? */
int routes_least(struct slice list);

#endif
