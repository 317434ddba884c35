#ifndef ROUTE_NEXTHOP_H
#define ROUTE_NEXTHOP_H

#include "base/buf.h"
#include "base/hash.h"
#include "base/list.h"
#include "dns/resolve.h"
#include "route/hosts.h"
#include "route/routes.h"

/*
 * Destinations: what DNS says about a domain or a relay host, asked once
 * for all jobs that wait for it, and kept for a while.
 */
enum {
	NEXTHOP_KEPT_MAX = 4096,  /* answers kept */
	NEXTHOP_ASKING_MAX = 512, /* destinations asked for at the same time */
	NEXTHOP_WAIT_BYTES = 8 << 20, /* lines waiting: nexthop_full() */
	NEXTHOP_WAIT_MAX = 10000,     /* the same, counted */
	NEXTHOP_TTL_MIN_S = 30,
	NEXTHOP_TTL_MAX_S = 3600,
	NEXTHOP_BAD_TTL_MAX_S = 300, /* no such domain, null MX and the like */
	NEXTHOP_FAILED_TTL_S = 10,   /* DNS gave no answer */
	NEXTHOP_STS_TTL_S = 300      /* what sts-fetch has said */
};

struct nexthop;

/* all that are known */
struct nexthops {
	/* set by who has them, all else is zero at first */
	struct resolve *dns;
	struct hostaddr_policy policy;
	int ask4, ask6; /* which addresses to ask for */
	int ask_sts;    /* for the MTA-STS policy, too: stsask_setup() */
	/* a line that waited so long, its destination is ready now */
	void (*line)(void *arg, const char *p, size_t n, int64_t ms,
	    struct nexthop *);
	/* nexthop_full() was true and is no longer */
	void (*drained)(void *arg);
	void *arg;
	/* private */
	struct hash all;
	struct list kept;  /* answered, the one used last first */
	struct list queue; /* not asked for yet, the oldest last */
	unsigned n_kept, n_asking, n_wait;
	size_t wait_bytes;
	struct buf key;
	unsigned was_full : 1;
};

/*
 * The destination for the MX of a domain (lower case), or for hosts given
 * by name, least: as good as each other; asks if it is not known or too old.  NULL with ENOMEM.
 */
struct nexthop *nexthop_mx(struct nexthops *, const char *domain, size_t n);
struct nexthop *nexthop_hosts(struct nexthops *, const struct routes_host *,
    unsigned n, int lmtp, int least);
/* the answer, or NULL while it is asked for */
const struct hosts *nexthop_answer(const struct nexthop *);
/* let a line wait for it */
void nexthop_wait(struct nexthop *, const char *line, size_t n);
/* 1 when so much waits that no more lines are to come, else 0 */
int nexthop_full(const struct nexthops *);
/* take all lines that wait, one after the other; nothing waits any more */
void nexthop_give_up(struct nexthops *,
    void (*line)(void *arg, const char *p, size_t n), void *arg);

#endif
