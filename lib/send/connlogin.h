#ifndef SEND_CONNLOGIN_H
#define SEND_CONNLOGIN_H

#include "send/conn.h"

/*
 * A login in a connection, as its site wants it.  A password is told to no host
 * whose certificate was not verified.  That a host has refused it is remembered
 * by address and policy, with other failures of that policy (share.bad).  Only
 * for the parts of conn.h.
 */

/* the file is read, and AUTH said; 0, or -1: this host will not do, and
 * host.fail says why */
int connlogin_begin(struct sendconn *);
/* it was refused: the same */
void connlogin_refused(struct sendconn *, const struct reply *);
/* it cannot go on: the same */
void connlogin_broken(struct sendconn *, const char *why);
/* nothing of it is left; NULL before */
void connlogin_free(struct sendconn *);

#endif
