#ifndef RECV_SESSIONIO_H
#define RECV_SESSIONIO_H

#include "recv/session.h"
#include <sys/types.h>

/*
 * What a session reads and says, and how it ends: politely, so that the client
 * can read our last words although he still sends, or at once.  The rest of
 * how it ends stands in recv/session.h.
 */

/* put a reply; it leaves with session_flush() */
void session_say(struct session *, const struct smtpin_reply *);
/* write what has gathered: 0, or -1: the session was closed */
int session_flush(struct session *);
/* does the client not take our replies? */
int session_blocked(const struct session *);

/* read into in->in, what was kept and at most so much behind it, and count it
 * as what he had in his turn; returns as stream_read() */
ssize_t session_input(struct session *, size_t most);
/* so much is not kept any more */
void session_give_rest(struct session *, size_t n);
/* read and throw away, of who lingers; it may be closed then */
void session_discard(struct session *);

/* after the last reply was put: close, when polite by session_linger() */
void session_finish(struct session *, int polite);
/* nothing more is said: close at once if nothing comes either, else throw
 * away what comes, so that the client can read our last words */
void session_linger(struct session *);

#endif
