#ifndef RECV_HANDDOWN_H
#define RECV_HANDDOWN_H

#include "recv/inbound.h"

/*
 * What recv/inbound takes goes to the next link, or, when it is of our own
 * people and has to be completed by rules, through mail-fix(8) to the same.
 */

/* the messages of our own people are completed, mail-fix(8): with rules by
 * `mail-fix -C confdir` in front of the chain.  After handover_init(); not
 * if a mail-fix is in the chain, which then sees all */
void handdown_fix(struct inbound *, const char *confdir);
/*
 * hand down a letter that is whole; its item.done is set.  inside: it is of
 * our own people.  0, or -1: try again later
 */
int handdown_put(struct inbound *, struct incoming *, int inside);
/* 1 when no more parcels are to be taken now, else 0; as of other things, a
 * part is kept from strangers */
static inline int
handdown_full(const struct inbound *in, int inside)
{
	unsigned max = in->limits.parcels_max;

	return in->next.n + in->fixed.n >=
	    max - (inside ? 0 : max / SHARE_RESERVE);
}
/* nothing more will be put: the next link may end; and has it? */
void handdown_close(struct inbound *);
int handdown_ended(const struct inbound *);

#endif
