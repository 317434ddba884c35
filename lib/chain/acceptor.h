#ifndef CHAIN_ACCEPTOR_H
#define CHAIN_ACCEPTOR_H

#include "base/loop.h"
#include <stdint.h>
#include <sys/socket.h>

/*
 * Listening sockets in the event loop: each connection that is accepted is
 * handed over.  When there is no descriptor or no memory for one more, which is
 * said once, who waits goes on waiting, and all are looked at again a little
 * later.
 */
enum {
	ACCEPTOR_MAX = 16,  /* sockets */
	ACCEPTOR_TURN = 16, /* accepted at one wake-up */
	ACCEPTOR_AGAIN_MS = 200
};

struct acceptors;

struct acceptor {
	struct loop_io io;
	struct acceptors *all;
	int fd;
	uint16_t port;
};

/* all zero but the public members has no sockets */
struct acceptors {
	/* public: a connection, not blocking and close-on-exec, which is the
	 * callee's; from whom, AF_UNSPEC if that is not known; our port, 0 of
	 * a Unix socket */
	void (*accepted)(void *arg, int fd, const struct sockaddr_storage *,
	    uint16_t port);
	void *arg;
	struct acceptor one[ACCEPTOR_MAX];
	unsigned n;
	struct loop_timer again;
	unsigned full : 1, told : 1;
};

/* serve one more socket, which listens and does not block; 0, or -1 with
 * E2BIG: they are too many.  The first never is */
int acceptor_add(struct acceptors *, int fd);
/* there is no room for one more connection, full 1, or there is again, 0 */
void acceptor_full(struct acceptors *, int full);
/* what a connection needs could not be had: none for ACCEPTOR_AGAIN_MS */
void acceptor_pause(struct acceptors *);
/* no more of them; they stay open, and are the caller's */
void acceptor_stop(struct acceptors *);
/* the same, and they are closed */
void acceptor_close(struct acceptors *);

#endif
