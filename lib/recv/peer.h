#ifndef RECV_PEER_H
#define RECV_PEER_H

#include "recv/session.h"

/*
 * A connection that a trusted peer passes on: whose it is.  A proxy says so in
 * front of everything, a header of the PROXY protocol (smtp/proxyline.h); another
 * server by the command XCLIENT (smtp/xclient.h).  Who it is then has the rights
 * of his own address, and none of the peer's.
 */

/*
 * peer_read - more of a proxy's header, and nothing behind it
 *
 * When it is there begin() is called: it is known whose the connection is; or
 * with the reply to who is sent away.  What is no header ends the connection,
 * without a word.
 */
typedef void peer_begin(struct session *, const struct smtpin_reply *);
void peer_read(struct session *, peer_begin *begin);

/* a question of the machine: the reply, 220 when it is another's now */
const struct smtpin_reply *peer_xclient(struct session *,
    const struct smtpin_event *);

#endif
