#ifndef SEND_CONNCERT_H
#define SEND_CONNCERT_H

#include "send/conntls.h"

/*
 * A certificate of ours, which a host is shown where it asks for one: label
 * client-cert, the name of a line in `tls-client`, conf(5).  Only for
 * conntls.c.
 */

/* can it be had?  0; -1: no, and host.fail says why.  0 also where the site
 * has none */
int conncert_host(struct sendconn *);
/* a handshake begins: it is held until conncert_drop() */
void conncert_hold(struct sendconn *, struct conntls_try *,
    struct tls_target *);
void conncert_drop(struct conntls_try *);

#endif
