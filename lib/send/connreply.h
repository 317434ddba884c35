#ifndef SEND_CONNREPLY_H
#define SEND_CONNREPLY_H

#include "send/conntls.h"

/*
 * What follows from a reply, as the machine understands it, and from what
 * becomes of TLS.  Only for conn.c and connlost.c.
 *
 * Both return 0: go on, or -1: the connection is gone or another.
 */
int connreply_event(struct sendconn *, const struct smtpout_event *);
int connreply_tls(struct sendconn *, enum conntls_next);

#endif
