#ifndef SEND_POOL_H
#define SEND_POOL_H

#include "base/loop.h"
#include "chain/link.h"
#include "send/body.h"
#include "send/host.h"

/*
 * The connections of remote-send.  A transaction takes an idle connection
 * of its site, or a new one as long as the limits allow, or waits; a
 * connection that has sent a final dot takes a waiting one at once and
 * pipelines it; an idle one waits a while for the next before QUIT.
 *
 *   pool.c  sites, waiting transactions, limits, the ticking clock
 *   conn.c  one connection: hosts in turn, the session, the message
 */
enum {
	SENDPOOL_SITES = 4096, /* hash buckets */
	SENDPOOL_SAVE = 16384, /* unsent bytes kept by a connection */
	SENDPOOL_READ = 65536,
	SENDPOOL_OUT_MAX = 1 << 20, /* a larger shared buffer is given back */
	SENDPOOL_RESERVE = 256,     /* descriptors for all else */
	SENDPOOL_RETRIES = 2,       /* at once, after a lost connection
	                                 * that told nothing of the message */
	SENDPOOL_STOP_MS = 1500,    /* for open transactions at the end */
	SENDPOOL_LAST_MS = 5000,    /* then for the reply to a final dot */
	SENDPOOL_TICK_MS = 500,
	SENDPOOL_LOCAL_MS = 10000, /* after trouble of our own */
	SENDPOOL_SHARE = 10,       /* messages of a connection while other
	                                 * sites wait for a place */
	SENDPOOL_TURN = 16         /* chunks before others have a turn */
};

enum sendpool_wait {
	SENDPOOL_CONNECT,
	SENDPOOL_GREETING,
	SENDPOOL_HELO,
	SENDPOOL_MAIL,
	SENDPOOL_RCPT,
	SENDPOOL_DATA,
	SENDPOOL_BLOCK,
	SENDPOOL_DOT,
	SENDPOOL_IDLE,
	SENDPOOL_QUIT,
	SENDPOOL_LINE,
	/* for a connection */ SENDPOOL_WAITS
};

/* set by the owner before sendpool_open() */
struct sendpool_limits {
	const char *helo;
	size_t conns, site_conns; /* in all, for a site */
	size_t waiting;           /* transactions; then the link is held */
	uint64_t rcpts, msgs;     /* in a transaction, on a connection */
	int64_t wait_ms[SENDPOOL_WAITS];
};

struct sendconn;

struct sendslot { /* a site with what belongs to it now */
	struct sendsite site;
	struct sendslot *hash_next, *ready_next, *want_next;
	struct sendtxn *first, **last;
	struct sendconn *idle;
	size_t n_wait, n_conn, conns;
	unsigned ready : 1, wants : 1;
};

struct sendconn {
	struct loop_io io;
	struct smtpout s;
	struct sendslot *slot;
	struct sendtxn *lead; /* it connects for this one */
	struct sendconn *idle_next;
	struct sendhost host;
	int64_t deadline_ms;
	struct buf in, out; /* an unfinished reply; what is unsent */
	size_t dot_left;    /* unsent bytes up to the final dot */
	uint32_t index, messages;
	int fd; /* -1: none */
	struct sendbody body;
	unsigned heard : 1, stands : 1, is_idle : 1, dead : 1, quitting : 1,
	    greeted : 1; /* the greeting is whole */
};

struct sendpool {
	struct link *link;
	struct sendpool_limits limit;
	struct deadhost dead;
	struct sendslot *hash[SENDPOOL_SITES];
	struct sendslot *ready, *want, **want_last, *last_slot;
	struct sendtxn *open; /* jobs are being added to it */
	struct sendconn **conn;
	size_t n_conn, n_wait, n_idle, n_txn;
	struct sendbody_share bodies;
	struct loop_timer tick;
	struct loop_hook hook;
	struct buf out;
	int64_t stop_ms, last_ms;
	unsigned held : 1, closing : 1, stopping : 1, ended : 1;
};

/* begin; limits are set, the link is open */
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

/* between pool.c and conn.c */

/* its final dot is about to leave: then nobody can take it back */
void sendpool_sending(struct sendpool *, const struct sendtxn *);
/* one recipient's answer; host and address are those of c, which may be
 * NULL */
void sendpool_answer(struct sendpool *, struct sendtxn *, unsigned rcpt,
    const struct sendconn *c, struct sendresult *);
/* the same for all recipients without a verdict; the transaction is gone */
void sendpool_end(struct sendpool *, struct sendtxn *, const struct sendconn *,
    struct sendresult *);
/* back to the head of its site's line; 0 if it has been there too often */
int sendpool_again(struct sendpool *, struct sendtxn *);
/* the next waiting transaction of a site, or NULL */
struct sendtxn *sendpool_next(struct sendpool *, struct sendslot *);
/* the connection has nothing to do */
void sendpool_idle(struct sendpool *, struct sendconn *);
/* the connection is gone */
void sendpool_gone(struct sendpool *, struct sendconn *);

/* a new connection for a transaction; 0, or -1 when there is no memory for
 * it (the transaction is then still the caller's) */
int sendconn_start(struct sendpool *, struct sendslot *, struct sendtxn *);
/* an idle connection is given a transaction */
void sendconn_give(struct sendconn *, struct sendtxn *);
void sendconn_timeout(struct sendconn *);
/* end now: idle with QUIT; otherwise as if the connection were lost, by us */
void sendconn_stop(struct sendconn *);
/* the final dot has been sent, and only its reply is missing */
int sendconn_is_last(const struct sendconn *);

extern struct sendpool *sendpool_the; /* the one of this program */

#endif
