#ifndef RECV_ACCEPTOR_H
#define RECV_ACCEPTOR_H

#include "base/loop.h"
#include <stdint.h>
#include <sys/socket.h>

/*
 * Listening sockets: each connection that is accepted is handed over.  When
 * there is no descriptor or no memory for one more, who waits goes on
 * waiting, and all are looked at again a little later.
 */
enum {
	ACCEPTOR_MAX = 16,       /* sockets */
	ACCEPTOR_BACKLOG = 4096, /* connections that wait at each */
	ACCEPTOR_TURN = 16,      /* accepted at one wake-up */
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
	 * callee's; from whom, AF_UNSPEC if that is not known; our port */
	void (*accepted)(void *arg, int fd, const struct sockaddr_storage *,
	    uint16_t port);
	void *arg;
	struct acceptor one[ACCEPTOR_MAX];
	unsigned n;
	struct loop_timer again;
};

/* serve one more socket, which is bound; 0, or -1 with errno (E2BIG: they are
 * too many) */
int acceptor_add(struct acceptors *, int fd);
/* close all of them */
void acceptor_stop(struct acceptors *);

#endif
