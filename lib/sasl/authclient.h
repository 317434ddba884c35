#ifndef SASL_AUTHCLIENT_H
#define SASL_AUTHCLIENT_H

#include "base/byid.h"
#include "base/list.h"
#include "base/restart.h"
#include "base/seldom.h"
#include "sasl/authconn.h"
#include "sasl/authtalk.h"
#include <stddef.h>
#include <stdint.h>

/*
 * Who may log in, asked of a server of auth-socket(5): one connection, on
 * which exchanges run side by side.  It is made from the event loop, and again
 * whenever it has ended; what was under way on it is answered with LATER.
 */
enum {
	AUTHCLIENT_OPEN_MAX = 1000, /* exchanges at once; one more ends that in
				     * the client's turn for longest */
	AUTHCLIENT_WAIT_S = 90, /* for an answer: Dovecot holds failures back */
	AUTHCLIENT_DIAL_S = 10, /* from the connection to DONE */
	AUTHCLIENT_RETRY_MIN_MS = 100, /* to connect again, */
	AUTHCLIENT_RETRY_MAX_MS = 2000,
	AUTHCLIENT_TELL_MS = 60000 /* between two warnings of no server */
};

/* what authtalk_answer() says of text, and what it means */
enum authclient_result {
	AUTHCLIENT_GOOD = AUTHTALK_GOOD,
	/* then authclient_more(), or authclient_cancel() */
	AUTHCLIENT_MORE = AUTHTALK_MORE,
	AUTHCLIENT_WRONG = AUTHTALK_WRONG,
	AUTHCLIENT_DISABLED = AUTHTALK_DISABLED,
	AUTHCLIENT_LATER = AUTHTALK_LATER
};

/* the caller's, all zero but for done and arg; it must stay where it is while
 * its id is not 0 */
struct authclient_request {
	struct byid_node by_id; /* first; id 0: nothing is under way, also
				 * while done() runs, but for MORE */
	struct list_node by_age;
	unsigned thinking : 1; /* it is the client's turn */
	int64_t until_ms;
	/* each time that the server has answered, or the connection to it has
	 * ended; from the event loop, never from a call of the caller's.  text
	 * has a NUL behind it and is valid until this returns.  Never while it
	 * is the client's turn: then authclient_more() says that it is over */
	void (*done)(struct authclient_request *, enum authclient_result,
	    const char *text, size_t n);
	void *arg;
};

struct authclient {
	const char *address; /* unix:PATH, as is said in warnings */
	int64_t wait_ms;     /* for an answer; a test has less patience */
	/* the rest is of authclient.c */
	struct authconn conn;
	struct restart restart;
	struct loop_timer timer;
	struct byid by_id;
	struct list by_age, thinking;
	size_t open;
	struct seldom told;
	int64_t until_ms;                    /* for DONE */
	struct authtalk_mechs mechs, coming; /* coming: until DONE */
	unsigned connected : 1, up : 1, version : 1;
};

/* address: kept by the caller.  0, or -1 when it is not unix:PATH */
int authclient_init(struct authclient *, const char *address);
/* for who stops: all that is under way is forgotten, done() does not come */
void authclient_close(struct authclient *);

/* what the server has, names with a blank between each two; before one was
 * ever heard "PLAIN LOGIN" */
const char *authclient_mechs(const struct authclient *);
/* is that one of them?  In any case of letters */
int authclient_has(const struct authclient *, const char *mech, size_t n);

/*
 * authclient_begin - an exchange
 *
 * Returns 0, and done() comes; or -1 with errno: EMSGSIZE, longer than
 * AUTHWIRE_REQUEST_MAX in all; EAGAIN, there is no server, or too much is
 * under way.
 */
int authclient_begin(struct authclient *, struct authclient_request *,
    const struct authtalk_ask *);
/* the client's answer, behind MORE; 0, and done() comes again; -1 as above,
 * and the exchange is over */
int authclient_more(struct authclient *, struct authclient_request *,
    const char *b64, size_t n);
/* done() does not come; nothing when none is under way */
void authclient_cancel(struct authclient *, struct authclient_request *);

#endif
