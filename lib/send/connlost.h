#ifndef SEND_CONNLOST_H
#define SEND_CONNLOST_H

#include "send/conn.h"

/*
 * The end of a session by the other side, by fault, by time, or by us
 * (sendconn_timeout(), sendconn_stop()).  Only for conn.c.
 */

/* err: what stream_read() said, 0: the other side has closed */
void connlost_errno(struct sendconn *, int err);

#endif
