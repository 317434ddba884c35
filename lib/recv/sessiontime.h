#ifndef RECV_SESSIONTIME_H
#define RECV_SESSIONTIME_H

#include "recv/session.h"

/* How long a session may wait for something, and stay without bringing
 * anything. */

/* from now on, or anew, for as long as this kind of waiting may last */
void sessiontime_wait(struct session *, enum inbound_wait);
/* nothing is read of it for so long */
void sessiontime_pause(struct session *, unsigned ms);
/* a message was taken of it: its life begins anew */
void sessiontime_alive(struct session *);
/* it has lived too long without one */
int sessiontime_too_old(const struct session *);

#endif
