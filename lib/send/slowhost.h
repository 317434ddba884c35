#ifndef SEND_SLOWHOST_H
#define SEND_SLOWHOST_H

#include "base/list.h"
#include "send/host.h"

/*
 * Connections under way that nobody waits for any more, since another host was
 * there first (connrace.h).  They are closed as soon as it is known whether they
 * come about: by that a host is dead, or is not.
 */
enum {
	SLOWHOST_MAX =
	    48 /* above it the oldest is closed, and nothing learnt */
};

/* all zero: none */
struct slowhosts {
	struct list all; /* struct slowhost */
	unsigned n;
};

/*
 * slowhost_keep - watch a connection that is under way
 *
 * fd       ours from now on
 * host     which one has its turn; copied
 * dead     told what becomes of it; stays where it is
 * wait_ms  until it counts as failed
 *
 * Without memory it is closed, and nothing learnt.
 */
void slowhost_keep(struct slowhosts *, int fd, const struct sendhost *host,
    const struct sendsite *, struct deadhost *dead, int64_t wait_ms);
/* all are closed */
void slowhost_free(struct slowhosts *);

#endif
