#ifndef RECV_SUBMITIN_H
#define RECV_SUBMITIN_H

#include "recv/inbound.h"

/*
 * The way in for programs of this machine, beside SMTP: a Unix socket that
 * takes parcels, parcel(5), and hands them down the same chain, as mail of
 * our own people.  Who sends says only what a user may say about his own
 * message, envlines_user(), unless he is root or runs as we do; who he is,
 * where one of these does not say another, and that he is inside, is said
 * here.  One parcel of a connection is under
 * way at a time.
 */
enum {
	SUBMITIN_CONNS_MAX = 1000,
	SUBMITIN_CONNS_USER_MAX = 100, /* of one user that is not trusted */
	SUBMITIN_SIZE_MAX = 1 << 30,   /* bytes of a message */
	SUBMITIN_STALL_S = 600         /* no byte in mid-parcel: the end */
};

struct submitin_conn;

struct submitin {
	struct inbound *in;
	struct submitin_conn *conns;
	unsigned n_conns;
	struct acceptors acceptors;
	unsigned stopping : 1;
};

/* serve a listening Unix socket, which does not block; the structure must stay */
void submitin_listen(struct submitin *, struct inbound *, int fd);
/* no more of it: only who waits for a receipt is still answered */
void submitin_stop(struct submitin *);

#endif
