#ifndef SEND_POOL_H
#define SEND_POOL_H

#include "chain/link.h"
#include "send/conn.h"

/*
 * The connections of remote-send.  A transaction takes an idle connection
 * of its site, or a new one as long as the limits allow, or waits; a
 * connection that has sent a final dot takes a waiting one at once and
 * pipelines it; an idle one waits a while for the next before QUIT.
 *
 * Calls go down, from here to connections and from these to hosts and
 * bodies; connections call back by struct sendconn_ops.
 */
enum {
	SENDPOOL_SITES = 4096,   /* hash buckets */
	SENDPOOL_RESERVE = 256,  /* descriptors for all else */
	SENDPOOL_RETRIES = 2,    /* at once, after a lost connection
	                           * that told nothing of the message */
	SENDPOOL_STOP_MS = 1500, /* for open transactions at the end */
	SENDPOOL_LAST_MS = 5000, /* then for the reply to a final dot */
	SENDPOOL_TICK_MS = 500   /* by which a deadline may be late */
};

/* set by the owner before sendpool_open(), and what of sendconn_share is */
struct sendpool_limits {
	size_t conns, site_conns; /* in all, for a site */
	size_t waiting;           /* transactions; then the link is held */
	uint64_t rcpts;           /* in a transaction */
};

/* a connection and its place in the pool */
struct sendplace {
	struct sendconn conn; /* the first: one is the other */
	struct sendslot *slot;
	struct sendplace *idle_next;
	size_t index; /* in the pool's conn */
};

struct sendslot { /* a site with what belongs to it now */
	struct sendsite site;
	struct sendslot *hash_next, *ready_next, *want_next;
	struct sendtxn *first, **last;
	struct sendplace *idle;
	size_t n_wait, n_conn, conns;
	unsigned ready : 1, wants : 1;
};

/* all zero but what the owner sets */
struct sendpool {
	struct link *link;
	struct sendpool_limits limit;
	struct sendconn_share share;
	struct sendjob job; /* the one that is read */
	struct buf noted;   /* lines of those that are being sent */
	struct sendslot *hash[SENDPOOL_SITES];
	struct sendslot *ready, *want, **want_last, *last_slot;
	struct sendtxn *open; /* jobs are being added to it */
	struct sendplace **conn;
	size_t n_conn, n_wait, n_idle, n_txn;
	struct loop_timer tick;
	struct loop_hook hook;
	int64_t stop_ms, last_ms;
	unsigned held : 1, closing : 1, stopping : 1, ended : 1;
};

/* begin; limits are set, the link is open; ends the program when there is no
 * memory.  The structure stays where it is as long as the loop runs */
void sendpool_open(struct sendpool *, struct link *);
/* a job line; what cannot be sent is answered at once */
void sendpool_job(struct sendpool *, const char *line, size_t n);
/* no job follows for now: the last transaction is complete */
void sendpool_flush(struct sendpool *);
/* the whole lines of p[0..n) as jobs, as far as the pool is not full, and
 * then the flush; returns the bytes used */
size_t sendpool_take(struct sendpool *, const char *p, size_t n);
static inline int
sendpool_full(const struct sendpool *p)
{
	return p->held;
}
/* no job follows: go on for drain_ms, stop, then close the link down; when
 * called again the earlier end counts */
void sendpool_close(struct sendpool *, int64_t drain_ms);

#endif
