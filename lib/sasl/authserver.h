#ifndef SASL_AUTHSERVER_H
#define SASL_AUTHSERVER_H

#include "base/list.h"
#include "chain/acceptor.h"
#include "sasl/exchange.h"
#include "sasl/guesses.h"
#include <stddef.h>
#include <stdint.h>

/*
 * A server of auth-socket(5) in the event loop: takes connections at a
 * listening socket, has a dialogue for each exchange, puts guesses off, and
 * asks its user whose password is right.
 */
enum {
	AUTHSERVER_CONNS_MAX = 256, /* more wait to be taken */
	AUTHSERVER_OPEN_MAX = 4096, /* exchanges at once */
	AUTHSERVER_WAIT_MAX = 1024, /* of these, passwords not yet compared, */
	/* so many of logins that are not known at their address, */
	AUTHSERVER_STRANGERS_MAX = 768,
	AUTHSERVER_ADDRESS_MAX = 8,    /* of one address that is not known, */
	AUTHSERVER_PUT_OFF_MS = 60000, /* and none so long put off */
	AUTHSERVER_TURN_MS = 300000,   /* for a client to say more */
	AUTHSERVER_SUM_MS = 60000      /* between two sums of guesses */
};

enum authserver_verdict {
	AUTHSERVER_RIGHT,
	AUTHSERVER_WRONG,
	AUTHSERVER_OFF, /* right, and may not log in */
	AUTHSERVER_LATER
};

/* a password that is to be compared: kept until authserver_answer() */
struct authserver_question {
	/* NUL behind it; what is in it then is the name of the login */
	char *name;
	struct slice password;
};

struct authserver_ops {
	/* what is offered now: bits 1 << enum exchange_mech */
	unsigned (*mechs)(void *arg);
	/* authserver_answer() follows, in here or from the event loop */
	void (*check)(void *arg, struct authserver_question *);
	/* keys of SCRAM of a name, of any: RIGHT, OFF as for a right password,
	 * or LATER.  name is changed into that of the login.  May be NULL */
	enum authserver_verdict (*keys)(void *arg, char *name,
	    struct scram_keys *);
};

/* all zero at first */
struct authserver {
	const struct authserver_ops *ops;
	void *arg;
	struct acceptors acceptors;
	struct loop_timer sum;
	struct guesses guesses;
	/* exchanges that wait, to count them by, and those in the client's
	 * turn, by how long they are */
	struct list conns, waiting, resting;
	unsigned n_conns, n_open, n_waiting, n_strangers, offered;
	uint32_t last_conn;
	unsigned told : 1;
};

/* fd: listening and non-blocking; stays the caller's */
void authserver_open(struct authserver *, int fd, const struct authserver_ops *,
    void *arg);
void authserver_answer(struct authserver *, struct authserver_question *,
    enum authserver_verdict);
/* what mechs() says may have changed: clients hear of it by a new connection.
 * To be called now and then, for those that could not be ended the last time */
void authserver_changed(struct authserver *);
/* all that is under way is answered "not now", and every connection ends;
 * questions that were asked are still to be answered */
void authserver_stop(struct authserver *);

#endif
