#ifndef SEND_WRITE_H
#define SEND_WRITE_H

#include "send/conn.h"

/*
 * What a connection writes: commands, and the message that has its turn.  A
 * transaction that waits for this site goes out behind the final dot of the
 * one before it.  Only for conn.c.
 */

/* all that may be written now: 0; or -1 with errno when the message's file is
 * no good, and the session cannot go on */
int sendwrite_push(struct sendconn *);

#endif
