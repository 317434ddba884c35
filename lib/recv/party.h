#ifndef RECV_PARTY_H
#define RECV_PARTY_H

#include "base/hash.h"
#include "base/turns.h"
#include "recv/share.h"
#include <netinet/in.h>
#include <stddef.h>
#include <sys/types.h>

/*
 * Who the clients of a server are: addresses (IPv6: the /64) and their
 * networks (IPv4: the /24, IPv6: the /56), what each of them holds, and
 * whose turn it is.  One of ours is no part of a network.  A party is there
 * as long as it holds something.
 */
struct party {
	struct hash_node node; /* first */
	struct share_holder share;
	struct turn_group turns;
	unsigned char key[17]; /* the kind, and the address */
	unsigned members;      /* addresses of a network */
};

struct parties {
	struct hash all;
	struct turn_group root;
};

/* the address, IPv4 mapped; NULL when out of memory.  Unless it is given
 * something at once it must be told so by party_check() */
struct party *party_of(struct parties *, const unsigned char ip[16], int ours);
/* a user of this machine: one of ours; NULL with ENOMEM.  It stays until
 * party_check() finds it without anything */
struct party *party_user(struct parties *, uid_t);
/* the same for who has logged in, from wherever he comes, in any case of
 * letters */
struct party *party_login(struct parties *, const char *login);
/* gone, if it has nothing any more */
void party_check(struct parties *, struct party *);

/* whose share that is: h stands in it */
static inline struct party *
party_share(struct share_holder *h)
{
	return (struct party *)((char *)h - offsetof(struct party, share));
}

#endif
