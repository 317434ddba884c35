#ifndef SEND_LEASTHOST_H
#define SEND_LEASTHOST_H

#include "send/places.h"

/*
 * Hosts that are as good as each other share the connections of their site: a
 * new one goes to the host that has the fewest of them open, and there to the
 * address that has.  A slow host keeps its connections for longer, and so gets
 * fewer new ones.
 */
enum {
	LEASTHOST_WORDS = 64,  /* of a list that are looked at */
	LEASTHOST_CONNS = 1024 /* of a site's connections, the last begun */
};

/*
 * leasthost_first - that address to the front of the transaction's list
 *
 * Of the best tier (hostlist.h) alone, and of the family that stands first in
 * the list for its host; what is passed over now as dead does not count.  Of
 * those that have as few the first stays the first.  Nothing changes where a
 * host is asked for, doubt_host.
 */
void leasthost_first(const struct sendslot *, struct sendtxn *,
    struct deadhost *, int64_t now_ms);

#endif
