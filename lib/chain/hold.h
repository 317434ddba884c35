#ifndef CHAIN_HOLD_H
#define CHAIN_HOLD_H

#include "base/loop.h"
#include "chain/acceptor.h"
#include <stddef.h>
#include <stdint.h>

/*
 * Listening sockets that outlive who serves them, sock-hold(8): one process
 * keeps them open, and gives whoever connects to its door a copy of the one
 * that he names.  A socket is known by the text that it was opened with, and
 * by the address that it has.
 *
 * Over the door: the address and an LF; the answer is "K" and an LF with the
 * descriptor, or "D", a reason and an LF.
 */
enum {
	HOLD_SOCKETS_MAX = 16,
	HOLD_ASK_MAX = 64,     /* bytes of an address with its LF */
	HOLD_CLIENTS_MAX = 64, /* at once at the door */
	HOLD_WAIT_MS = 1000,   /* for a question, and for its answer */
	HOLD_DOOR_MS = 2000,   /* for a door that is not there yet */
	HOLD_KNOCK_MS = 20     /* between two looks at it */
};

/*
 * hold_take - ask at a door for the socket of this address
 *
 * Services are started side by side: a door that is missing, or that nobody
 * serves, is looked for again for HOLD_DOOR_MS.  Blocks.
 *
 * fd  receives it, close-on-exec; it listens already, others may serve it,
 *     too, and whether it blocks is the same for all
 *
 * Returns 1, 0 when the door has no such socket, or -1 with errno: of
 * connect(2), ETIMEDOUT without an answer in HOLD_WAIT_MS, EPROTO with one
 * that is none.
 */
int hold_take(const char *door, const char *address, int *fd);

struct hold;

struct hold_client {
	struct loop_io io;
	struct loop_timer late;
	struct hold *hold;
	int fd;
	size_t n;
	char ask[HOLD_ASK_MAX];
	unsigned here : 1; /* else this one is free */
};

/* all zero has no sockets */
struct hold {
	size_t n;
	struct {
		int fd;
		char name[HOLD_ASK_MAX]; /* as it was opened; "": not known */
	} one[HOLD_SOCKETS_MAX];
	/* private, of who serves a door */
	struct acceptors door;
	struct hold_client clients[HOLD_CLIENTS_MAX];
	size_t n_clients;
};

/* one more, which is opened: 0, or -1 with errno as listen_open(), EINVAL
 * for a Unix socket, E2BIG: they are too many */
int hold_open(struct hold *, const char *address);
/*
 * hold_hand_on - the sockets for the program that this one will become
 *
 * As descriptors 3, 4 and so on, which are closed if they are something else,
 * and LISTEN_PID, LISTEN_FDS and LISTEN_FDNAMES, sd_listen_fds(3); names have
 * a semicolon for each colon, which there stands between them.  0, or -1 with
 * errno.
 */
int hold_hand_on(struct hold *);
/*
 * hold_inherit - the sockets that this program was given that way
 *
 * They become close-on-exec, and the environment loses them.  Returns 0, -1
 * when there are none for this process or too many, or the number of a
 * descriptor that is no listening socket: those before it are in *h then.
 */
int hold_inherit(struct hold *);
/* answer at a door, which listens without blocking, in the event loop */
void hold_serve(struct hold *, int door);
/* no more: who is at the door goes away empty */
void hold_stop(struct hold *);

#endif
