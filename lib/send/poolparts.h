#ifndef SEND_POOLPARTS_H
#define SEND_POOLPARTS_H

#include "send/pool.h"

/*
 * What the parts of pool.h ask of each other; nobody else includes this.
 *
 *   pool       waiting transactions given to connections, site by site
 *   poolend    what has lasted too long, and the end
 *   poolcalls  what a connection asks and tells
 *   poolwait   sites to be looked at, and the transactions in their lines
 */

/* wait for what is due next, as long as there is anything to do; it also keeps
 * the loop alive when the link is held and nothing else is waited for yet */
void sendpool_tick(struct sendpool *);
/* look at this site before the loop waits again */
void sendpool_ready(struct sendpool *, struct sendslot *);
/* a site wants a place, or no more; a place may be free for who wants one */
void sendpool_want(struct sendpool *, struct sendslot *);
void sendpool_unwant(struct sendpool *, struct sendslot *);
void sendpool_wake(struct sendpool *);
/* when nothing refers to a site it is forgotten */
void sendpool_forget(struct sendpool *, struct sendslot *);

/* a transaction leaves the line; returns it */
struct sendtxn *sendpool_dequeue(struct sendpool *, struct sendtxn *);
/* all have their answers: it is gone */
void sendpool_finish(struct sendpool *, struct sendtxn *);
/* one that is in no line any more is not sent now: it is gone, too.  class
 * "limit" says how many of its site have room */
void sendpool_later(struct sendpool *, struct sendtxn *, const char *class,
    const char *text, int64_t in_ms);
/* the line is full, and this site is at its own limit: others come first */
void sendpool_trim(struct sendpool *, struct sendslot *);

/* of the connections */
extern const struct sendconn_ops sendpool_calls;
/* of the timer: p->on_tick */
void sendpool_due(void *p);

#endif
