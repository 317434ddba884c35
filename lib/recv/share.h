#ifndef RECV_SHARE_H
#define RECV_SHARE_H

#include <stdint.h>

/*
 * What all clients of a server use - connections, memory, room for files -
 * is shared out, so that no party takes it from the others:
 *
 *   Who asks for more has it while his address then holds no more than half
 *   of what is still free, and his network no more than all of it.  For a
 *   stranger a quarter of everything is never free; one of ours has no
 *   network, and may hold as much as is still free.
 *
 * So one greedy address ends up with a third of what strangers may have, n
 * of them with 1/(n + 2) each, and who comes later finds as much free again
 * as twice what any of them holds.  `least` of a kind anybody may hold while
 * there is any.
 */
enum share_kind { SHARE_CONNS, SHARE_MEMORY, SHARE_FILES, SHARE_KINDS };

enum {
	SHARE_RESERVE = 4, /* the part of everything kept from strangers */
	SHARE_SCARCE = 4,  /* less than this part is free for strangers */
	SHARE_CONNS_LEAST = 2,
	SHARE_MEMORY_LEAST = 2048 /* a message's envelope */
};

/* an address or a network; all zero is a stranger who has nothing */
struct share_holder {
	struct share_holder *up; /* the network of an address, or NULL */
	uint64_t held[SHARE_KINDS];
	unsigned ours : 1; /* may relay, or is on this machine */
};

/* all zero but max is one of which nothing is used */
struct share_pool {
	uint64_t max;
	uint64_t used;
	uint64_t strangers; /* of that, by them */
};

struct share {
	struct share_pool pool[SHARE_KINDS];
};

enum share_verdict { SHARE_YES, SHARE_FULL, SHARE_ADDRESS, SHARE_NETWORK };

/* may he (NULL: the only one there is) have n more, and if not, what is in
 * the way */
enum share_verdict share_ask(const struct share *, enum share_kind,
    const struct share_holder *, uint64_t n);
/* count n more as his, whether he may or not */
void share_add(struct share *, enum share_kind, struct share_holder *,
    uint64_t n);
/* and n less; never more than he has */
void share_give(struct share *, enum share_kind, struct share_holder *,
    uint64_t n);
/* ask, and add if it may be; 0, or -1 */
int share_take(struct share *, enum share_kind, struct share_holder *,
    uint64_t n);
/* is little left for strangers? */
int share_scarce(const struct share *, enum share_kind);
/* has he nothing of any kind? */
int share_empty(const struct share_holder *);

#endif
