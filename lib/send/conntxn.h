#ifndef SEND_CONNTXN_H
#define SEND_CONNTXN_H

#include "send/conn.h"

/*
 * The transactions of a connection, between its owner and the machine: begun,
 * answered, given back when the session ends under them.  Only for the parts of
 * conn.h.
 */

/* has the connection done its share: by limits, or because other sites wait
 * for a place? */
int conntxn_worn_out(const struct sendconn *);
/* t has its turn; what this server cannot take is answered at once, and then
 * nothing stands in the machine */
void conntxn_begin(struct sendconn *, struct sendtxn *t);
/* the next one, if there is one that may go behind the final dot: its
 * commands are appended to o */
void conntxn_pipeline(struct sendconn *, struct buf *o);
/* answer those whom the event is about */
void conntxn_verdict(struct sendconn *, const struct smtpout_event *);
/* the session has ended under its transactions: r is for the one in front,
 * the one behind was not heard of */
void conntxn_drop(struct sendconn *, struct sendresult *r);
/* the same, deferred; in doubt when only the reply to the dot was missing */
void conntxn_lose(struct sendconn *, const char *class, const char *esc,
    const char *text);

#endif
