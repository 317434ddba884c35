#ifndef RECV_RCPTSERVER_H
#define RECV_RCPTSERVER_H

#include "chain/acceptor.h"
#include "recv/rcptcache.h"
#include "recv/rcptclient.h"
#include <stdint.h>

/*
 * Answers whether recipients are there, to smtp-recv(8) at a listening socket:
 * by what is remembered, else by its next link, which is asked once however
 * many want to know.  Who cannot be asked now, or does not answer in time,
 * leaves an address unknown, but for one that was known before.
 */
enum {
	RCPTSERVER_CLIENTS_MAX = 128,
	RCPTSERVER_WANTS_MAX = 4000, /* open questions of a client: then nothing
				      * more is read of it */
	RCPTSERVER_OPEN_MAX = 1000,  /* addresses that are asked for at once */
	RCPTSERVER_DOMAIN_MAX = 100, /* of those of one domain: slow ones leave
				      * room for the others */
	RCPTSERVER_AWAY_MS = 1000,   /* for a next link that has ended */
	RCPTSERVER_WAIT_S = 20,      /* for an answer */
	RCPTSERVER_WAIT_MAX_S = 35   /* the client waits for 40 */
};

/* all zero but the public members before rcptserver_open() */
struct rcptserver {
	/* public */
	struct rcptcache cache;
	int64_t wait_ms;
	char *const *next; /* as spawn_next() */
	/* the rest is of rcptserver.c */
	struct acceptors acceptors;
	struct rcptclient chain;
	struct list clients, open;
	struct hash by_key; /* of those that are open */
	size_t n_clients, n_open;
	unsigned told : 1;
};

/* serve a listening socket, which does not block */
void rcptserver_open(struct rcptserver *, int listening);
/* no more: nobody is answered any more */
void rcptserver_stop(struct rcptserver *);

#endif
