#ifndef SEND_CONNRACE_H
#define SEND_CONNRACE_H

#include "send/conn.h"

/*
 * While a connection is under way for share.race_ms and does not stand, the
 * next host of the list is tried beside it, and when that fails the one after
 * it (RFC 8305 section 5).  One of a worse tier (hostlist.h) has to wait for
 * share.worse_ms: mail is to lie at a backup only where the better hosts are
 * away, and a lost packet does not say so.  Whoever stands first has the session: here, and for
 * no other question.  If it is the later one, it goes up in the list to before
 * the one that was slow, which so comes next; that one's connection goes on
 * until it is known whether the host is dead (slowhost.h).  Only for the parts
 * of conn.h.
 *
 * At most CONNRACE_MAX connections have one beside them; others wait as if
 * there were no such thing.
 */
enum { CONNRACE_MAX = 48 };

/* c begins to connect to a host of its lead's list; on_won is called when
 * another stands first: c->host, c->fd and c->tls are still the slow one's,
 * and connrace_take() gives the other */
void connrace_start(struct sendconn *, void (*on_won)(struct sendconn *));
/*
 * connrace_take - the other one is the connection's from now on
 *
 * Returns 1: host and descriptor are in c, the host before it is forgotten, and
 * its descriptor was not touched.  0: there is none, and nothing is changed.
 */
int connrace_take(struct sendconn *);
/* it goes up in the list, to before the slow one, whose connection is kept: to
 * be called before connrace_take() */
void connrace_overtake(struct sendconn *);
/* the first stands, or all is over */
void connrace_end(struct sendconn *);

#endif
