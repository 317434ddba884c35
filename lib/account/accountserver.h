#ifndef ACCOUNT_ACCOUNTSERVER_H
#define ACCOUNT_ACCOUNTSERVER_H

#include "account/accountcheck.h"
#include "chain/acceptor.h"

/*
 * A server of account-socket(5) at a listening socket, in the event loop.  A change
 * is logged, then it is safe on the disk, then it is answered.
 */
enum { ACCOUNTSERVER_CLIENTS_MAX = 128 };

/* all zero before accountserver_open() */
struct accountserver {
	struct accountdb db;
	struct accountcheck check;
	const char
	    *instance; /* whose log has what was changed; NULL: our own */
	struct acceptors acceptors;
	struct list clients;
	size_t n_clients;
	void *ending; /* a client that hears its last answers */
	unsigned told : 1;
};

/* the file; ends the program when it cannot be used */
void accountserver_open(struct accountserver *, const char *path,
    const char *instance, unsigned hashers);
/* serve a listening socket, which does not block */
void accountserver_listen(struct accountserver *, int listening);
/* nobody is answered any more, and all is safe */
void accountserver_stop(struct accountserver *);

#endif
