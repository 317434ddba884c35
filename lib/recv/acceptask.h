#ifndef RECV_ACCEPTASK_H
#define RECV_ACCEPTASK_H

#include "accept/acceptclient.h"
#include "recv/session.h"

/*
 * A recipient of a session for whom there may be no room: accept-limit(8) is asked,
 * and RCPT is answered when that has been.  The message holds what it was allowed,
 * recv/incoming.h, until it is known what became of it.
 */

/* there is somebody to ask; address as acceptclient_open(): 0, or -1 with errno */
int acceptask_open(struct inbound *, const char *address);

/*
 * acceptask_begin - a recipient who is somebody
 *
 * line  what stands behind `to' in the envelope, should he be taken
 *
 * As rcptask_begin().
 */
typedef void acceptask_answered(struct session *, const struct smtpin_event *,
    const struct smtpin_reply *);
const struct smtpin_reply *acceptask_begin(struct session *,
    const struct smtpin_event *, struct slice line, acceptask_answered *);
/* the session ends, and its message has: nobody hears the answer */
void acceptask_drop(struct session *);

/* its message is whole, and goes down: that it is to be counted, should it be
 * accepted */
void acceptask_whole(struct session *);

#endif
