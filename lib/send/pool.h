#ifndef SEND_POOL_H
#define SEND_POOL_H

#include "send/answers.h"
#include "send/places.h"

/*
 * The connections of remote-send.  A transaction takes an idle connection
 * of its site, or a new one as long as the limits allow, or waits; a
 * connection that has sent a final dot takes a waiting one at once and
 * pipelines it; an idle one waits a while for the next before QUIT.
 *
 * Calls go down: gather.h makes jobs into transactions and gives them to the
 * pool, the pool gives them to connections, and these have hosts and bodies.
 * Connections call back by struct sendconn_ops.
 */
enum {
	SENDPOOL_RESERVE = 256,  /* descriptors for all else */
	SENDPOOL_RETRIES = 2,    /* at once, after a lost connection
				  * that told nothing of the message */
	SENDPOOL_LOOK = 16,      /* transactions of a line, for one that the
				  * host of a connection is for; so often
				  * others go before one */
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

/* all zero but what the owner sets */
struct sendpool {
	struct sendpool_limits limit;
	struct sendconn_share share;
	struct sendanswers answers;
	struct sendsites sites;
	struct sendjob job;      /* the one that is read */
	struct list ready, want; /* sites to be looked at; without a place */
	struct sendplaces places;
	size_t n_txn; /* transactions that wait or are sent */
	struct loop_timer tick;
	void (*on_tick)(void *);
	struct loop_hook hook;
	int64_t stop_ms, last_ms;
	unsigned held : 1, closing : 1, ended : 1;
};

/* begin; limits are set, the link is open; ends the program when there is no
 * memory.  The structure stays where it is as long as the loop runs */
void sendpool_open(struct sendpool *, struct link *);
/* 1 when no more transactions are taken for now, else 0 */
static inline int
sendpool_full(const struct sendpool *p)
{
	return p->held;
}
/* the site of a job; NULL when there is no memory, or its key is too long.  It
 * stays at least until the loop waits */
struct sendslot *sendpool_slot(struct sendpool *, const struct sendjob *);
/* a whole transaction, its slot set, is the pool's from now on */
void sendpool_add(struct sendpool *, struct sendtxn *);
/* no job follows: go on for drain_ms, stop, then close the link down; when
 * called again the earlier end counts */
void sendpool_close(struct sendpool *, int64_t drain_ms);

#endif
