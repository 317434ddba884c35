#ifndef ACCEPT_ACCEPTSERVER_H
#define ACCEPT_ACCEPTSERVER_H

#include "accept/acceptjudge.h"
#include "accept/creditfile.h"
#include "base/list.h"
#include "chain/acceptor.h"
#include "conf/softtable.h"
#include "throttle/limitfile.h"
#include <limits.h>

/*
 * Answers who takes mail, at a listening socket, whether more may come in.  What
 * was accepted is in the files before that is answered, so a kill loses nothing of
 * it; and they are synced within ACCEPTSERVER_SYNC_MS, which is what a power cut
 * may lose.  What a connection had in hand when it ended is counted as accepted,
 * since nobody can say any more that it was not.
 */
enum {
	ACCEPTSERVER_CLIENTS_MAX = 128,
	ACCEPTSERVER_MESSAGES_MAX = 20000, /* in hand of a connection */
	ACCEPTSERVER_SYNC_MS = 1000
};

/* all zero before acceptserver_open() */
struct acceptserver {
	struct acceptjudge judge;
	struct limitfile book;
	struct creditfile credits;
	struct softtable table;
	char book_path[PATH_MAX], credits_path[PATH_MAX];
	struct acceptors acceptors;
	struct list clients;
	size_t n_clients;
	struct loop_timer sync;
	void *ending; /* a client that hears its last answers */
	unsigned told : 1, files : 1;
};

/*
 * acceptserver_open - rules, counts and accounts as they were
 *
 * confdir  that of accept.cdb
 * state    the folder of the files; NULL: nothing outlasts the program
 * seed     random
 *
 * Ends the program when it cannot.
 */
void acceptserver_open(struct acceptserver *, const char *confdir,
    const char *state, uint64_t seed);
/* serve a listening socket, which does not block */
void acceptserver_listen(struct acceptserver *, int listening);
/* nobody is answered any more, and all is safe */
void acceptserver_stop(struct acceptserver *);

#endif
