#ifndef RECV_REJECTION_H
#define RECV_REJECTION_H

#include "recv/session.h"

/*
 * The event "rejected" (event(5)) of a session: who it was, and what he is
 * told.  ev: the command, NULL when there was none.  Too many of one client
 * are summed up, chain/refused.h.
 */
void rejection_log(struct session *, const struct smtpin_event *ev,
    const struct smtpin_reply *);
/* the same of one who could not log in; login: who he wanted to be, "" not
 * known */
void rejection_login(struct session *, const char *login,
    const struct smtpin_reply *);

#endif
