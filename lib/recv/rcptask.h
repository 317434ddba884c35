#ifndef RECV_RCPTASK_H
#define RECV_RCPTASK_H

#include "recv/rcptclient.h"
#include "recv/session.h"

/*
 * A recipient of a session whom somebody else knows: he is asked for, and RCPT
 * is answered when that has been.
 */

/*
 * rcptask_open - there is somebody to ask
 *
 * address  unix:PATH of rcpt-check(8)
 *
 * Returns 0, or -1 with errno.
 */
int rcptask_open(struct inbound *, const char *address);

/*
 * rcptask_begin - a question that rcpt_ask() has left open
 *
 * ev    of RCPT
 * line  what stands behind `to' in the envelope, should he be taken
 * q     the question
 *
 * Returns NULL, and s->asked, and answered() is called from the loop with the
 * reply, NULL for the usual one.  Or returns the reply.
 */
typedef void rcptask_answered(struct session *, const struct smtpin_event *,
    const struct smtpin_reply *);
const struct smtpin_reply *rcptask_begin(struct session *,
    const struct smtpin_event *ev, struct slice line,
    const struct rcpt_question *q, rcptask_answered *answered);
/* the session ends: nobody hears the answer */
void rcptask_drop(struct session *);

#endif
