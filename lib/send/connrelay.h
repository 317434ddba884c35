#ifndef SEND_CONNRELAY_H
#define SEND_CONNRELAY_H

#include "send/conn.h"

/*
 * A connection that goes through a relay, labels socks and proxy of job(5):
 * what comes between its standing and the host's first word.  Only for the
 * parts of conn.h.
 */
enum connrelay_next {
	CONNRELAY_WAIT, /* for the relay */
	CONNRELAY_DONE, /* what is read now is the host's */
	CONNRELAY_NEXT, /* the relay will not do; host.fail says why */
	CONNRELAY_DEAD  /* the relay cannot reach the host; the same */
};

/* the relay is being connected, if the site has one, and the stream is open:
 * connrelay_ready() when there is something to read or to write */
void connrelay_begin(struct sendconn *);
enum connrelay_next connrelay_ready(struct sendconn *);
void connrelay_free(struct sendconn *);

#endif
