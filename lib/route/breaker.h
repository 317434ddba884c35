#ifndef ROUTE_BREAKER_H
#define ROUTE_BREAKER_H

#include "base/hash.h"
#include "format/ltsv.h"
#include "conf/word.h"

/*
 * Sites that could not be reached so many times in a row: nothing goes there
 * until one job, the probe, has shown that they can be: breaker: of a rule,
 * conf(5).
 *
 *   closed   failures in a row are counted
 *   open     nothing goes, until a time; then one job does
 *   probing  it is on its way, and nothing else goes; after the same time
 *            again another one does, for it may have been lost
 *
 * Each time that the probe fails too the time is twice as long, up to the
 * rule's second.
 *
 * Pure: times are arguments, microseconds, monotonic.
 */
enum {
	BREAKER_SITES_MAX = 10000,   /* of more nothing is known */
	BREAKER_FAILURES_MAX = 1000, /* of a rule */
	BREAKER_TIME_MAX_S = 86400,  /* of a rule, each of the two */
	BREAKER_TEXT_MAX = 200,      /* bytes that are kept of a reason */
	BREAKER_SITE_MAX = 255       /* bytes of a site */
};

/* what a rule says */
struct breaker_rule {
	uint32_t failures, least_s, most_s;
	unsigned line; /* of routes */
};

enum breaker_state { BREAKER_CLOSED, BREAKER_OPEN, BREAKER_PROBING };

struct breaker_site {
	struct hash_node node;
	struct breaker_rule rule; /* of who asked last */
	uint32_t failures, wait_s;
	uint8_t state;    /* enum breaker_state */
	int64_t until_us; /* open: then one goes; probing: then another one */
	char text[BREAKER_TEXT_MAX + 1]; /* why, escaped as in the result */
	char name[];
};

/* all zero but the seed, random against chosen names: none */
struct breakers {
	struct hash sites;
	uint64_t seed;
};

/* "N/TIME" or "N/TIME..TIME": 0, or -1: it is not that */
int breaker_scan(struct slice, struct breaker_rule *);
/*
 * breaker_ask - may a job go to this site?
 *
 * goes  it does, if it may, and may be the probe; 0: it only asks
 *
 * NULL: yes; else what keeps it, until until_us, valid until the next call.
 */
const struct breaker_site *breaker_ask(struct breakers *,
    const struct breaker_rule *, struct slice site, int goes, int64_t now_us);
/* a result: the site that is open or closed by it, NULL: nothing has changed */
const struct breaker_site *breaker_result(struct breakers *,
    const struct ltsv *, int64_t now_us);
void breaker_free(struct breakers *);

#endif
